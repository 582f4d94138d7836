"""OFF: Geomview's object file format, as text, with colours, normals and texture coordinates."""

import re

import numpy as np

from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.text import TextLines, text_lines

_MAGIC = re.compile(rb"((?:ST)?C?N?4?n?OFF)(\d*)")
"""The keyword; the first count may stick to it, as in a well-known data set."""
_DISAGREE = "The counts in the header and the body disagree; export the file again."


def read_off(source: FileBytes) -> FileContent:
    """Return the polygons of an OFF file.

    Raises
    ------
    InputError
        If the file is not as the format wants it.
    """
    if re.match(rb"(?:\xef\xbb\xbf)?\s*(ST)?C?N?4?n?OFF\s+BINARY", source.data[:100]):
        raise source.error("binary OFF is not read", "line 1", "Export it as text, or as PLY.")
    lines = text_lines(source)
    kind, n_vertices, n_faces, begin = _header(source, lines)
    if 2 * (n_vertices + n_faces) > len(source.data):
        promised = f"{n_vertices:,} vertices and {n_faces:,} faces"
        reason = f"the header promises {promised}, too many for a file of {len(source.data):,} bytes"
        raise source.error(reason, "header", _DISAGREE)
    end = begin + n_vertices
    v, f = lines.take(slice(begin, end)), lines.take(slice(end, end + n_faces))
    if len(v) < n_vertices or len(f) < n_faces:
        found = f"{len(v):,} vertices and {len(f):,} faces found, {n_vertices:,} and {n_faces:,} promised"
        raise source.error(f"the file ends early: {found}", f"line {lines.numbers[-1]}", _DISAGREE)
    corners, sizes = _polygons(f)
    if len(lines) > end + n_faces:
        more = len(lines) - end - n_faces
        raise lines.error(end + n_faces, f"{more} more lines than the header promises", _DISAGREE)
    uneven = np.flatnonzero(v.n_words != (v.n_words[0] if n_vertices else 0))
    if len(uneven):
        k = int(uneven[0])
        raise v.error(k, f"expected {v.n_words[0]} numbers, found {v.n_words[k]}", _DISAGREE)
    vertices, values, first = v.leading(3)
    parts = _vertex_parts(kind, int(v.n_words.min(initial=9)) - 3)
    columns = {name: values[first[:, None] + 3 + np.arange(at, at + width)] for name, (at, width) in parts.items()}
    if "colors" in columns and (columns["colors"] > 1.0).any():
        columns["colors"] = columns["colors"] / 255.0
    return FileContent(
        vertices,
        corners,
        sizes,
        colors=columns.get("colors"),
        normals=columns.get("normals"),
        texture_coordinates=columns.get("texture_coordinates"),
        vertex_place=v.place,
        face_place=f.place,
    )


def _header(source: FileBytes, lines: TextLines) -> tuple[str, int, int, int]:
    """Return the kind, the number of vertices and faces, and the line that the body begins with."""
    words = [(k, word) for k in range(min(len(lines), 5)) for word in lines.line(k).split()]
    kind = "OFF"
    magic = _MAGIC.fullmatch(words[0][1]) if words else None
    if magic:
        kind = magic[1].decode()
        words[:1] = [(words[0][0], magic[2])] if magic[2] else []
    elif not words or not re.fullmatch(rb"\d+", words[0][1]):
        raise source.error('does not begin with "OFF"', "line 1", "This is not an OFF file.")
    if "4" in kind or "n" in kind:
        raise source.error(f"{kind} holds points of another dimension than 3", "line 1", "Export it as OFF.")
    counts: list[int] = []
    for k, word in words[:2]:
        if not re.fullmatch(rb"\d{1,18}", word):
            raise lines.error(k, f'"{printable(word)}" is not a number of vertices or faces', "Correct the header.")
        counts.append(int(word))
    if len(counts) < 2 or words[0][0] != words[1][0]:
        raise source.error("the numbers of vertices and faces are missing", "header", "Correct the header.")
    return kind, counts[0], counts[1], words[1][0] + 1


def _vertex_parts(kind: str, available: int) -> dict[str, tuple[int, int]]:
    """Return where normals, colours and texture coordinates stand behind the position, and their width."""
    parts: dict[str, tuple[int, int]] = {}
    at = 0
    if "N" in kind and available >= at + 3:
        parts["normals"], at = (at, 3), at + 3
    textured = 2 if kind.startswith("ST") else 0
    # Plain OFF files with colours are common; the fourth number of a colour (its alpha) is not needed.
    if available - at - textured >= 3:
        parts["colors"], at = (at, 3), available - textured
    if textured and available >= at + 2:
        parts["texture_coordinates"] = (available - 2, 2)
    return parts


def _polygons(f: TextLines) -> tuple[np.ndarray, np.ndarray]:
    """Return corners and sizes of the faces; what follows the corners in a line is a colour."""
    if not len(f):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    values = f.numbers_in()
    first = np.cumsum(f.n_words) - f.n_words
    sizes = values[first]
    wrong = np.flatnonzero(~((sizes >= 0) & (sizes == np.floor(sizes)) & (sizes < f.n_words)))
    if len(wrong):
        k = int(wrong[0])
        found = f"{int(f.n_words[k])} numbers found"
        raise f.error(k, f"{sizes[k]:g} is no number of corners of this face ({found})", _DISAGREE)
    sizes = sizes.astype(np.int64)
    inside = np.repeat(first + 1 - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    corners = values[inside]
    wrong = np.flatnonzero(~((corners == np.floor(corners)) & (np.abs(corners) < 2**53)))
    if len(wrong):
        k = int(np.repeat(np.arange(len(f)), sizes)[wrong[0]])
        raise f.error(k, f"{corners[wrong[0]]:g} is no index of a vertex", _DISAGREE)
    return corners.astype(np.int64), sizes
