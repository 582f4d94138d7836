"""PLY: Stanford polygons, ASCII and binary of both byte orders."""

import re
from dataclasses import dataclass

import numpy as np

from core.io.content import FileContent
from core.io.polygons import strip_triangles
from core.io.source import Source, printable
from core.io.text import TextLines, text_lines

_TYPES = {
    **dict.fromkeys(("char", "int8"), "i1"),
    **dict.fromkeys(("uchar", "uint8"), "u1"),
    **dict.fromkeys(("short", "int16"), "i2"),
    **dict.fromkeys(("ushort", "uint16"), "u2"),
    **dict.fromkeys(("int", "int32"), "i4"),
    **dict.fromkeys(("uint", "uint32"), "u4"),
    **dict.fromkeys(("float", "float32"), "f4"),
    **dict.fromkeys(("double", "float64"), "f8"),
}
_ORDERS = {b"binary_little_endian": "<", b"binary_big_endian": ">"}
_DISAGREE = "The counts in the header and the body disagree; export the file again."
_COLORS = (("red", "green", "blue"), ("r", "g", "b"), ("diffuse_red", "diffuse_green", "diffuse_blue"))
_TEXTURES = (("s", "t"), ("u", "v"), ("texture_u", "texture_v"), ("texture_s", "texture_t"))
_NORMALS = ("nx", "ny", "nz")


@dataclass(frozen=True, eq=False)
class _Property:
    name: str
    type: str
    count_type: str = ""
    """Type of the length where the property is a list."""


@dataclass(frozen=True, eq=False)
class _Element:
    name: str
    count: int
    properties: tuple[_Property, ...]

    @property
    def least_bytes(self) -> int:
        """Bytes that one row takes at least in a binary file."""
        return sum(np.dtype(p.count_type or p.type).itemsize for p in self.properties)


@dataclass(frozen=True, eq=False)
class _Lists:
    """The values of a list property: all of them, and how many each row has."""

    values: np.ndarray
    sizes: np.ndarray


_Rows = dict[str, "np.ndarray | _Lists"]


def read_ply(source: Source) -> FileContent:
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
        _read_ascii(source, elements, body, lines) if order == "" else (_read_binary(source, elements, body, order), {})
    )
    if "vertex" not in rows:
        raise source.error('contains no geometry (no element "vertex")', "header", "Export it again.")
    return _content(source, elements, rows, first_line)


def _header(source: Source) -> tuple[str, list[_Element], int, int]:
    """Return byte order (empty for ASCII), elements, where the body begins, and the number of header lines."""
    end = re.search(rb"(?:^|[\r\n])end_header[ \t]*(?:\r\n|\n|\r)", source.data[:1_000_000])
    if not end:
        raise source.error("the header does not end (no end_header)", "header", "The file is cut short or no PLY.")
    lines = re.split(rb"\r\n|\n|\r", source.data[: end.end()])[:-1]
    order, elements = None, []
    for number, line in enumerate(lines, 1):
        words = line.split()
        place = f"line {number}"
        if number == 1 or not words or words[0] in (b"comment", b"obj_info", b"end_header"):
            continue
        if words[0] == b"format" and len(words) >= 2 and (words[1] in _ORDERS or words[1] == b"ascii"):
            order = _ORDERS.get(words[1], "")
        elif words[0] == b"element" and len(words) == 3 and re.fullmatch(rb"\d{1,18}", words[2]):
            elements.append(_Element(words[1].decode("utf-8", "replace"), int(words[2]), ()))
        elif words[0] == b"property" and elements:
            element = elements[-1]
            elements[-1] = _Element(element.name, element.count, (*element.properties, _property(source, words, place)))
        else:
            raise source.error(f'"{printable(line)}" has no meaning in a PLY header', place, "Correct the header.")
    if order is None:
        raise source.error("the header names no format", "header", "Write: format ascii 1.0")
    _check_names(source, elements)
    return order, elements, end.end(), len(lines)


def _check_names(source: Source, elements: list[_Element]) -> None:
    """Refuse elements or properties that occur twice."""
    for names in ([e.name for e in elements], *([p.name for p in e.properties] for e in elements)):
        if len(set(names)) < len(names):
            double = next(name for name in names if names.count(name) > 1)
            raise source.error(f'"{printable(double)}" is declared twice', "header", "Correct the header.")


def _property(source: Source, words: list[bytes], place: str) -> _Property:
    """Return the property that a header line declares."""
    names = [word.decode("utf-8", "replace") for word in words[1:]]
    if len(names) == 2 and names[0] in _TYPES:
        return _Property(names[1], _TYPES[names[0]])
    if len(names) == 4 and names[0] == "list" and names[1] in _TYPES and names[2] in _TYPES:
        return _Property(names[3], _TYPES[names[2]], _TYPES[names[1]])
    raise source.error(f'"{printable(b" ".join(words))}" is no property', place, "Correct the header.")


# ---------------------------------------------------------------- ASCII body


def _read_ascii(
    source: Source, elements: list[_Element], body: int, header_lines: int
) -> tuple[dict[str, _Rows], dict[str, np.ndarray]]:
    """Return the rows of each element, and the line that each row stands on."""
    lines = text_lines(source, source.data[body:], b"", header_lines + 1)
    wanted = sum(element.count for element in elements)
    rows, numbers, at = {}, {}, 0
    for element in elements:
        part = lines.take(slice(at, at + element.count))
        rows[element.name] = _ascii_rows(element, part)
        numbers[element.name] = part.numbers
        at += element.count
        if len(part) < element.count:
            missing = f'{element.count} rows of "{printable(element.name)}" promised, {len(part)} found'
            raise source.error(f"the file ends early: {missing}", f"line {_last_line(lines)}", _DISAGREE)
    if len(lines) > wanted:
        raise lines.error(wanted, f"{len(lines) - wanted} more lines than the header promises", _DISAGREE)
    return rows, numbers


def _last_line(lines: TextLines) -> int:
    """Return the number of the last line that holds a word, 1 where there is none."""
    return int(lines.numbers[-1]) if len(lines) else 1


def _ascii_rows(element: _Element, lines: TextLines) -> _Rows:
    """Return the columns of an element, list by list."""
    values = lines.numbers_in()
    end = np.cumsum(lines.n_words)
    at = end - lines.n_words
    columns: _Rows = {}
    for known in element.properties:
        _check_room(lines, at + 1, end, element)
        first = values[at]
        at = at + 1
        if not known.count_type:
            columns[known.name] = first
            continue
        sizes = _as_sizes(lines, first)
        _check_room(lines, at + sizes, end, element)
        inside = np.repeat(at - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
        columns[known.name] = _Lists(values[inside], sizes)
        at = at + sizes
    over = np.flatnonzero(at != end)
    if len(over):
        k = int(over[0])
        found, wanted = int(lines.n_words[k]), int(lines.n_words[k] - (end[k] - at[k]))
        raise lines.error(k, f'expected {wanted} numbers of a "{printable(element.name)}", found {found}', _DISAGREE)
    return columns


def _check_room(lines: TextLines, at: np.ndarray, end: np.ndarray, element: _Element) -> None:
    """Refuse a row that is shorter than its properties."""
    short = np.flatnonzero(at > end)
    if len(short):
        k = int(short[0])
        reason = f'the line ends early: {int(lines.n_words[k])} numbers are too few for a "{printable(element.name)}"'
        raise lines.error(k, reason, _DISAGREE)


def _as_sizes(lines: TextLines, values: np.ndarray) -> np.ndarray:
    """Return lengths of lists as integers."""
    wrong = np.flatnonzero(~((values >= 0) & (values <= 1e9) & (values == np.floor(values))))
    if len(wrong):
        k = int(wrong[0])
        raise lines.error(k, f"{values[k]:g} is no number of corners", _DISAGREE)
    return values.astype(np.int64)


# ---------------------------------------------------------------- binary body


def _read_binary(source: Source, elements: list[_Element], body: int, order: str) -> dict[str, _Rows]:
    """Return the rows of each element."""
    available = len(source.data) - body
    least = sum(element.count * element.least_bytes for element in elements)
    if least > available:
        reason = f"the file ends early: expected at least {least} bytes after the header, found {available}"
        raise source.error(reason, "", _DISAGREE)
    rows, at = {}, body
    for element in elements:
        rows[element.name], at = _binary_rows(source, element, at, order)
    rest = source.data[at:]
    if rest.strip(b"\0 \t\r\n"):
        raise source.error(f"{len(rest)} bytes more than the header promises", f"byte {at}", _DISAGREE)
    return rows


def _binary_rows(source: Source, element: _Element, at: int, order: str) -> tuple[_Rows, int]:
    """Return the columns of an element and where the next one begins."""
    if not element.properties or not element.count:
        return {p.name: _empty(p) for p in element.properties}, at
    sizes = _first_sizes(source, element, at, order)
    fields = []
    for k, known in enumerate(element.properties):
        if known.count_type:
            fields += [(f"n{k}", order + known.count_type), (f"p{k}", order + known.type, (sizes[k],))]
        else:
            fields.append((f"p{k}", order + known.type))
    row = np.dtype(fields)
    if at + element.count * row.itemsize <= len(source.data):
        table = np.frombuffer(source.data, row, element.count, at)
        if all((table[f"n{k}"] == sizes[k]).all() for k, p in enumerate(element.properties) if p.count_type):
            columns: _Rows = {}
            for k, known in enumerate(element.properties):
                values = table[f"p{k}"]
                if known.count_type:
                    values = _Lists(values.reshape(-1), np.full(element.count, sizes[k], np.int64))
                columns[known.name] = values
            return columns, at + element.count * row.itemsize
    return _mixed_rows(source, element, at, order)


def _empty(known: _Property) -> "np.ndarray | _Lists":
    """Return the column of an element without rows."""
    values = np.zeros(0, known.type)
    return _Lists(values, np.zeros(0, np.int64)) if known.count_type else values


def _first_sizes(source: Source, element: _Element, at: int, order: str) -> list[int]:
    """Return the length of each list in the first row (0 for a single value)."""
    sizes = []
    for known in element.properties:
        size = 0
        if known.count_type:
            size = _list_size(source, element, at, order + known.count_type, known.type, 0)
            at += np.dtype(known.count_type).itemsize + size * np.dtype(known.type).itemsize
        else:
            at += np.dtype(known.type).itemsize
        sizes.append(size)
    return sizes


def _list_size(source: Source, element: _Element, at: int, count_type: str, type_: str, row: int) -> int:
    """Return the length of the list at a place, which must lie within the file."""
    head = np.dtype(count_type).itemsize
    room = len(source.data) - at - head
    if room >= 0:
        size = float(np.frombuffer(source.data, count_type, 1, at)[0])
        if size >= 0 and size == np.floor(size) and size * np.dtype(type_).itemsize <= room:
            return int(size)
        if not (size >= 0 and size == np.floor(size)):
            place = f'row {row} of "{printable(element.name)}"'
            raise source.error(f"{size:g} is no number of corners", place, _DISAGREE)
    reason = f'the file ends early in row {row} of {element.count} of "{printable(element.name)}"'
    raise source.error(reason, f"byte {min(at, len(source.data))}", _DISAGREE)


def _mixed_rows(source: Source, element: _Element, at: int, order: str) -> tuple[_Rows, int]:
    """Return the columns of an element whose lists differ in length, row by row."""
    names = range(len(element.properties))
    begins: list[list[int]] = [[] for _ in names]
    sizes: list[list[int]] = [[] for _ in names]
    for row in range(element.count):
        for k, known in enumerate(element.properties):
            size = 1
            if known.count_type:
                size = _list_size(source, element, at, order + known.count_type, known.type, row)
                at += np.dtype(known.count_type).itemsize
            begins[k].append(at)
            sizes[k].append(size)
            at += size * np.dtype(known.type).itemsize
        if at > len(source.data):
            reason = f'the file ends early in row {row} of {element.count} of "{printable(element.name)}"'
            raise source.error(reason, f"byte {len(source.data)}", _DISAGREE)
    content = np.frombuffer(source.data, np.uint8)
    columns: _Rows = {}
    for k, known in enumerate(element.properties):
        width = np.dtype(known.type).itemsize
        lengths = np.array(sizes[k], np.int64)
        inside = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        first = np.repeat(np.array(begins[k], np.int64), lengths) + width * inside
        values = content[first[:, None] + np.arange(width)].reshape(-1).view(order + known.type)
        columns[known.name] = _Lists(values, lengths) if known.count_type else values
    return columns, at


# ---------------------------------------------------------------- meaning


def _content(
    source: Source, elements: list[_Element], rows: dict[str, _Rows], lines: dict[str, np.ndarray]
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
    places = {}
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
        scalars=scalars,
        warnings=warnings,
        single_precision=types["x"] == "f4",
        **places,
    )


def _columns(plain: dict[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    """Return some columns side by side."""
    return np.column_stack([plain[name].astype(np.float64) for name in names])


def _unit_colors(colors: np.ndarray, type_: str) -> np.ndarray:
    """Return colours from 0 to 1."""
    return colors if type_[0] == "f" else colors / (65535.0 if type_ in ("u2", "i2") else 255.0)


def _polygons(source: Source, rows: dict[str, _Rows], n_faces: int) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return corners and sizes of the polygons: faces, or else triangle strips."""
    face = rows.get("face", {})
    lists = face.get("vertex_indices", face.get("vertex_index"))
    if isinstance(lists, _Lists):
        return _whole(source, lists.values), lists.sizes, ()
    if n_faces:
        raise source.error('the faces have no list "vertex_indices"', "header", "Export it again.")
    strips = rows.get("tristrips", {}).get("vertex_indices")
    if not isinstance(strips, _Lists):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), ()
    faces = []
    for strip in np.split(_whole(source, strips.values), np.cumsum(strips.sizes)[:-1]):
        for run in np.split(strip, np.flatnonzero(strip == -1)):
            faces.append(strip_triangles(run[run != -1]))
    joined = np.concatenate(faces) if faces else np.zeros((0, 3), np.int64)
    return joined.reshape(-1), np.full(len(joined), 3, np.int64), ("Triangle strips were cut into triangles.",)


def _whole(source: Source, values: np.ndarray) -> np.ndarray:
    """Return indices as int64; refuse those that are no integers."""
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    wrong = np.flatnonzero(~((np.abs(values) < 2**53) & (values == np.floor(values))))
    if len(wrong):
        raise source.error(f"{values[wrong[0]]:g} is no index of a vertex", "faces", "Export it again.")
    return values.astype(np.int64)
