"""The body of a PLY file: rows of its elements, as text and binary."""

from dataclasses import dataclass

import numpy as np

from core.base.errors import InputError
from core.io.file_bytes import FileBytes, printable
from core.io.readers.text import TextLines, text_lines

DISAGREE = "The counts in the header and the body disagree; export the file again."
"""What helps where a file does not hold what its header promises."""


@dataclass(frozen=True, eq=False)
class PlyProperty:
    """A property that the header declares."""

    name: str
    type: str
    count_type: str = ""
    """Type of the length where the property is a list."""


@dataclass(frozen=True, eq=False)
class PlyElement:
    """An element that the header declares."""

    name: str
    count: int
    properties: tuple[PlyProperty, ...]

    @property
    def least_bytes(self) -> int:
        """Bytes that one row takes at least in a binary file."""
        return sum(np.dtype(p.count_type or p.type).itemsize for p in self.properties)


@dataclass(frozen=True, eq=False)
class PlyLists:
    """The values of a list property: all of them, and how many each row has."""

    values: np.ndarray
    sizes: np.ndarray


PlyRows = dict[str, "np.ndarray | PlyLists"]


# ---------------------------------------------------------------- ASCII body


def read_ascii(
    source: FileBytes, elements: list[PlyElement], body: int, header_lines: int
) -> tuple[dict[str, PlyRows], dict[str, np.ndarray]]:
    """Return the rows of each element, and the line that each row stands on.

    Raises
    ------
    InputError
        If the body is not as the header promises.

    Notes
    -----
    The format is a stream of words; nearly all programs write a row on a line, and that is read much faster and with
    better messages. Only where the lines do not fit is the stream tried.
    """
    lines = text_lines(source, source.data[body:], b"", header_lines + 1)
    try:
        return _rows_on_lines(source, elements, lines)
    except InputError:
        rows = _rows_of_stream(elements, lines)
        if rows is None:
            raise
        return rows, {}


def _rows_of_stream(elements: list[PlyElement], lines: TextLines) -> dict[str, PlyRows] | None:
    """Return the rows of each element wherever the lines end; None where the words do not fit the header."""
    try:
        values = lines.numbers_in()
    except InputError:
        return None
    rows: dict[str, PlyRows] = {}
    at = 0
    for element in elements:
        if element.count * len(element.properties) > len(values) - at:
            return None
        columns: list[list[np.ndarray]] = [[] for _ in element.properties]
        if not any(known.count_type for known in element.properties):
            width = len(element.properties)
            table = values[at : at + element.count * width].reshape(element.count, width)
            rows[element.name] = {known.name: table[:, k] for k, known in enumerate(element.properties)}
            at += element.count * width
            continue
        for _ in range(element.count):
            for known, column in zip(element.properties, columns, strict=True):
                size = 1
                if known.count_type:
                    if at >= len(values) or not 0 <= values[at] <= len(values) or values[at] % 1:
                        return None
                    size, at = int(values[at]), at + 1
                column.append(values[at : at + size])
                at += size
        if at > len(values):
            return None
        rows[element.name] = {
            known.name: _joined(column, bool(known.count_type))
            for known, column in zip(element.properties, columns, strict=True)
        }
    return rows if at == len(values) else None


def _joined(pieces: list[np.ndarray], is_list: bool) -> "np.ndarray | PlyLists":
    """Return the values of the rows of a property as one column."""
    values = np.concatenate([np.zeros(0), *pieces])
    return PlyLists(values, np.array([len(piece) for piece in pieces], np.int64)) if is_list else values


def _rows_on_lines(
    source: FileBytes, elements: list[PlyElement], lines: TextLines
) -> tuple[dict[str, PlyRows], dict[str, np.ndarray]]:
    """Return the rows of each element, one on a line, and these lines."""
    wanted = sum(element.count for element in elements)
    rows: dict[str, PlyRows] = {}
    numbers: dict[str, np.ndarray] = {}
    at = 0
    for element in elements:
        part = lines.take(slice(at, at + element.count))
        rows[element.name] = _ascii_rows(element, part)
        numbers[element.name] = part.numbers
        at += element.count
        if len(part) < element.count:
            missing = f'{element.count} rows of "{printable(element.name)}" promised, {len(part)} found'
            raise source.error(f"the file ends early: {missing}", f"line {_last_line(lines)}", DISAGREE)
    if len(lines) > wanted:
        raise lines.error(wanted, f"{len(lines) - wanted} more lines than the header promises", DISAGREE)
    return rows, numbers


def _last_line(lines: TextLines) -> int:
    """Return the number of the last line that holds a word, 1 where there is none."""
    return int(lines.numbers[-1]) if len(lines) else 1


def _ascii_rows(element: PlyElement, lines: TextLines) -> PlyRows:
    """Return the columns of an element, list by list."""
    values = lines.numbers_in()
    end = np.cumsum(lines.n_words)
    at = end - lines.n_words
    columns: PlyRows = {}
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
        columns[known.name] = PlyLists(values[inside], sizes)
        at = at + sizes
    over = np.flatnonzero(at != end)
    if len(over):
        k = int(over[0])
        found, wanted = int(lines.n_words[k]), int(lines.n_words[k] - (end[k] - at[k]))
        raise lines.error(k, f'expected {wanted} numbers of a "{printable(element.name)}", found {found}', DISAGREE)
    return columns


def _check_room(lines: TextLines, at: np.ndarray, end: np.ndarray, element: PlyElement) -> None:
    """Refuse a row that is shorter than its properties."""
    short = np.flatnonzero(at > end)
    if len(short):
        k = int(short[0])
        reason = f'the line ends early: {int(lines.n_words[k])} numbers are too few for a "{printable(element.name)}"'
        raise lines.error(k, reason, DISAGREE)


def _as_sizes(lines: TextLines, values: np.ndarray) -> np.ndarray:
    """Return lengths of lists as integers."""
    wrong = np.flatnonzero(~((values >= 0) & (values <= 1e9) & (values == np.floor(values))))
    if len(wrong):
        k = int(wrong[0])
        raise lines.error(k, f"{values[k]:g} is no number of corners", DISAGREE)
    return values.astype(np.int64)


# ---------------------------------------------------------------- binary body


def read_binary(source: FileBytes, elements: list[PlyElement], body: int, order: str) -> dict[str, PlyRows]:
    """Return the rows of each element of a binary file.

    Raises
    ------
    InputError
        If the file is shorter or longer than the header promises.
    """
    available = len(source.data) - body
    least = sum(element.count * element.least_bytes for element in elements)
    if least > available:
        reason = f"the file ends early: expected at least {least:,} bytes after the header, found {available:,}"
        raise source.error(reason, "", DISAGREE)
    rows: dict[str, PlyRows] = {}
    at = body
    for element in elements:
        rows[element.name], at = _binary_rows(source, element, at, order)
    rest = source.data[at:]
    if rest.strip(b"\0 \t\r\n"):
        raise source.error(f"{len(rest):,} bytes more than the header promises", f"byte {at}", DISAGREE)
    return rows


def _binary_rows(source: FileBytes, element: PlyElement, at: int, order: str) -> tuple[PlyRows, int]:
    """Return the columns of an element and where the next one begins."""
    if not element.properties or not element.count:
        return {p.name: _empty(p) for p in element.properties}, at
    sizes = _first_sizes(source, element, at, order)
    fields: list[tuple[str, str] | tuple[str, str, tuple[int]]] = []
    for k, known in enumerate(element.properties):
        if known.count_type:
            fields += [(f"n{k}", order + known.count_type), (f"p{k}", order + known.type, (sizes[k],))]
        else:
            fields.append((f"p{k}", order + known.type))
    row = np.dtype(fields)
    if at + element.count * row.itemsize <= len(source.data):
        table = np.frombuffer(source.data, row, element.count, at)
        if all((table[f"n{k}"] == sizes[k]).all() for k, p in enumerate(element.properties) if p.count_type):
            columns: PlyRows = {}
            for k, known in enumerate(element.properties):
                values = table[f"p{k}"]
                if known.count_type:
                    values = PlyLists(values.reshape(-1), np.full(element.count, sizes[k], np.int64))
                columns[known.name] = values
            return columns, at + element.count * row.itemsize
    return _mixed_rows(source, element, at, order)


def _empty(known: PlyProperty) -> "np.ndarray | PlyLists":
    """Return the column of an element without rows."""
    values = np.zeros(0, known.type)
    return PlyLists(values, np.zeros(0, np.int64)) if known.count_type else values


def _first_sizes(source: FileBytes, element: PlyElement, at: int, order: str) -> list[int]:
    """Return the length of each list in the first row (0 for a single value)."""
    sizes: list[int] = []
    for known in element.properties:
        size = 0
        if known.count_type:
            size = _list_size(source, element, at, order + known.count_type, known.type, 0)
            at += np.dtype(known.count_type).itemsize + size * np.dtype(known.type).itemsize
        else:
            at += np.dtype(known.type).itemsize
        sizes.append(size)
    return sizes


def _list_size(source: FileBytes, element: PlyElement, at: int, count_type: str, type_: str, row: int) -> int:
    """Return the length of the list at a place, which must lie within the file."""
    head = np.dtype(count_type).itemsize
    room = len(source.data) - at - head
    if room >= 0:
        size = float(np.frombuffer(source.data, count_type, 1, at)[0])
        if size >= 0 and size == np.floor(size) and size * np.dtype(type_).itemsize <= room:
            return int(size)
        if not (size >= 0 and size == np.floor(size)):
            place = f'row {row} of "{printable(element.name)}"'
            raise source.error(f"{size:g} is no number of corners", place, DISAGREE)
    reason = f'the file ends early in row {row} of {element.count} of "{printable(element.name)}"'
    raise source.error(reason, f"byte {min(at, len(source.data))}", DISAGREE)


def _mixed_rows(source: FileBytes, element: PlyElement, at: int, order: str) -> tuple[PlyRows, int]:
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
            raise source.error(reason, f"byte {len(source.data)}", DISAGREE)
    content = np.frombuffer(source.data, np.uint8)
    columns: PlyRows = {}
    for k, known in enumerate(element.properties):
        width = np.dtype(known.type).itemsize
        lengths = np.array(sizes[k], np.int64)
        inside = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        first = np.repeat(np.array(begins[k], np.int64), lengths) + width * inside
        values = content[first[:, None] + np.arange(width)].reshape(-1).view(order + known.type)
        columns[known.name] = PlyLists(values, lengths) if known.count_type else values
    return columns, at
