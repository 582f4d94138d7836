"""`.m`: lines "Vertex id x y z {attributes}" and "Face id v1 v2 v3", as used in computational conformal geometry."""

import re

import numpy as np

from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.text import NEWLINE, TextLines, text_lines

_KNOWN = (b"Vertex", b"Face", b"Edge", b"Corner")
_OPEN = ord("{")


def read_m(source: FileBytes) -> FileContent:
    """Return the polygons of a `.m` file. Ids are names: they may have gaps and stand in any order.

    Raises
    ------
    InputError
        If a line is not as the format wants it, an id occurs twice, or a face uses a vertex that is not defined.
    """
    lines = text_lines(source)
    keywords = lines.keywords()
    is_vertex, is_face = keywords == b"Vertex", keywords == b"Face"
    if not is_vertex.any():
        raise source.error("holds no line that begins with Vertex", "", "This is not a mesh in .m format.")
    strange = np.flatnonzero(~np.isin(keywords, _KNOWN))
    if len(strange):
        k = int(strange[0])
        said = f'"{printable(keywords[k])}" is not Vertex, Face, Edge or Corner'
        raise lines.error(k, said, "Correct or remove this line.")
    attributed = lines.take(is_vertex)
    plain = _without_attributes(source, lines)
    v, f = plain.take(is_vertex), plain.take(is_face)
    table, _, _ = v.leading(4, skip=1)
    ids, order = _ids(v, table[:, 0])
    values = f.numbers_in(skip=1, integer=True)
    sizes = f.n_words - 2
    if (sizes < 0).any():
        raise f.error(int(np.flatnonzero(sizes < 0)[0]), "a face without id", "Correct or remove this line.")
    is_corner = np.ones(len(values), bool)
    is_corner[np.cumsum(sizes + 1) - (sizes + 1)] = False
    named = values[is_corner]
    place = np.minimum(np.searchsorted(ids, named), len(ids) - 1)
    missing = np.flatnonzero(ids[place] != named)
    if len(missing):
        k = int(np.repeat(np.arange(len(f)), sizes)[missing[0]])
        raise f.error(k, f"the face uses undefined vertex {named[missing[0]]}", "Define it or remove the face.")
    warnings: list[str] = []
    return FileContent(
        table[:, 1:4],
        order[place],
        sizes,
        colors=_attribute(attributed, "rgb", 3, warnings),
        texture_coordinates=_attribute(attributed, "uv", 2, warnings),
        warnings=tuple(warnings),
        vertex_place=v.place,
        face_place=f.place,
    )


def _without_attributes(source: FileBytes, lines: TextLines) -> TextLines:
    """Return the same lines without their attributes."""
    buffer = lines.buffer
    if not (buffer == _OPEN).any():
        return lines
    newlines = np.flatnonzero(buffer == NEWLINE)
    marks = np.flatnonzero(buffer == _OPEN)
    marks = marks[np.diff(np.searchsorted(newlines, marks), prepend=-1) > 0]
    change = np.zeros(len(buffer) + 1, np.int8)
    change[marks] += 1
    change[newlines[np.searchsorted(newlines, marks)]] -= 1
    inside = np.cumsum(change[:-1], dtype=np.int8).view(bool)
    return text_lines(source, np.where(inside, np.uint8(32), buffer).tobytes())


def _ids(v: TextLines, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted ids of the vertices and where each stands in the file."""
    wrong = np.flatnonzero(~((values == np.floor(values)) & (np.abs(values) < 2**53)))
    if len(wrong):
        raise v.error(int(wrong[0]), f"{values[wrong[0]]:g} is no id of a vertex", "Ids are integers.")
    order = np.argsort(values, kind="stable")
    ids = values[order].astype(np.int64)
    double = np.flatnonzero(np.diff(ids) == 0)
    if len(double):
        k = int(order[double[0] + 1])
        raise v.error(k, f"vertex {ids[double[0]]} is defined twice", "Give it another id or remove it.")
    return ids, order


def _attribute(v: TextLines, name: str, width: int, warnings: list[str]) -> np.ndarray | None:
    """Return an attribute of the vertices, such as uv=(0.5 1); None, told, unless every vertex has it rightly."""
    text = v.buffer.tobytes()
    found = list(re.finditer(rb"\b" + name.encode() + rb"=\(([^()\n]*)\)", text))
    at = np.array([match.start() for match in found], np.int64)
    line = np.searchsorted(v.starts, at, side="right") - 1
    mine = np.flatnonzero((line >= 0) & (at < v.ends[line]))
    if not len(mine):
        return None
    values = np.full((len(v), width), np.nan)
    for k in mine.tolist():
        words = found[k][1].split()
        if len(words) == width and all(map(_is_number, words)):
            values[line[k]] = [float(word) for word in words]
    wrong = int(np.isnan(values).any(axis=1).sum())
    if wrong:
        warnings.append(
            f'The attribute "{name}" is missing or wrong at {wrong} of {len(v):,} vertices; it is left out.'
        )
    return None if wrong else values


def _is_number(word: bytes) -> bool:
    """Return whether a word is a number."""
    return re.fullmatch(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", word) is not None
