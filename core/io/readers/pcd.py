"""PCD: point clouds of the Point Cloud Library, ASCII, binary and compressed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.text import text_lines

_KINDS = {"F": "f", "I": "i", "U": "u"}
_ENTRIES = ("VERSION", "FIELDS", "SIZE", "TYPE", "COUNT", "WIDTH", "HEIGHT", "VIEWPOINT", "POINTS", "DATA")
_DISAGREE = "The header and the body disagree; export the file again."


@dataclass(frozen=True, eq=False)
class _Header:
    """What the header says; each field of ``row`` has as many values as COUNT tells."""

    row: np.dtype
    n_points: int
    kind: str
    body: int
    n_lines: int
    warnings: tuple[str, ...]
    grid: tuple[int, ...]


def read_pcd(source: FileBytes) -> FileContent:
    """Return the points of a PCD file.

    Raises
    ------
    InputError
        If the header is wrong, or the body is shorter than it says.
    """
    header = _header(source)
    if header.kind == "ascii":
        columns, place = _ascii(source, header)
    else:
        packed = header.kind == "binary_compressed"
        columns = _compressed(source, header) if packed else _binary(source, header)
        place = None
    missing = [name for name in "xyz" if name not in columns]
    if missing:
        raise source.error(f'the points have no field "{missing[0]}"', "FIELDS", "A cloud needs x, y and z.")
    normals = ("normal_x", "normal_y", "normal_z")
    has_normals = all(name in columns for name in normals)
    return FileContent(
        _firsts(columns, ("x", "y", "z")),
        colors=_colors(columns),
        normals=_firsts(columns, normals) if has_normals else None,
        warnings=header.warnings,
        vertex_place=place or (lambda k: f"point {k}"),
        single_precision=header.kind != "ascii" and header.row["x"].base.itemsize == 4,
        grid=header.grid,
    )


def _header(source: FileBytes) -> _Header:
    """Return what the header says."""
    end = re.search(rb"(?:^|\n)DATA[ \t]+(\w+)[ \t]*\r?(?:\n|$)", source.data[:100_000], re.IGNORECASE)
    if not end:
        raise source.error("the header has no line DATA", "header", "This is not a PCD file, or it is cut short.")
    entries: dict[str, list[str]] = {}
    head = source.data[: end.end()].decode("ascii", "replace")
    for number, line in enumerate(head.splitlines(), 1):
        words = line.split("#")[0].split()
        if words and words[0].upper() not in _ENTRIES:
            raise source.error(f'"{printable(words[0])}" has no meaning in a PCD header', f"line {number}", _DISAGREE)
        if words:
            entries[words[0].upper()] = words[1:]
    row = _row(source, entries)
    width, height = _whole(source, entries, "WIDTH"), _whole(source, entries, "HEIGHT", 1)
    n_points = _whole(source, entries, "POINTS", width * height)
    warnings = ()
    if n_points != width * height:
        warnings = (f"WIDTH x HEIGHT is {width * height:,}, POINTS is {n_points:,}; {n_points:,} points were read.",)
    kind = end[1].decode().lower()
    if kind not in ("ascii", "binary", "binary_compressed"):
        raise source.error(f'"{printable(kind)}" is no kind of DATA', "header", "Export it as binary.")
    grid = (height, width) if height > 1 and n_points == width * height else ()
    return _Header(row, n_points, kind, end.end(), head.count("\n"), warnings, grid)


_SIZES = {(kind, size) for kind in _KINDS for size in ("1", "2", "4", "8") if kind != "F" or size in ("4", "8")}


def _firsts(columns: dict[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    """Return the first value of some fields of each point, side by side."""
    return np.column_stack([columns[name][:, 0].astype(np.float64) for name in names])


def _row(source: FileBytes, entries: dict[str, list[str]]) -> np.dtype:
    """Return the type of one point."""
    names, types, sizes = (entries.get(key, []) for key in ("FIELDS", "TYPE", "SIZE"))
    counts = entries.get("COUNT", ["1"] * len(names))
    if not names or not len(names) == len(types) == len(sizes) == len(counts):
        raise source.error("FIELDS, SIZE, TYPE and COUNT differ in length", "header", "Correct the header.")
    fields: list[tuple[str, str, tuple[int]]] = []
    padding = 0
    for name, type_, size, count in zip(names, types, sizes, counts, strict=True):
        name, type_ = name.lower(), type_.upper()
        if (type_, size) not in _SIZES or not re.fullmatch("[0-9]{1,18}", count):
            reason = f'the field "{printable(name)}" has the type {printable(type_)}{printable(size)}'
            raise source.error(reason, "header", "Known are F4, F8, I1 to I8 and U1 to U8.")
        if int(count) == 0:
            continue  # a field that is named and takes no room
        if int(count) > 100_000:
            raise source.error(f'the field "{printable(name)}" has {count} values', "COUNT", _DISAGREE)
        # The field "_" is padding and may occur more than once.
        padding += name == "_"
        fields.append((f"_{padding}" if name == "_" else name, f"<{_KINDS[type_]}{size}", (int(count),)))
    if len({field[0] for field in fields}) < len(fields):
        raise source.error("a field occurs twice", "FIELDS", "Correct the header.")
    return np.dtype(fields)


def _whole(source: FileBytes, entries: dict[str, list[str]], key: str, otherwise: int | None = None) -> int:
    """Return a whole number of the header."""
    words = entries.get(key, [] if otherwise is None else [str(otherwise)])
    if len(words) != 1 or not re.fullmatch(r"[0-9]{1,18}", words[0]):
        raise source.error(f"{key} is no number", "header", "Correct the header.")
    return int(words[0])


def _ascii(source: FileBytes, header: _Header) -> tuple[dict[str, np.ndarray], Callable[[int], str]]:
    """Return the values of each field, and where each point stands."""
    lines = text_lines(source, source.data[header.body :], b"#", header.n_lines + 1)
    if len(lines) != header.n_points:
        reason = f"the header promises {header.n_points:,} points, {len(lines):,} follow"
        last = f"line {lines.numbers[-1]}" if len(lines) else "header"
        raise source.error(reason, last, _DISAGREE)
    widths = [header.row[name].shape[0] for name in header.row.names or ()]
    table = lines.table(sum(widths))
    parts = np.split(table, np.cumsum(widths)[:-1], axis=1)
    columns = dict(zip(header.row.names or (), parts, strict=True))
    if "rgb" in columns and header.row["rgb"].base.kind == "f":
        # A colour is packed into the bits of a float32, whatever number that makes.
        columns["rgb"] = columns["rgb"].astype(np.float32)
    return columns, lines.place


def _binary(source: FileBytes, header: _Header) -> dict[str, np.ndarray]:
    """Return the values of each field."""
    expected, found = header.n_points * header.row.itemsize, len(source.data) - header.body
    if found < expected:
        reason = f"the file ends early: expected {expected:,} bytes after the header, found {found}"
        raise source.error(reason, "", _DISAGREE)
    table = np.frombuffer(source.data, header.row, header.n_points, header.body)
    return {name: table[name] for name in header.row.names or ()}


def _compressed(source: FileBytes, header: _Header) -> dict[str, np.ndarray]:
    """Return the values of each field of a compressed body, which stores field after field."""
    head, body = source.data[header.body : header.body + 8], header.body + 8
    packed, size = int.from_bytes(head[:4], "little"), int.from_bytes(head[4:], "little")
    if len(head) < 8 or packed > len(source.data) - body:
        reason = f"the file ends early: expected {packed} compressed bytes, found {max(len(source.data) - body, 0)}"
        raise source.error(reason, "", "Export or download it again.")
    expected = header.n_points * header.row.itemsize
    if size != expected:
        reason = f"{header.n_points:,} points take {expected:,} bytes, the body has {size:,}"
        raise source.error(reason, f"byte {header.body}", _DISAGREE)
    content = _expand(source, source.data[body : body + packed], size)
    columns: dict[str, np.ndarray] = {}
    at = 0
    for name in header.row.names or ():
        type_, width = header.row[name].base, header.row[name].shape[0]
        columns[name] = np.frombuffer(content, type_, header.n_points * width, at).reshape(-1, width)
        at += header.n_points * width * type_.itemsize
    return columns


def _expand(source: FileBytes, packed: bytes, size: int) -> bytes:
    """Return what LZF compressed, exactly ``size`` bytes.

    Notes
    -----
    A control byte below 32 is followed by one literal more than it says; others copy, from up to 8 KiB back, a run
    whose length stands in the upper three bits (or in the next byte) and whose distance in the rest.
    """
    out, at, end = bytearray(), 0, len(packed)
    try:
        while at < end and len(out) <= size:
            control = packed[at]
            at += 1
            if control < 32:
                out += packed[at : at + control + 1]
                at += control + 1
                continue
            length = control >> 5
            if length == 7:
                length += packed[at]
                at += 1
            begin = len(out) - ((control & 31) << 8) - packed[at] - 1
            at += 1
            length += 2
            if begin < 0:
                raise IndexError
            run = out[begin : begin + length]
            # A run may reach into what it writes itself: then it repeats.
            out += run if len(run) == length else (run * (length // len(run) + 1))[:length]
    except IndexError:
        raise source.error("the compressed body is damaged", f"byte {at} of it", "Download it again.") from None
    if len(out) != size or at != end:
        reason = f"the compressed body is damaged: {len(out):,} bytes instead of {size}"
        raise source.error(reason, "", "Download it again.")
    return bytes(out)


def _colors(columns: dict[str, np.ndarray]) -> np.ndarray | None:
    """Return RGB from 0 to 255, which PCD packs into four bytes."""
    packed = columns.get("rgb", columns.get("rgba"))
    if packed is None or packed.shape[1] != 1 or packed.dtype.itemsize not in (4, 8):
        return None
    bits = packed[:, 0]
    bits = np.ascontiguousarray(bits).view(np.uint32) if bits.dtype == np.float32 else bits.astype(np.uint32)
    return np.column_stack([(bits >> shift) & 255 for shift in (16, 8, 0)]).astype(np.uint8)
