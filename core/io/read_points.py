"""Point clouds as text: XYZ, PTS, TXT and CSV."""

import re
from dataclasses import dataclass

import numpy as np

from core.io.content import FileContent
from core.io.source import Source, printable
from core.io.text import TextLines, text_lines

CHUNK = 1 << 25
"""Bytes that are split into words at a time: the words take ten times the room of their text."""

_NUMBER = rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf(?:inity)?)"
_COMMENTS = (b"#", b"//", b";")


@dataclass(frozen=True, eq=False)
class _Layout:
    """How the lines of a file are built."""

    delimiter: bytes
    skipped: int
    names: tuple[str, ...]
    columns: int
    warnings: tuple[str, ...]
    promised: int | None


def read_points(source: Source) -> FileContent:
    """Return the points of a text file: x y z, and normals or colours where six or more columns hold them.

    Words are parted by white space, commas or semicolons. Leading lines that are no points (a count, a title, names of
    columns) are skipped, and that is told.

    Raises
    ------
    InputError
        If a line has fewer numbers than the first, or a word is no number.
    """
    layout = _layout(source)
    tables, numbers = [], []
    at, line = 0, 1
    while at < len(source.data):
        end = source.data.rfind(b"\n", at, at + CHUNK) + 1 if len(source.data) - at > CHUNK else len(source.data)
        if end <= at:
            raise source.error(f"a line longer than {CHUNK} bytes", f"line {line}", "This is not a list of points.")
        piece = source.data[at:end]
        table, there = _table(text_lines(source, _spaced(piece, layout), b"#", line), layout)
        tables.append(table)
        numbers.append(there)
        line += piece.count(b"\n") if b"\n" in piece else piece.count(b"\r")
        at = end
    return _content(source, layout, np.concatenate(tables), np.concatenate(numbers))


def _spaced(piece: bytes, layout: _Layout) -> bytes:
    """Return a text in which words are parted by white space."""
    return piece.replace(layout.delimiter, b" ") if layout.delimiter else piece


def _table(lines: TextLines, layout: _Layout) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of some lines, and their line numbers."""
    lines = lines.take(lines.numbers > layout.skipped)
    return lines.table(layout.columns), lines.numbers


def _layout(source: Source) -> _Layout:
    """Find out from the first lines how the file is built."""
    head = source.data[:20_000]
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise source.error("holds binary data where text is expected", "", "Check the suffix, or export it again.")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise source.error("is text in UTF-16", "", "Save it as UTF-8.")
    rows = re.split(rb"\r\n|\n|\r", head.removeprefix(b"\xef\xbb\xbf"))
    if len(head) < len(source.data) and len(rows) > 1:
        rows.pop()
    told, promised, names = [], None, ()
    for number, row in enumerate(rows, 1):
        text = row.split(b"#")[0].strip()
        if not text or text.startswith(_COMMENTS):
            told += [number] if text else []
            continue
        delimiter, words = _words(text)
        numeric = all(map(_is_number, words))
        if numeric and len(words) >= 3:
            warnings = _told_lines(told)
            return _Layout(delimiter, number - 1, names, len(words), warnings, promised)
        if (numeric and len(words) == 2) or len(told) >= 3 or _looks_like_points(words):
            break
        if numeric and re.fullmatch(rb"\d{1,18}", words[0]):
            promised = int(words[0])
        elif not numeric:
            names = tuple(word.decode("utf-8", "replace").strip('"').lower() for word in words)
        told.append(number)
    else:
        raise source.error("holds no line of three numbers", "", "A point cloud has a line x y z for each point.")
    comma = next((word for word in words if re.fullmatch(rb"[+-]?\d+,\d+", word)), None)
    if comma:
        reason = f'"{printable(comma)}" is not a number'
        raise source.error(reason, f"line {number}", "A decimal comma? Write decimal points.")
    wrong = next((word for word in words if not _is_number(word)), None)
    reason = f"expected 3 numbers, found {len(words)}" if wrong is None else f'"{printable(wrong)}" is not a number'
    raise source.error(reason, f"line {number}", "A point cloud has a line x y z for each point.")


def _told_lines(told: list[int]) -> tuple[str, ...]:
    """Return a warning about the lines that were skipped."""
    if not told:
        return ()
    if len(told) == 1:
        return (f"Skipped line {told[0]}: a header, no point.",)
    return (f"Skipped lines {told[0]} to {told[-1]}: a header, no points.",)


def _words(text: bytes) -> tuple[bytes, list[bytes]]:
    """Return what parts the words of a line (nothing for white space), and the words."""
    for delimiter in (b";", b","):
        if delimiter in text:
            words = [word.strip() for word in text.split(delimiter)]
            # "0,5 1,5 2,5" has decimal commas: parted at the commas it leaves words with a space in them.
            if not any(re.search(rb"\d\s+[+-]?\d", word) for word in words):
                return delimiter, [word for word in words if word]
            return b"", text.split()
    return b"", text.split()


def _is_number(word: bytes) -> bool:
    """Return whether a word is a number."""
    return re.fullmatch(_NUMBER, word, re.IGNORECASE) is not None


def _looks_like_points(words: list[bytes]) -> bool:
    """Return whether a line that is not all numbers is a point with an error in it rather than a header."""
    return (len(words) >= 3 and sum(map(_is_number, words)) >= 2) or any(
        re.fullmatch(rb"[+-]?\d+,\d+", word) for word in words
    )


def _content(source: Source, layout: _Layout, table: np.ndarray, lines: np.ndarray) -> FileContent:
    """Return what the columns mean."""
    warnings = list(layout.warnings)
    if layout.promised is not None and layout.promised != len(table):
        raise source.error(
            f"the first lines promise {layout.promised} points, {len(table)} follow", "", "Is the file complete?"
        )
    names = layout.names if len(layout.names) == layout.columns else ()
    position = _named(names, (("x", "y", "z"), ("//x", "y", "z"))) or [0, 1, 2]
    normals = _named(names, (("nx", "ny", "nz"), ("normal_x", "normal_y", "normal_z")))
    colors = _named(names, (("r", "g", "b"), ("red", "green", "blue")))
    if not names and layout.columns > 3:
        normals, colors = _guessed(table)
    used = {*position, *(normals or ()), *(colors or ())}
    if len(used) < layout.columns:
        ignored = ", ".join(str(k + 1) for k in range(layout.columns) if k not in used)
        warnings.append(f"Ignored the columns {ignored[:60]}.")
    rgb = table[:, colors] if colors else None
    return FileContent(
        table[:, position],
        colors=rgb / 255.0 if rgb is not None and (rgb > 1.0).any() else rgb,
        normals=table[:, normals] if normals else None,
        warnings=tuple(warnings),
        vertex_place=lambda k: f"line {lines[k]}",
    )


def _named(names: tuple[str, ...], wanted: tuple[tuple[str, ...], ...]) -> list[int] | None:
    """Return the columns that have one of the wanted sets of names."""
    for group in wanted:
        if set(group) <= set(names):
            return [names.index(name) for name in group]
    return None


def _guessed(table: np.ndarray) -> tuple[list[int] | None, list[int] | None]:
    """Return which three columns hold normals, and which colours, where there are no names to tell."""
    normals = colors = None
    for begin in (3, 4, 6):
        part = table[:, begin : begin + 3]
        if part.shape[1] < 3 or not len(part) or not np.isfinite(part).all():
            continue
        columns = list(range(begin, begin + 3))
        is_unit = (np.abs(part) <= 1.1).all() and (np.abs((part**2).sum(axis=1) - 1.0) < 2e-2).all()
        if normals is None and is_unit:
            normals = columns
        elif colors is None and (part >= 0).all() and (part <= 255).all() and (part == np.floor(part)).all():
            colors = columns
    return normals, colors
