"""PTX: scans of laser scanners as text, each a grid of points with the pose of the scanner before it."""

import re

import numpy as np

from core.io.content import FileContent
from core.io.file_bytes import FileBytes
from core.io.readers.text import TextLines, text_lines

_HEADER = 10
"""Lines before the points: columns, rows, position and axes of the scanner, and a matrix of four lines."""


def read_ptx(source: FileBytes) -> FileContent:
    """Return the points of all scans, moved by their matrices; grid points without a return (0 0 0) are left out.

    Raises
    ------
    InputError
        If a scan is not as the format wants it, or ends early.
    """
    lines = text_lines(source)
    points: list[np.ndarray] = []
    colors: list[np.ndarray | None] = []
    numbers: list[np.ndarray] = []
    at, n_empty = 0, 0
    while at < len(lines):
        count, matrix = _scan(source, lines, at)
        body = lines.take(slice(at + _HEADER, at + _HEADER + count))
        if len(body) < count:
            reason = f"the file ends early: {len(body):,} of {count:,} points of a scan found"
            raise source.error(reason, lines.place(len(lines) - 1), "Export or download it again.")
        width = int(body.n_words[0]) if count else 4
        if width not in (3, 4, 7):
            raise body.error(0, f"expected 3, 4 or 7 numbers, found {width}", "Is the file complete?")
        table = body.table(width)
        seen = (table[:, :3] != 0.0).any(axis=1)
        n_empty += int((~seen).sum())
        points.append(table[seen, :3] @ matrix[:3, :3] + matrix[3, :3])
        colors.append(table[seen, 4:] / 255.0 if width == 7 else None)
        numbers.append(body.numbers[seen])
        at += _HEADER + count
    if not sum(map(len, points)):
        raise source.error("contains no points", "", "Export the scan again.")
    there = np.concatenate(numbers)
    has_colors = all(part is not None for part in colors)
    return FileContent(
        np.concatenate(points),
        colors=np.concatenate([part for part in colors if part is not None]) if has_colors else None,
        warnings=(f"Left out {n_empty} places of the grid where nothing was measured.",) if n_empty else (),
        vertex_place=lambda k: f"line {there[k]}",
    )


def _scan(source: FileBytes, lines: TextLines, at: int) -> tuple[int, np.ndarray]:
    """Return the number of points of a scan and the matrix (4, 4) that its rows of points are multiplied with."""
    head = lines.take(slice(at, at + _HEADER))
    if len(head) < _HEADER or head.n_words.tolist() != [1, 1, 3, 3, 3, 3, 4, 4, 4, 4]:
        reason = "a scan begins with its columns, its rows and the pose of the scanner in ten lines"
        raise lines.error(at, reason, "Is the file complete?")
    sizes = [head.line(k) for k in range(2)]
    if not all(re.fullmatch(rb"\d{1,9}", word) for word in sizes):
        raise lines.error(at, "the columns and rows of a scan are no numbers", "Export it again.")
    pose = head.take(slice(2, _HEADER)).numbers_in()
    return int(sizes[0]) * int(sizes[1]), pose[12:].reshape(4, 4)
