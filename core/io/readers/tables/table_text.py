"""Tables of numbers as text: CSV and TSV, with names of columns and a class for each row."""

import io
import re
from dataclasses import dataclass

import numpy as np

from core.base.errors import InputError
from core.io.content import TableContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.tables.column_names import named_columns
from core.io.readers.tables.point_table import is_number, split_words

LABELS = ("label", "class", "labels", "target")
"""Names of a column that holds the class of each row, the first that is there."""
_CHUNK = 1 << 25
"""Bytes that are read at a time."""
_HEAD = 1 << 22
"""Bytes that the first lines are looked for in: a line of 100,000 numbers has 2,000,000."""
_CLEARLY = 10
"""So many columns of numbers that are not named as coordinates are rows of a table, no points of space."""
_NUMBERED = 5
"""Columns 0, 1, 2, ... of one name, from so many on, are those of a table."""
_MISSING = ("", "na", "nan", "n/a", "null", "none", "?", "-")
_COMMA = re.compile(rb"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, eq=False)
class TextLayout:
    """How the lines of a table are built.

    Parameters
    ----------
    delimiter : bytes
        What parts the words; empty for white space.
    names : tuple of str
        Of all columns; empty where there is no header.
    n_columns : int
        Words in a line.
    begin : int
        Byte at which the first row begins.
    line : int
        Its line.
    label : int
        The column of classes; -1 for none.
    has_commas : bool
        Whether decimals are written with a comma.
    """

    delimiter: bytes
    names: tuple[str, ...]
    n_columns: int
    begin: int
    line: int
    label: int
    has_commas: bool


def is_table_text(source: FileBytes) -> bool:
    """Return whether text is a table rather than points of space.

    It is one where the user says so, where no columns are named as coordinates and one holds labels, or where ten
    columns hold numbers.
    """
    if source.as_table:
        return True
    if source.columns:
        return False
    try:
        layout = _layout(source)
    except InputError:
        return False
    if _tells_coordinates(layout.names):
        return False
    if layout.label >= 0:
        return True
    end = source.data.find(b"\n", layout.begin)
    words = _words(source.data[layout.begin : end if end >= 0 else None], layout.delimiter)
    numeric = sum(is_number(_plain(word, layout)) for word in words)
    return bool(layout.delimiter) and layout.n_columns == len(words) and numeric >= _CLEARLY


def read_table_text(source: FileBytes) -> TableContent:
    """Return the rows of a text in which lines are points and columns are coordinates.

    Words are parted by tabulators, semicolons, commas or white space; beside semicolons and tabulators decimals may
    have a comma. A header names the columns; one named "label" or "class" holds the class of each row.

    Raises
    ------
    InputError
        If a line has another number of words than the first, a word is no number, or a value is missing.
    """
    layout = _layout(source)
    parts: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    at, line = layout.begin, layout.line
    while at < len(source.data):
        end = source.data.rfind(b"\n", at, at + _CHUNK) + 1 if len(source.data) - at > _CHUNK else len(source.data)
        if end <= at:
            raise source.error(f"a line longer than {_CHUNK:,} bytes", f"line {line:,}", "This is no table.")
        piece = source.data[at:end]
        values, classes = _piece(source, piece, layout, line)
        parts.append(values)
        labels.append(classes)
        line, at = line + piece.count(b"\n"), end
    values = parts[0] if len(parts) == 1 else np.concatenate(parts)
    names = tuple(name for k, name in enumerate(layout.names) if k != layout.label)
    classes = np.concatenate(labels) if layout.label >= 0 else None
    first = layout.line
    return TableContent(values, classes, names, row_place=lambda k: f"line {first + k:,}")


def _layout(source: FileBytes) -> TextLayout:
    """Find out from the first lines how a table is built."""
    head = source.data[:_HEAD].replace(b"\r\n", b"\n ")[:_HEAD]
    if b"\0" in head:
        raise source.error("holds binary data where text is expected", "", "Check the suffix, or export it again.")
    begin, number = (3 if source.data.startswith(b"\xef\xbb\xbf") else 0), 1
    lines: list[tuple[int, int, bytes]] = []
    while begin < len(source.data) and len(lines) < 2:
        end = source.data.find(b"\n", begin)
        end = len(source.data) if end < 0 else end
        text = source.data[begin:end].strip(b" \r")
        if text.strip() and not text.startswith((b"#", b"//")):
            lines.append((begin, number, text))
        begin, number = end + 1, number + 1
    if not lines:
        raise source.error("holds no row", "", "A table has a line of numbers for each row.")
    (start, line, first), following = lines[0], lines[1:]
    delimiter = next((mark for mark in (b"\t", b";", b",") if mark in first), b"")
    words = _words(first, delimiter)
    commas = delimiter != b"," and any(
        _COMMA.fullmatch(word) for _, _, text in lines for word in _words(text, delimiter)
    )
    numbers = [is_number(word.replace(b",", b".") if commas else word) for word in words]
    below = _words(following[0][2], delimiter) if following else ()
    is_header = bool(following) and (not any(numbers) or _numbers_columns(words, below))
    names = tuple(word.decode("utf-8", "replace") for word in words) if is_header else ()
    if is_header:
        start, line, _ = following[0]
    plain = [name.strip().lower() for name in names]
    label = next((plain.index(name) for name in LABELS if name in plain), -1)
    return TextLayout(delimiter, names, len(words), start, line, label, commas)


def _numbers_columns(words: tuple[bytes, ...], below: tuple[bytes, ...]) -> bool:
    """Return whether the first line numbers the columns: 0, 1, 2, ..., as programs without names for them write it."""
    own = [word for word in words if word.lower() not in (name.encode() for name in LABELS) and word]
    counted = own == [b"%d" % k for k in range(len(own))] or own == [b"%d" % (k + 1) for k in range(len(own))]
    return len(own) > 2 and counted and len(below) == len(words) and below != words


def _tells_coordinates(names: tuple[str, ...]) -> bool:
    """Return whether names tell x, y and z, and not the first three of many columns that are numbered."""
    found = named_columns(names) if names else None
    if found is None:
        return False
    stems = [re.sub(r"\d+$", "", names[k].strip().lower()) for k in found.position]
    alike = sum(re.sub(r"\d+$", "", name.strip().lower()) == stems[0] for name in names)
    return not (len(set(stems)) == 1 and alike >= _NUMBERED)


def _words(text: bytes, delimiter: bytes) -> tuple[bytes, ...]:
    if not delimiter:
        return tuple(word.strip(b'"') for word in text.split())
    return split_words(text.strip(b"\r\n"), delimiter)


def _plain(word: bytes, layout: TextLayout) -> bytes:
    return word.replace(b",", b".") if layout.has_commas else word


def _piece(source: FileBytes, piece: bytes, layout: TextLayout, line: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers and the labels of some lines."""
    columns = [k for k in range(layout.n_columns) if k != layout.label]
    text = piece.replace(b",", b".") if layout.has_commas else piece
    delimiter = layout.delimiter.decode() or None
    n_lines = piece.count(b"\n") + (not piece.endswith(b"\n"))
    try:
        values = _loaded(text, delimiter, columns, np.float64)
        classes = (
            _loaded(piece, delimiter, [layout.label], np.str_)[:, 0] if layout.label >= 0 else np.empty(0, np.str_)
        )
        regular = len(values) == n_lines and _count(text, layout) == len(values) * (layout.n_columns - 1)
        if regular and (layout.label < 0 or (classes != "").all()):
            return values, classes
    except (ValueError, UnicodeDecodeError):
        pass
    return _slowly(source, piece, layout, line)


def _loaded(text: bytes, delimiter: str | None, columns: list[int], kind: type[np.generic]) -> np.ndarray:
    return np.loadtxt(
        io.BytesIO(text), kind, comments=None, delimiter=delimiter, usecols=columns, ndmin=2, quotechar='"'
    )


def _count(text: bytes, layout: TextLayout) -> int:
    """Return how many delimiters there are; beside white space loadtxt has counted the words."""
    if not layout.delimiter:
        return sum(max(len(line.split()) - 1, 0) for line in text.split(b"\n"))
    return text.count(layout.delimiter) if b'"' not in text else -1


def _slowly(source: FileBytes, piece: bytes, layout: TextLayout, line: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the same word by word, and say of the first that cannot be used where it stands."""
    rows: list[list[float]] = []
    classes: list[str] = []
    for number, text in enumerate(piece.split(b"\n"), line):
        if not text.strip():
            continue
        words = _words(text.strip(b"\r"), layout.delimiter)
        if len(words) != layout.n_columns:
            reason = f"expected {layout.n_columns:,} fields, found {len(words):,}"
            raise source.error(reason, f"line {number:,}", "Give every row the same columns.")
        row: list[float] = []
        for k, word in enumerate(words):
            shown = word.decode("utf-8", "replace")
            name = f' "{printable(layout.names[k])}"' if layout.names else ""
            place = f"line {number:,}, column {k + 1:,}{name}"
            if shown.lower() in _MISSING:
                what = "the label is missing" if k == layout.label else "the value is missing"
                raise source.error(what, place, "Fill it in, or remove the row or the column.")
            if k == layout.label:
                classes.append(shown)
            elif is_number(_plain(word, layout)):
                row.append(float(_plain(word, layout)))
            else:
                remedy = "Remove the column; one of classes is to be named label."
                raise source.error(f'"{printable(word)}" is not a number', place, remedy)
        rows.append(row)
    return np.array(rows, np.float64).reshape(len(rows), -1), np.array(classes, np.str_)
