"""VTP: VTK's XML PolyData: text, base64, appended, raw, compressed."""

import base64
import binascii
import lzma
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.base.errors import InputError
from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.lz4_block import expand_lz4
from core.io.readers.polygons import strip_triangles
from core.io.readers.safe_xml import parse_xml
from core.io.readers.text import parse_numbers, without_marked

_TYPES = {"Float32": "f4", "Float64": "f8", "Int8": "i1", "UInt8": "u1", "Int16": "i2", "UInt16": "u2"} | {
    "Int32": "i4",
    "UInt32": "u4",
    "Int64": "i8",
    "UInt64": "u8",
}
_COMPRESSORS: dict[str, Callable[[bytes, int], bytes] | None] = {
    "": None,
    "vtkZLibDataCompressor": lambda packed, size: zlib.decompressobj().decompress(packed, size + 1),
    "vtkLZMADataCompressor": lambda packed, size: lzma.LZMADecompressor().decompress(packed, size + 1),
    "vtkLZ4DataCompressor": expand_lz4,
}
"""What expands a block of known size, by the name in the file."""
_SECTIONS = ("PointData", "CellData", "Points", "Verts", "Lines", "Strips", "Polys")
_DAMAGED = "The file is cut short or damaged; export it again."


@dataclass(eq=False)
class _DataArray:
    """A data array while the file is being read."""

    section: str
    attributes: dict[str, str]
    line: int
    text: list[str] = field(default_factory=list[str])


@dataclass(eq=False)
class _Document:
    """What the XML holds, before any array is decoded."""

    source: FileBytes
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    pieces: list[dict[tuple[str, str], _DataArray]] = field(default_factory=list[dict[tuple[str, str], _DataArray]])
    counts: list[dict[str, int]] = field(default_factory=list[dict[str, int]])
    appended: bytes = b""
    appended_is_raw: bool = False

    @property
    def order(self) -> str:
        """Byte order of all binary numbers."""
        return ">" if self.attributes.get("byte_order") == "BigEndian" else "<"


def read_vtp(source: FileBytes) -> FileContent:
    """Return the polygons or points of a VTP file.

    Raises
    ------
    InputError
        If the XML is broken or declares entities, or an array is missing or not as it should be.
    """
    document = _document(source)
    pieces = zip(document.pieces, document.counts, strict=True)
    contents = [_piece(document, arrays, counts) for arrays, counts in pieces]
    contents = [content for content in contents if len(content["vertices"])]
    if not contents:
        raise source.error("contains no points", "", "Export the surface again.")
    shifts = np.cumsum([0, *(len(content["vertices"]) for content in contents)])
    corners = [content["corners"] + shift for content, shift in zip(contents, shifts, strict=False)]

    def common(name: str) -> np.ndarray | None:
        return np.concatenate([c[name] for c in contents]) if all(name in c for c in contents) else None

    named = [{name for name in c if name.startswith("scalar ")} for c in contents]
    names = named[0].intersection(*named[1:])
    colors, normals = common("colors"), common("normals")
    return FileContent(
        np.concatenate([content["vertices"] for content in contents]).astype(np.float64),
        np.concatenate(corners),
        np.concatenate([content["sizes"] for content in contents]),
        colors=colors,
        normals=normals,
        texture_coordinates=common("texture"),
        scalars={name.removeprefix("scalar "): np.concatenate([c[name] for c in contents]) for name in sorted(names)},
        single_precision=all(content["vertices"].dtype.itemsize == 4 for content in contents),
    )


def _document(source: FileBytes) -> _Document:
    """Return the structure of the file."""
    document = _Document(source)
    text = _without_appended(document)
    section: list[str] = []
    current: list[_DataArray] = []
    open_elements: list[str] = []

    def start(name: str, attributes: dict[str, str], line: int) -> None:
        open_elements.append(name)
        if name == "VTKFile":
            document.attributes = attributes
        elif name == "Piece":
            document.pieces.append({})
            document.counts.append(_counts(source, attributes, line))
        elif name in _SECTIONS:
            section[:] = [name]
        elif name == "DataArray" and section and document.pieces:
            current[:] = [_DataArray(section[0], attributes, line)]
            document.pieces[-1][section[0], attributes.get("Name", "")] = current[0]
            if section[0] == "Points":
                document.pieces[-1]["Points", "Points"] = current[0]

    def end(name: str) -> None:
        open_elements.pop()
        if name == "DataArray":
            current.clear()
        elif name in _SECTIONS:
            section.clear()

    def characters(piece: str) -> None:
        # An array may hold other elements (InformationKey), whose text is none of its numbers.
        if current and open_elements[-1] == "DataArray":
            current[0].text.append(piece)

    parse_xml(source, text, "", start, end, characters)
    kind = document.attributes.get("type")
    if kind != "PolyData":
        reason = f"holds {printable(kind)}" if kind else "is no VTK file"
        raise source.error(f"{reason}, not PolyData", "", "Export the surface as PolyData (.vtp).")
    if document.attributes.get("compressor", "") not in _COMPRESSORS:
        name = printable(document.attributes["compressor"])
        raise source.error(f"is compressed by {name}, which is not read", "", "Export it with zlib or uncompressed.")
    return document


def _without_appended(document: _Document) -> bytes:
    """Return the XML without the appended data, which need not be XML; keep those in the document."""
    data = document.source.data
    tag = re.search(rb"<AppendedData\b[^>]*>", data)
    if not tag or tag[0].endswith(b"/>"):
        return data
    end = data.rfind(b"</AppendedData>")
    begin = data.find(b"_", tag.end())
    if end < 0 or not tag.end() <= begin < end:
        raise document.source.error("the file ends early: the appended data do not end", f"byte {len(data)}", _DAMAGED)
    document.appended = data[begin + 1 : end]
    document.appended_is_raw = b"raw" in tag[0]
    return data[: tag.end()] + data[end:]


def _counts(source: FileBytes, attributes: dict[str, str], line: int) -> dict[str, int]:
    """Return the numbers of points and cells that a piece promises."""
    counts: dict[str, int] = {}
    for name in ("NumberOfPoints", "NumberOfPolys", "NumberOfStrips"):
        if name in attributes:
            if not re.fullmatch("[0-9]{1,18}", attributes[name].strip()):
                raise source.error(f'{name} is "{printable(attributes[name])}"', f"line {line}", _DAMAGED)
            counts[name] = int(attributes[name])
    return counts


def _check_count(document: _Document, counts: dict[str, int], name: str, found: int) -> None:
    """Refuse a piece that holds another number of things than it promises."""
    if counts.get(name, found) != found:
        reason = f"{name} promises {counts[name]}, {found} follow"
        raise document.source.error(reason, "Piece", _DAMAGED)


def _piece(
    document: _Document, arrays: dict[tuple[str, str], _DataArray], counts: dict[str, int]
) -> dict[str, np.ndarray]:
    """Return what one piece of the surface holds."""
    if ("Points", "Points") not in arrays:
        _check_count(document, counts, "NumberOfPoints", 0)
        return {"vertices": np.zeros((0, 3))}
    array = arrays["Points", "Points"]
    points = _values(document, array)
    if points.size % 3 or array.attributes.get("NumberOfComponents", "3").strip() != "3":
        width = printable(array.attributes.get("NumberOfComponents", "3"))
        raise document.source.error(f"{points.size:,} numbers of {width} components are no points", "Points", _DAMAGED)
    _check_count(document, counts, "NumberOfPoints", points.size // 3)
    content: dict[str, np.ndarray] = {"vertices": points.reshape(-1, 3)}
    n = len(content["vertices"])
    content["corners"], content["sizes"] = _cells(document, arrays, "Polys")
    _check_count(document, counts, "NumberOfPolys", len(content["sizes"]))
    corners, sizes = _cells(document, arrays, "Strips")
    _check_count(document, counts, "NumberOfStrips", len(sizes))
    if len(sizes):
        strips = [strip_triangles(strip) for strip in np.split(corners, np.cumsum(sizes)[:-1])]
        faces = np.concatenate(strips)
        content["corners"] = np.concatenate([content["corners"], faces.reshape(-1)])
        content["sizes"] = np.concatenate([content["sizes"], np.full(len(faces), 3, np.int64)])
    wrong = np.flatnonzero((content["corners"] < 0) | (content["corners"] >= n))
    if len(wrong):
        first: int = wrong[0]
        face = int(np.searchsorted(np.cumsum(content["sizes"]), first, side="right"))
        reason = f"names vertex {content['corners'][first]}; there are {n}, numbered from 0"
        raise document.source.error(reason, f"face {face}", _DAMAGED)
    for (section, name), array in arrays.items():
        if section == "PointData":
            content |= _attribute(document, name, array, n)
    return content


def _attribute(document: _Document, name: str, array: _DataArray, n: int) -> dict[str, np.ndarray]:
    """Return what an array of the points means; nothing where it is no attribute that is kept."""
    if array.attributes.get("type") not in _TYPES or n == 0:
        return {}
    values = _values(document, array)
    width = array.attributes.get("NumberOfComponents", "1")
    if not width.isdecimal() or len(width) > 4 or values.size != n * int(width):
        reason = f"{values.size:,} values for {n:,} points"
        raise document.source.error(reason, f'array "{printable(name)}"', _DAMAGED)
    table = values.reshape(n, int(width))
    if table.shape[1] == 1:
        return {f"scalar {name}": table[:, 0].astype(np.float64)}
    if table.shape[1] == 2 and ("tc" in name.lower() or "tex" in name.lower() or "uv" in name.lower()):
        return {"texture": table.astype(np.float64)}
    if table.shape[1] in (3, 4) and table.dtype == np.uint8:
        return {"colors": table[:, :3]}
    if table.shape[1] == 3 and name.lower() == "normals":
        return {"normals": table.astype(np.float64)}
    return {}


def _cells(
    document: _Document, arrays: dict[tuple[str, str], _DataArray], section: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return corners and sizes of the cells of a section."""
    found = [arrays.get((section, name)) for name in ("connectivity", "offsets")]
    if found == [None, None]:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if found[0] is None or found[1] is None:
        raise document.source.error("connectivity or offsets are missing", section, _DAMAGED)
    corners, offsets = (_values(document, array) for array in found if array is not None)
    if corners.dtype.kind not in "iu" or offsets.dtype.kind not in "iu":
        raise document.source.error("connectivity and offsets are no integers", section, _DAMAGED)
    for values in (corners, offsets):
        if values.dtype == np.uint64 and len(values) and values.max() >= 2**63:
            raise document.source.error(f"index {values.max()} is far out of range", section, _DAMAGED)
    sizes = np.diff(offsets.astype(np.int64), prepend=0)
    last = int(offsets[-1]) if len(offsets) else 0
    if (sizes < 0).any() or last != len(corners):
        raise document.source.error(f"the offsets end at {last:,} of {len(corners):,} corners", section, _DAMAGED)
    return corners.astype(np.int64), sizes


def _values(document: _Document, array: _DataArray) -> np.ndarray:
    """Return the numbers of an array, one after the other."""
    source, name = document.source, printable(array.attributes.get("Name", array.section))
    place = f'line {array.line}, array "{name}"'
    kind, style = array.attributes.get("type", ""), array.attributes.get("format", "ascii")
    if kind not in _TYPES:
        raise source.error(f'"{printable(kind)}" is no type of numbers', place, _DAMAGED)
    type_ = np.dtype(document.order + _TYPES[kind])
    if style == "ascii":
        return _from_text("".join(array.text), type_, source, place)
    if style == "binary":
        data = _from_base64("".join(array.text).encode("ascii", "replace"), source, place)
    elif style == "appended":
        data = _appended(document, array.attributes.get("offset", ""), place)
    else:
        raise source.error(f'"{printable(style)}" is no format of an array', place, _DAMAGED)
    content = _unpacked(document, data, place)
    if len(content) % type_.itemsize:
        raise source.error(f"{len(content):,} bytes are no array of {kind}", place, _DAMAGED)
    return np.frombuffer(content, type_)


def _from_text(text: str, type_: np.dtype, source: FileBytes, place: str) -> np.ndarray:
    """Return numbers written as text."""

    def complain(number: int, reason: str, remedy: str) -> InputError:
        return source.error(reason, f"{place}, number {number}", remedy)

    with np.errstate(over="ignore"):
        values = parse_numbers(without_marked(text.encode("utf-8", "replace")), type_.kind != "f", complain)
        if type_.kind == "f":
            return values.astype(type_)
    limits = np.iinfo(type_)
    if len(values) and (values.min() < limits.min or values.max() > limits.max):
        raise source.error(f"a number out of the range of {type_.name}", place, "Correct the number.")
    return values.astype(type_)


def _from_base64(text: bytes, source: FileBytes, place: str) -> bytes:
    """Return what base64 text holds; several pieces with padding of their own may follow each other."""
    text = re.sub(rb"\s+", b"", text)
    strange = re.search(rb"[^A-Za-z0-9+/=]", text)
    if strange:
        raise source.error(f'the base64 is damaged: it holds "{printable(strange[0])}"', place, _DAMAGED)
    pieces = re.findall(rb"[A-Za-z0-9+/]+=*", text)
    try:
        return b"".join(base64.b64decode(piece, validate=True) for piece in pieces)
    except (binascii.Error, ValueError) as error:
        raise source.error(f"the base64 is damaged ({error})", place, _DAMAGED) from None


def _appended(document: _Document, offset: str, place: str) -> bytes:
    """Return the appended data from an offset on."""
    if not offset.isdecimal() or len(offset) > 18 or int(offset) > len(document.appended):
        reason = f'the offset "{printable(offset)}" lies outside {len(document.appended)} appended bytes'
        raise document.source.error(reason, place, _DAMAGED)
    data = document.appended[int(offset) :]
    return data if document.appended_is_raw else _from_base64_prefix(document, data, place)


def _from_base64_prefix(document: _Document, text: bytes, place: str) -> bytes:
    """Return one array at the beginning of base64 text in which others follow."""
    header = np.dtype(_header_type(document)).itemsize
    compressed = _COMPRESSORS[document.attributes.get("compressor", "")] is not None
    head = _from_base64(text[: _encoded(3 * header if compressed else header)], document.source, place)
    numbers = np.frombuffer(head[: len(head) // header * header], _header_type(document)).tolist()
    if not numbers:
        raise document.source.error("the array has no header", place, _DAMAGED)
    if not compressed:
        both = _encoded(header + numbers[0])
        apart = _encoded(header) + _encoded(numbers[0])
        # Whether header and data are encoded together can be seen at the padding of the header.
        return _from_base64(text[: apart if b"=" in text[: _encoded(header)] else both], document.source, place)
    head_size = header * (3 + numbers[0])
    if _encoded(head_size) > len(text):
        raise document.source.error(f"{numbers[0]} blocks do not fit into the file", place, _DAMAGED)
    head = _from_base64(text[: _encoded(head_size)], document.source, place)
    if len(head) < head_size:
        raise document.source.error("the header of the array ends early", place, _DAMAGED)
    sizes = np.frombuffer(head[:head_size], _header_type(document))[3:].tolist()
    return _from_base64(text[: _encoded(head_size) + _encoded(sum(sizes))], document.source, place)


def _encoded(size: int) -> int:
    """Return how many characters of base64 a number of bytes takes."""
    return (size + 2) // 3 * 4


def _header_type(document: _Document) -> str:
    """Return the type of the sizes in front of binary data."""
    return document.order + ("u8" if document.attributes.get("header_type") == "UInt64" else "u4")


def _unpacked(document: _Document, data: bytes, place: str) -> bytes:
    """Return the content of binary data: without the header, and expanded."""
    source, type_ = document.source, np.dtype(_header_type(document))
    make = _COMPRESSORS[document.attributes.get("compressor", "")]
    if len(data) < type_.itemsize:
        raise source.error("the array has no header", place, _DAMAGED)
    first = int(np.frombuffer(data, type_, 1)[0])
    if make is None:
        content = data[type_.itemsize : type_.itemsize + first]
        if len(content) < first:
            raise source.error(
                f"the array ends early: expected {first:,} bytes, found {len(content):,}", place, _DAMAGED
            )
        return content
    if first == 0:
        return b""
    if (3 + first) * type_.itemsize > len(data):
        raise source.error(f"{first} compressed blocks do not fit into {len(data):,} bytes", place, _DAMAGED)
    block, last, *sizes = np.frombuffer(data, type_, 2 + first, type_.itemsize).tolist()
    at = (3 + first) * type_.itemsize
    blocks: list[bytes] = []
    for k, size in enumerate(sizes):
        expected = last if k == first - 1 and last else block
        if at + size > len(data):
            raise source.error(f"the array ends early in block {k + 1} of {first}", place, _DAMAGED)
        try:
            content = make(data[at : at + size], expected)
        except (zlib.error, lzma.LZMAError, EOFError, OverflowError, ValueError):
            raise source.error(f"block {k + 1} of {first} is damaged", place, _DAMAGED) from None
        if len(content) != expected:
            raise source.error(f"block {k + 1} of {first} has not the promised size", place, _DAMAGED)
        blocks.append(content)
        at += size
    return b"".join(blocks)
