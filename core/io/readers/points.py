"""Point clouds as text: XYZ, PTS, TXT and CSV."""

import csv
import io
from dataclasses import replace

import numpy as np

from core.base.errors import InputError
from core.io.content import FileContent
from core.io.file_bytes import FileBytes
from core.io.readers.tables.column_names import Columns
from core.io.readers.tables.point_table import PointTable, are_colors, are_normals, point_table
from core.io.readers.text import TextLines, parse_numbers, text_lines, without_marked

_SCANS_TOLD = 5
CHUNK = 1 << 25
"""Bytes that are split into words at a time: the words take ten times the room of their text."""


def read_points(source: FileBytes) -> FileContent:
    """Return the points of a text file: x y z, and normals or colours where there are some.

    Words are parted by white space, commas, semicolons or tabulators. Where the columns have names, these tell which
    are coordinates; without names they are the first three that hold numbers and do not just count. Leading lines that
    are no points (a count, a title, names of columns) are skipped, and that is told. A file in PTS may hold several
    scans, each with its count before it.

    Raises
    ------
    InputError
        If a line has fewer numbers than the first, or a word is no number.
    ColumnsNeededError
        If nothing tells which columns are the coordinates.
    """
    table = point_table(source)
    body, line = _body(source.data, table.skipped)
    tables: list[np.ndarray] = []
    numbers: list[np.ndarray] = []
    counts: list[tuple[int, int]] = []
    at = body
    if table.promised is not None:
        counts.append((0, table.promised))
    while at < len(source.data):
        end = source.data.rfind(b"\n", at, at + CHUNK) + 1 if len(source.data) - at > CHUNK else len(source.data)
        if end <= at:
            raise source.error(f"a line longer than {CHUNK:,} bytes", f"line {line}", "This is not a list of points.")
        piece = source.data[at:end]
        values, there, scans = _values(source, piece, table, line)
        counts += [(sum(map(len, tables)) + k, n) for k, n in scans]
        tables.append(values)
        numbers.append(there)
        line += piece.count(b"\n") if b"\n" in piece else piece.count(b"\r")
        at = end
    _check_counts(source, counts, sum(map(len, tables)))
    content = _content(table, np.concatenate(tables), np.concatenate(numbers))
    if len(counts) < 2:
        return content
    lines = ", ".join(f"{n:,} ({content.vertex_place(begin)})" for begin, n in counts[:_SCANS_TOLD])
    more = ", ..." if len(counts) > _SCANS_TOLD else ""
    told = (
        f"{len(counts):,} scans, taken together: points {lines}{more}. Split the file if they do not belong together."
    )
    return replace(content, warnings=(*content.warnings, told))


def _body(data: bytes, n_lines: int) -> tuple[int, int]:
    """Return where the first point begins, and the number of its line."""
    end, at = b"\n" if b"\n" in data else b"\r", 0
    for _ in range(n_lines):
        at = data.index(end, at) + 1
    return at, n_lines + 1


def _values(
    source: FileBytes, piece: bytes, table: PointTable, line: int
) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """Return the columns of numbers of some lines, their line numbers, and where another scan of what size begins."""
    if table.is_plain:
        quick = _quickly(piece, table)
        if quick is not None:
            return quick[:, list(_read(table))], np.arange(line, line + len(quick)), []
        spaced = piece.replace(table.delimiter, b" ") if table.delimiter else piece
        lines = text_lines(source, spaced, b"#", line)
        scans = _scans(lines, table)
        lines = lines.take(lines.n_words > 1) if scans else lines
        try:
            # A field may be empty further down: then there are as many delimiters as before, and fewer words.
            if not table.delimiter or piece.count(table.delimiter) == len(lines) * (table.n_columns - 1):
                return lines.table(table.n_columns)[:, list(_read(table))], lines.numbers, scans
        except InputError:
            if not table.delimiter:
                raise
    return *_fields(source, piece, table, line), []


def _quickly(piece: bytes, table: PointTable) -> np.ndarray | None:
    """Return all columns of lines of numbers that are as regular as can be; None where they are not.

    Notes
    -----
    One pass in compiled code, at half the cost of finding the words first. It is right only if each line is a point:
    where a line is blank, a comment, or another count, and for all complaints, there are the slower ways.
    """
    if b"#" in piece or b'"' in piece or not piece.strip():
        return None
    try:
        values = np.loadtxt(
            io.BytesIO(piece), comments=None, delimiter=table.delimiter.decode() or None, ndmin=2, encoding="ascii"
        )
    except ValueError:
        return None
    n_lines = piece.count(b"\n") + (not piece.endswith(b"\n"))
    return values if values.shape == (n_lines, table.n_columns) else None


def _read(table: PointTable) -> tuple[int, ...]:
    """Return the columns that are read."""
    return table.numeric if table.columns is None else tuple(table.columns.all)


def _scans(lines: TextLines, table: PointTable) -> list[tuple[int, int]]:
    """Return before which point another scan begins, and how many it promises."""
    if table.promised is None or table.n_columns < 3:
        return []
    alone = np.flatnonzero(lines.n_words == 1)
    words = [lines.line(k) for k in alone.tolist()]
    if not all(word.isdigit() and len(word) < 19 for word in words):
        return []
    return [(k - n, int(word)) for n, (k, word) in enumerate(zip(alone.tolist(), words, strict=True))]


def _fields(source: FileBytes, piece: bytes, table: PointTable, line: int) -> tuple[np.ndarray, np.ndarray]:
    """Return some columns of lines that also hold text, empty fields or quotes; an empty field is no number."""
    text = without_marked(piece).decode("utf-8", "replace")
    if table.delimiter:
        rows = csv.reader(io.StringIO(text), delimiter=table.delimiter.decode(), skipinitialspace=True)
    else:
        rows = csv.reader(io.StringIO(text.replace("\t", " ")), delimiter=" ", skipinitialspace=True)
    chosen = _read(table)
    words: list[str] = []
    numbers: list[int] = []
    try:
        for row in rows:
            if not any(row) or row[0].lstrip().startswith(("#", "//")):
                continue
            fields = row if table.delimiter else [word for word in row if word]
            number = line + rows.line_num - 1
            if len(fields) < table.n_columns or any(field.strip() for field in fields[table.n_columns :]):
                reason = f"expected {table.n_columns} fields, found {len(fields)}"
                raise source.error(reason, f"line {number}", "Is the file complete?")
            words += [fields[k].strip().replace(" ", "_") or "nan" for k in chosen]
            numbers.append(number)
    except csv.Error as error:
        raise source.error(f"is no table ({error})", f"line {line + rows.line_num - 1}", "Export it again.") from None

    def complain(k: int, reason: str, remedy: str) -> InputError:
        return source.error(reason, f"line {numbers[k // len(chosen)]}", remedy)

    values = parse_numbers(" ".join(words).encode(), False, complain)
    return values.reshape(len(numbers), len(chosen)), np.array(numbers, np.int64)


def _check_counts(source: FileBytes, counts: list[tuple[int, int]], n_points: int) -> None:
    """Refuse a file that holds more or fewer points than it promises, scan by scan."""
    begins = [begin for begin, _ in counts] + [n_points]
    for k, (begin, promised) in enumerate(counts):
        found = begins[k + 1] - begin
        if found != promised:
            what = f"scan {k + 1} promises" if len(counts) > 1 else "the first lines promise"
            raise source.error(f"{what} {promised:,} points, {found:,} follow", "", "Is the file complete?")


def _content(table: PointTable, values: np.ndarray, lines: np.ndarray) -> FileContent:
    """Return what the columns mean."""
    warnings, read = list(table.warnings), _read(table)
    columns = table.columns or _guessed(values, read)
    left_out = [k for k in range(table.n_columns) if k not in columns.all]
    if left_out:
        ignored = ", ".join(str(k + 1) for k in left_out)
        warnings.append(f"Ignored the column{'s' if len(left_out) > 1 else ''} {ignored[:60]}.")

    def taken(which: list[int]) -> np.ndarray:
        return values[:, [read.index(k) for k in which]]

    rgb = taken(columns.colors) if columns.colors else None
    return FileContent(
        taken(columns.position),
        colors=rgb / 255.0 if rgb is not None and (rgb > 1.0).any() else rgb,
        normals=taken(columns.normals) if columns.normals else None,
        warnings=tuple(warnings),
        vertex_place=lambda k: f"line {lines[k]}",
    )


def _guessed(values: np.ndarray, read: tuple[int, ...]) -> Columns:
    """Return which columns hold normals, and which colours, where there are no names to tell."""
    normals = colors = None
    free = 3
    for begin in (3, 4, 6):
        part = values[:, begin : begin + 3]
        if begin < free or part.shape[1] < 3 or not len(part) or not np.isfinite(part).all():
            continue
        columns = list(read[begin : begin + 3])
        if normals is None and are_normals(part):
            normals, free = columns, begin + 3
        elif colors is None and are_colors(part):
            colors, free = columns, begin + 3
    return Columns(list(read[:3]), normals, colors)
