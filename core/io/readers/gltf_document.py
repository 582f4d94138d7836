"""The JSON and the binary parts of a glTF 2.0 file, with every number checked before it is used."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import numpy as np

from core.base.errors import InputError
from core.base.kinds import is_list, is_object
from core.io.file_bytes import FileBytes, printable

_MAGIC, _JSON, _BIN = b"glTF", 0x4E4F534A, 0x004E4942
_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_DAMAGED = "Export the file again."
_MESHOPT = ("EXT_meshopt_compression", "KHR_meshopt_compression")


@dataclass(frozen=True, eq=False)
class GltfDocument:
    """A glTF file, opened.

    Parameters
    ----------
    source : FileBytes
        The file.
    json : dict
        Its description.
    binary : bytes or None
        The BIN chunk of a GLB file.
    """

    source: FileBytes
    json: dict[str, Any]
    binary: bytes | None

    def items(self, holder: dict[str, Any], key: str, place: str = "") -> list[Any]:
        """Return a list; empty where there is none."""
        found = holder.get(key, [])
        if not is_list(found):
            raise self.source.error(f'"{key}" is no list', place or "JSON", _DAMAGED)
        return found

    def extension(self, holder: dict[str, Any], name: str) -> dict[str, Any] | None:
        """Return an extension of a part of the file, None where it has none of this name."""
        found = holder.get("extensions")
        extension = found.get(name) if is_object(found) else None
        return extension if is_object(extension) else None

    def item(self, key: str, index: object) -> dict[str, Any]:
        """Return entry ``index`` of the top-level list ``key``; the index must be in range."""
        found = self.items(self.json, key)
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(found):
            reason = f"{printable(str(index))} names no entry of {key} (there are {len(found)})"
            raise self.source.error(reason, "JSON", _DAMAGED)
        if not isinstance(found[index], dict):
            raise self.source.error("is no object", f"{key}[{index}]", _DAMAGED)
        return found[index]

    def whole(self, holder: dict[str, Any], key: str, place: str, otherwise: int | None = None) -> int:
        """Return a number that is an integer and not negative."""
        value = holder.get(key, otherwise)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
            raise self.source.error(f'"{key}" is {printable(str(value))}, no size', place, _DAMAGED)
        return value

    def numbers(self, holder: dict[str, Any], key: str, default: tuple[float, ...], place: str) -> np.ndarray:
        """Return a list of numbers of a known length."""
        value = holder.get(key, list(default))
        fits = is_list(value) and len(value) == len(default)
        if not fits or not all(isinstance(x, int | float) and abs(x) < 1e300 for x in value):
            raise self.source.error(f'"{key}" is no list of {len(default)} numbers', place, _DAMAGED)
        return np.array(value, np.float64)

    def view(self, index: object, offset: int) -> tuple[bytes, int, int, int]:
        """Return the bytes of a buffer, where a buffer view begins and ends in them, and its stride (0: packed)."""
        view = self.item("bufferViews", index)
        place = f"bufferViews[{index}]"
        compressed = any(self.extension(view, name) is not None for name in _MESHOPT)
        data = self.buffer(view.get("buffer"), place if compressed else "")
        begin = self.whole(view, "byteOffset", place, 0)
        end = begin + self.whole(view, "byteLength", place)
        if end > len(data):
            reason = f"reaches to byte {end} of a buffer of {len(data)}"
            raise self.source.error(reason, place, _DAMAGED)
        return data, begin + offset, end, self.whole(view, "byteStride", place, 0)

    def _compressed(self, place: str) -> InputError:
        return self.source.error("is compressed by meshopt, which is not read", place, "Export it uncompressed.")

    def buffer(self, index: object, compressed: str = "") -> bytes:
        """Return the bytes of a buffer: the BIN chunk, a data URI, or a file beside this one.

        Parameters
        ----------
        index : object
            Its number as it stands in the file.
        compressed : str
            The view that needs it where it is the fallback of a compressed one: it may have no bytes.
        """
        entry = self.item("buffers", index)
        uri, place = entry.get("uri"), f"buffers[{index}]"
        if uri is None:
            if compressed and (self.binary is None or index != 0):
                raise self._compressed(compressed)
            if self.binary is None or index != 0:
                raise self.source.error("has no data", place, _DAMAGED)
            data = self.binary
        elif not isinstance(uri, str):
            raise self.source.error("has an address that is no text", place, _DAMAGED)
        elif uri.startswith("data:"):
            data = self.embedded(uri, place)
        else:
            data = self.beside(unquote(uri), place)
        if self.whole(entry, "byteLength", place) > len(data):
            reason = f"the file ends early: expected {entry['byteLength']:,} bytes, found {len(data):,}"
            raise self.source.error(reason, place, "Export or download it again.")
        return data

    def embedded(self, uri: str, place: str) -> bytes:
        """Return what a data URI holds."""
        head, _, text = uri.partition(",")
        try:
            return base64.b64decode(text, validate=True) if head.endswith(";base64") else unquote(text).encode()
        except (binascii.Error, ValueError):
            raise self.source.error("holds damaged base64", place, _DAMAGED) from None

    def beside(self, name: str, place: str) -> bytes:
        """Return the content of a file in the same folder."""
        path = self.source.neighbour(name)
        try:
            if not path.is_file():
                raise FileNotFoundError(2, "there is no such file")
            return path.read_bytes()
        except OSError as error:
            reason = f'"{printable(name)}" cannot be read: {error.strerror}'
            raise self.source.error(reason, place, "Put it beside the glTF file.") from None

    def accessor(self, index: object) -> np.ndarray:
        """Return the values of an accessor, (count, width), as floats where it is normalized.

        Raises
        ------
        InputError
            If it reaches out of its buffer, or is of an unknown type.
        """
        entry = self.item("accessors", index)
        place = f"accessors[{index}]"
        component, kind = entry.get("componentType"), entry.get("type")
        if not isinstance(component, int) or component not in _COMPONENTS or kind not in tuple(_WIDTHS):
            reason = f"{printable(str(component))} {printable(str(kind))} is no type of numbers"
            raise self.source.error(reason, place, _DAMAGED)
        count, width = self.whole(entry, "count", place), _WIDTHS[kind]
        type_ = np.dtype(_COMPONENTS[component])
        if "bufferView" in entry:
            offset = self.whole(entry, "byteOffset", place, 0)
            values = self._strided(entry["bufferView"], offset, type_, count, width, place)
        elif count > len(self.source.data):
            raise self.source.error(f"promises {count} values without data", place, _DAMAGED)
        else:
            values = np.zeros((count, width), type_)
        if "sparse" in entry:
            values = self._replaced(values, entry["sparse"], place)
        if entry.get("normalized") is True and type_.kind in "iu":
            return np.maximum(values / float(np.iinfo(type_).max), -1.0)
        return values

    def _strided(self, view: object, offset: int, type_: np.dtype, count: int, width: int, place: str) -> np.ndarray:
        """Return values that lie in a buffer view, with or without gaps."""
        data, begin, end, stride = self.view(view, offset)
        size = type_.itemsize * width
        stride = stride or size
        if stride < size or (count and begin + (count - 1) * stride + size > end):
            reason = f"{count} values of {size:,} bytes do not fit into bufferViews[{view}]"
            raise self.source.error(reason, place, _DAMAGED)
        if not count:
            return np.zeros((0, width), type_)
        return np.ndarray((count, width), type_, data, begin, (stride, type_.itemsize)).copy()

    def _replaced(self, values: np.ndarray, sparse: object, place: str) -> np.ndarray:
        """Return values with some of them replaced."""
        indices, new = (sparse.get("indices"), sparse.get("values")) if is_object(sparse) else (None, None)
        if not is_object(sparse) or not is_object(indices) or not is_object(new):
            raise self.source.error('"sparse" is incomplete', place, _DAMAGED)
        component = indices.get("componentType")
        kind = _COMPONENTS.get(component if isinstance(component, int) else 0)
        if kind not in ("<u1", "<u2", "<u4"):
            raise self.source.error("sparse indices are no integers", place, _DAMAGED)
        count = self.whole(sparse, "count", place)
        offsets = [self.whole(part, "byteOffset", place, 0) for part in (indices, new)]
        at = self._strided(indices.get("bufferView"), offsets[0], np.dtype(kind), count, 1, place)[:, 0]
        if len(at) and at.max() >= len(values):
            raise self.source.error(f"sparse index {at.max()} of {len(values)} values", place, _DAMAGED)
        values[at] = self._strided(new.get("bufferView"), offsets[1], values.dtype, count, values.shape[1], place)
        return values


def open_gltf(source: FileBytes) -> GltfDocument:
    """Open a GLB or glTF file.

    Raises
    ------
    InputError
        If it is neither, or ends early.
    """
    if not source.data.startswith(_MAGIC):
        return GltfDocument(source, _parsed(source, source.data), None)
    size = len(source.data)
    version, length = (int.from_bytes(source.data[at : at + 4], "little") for at in (4, 8))
    if size < 20 or version != 2:
        raise source.error(f"is glTF of version {version}; version 2 is read", "header", "Export it as glTF 2.0.")
    if length > size:
        reason = f"the file ends early: the header promises {length:,} bytes, found {size:,}"
        raise source.error(reason, "header", "Export or download it again.")
    chunks: dict[int, bytes] = {}
    at = 12
    while at + 8 <= length:
        chunk_size, kind = (int.from_bytes(source.data[at + k : at + k + 4], "little") for k in (0, 4))
        if at + 8 + chunk_size > length:
            reason = f"the file ends early: a chunk of {chunk_size:,} bytes does not fit"
            raise source.error(reason, f"byte {at}", "Export or download it again.")
        chunks.setdefault(kind, source.data[at + 8 : at + 8 + chunk_size])
        at += 8 + chunk_size + (-chunk_size) % 4
    if _JSON not in chunks:
        raise source.error("has no JSON chunk", "header", _DAMAGED)
    return GltfDocument(source, _parsed(source, chunks[_JSON]), chunks.get(_BIN))


def _parsed(source: FileBytes, text: bytes) -> dict[str, Any]:
    """Return the description, which must be a JSON object of version 2."""
    try:
        found = json.loads(text.decode("utf-8-sig").rstrip("\0 "))
    except (ValueError, RecursionError) as error:
        said = "nested too deeply, or a number too long"
        if isinstance(error, UnicodeDecodeError):
            said = f"no UTF-8 at byte {error.start}"
        elif isinstance(error, json.JSONDecodeError):
            said = printable(str(error), 80)
        reason = f"is no glTF file (JSON: {said})"
        raise source.error(reason, "", "Check the suffix, or export it again.") from None
    asset = found.get("asset") if is_object(found) else None
    if not is_object(found) or not is_object(asset) or not str(asset.get("version", "")).startswith("2"):
        raise source.error("is not glTF 2.0 (no asset of version 2)", "JSON", "Export it as glTF 2.0.")
    return found
