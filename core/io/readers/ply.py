"""PLY: Stanford polygons, ASCII and binary of both byte orders."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypedDict

import numpy as np

from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.obj_pictures import Material, vertex_colors
from core.io.readers.ply_rows import PlyElement, PlyLists, PlyProperty, PlyRows, read_ascii, read_binary
from core.io.readers.polygons import strip_triangles

_TYPES = {
    **dict.fromkeys(("char", "int8"), "i1"),
    **dict.fromkeys(("uchar", "uint8"), "u1"),
    **dict.fromkeys(("short", "int16"), "i2"),
    **dict.fromkeys(("ushort", "uint16"), "u2"),
    **dict.fromkeys(("int", "int32"), "i4"),
    **dict.fromkeys(("uint", "uint32"), "u4"),
    **dict.fromkeys(("long", "longlong", "int64"), "i8"),
    **dict.fromkeys(("ulong", "ulonglong", "uint64"), "u8"),
    **dict.fromkeys(("float", "float32"), "f4"),
    **dict.fromkeys(("double", "float64"), "f8"),
}
_ORDERS = {b"binary_little_endian": "<", b"binary_big_endian": ">"}
_COLORS = (("red", "green", "blue"), ("r", "g", "b"), ("diffuse_red", "diffuse_green", "diffuse_blue"))
_TEXTURE_FILE = re.compile(rb"[\r\n]comment[ \t]+TextureFile[ \t]+([^\r\n]+)")
"""The comment by which MeshLab and others name the picture of a surface."""
_TEXTURES = (("s", "t"), ("u", "v"), ("texture_u", "texture_v"), ("texture_s", "texture_t"))
_NORMALS = ("nx", "ny", "nz")


def read_ply(source: FileBytes) -> FileContent:
    """Return the polygons or points of a PLY file.

    Raises
    ------
    InputError
        If the header or the body is not as the format wants it, or the two disagree.
    """
    order, elements, body, lines = _header(source)
    if not elements:
        raise source.error("contains no geometry (the header names no element)", "header", "Export it again.")
    rows, first_line = (
        read_ascii(source, elements, body, lines) if order == "" else (read_binary(source, elements, body, order), {})
    )
    if "vertex" not in rows:
        raise source.error('contains no geometry (no element "vertex")', "header", "Export it again.")
    content = _content(source, elements, rows, first_line)
    named = _TEXTURE_FILE.search(source.data[:body])
    return content if named is None else _painted(source, content, named[1].decode("utf-8", "replace").strip())


def _painted(source: FileBytes, content: FileContent, picture: str) -> FileContent:
    """Return what a file holds with the colours of a picture that it names, where it has none of its own."""
    if content.colors is not None:
        return content
    n, by_corner = len(content.vertices), content.corner_texture
    vertices = content.corners if by_corner is not None else np.arange(n)
    texture = by_corner if by_corner is not None else content.texture_coordinates
    if texture is None:
        return content
    material, all_of_it = {"": Material(picture=picture)}, np.zeros(len(vertices), np.int64)
    colors, said = vertex_colors(source, material, vertices, [""], all_of_it, texture, n)
    return replace(content, colors=colors, warnings=(*content.warnings, *said))


def _header(source: FileBytes) -> tuple[str, list[PlyElement], int, int]:
    """Return byte order (empty for ASCII), elements, where the body begins, and the number of header lines."""
    end = re.search(rb"(?:^|[\r\n])end_header[ \t]*(?:\r\n|\n|\r)", source.data[:1_000_000])
    if not end:
        raise source.error("the header does not end (no end_header)", "header", "The file is cut short or no PLY.")
    lines = re.split(rb"\r\n|\n|\r", source.data[: end.end()])[:-1]
    order: str | None = None
    elements: list[PlyElement] = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        place = f"line {number}"
        if number == 1 or not words or words[0] in (b"comment", b"obj_info", b"end_header"):
            continue
        if words[0] == b"format" and len(words) >= 2 and (words[1] in _ORDERS or words[1] == b"ascii"):
            order = _ORDERS.get(words[1], "")
        elif words[0] == b"element" and len(words) == 3 and re.fullmatch(rb"\d{1,18}", words[2]):
            elements.append(PlyElement(words[1].decode("utf-8", "replace"), int(words[2]), ()))
        elif words[0] == b"property" and elements:
            element = elements[-1]
            elements[-1] = PlyElement(
                element.name, element.count, (*element.properties, _property(source, words, place))
            )
        else:
            raise source.error(f'"{printable(line)}" has no meaning in a PLY header', place, "Correct the header.")
    if order is None:
        raise source.error("the header names no format", "header", "Write: format ascii 1.0")
    _check_names(source, elements)
    return order, elements, end.end(), len(lines)


def _check_names(source: FileBytes, elements: list[PlyElement]) -> None:
    """Refuse elements or properties that occur twice."""
    for names in ([e.name for e in elements], *([p.name for p in e.properties] for e in elements)):
        if len(set(names)) < len(names):
            double = next(name for name in names if names.count(name) > 1)
            raise source.error(f'"{printable(double)}" is declared twice', "header", "Correct the header.")


def _property(source: FileBytes, words: list[bytes], place: str) -> PlyProperty:
    """Return the property that a header line declares."""
    names = [word.decode("utf-8", "replace") for word in words[1:]]
    if len(names) == 2 and names[0] in _TYPES:
        return PlyProperty(names[1], _TYPES[names[0]])
    if len(names) == 4 and names[0] == "list" and names[1] in _TYPES and names[2] in _TYPES:
        return PlyProperty(names[3], _TYPES[names[2]], _TYPES[names[1]])
    raise source.error(f'"{printable(b" ".join(words))}" is no property', place, "Correct the header.")


class _Places(TypedDict, total=False):
    """Where vertices and faces stand, where the file has lines."""

    vertex_place: Callable[[int], str]
    face_place: Callable[[int], str]


def _content(
    source: FileBytes, elements: list[PlyElement], rows: dict[str, PlyRows], lines: dict[str, np.ndarray]
) -> FileContent:
    """Return what the rows mean."""
    vertex = rows["vertex"]
    missing = [name for name in "xyz" if not isinstance(vertex.get(name), np.ndarray)]
    if missing:
        raise source.error(f'the vertices have no "{missing[0]}"', "header", "A PLY surface needs x, y and z.")
    types = {p.name: p.type for e in elements if e.name == "vertex" for p in e.properties}
    plain = {name: values for name, values in vertex.items() if isinstance(values, np.ndarray)}
    n_faces = sum(element.count for element in elements if element.name == "face")
    corners, sizes, warnings = _polygons(source, rows, n_faces)
    colors = next((c for c in _COLORS if plain.keys() >= set(c)), None)
    textures = next((t for t in _TEXTURES if plain.keys() >= set(t)), None)
    has_normals = plain.keys() >= set(_NORMALS)
    taken = {*"xyz", "alpha", "a", *(colors or ()), *(textures or ()), *(_NORMALS if has_normals else ())}
    scalars = {name: values.astype(np.float64) for name, values in plain.items() if name not in taken}
    places: _Places = {}
    if lines:
        places["vertex_place"] = lambda k: f"line {lines['vertex'][k]}"
        if len(lines.get("face", ())):
            places["face_place"] = lambda k: f"line {lines['face'][k]}"
    return FileContent(
        _columns(plain, tuple("xyz")),
        corners,
        sizes,
        colors=_unit_colors(_columns(plain, colors), types[colors[0]]) if colors else None,
        normals=_columns(plain, _NORMALS) if has_normals else None,
        texture_coordinates=_columns(plain, textures) if textures else None,
        corner_texture=_corner_texture(rows.get("face", {}), sizes),
        scalars=scalars,
        warnings=warnings,
        single_precision=types["x"] == "f4",
        **places,
    )


def _corner_texture(face: PlyRows, sizes: np.ndarray) -> np.ndarray | None:
    """Return the texture coordinates (m, 2) of the corners, two a corner in the list of each face; None without."""
    lists = face.get("texcoord")
    if not isinstance(lists, PlyLists) or not len(sizes):
        return None
    full = lists.sizes == 2 * sizes  # a face without a picture has an empty list
    texture = np.full((int(sizes.sum()), 2), np.nan)
    if full.any():
        texture[np.repeat(full, sizes)] = lists.values[np.repeat(full, lists.sizes)].astype(np.float64).reshape(-1, 2)
    return texture if full.any() else None


def _columns(plain: dict[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    """Return some columns side by side."""
    return np.column_stack([plain[name].astype(np.float64) for name in names])


def _unit_colors(colors: np.ndarray, type_: str) -> np.ndarray:
    """Return colours from 0 to 1."""
    return colors if type_[0] == "f" else colors / (65535.0 if type_ in ("u2", "i2") else 255.0)


def _polygons(
    source: FileBytes, rows: dict[str, PlyRows], n_faces: int
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return corners and sizes of the polygons: faces, or else triangle strips."""
    face = rows.get("face", {})
    lists = face.get("vertex_indices", face.get("vertex_index"))
    if isinstance(lists, PlyLists):
        return _whole(source, lists.values), lists.sizes, ()
    if n_faces:
        raise source.error('the faces have no list "vertex_indices"', "header", "Export it again.")
    strips = rows.get("tristrips", {}).get("vertex_indices")
    if not isinstance(strips, PlyLists):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), ()
    faces: list[np.ndarray] = []
    for strip in np.split(_whole(source, strips.values), np.cumsum(strips.sizes)[:-1]):
        for run in np.split(strip, np.flatnonzero(strip == -1)):
            faces.append(strip_triangles(run[run != -1]))
    joined = np.concatenate(faces) if faces else np.zeros((0, 3), np.int64)
    return joined.reshape(-1), np.full(len(joined), 3, np.int64), ("Triangle strips were cut into triangles.",)


def _whole(source: FileBytes, values: np.ndarray) -> np.ndarray:
    """Return indices as int64; refuse those that are no integers."""
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    wrong = np.flatnonzero(~((np.abs(values) < 2**53) & (values == np.floor(values))))
    if len(wrong):
        raise source.error(f"{values[wrong[0]]:g} is no index of a vertex", "faces", "Export it again.")
    return values.astype(np.int64)
