"""How the lines of a list of points are built: what parts the words, which lines are none, what the columns mean."""

import re
from dataclasses import dataclass, replace

import numpy as np

from core.io.file_bytes import FileBytes, printable
from core.io.readers.tables.column_choice import (
    ColumnsNeededError,
    ColumnsQuestion,
    chosen_columns,
    likely_columns,
    with_named_rest,
)
from core.io.readers.tables.column_names import Columns, are_angles, named_columns
from core.io.readers.text import without_marked

_NUMBER = rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan(?:\([^()]*\))?|inf(?:inity)?)"
_COMMENTS = (b"#", b"//", b";")
_HEAD, _SAMPLE, _MOST_HEADER_LINES, _SHOWN = 20_000, 50, 3, 8
_REMEDY = "A point cloud has a line x y z for each point."
_SUFFIXES = {".xyzn": Columns([0, 1, 2], normals=[3, 4, 5]), ".xyzrgb": Columns([0, 1, 2], colors=[3, 4, 5])}
"""What six columns without names mean in files of some suffixes."""


@dataclass(frozen=True, eq=False)
class PointTable:
    """How the lines of a file are built.

    Parameters
    ----------
    delimiter : bytes
        What parts the words; empty for white space.
    skipped : int
        Lines at the beginning that are no points.
    n_columns : int
        Words in each line.
    numeric : tuple of int
        The columns that hold numbers.
    columns : Columns or None
        What the columns mean where names or the suffix tell; None: it has to be guessed.
    is_plain : bool
        Whether every word of the first lines is a number, and none is empty or in quotes.
    promised : int or None
        Number of points that the first line tells.
    warnings : tuple of str
        What was skipped or left out.
    """

    delimiter: bytes
    skipped: int
    n_columns: int
    numeric: tuple[int, ...]
    columns: Columns | None
    is_plain: bool
    promised: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    """A line that holds words: its number, its text, and the words as some delimiter parts them."""

    number: int
    text: bytes
    delimiter: bytes
    words: tuple[bytes, ...]
    is_remark: bool = False
    """Whether it begins with the usual sign of a comment: nobody needs to be told that it was skipped."""

    @property
    def kinds(self) -> str:
        """Return for each word "n" (a number), "e" (empty) or "t" (a text)."""
        return "".join("e" if not w else "n" if is_number(w) else "t" for w in self.words)


def point_table(source: FileBytes) -> PointTable:
    """Find out from the first lines how a file is built.

    Parameters
    ----------
    source : FileBytes
        The file.

    Raises
    ------
    InputError
        If no line is a point, or a column that was chosen is none.
    ColumnsNeededError
        If nothing tells which columns are the coordinates.
    """
    rows, comments = _rows(source)
    k, promised = _first_point(source, rows)
    first, sample = rows[k], rows[k : k + _SAMPLE]
    comments = [row for row in comments if row.number < first.number]
    names = _names(first, rows[:k], comments)
    kinds = [row.kinds for row in sample if len(row.words) == len(first.words)]
    columns = [[kind[c] for kind in kinds if kind[c] != "e"] for c in range(len(first.words))]
    skipped = sorted(row.number for row in (*rows[:k], *comments) if not row.is_remark)
    table = PointTable(
        delimiter=first.delimiter,
        skipped=first.number - 1,
        n_columns=len(first.words),
        numeric=tuple(c for c, found in enumerate(columns) if "n" in found),
        columns=None,
        is_plain=all(set(kind) == {"n"} for kind in kinds) and not any(b'"' in row.text for row in sample),
        promised=promised,
        warnings=_skipped_lines(skipped),
    )
    return _with_meaning(source, table, names, sample)


def _first_point(source: FileBytes, rows: list["_Row"]) -> tuple[int, int | None]:
    """Return which line is the first point, and the number of points that a line before it promises."""
    promised = None
    for k, row in enumerate(rows):
        if _is_numbering(row, rows[k + 1 : k + 2]):
            continue
        if _is_point(row, rows[k + 1 : k + 6]):
            return k, promised
        kinds = row.kinds
        if kinds == "nn" or k >= _MOST_HEADER_LINES or _looks_like_points(row):
            raise _no_point(source, row)
        if kinds == "n" and re.fullmatch(rb"\d{1,18}", row.words[0]):
            promised = int(row.words[0])
    raise source.error("holds no line of three numbers", "", _REMEDY)


def is_number(word: bytes) -> bool:
    """Return whether a word is a number, NaN and infinities among them."""
    return re.fullmatch(_NUMBER, word, re.IGNORECASE) is not None


def _rows(source: FileBytes) -> tuple[list[_Row], list[_Row]]:
    """Return the first lines that hold words, and those that hold a comment alone."""
    head = without_marked(source.data[:_HEAD])
    if b"\0" in head:
        raise source.error("holds binary data where text is expected", "", "Check the suffix, or export it again.")
    lines = re.split(rb"\r\n|\n|\r", head.removeprefix(b"\xef\xbb\xbf"))
    if len(head) < len(source.data) and len(lines) > 1:
        lines.pop()
    rows: list[_Row] = []
    comments: list[_Row] = []
    for number, line in enumerate(lines, 1):
        text = line.strip(b" \r\v\f")
        if not text.strip():
            continue
        if text.startswith(_COMMENTS):
            comments.append(replace(_row(number, text.lstrip(b"#/; ")), is_remark=text.startswith(b"#")))
        elif text.split(b"#")[0].strip():
            rows.append(_row(number, text.split(b"#")[0].rstrip() if b'"' not in text else text))
    return [row for row in rows if any(row.words)], comments


def _row(number: int, text: bytes) -> _Row:
    """Return a line in words."""
    if len(text.split()) >= 3 and all(map(is_number, text.split())):
        return _Row(number, text, b"", tuple(text.split()))
    for delimiter in (b";", b",", b"\t"):
        if delimiter in text:
            words = split_words(text, delimiter)
            # "0,5 1,5 2,5" has decimal commas: parted at the commas it leaves words with a space in them.
            if not any(re.search(rb"^[+-]?\d+\s+[+-]?\d", word) for word in words):
                return _Row(number, text, delimiter, words)
    return _Row(number, text, b"", tuple(word.strip(b'"') for word in text.split()))


def split_words(text: bytes, delimiter: bytes) -> tuple[bytes, ...]:
    """Return the words of a line, without quotes and space around, empty ones among them."""
    if b'"' in text:
        pieces = re.findall(rb'((?:"(?:[^"]|"")*"|[^"' + delimiter + rb"])*)(?:" + delimiter + rb"|$)", text)
        pieces = pieces[:-1] if pieces and not text.endswith(delimiter) else pieces
    else:
        pieces = text.split(delimiter)
    return tuple(piece.strip().strip(b'"').strip() for piece in pieces)


def _is_point(row: _Row, following: list[_Row]) -> bool:
    """Return whether a line is a point: three numbers at least, and text only where a line after it has text too."""
    kinds = row.kinds
    if kinds.count("n") < 3:
        return False
    others = [other.kinds for other in following if len(other.words) == len(kinds)]
    return "t" not in kinds or any(
        all((a == "t") == (b == "t") or "e" in (a, b) for a, b in zip(kinds, other, strict=True)) for other in others
    )


def _is_numbering(row: _Row, following: list[_Row]) -> bool:
    """Return whether a line numbers the columns, 0, 1, 2, as programs without names for them write it."""
    filled = [word for word in row.words if word]
    if not row.delimiter or len(filled) < 3 or filled != [b"%d" % n for n in range(len(filled))] or not following:
        return False
    same = len(following[0].words) == len(row.words)
    return same and (len(filled) < len(row.words) or any(re.search(rb"[.eE]", word) for word in following[0].words))


def _looks_like_points(row: _Row) -> bool:
    """Return whether a line that is no point is one with an error in it rather than a header."""
    if any(re.fullmatch(rb"[+-]?\d+,\d+", word) for word in row.words):
        return True
    return len(row.words) >= 3 and row.kinds.count("n") >= 2


def _no_point(source: FileBytes, row: _Row) -> Exception:
    """Return an error about a line that should be a point."""
    place, words = f"line {row.number}", [word for word in row.words if word]
    comma = next((word for word in words if re.fullmatch(rb"[+-]?\d+,\d+", word)), None)
    if comma:
        return source.error(f'"{printable(comma)}" is not a number', place, "A decimal comma? Write decimal points.")
    wrong = next((word for word in words if not is_number(word)), None)
    if wrong is None:
        return source.error(f"expected 3 numbers, found {len(words)}", place, _REMEDY)
    return source.error(f'"{printable(wrong)}" is not a number', place, _REMEDY)


def _names(first: _Row, heads: list[_Row], comments: list[_Row]) -> tuple[str, ...]:
    """Return the names of the columns: the last header line, or comment, that has one for each."""
    for row in (*reversed(heads), *reversed(comments)):
        candidates = [row.words, split_words(row.text, first.delimiter) if first.delimiter else ()]
        candidates += [split_words(row.text, b"\t")] if b"\t" in row.text else []
        for words in candidates:
            names = tuple(word.decode("utf-8", "replace") for word in words)
            if len(names) == len(first.words):
                return names
            # Some programs leave out the name of the first column where it holds names of the rows.
            if len(names) == len(first.words) - 1 and row in heads and named_columns(names):
                return ("", *names)
    return ()


def _with_meaning(source: FileBytes, table: PointTable, names: tuple[str, ...], sample: list[_Row]) -> PointTable:
    """Return the table with what its columns mean, as far as the user, names and suffix tell."""
    if source.columns:
        return _with_choice(source, table, names)
    suffix = "." + source.name.rsplit(".", 1)[-1].lower()
    columns = named_columns(names)
    if columns is None and not names and table.n_columns == 6:
        columns = _SUFFIXES.get(suffix)
    if columns is not None:
        return replace(table, columns=columns)
    numeric, warnings = table.numeric, list(table.warnings)
    if len(numeric) < 3:
        raise _no_point(source, sample[0])
    if len(numeric) > 3 and _counts(sample, numeric[0]):
        warnings.append(f"Column {numeric[0] + 1} counts the points; it is taken for no coordinate.")
        numeric = numeric[1:]
    if names and (table.delimiter or len(names) > 3):
        shown = printable(", ".join(names), 80)
        reason = f"no columns are named as coordinates (there are: {shown})"
        if are_angles(names):
            reason = f"the columns are angles, not coordinates (there are: {shown})"
        raise _question(source, table, names, sample, numeric, reason)
    if table.delimiter and len(numeric) > 3 and not _explain_themselves(sample, numeric[3:]):
        reason = f"{len(numeric)} columns hold numbers and none has a name"
        raise _question(source, table, names, sample, numeric, reason)
    return replace(table, numeric=numeric, warnings=tuple(warnings))


def _with_choice(source: FileBytes, table: PointTable, names: tuple[str, ...]) -> PointTable:
    """Return the table with the columns that the user has chosen, and that told."""
    position = chosen_columns(source, names, table.numeric, table.n_columns)
    normals, colors = with_named_rest(position, names)
    quoted = ", ".join(f'"{printable(word)}"' for word in source.columns)
    said = f"Took the columns {quoted} as x, y, z: they were chosen."
    return replace(table, columns=Columns(position, normals, colors), warnings=(*table.warnings, said))


def _question(
    source: FileBytes,
    table: PointTable,
    names: tuple[str, ...],
    sample: list[_Row],
    numeric: tuple[int, ...],
    reason: str,
) -> ColumnsNeededError:
    """Return the error that asks for the columns, with what is seen of the table."""
    rows = [row for row in sample if len(row.words) == table.n_columns][:_SHOWN]
    words = tuple(tuple(printable(word) for word in row.words) for row in rows)
    guess = likely_columns(names, numeric)
    place = f"line {table.skipped}" if names else ""
    return ColumnsNeededError(ColumnsQuestion(source.name, reason, names, words, table.numeric, guess), place)


def _explain_themselves(sample: list[_Row], rest: tuple[int, ...]) -> bool:
    """Return whether what follows three coordinates without names explains itself: normals, colours, or both."""
    plain = [row.words for row in sample if len(row.kinds) > rest[-1] and all(row.kinds[k] == "n" for k in rest)]
    rows = [[float(words[k]) if b"(" not in words[k] else np.nan for k in rest] for words in plain]
    if len(rest) % 3 or not rows:
        return False
    parts = np.array(rows).reshape(len(rows), -1, 3).swapaxes(0, 1)
    return all(are_normals(part) or are_colors(part) for part in parts)


def are_normals(values: np.ndarray) -> bool:
    """Return whether numbers (n, 3) are vectors of unit length, some of them perhaps of length zero."""
    squares = (values**2).sum(axis=1)
    return bool(squares.any() and ((np.abs(squares - 1.0) < 2e-2) | (squares == 0)).all())


def are_colors(values: np.ndarray) -> bool:
    """Return whether numbers (n, 3) are whole and from 0 to 255; zeros alone tell nothing."""
    return bool(values.any() and (values >= 0).all() and (values <= 255).all() and (values == np.floor(values)).all())


def _counts(sample: list[_Row], column: int) -> bool:
    """Return whether a column counts the lines."""
    words = [row.words[column] for row in sample if column < len(row.words)]
    if len(words) < 3 or not all(re.fullmatch(rb"\d{1,9}", word) for word in words):
        return False
    numbers = [int(word) for word in words]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _skipped_lines(skipped: list[int]) -> tuple[str, ...]:
    """Return a warning about the lines that were skipped."""
    if not skipped:
        return ()
    if len(skipped) == 1:
        return (f"Skipped line {skipped[0]}: a header, no point.",)
    return (f"Skipped lines {skipped[0]} to {skipped[-1]}: a header, no points.",)
