"""OBJ: Wavefront text with texture coordinates, and the pictures that its materials lay on it as colours."""

import re
from dataclasses import dataclass, replace

import numpy as np

from core.base.errors import InputError
from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable
from core.io.readers.obj_pictures import Material, read_materials, vertex_colors
from core.io.readers.text import NEWLINE, TextLines, parse_numbers, text_lines

_SLASH = ord("/")
_KNOWN = {
    *(b"v", b"vt", b"vn", b"vp", b"f", b"fo", b"l", b"p", b"o", b"g", b"s", b"mg", b"usemtl", b"mtllib"),
    *(b"usemap", b"maplib", b"bevel", b"c_interp", b"d_interp", b"lod", b"shadow_obj", b"trace_obj"),
}
_CONTINUED = re.compile(
    rb"^(?![ \t]*(?:o|g|usemtl|mtllib|usemap|maplib|shadow_obj|trace_obj)[ \t])([^#\n]*)\\\r?\n", re.MULTILINE
)
"""A line that goes on in the next one. Names and comments may end in a backslash without a meaning."""
_CURVED = (b"curv", b"curv2", b"surf", b"cstype", b"deg")


@dataclass(frozen=True, eq=False)
class _Words:
    """The corners of all faces that name a texture coordinate.

    Parameters
    ----------
    row : (m,) int64 array
        The face of each corner.
    given : (m,) bool array
        Whether it names a texture coordinate.
    text : (b,) uint8 array
        These names alone, the rest blank.
    """

    row: np.ndarray
    given: np.ndarray
    text: np.ndarray


def read_obj(source: FileBytes) -> FileContent:
    """Return the polygons of an OBJ file.

    Raises
    ------
    InputError
        If a line is not as the format wants it.
    """
    lines = _lines(source)
    keywords = lines.keywords()
    v, vt = lines.take(keywords == b"v"), lines.take(keywords == b"vt")
    f = lines.take((keywords == b"f") | (keywords == b"fo"))
    if not len(v):
        raise source.error("holds no vertex line (v x y z)", "", "This is not an OBJ file, or an empty one.")
    materials, missing = _materials(source, lines.take(keywords == b"mtllib"))
    warnings = [*_strange_lines(lines, keywords), *missing]
    vertices, values, first = v.leading(3, skip=1)
    colors = None
    if (v.n_words >= 7).all():
        colors = values[first[:, None] + np.arange(3, 6)]
        colors = colors / 255.0 if (colors > 1.0).any() else colors
    corners, words = _corners(f, _before(v, f), len(v))
    corner_texture = None
    if words is not None and len(vt):
        try:
            corner_texture = _corner_texture(f, vt, words)
        except InputError as error:
            # The picture on a surface is no reason to refuse the surface.
            warnings.append(f"Texture coordinates are left out: {error.place}: {error.reason}.")
    if colors is None and corner_texture is not None and any(one.picture for one in materials.values()):
        names, which = _used_materials(f, lines.take(keywords == b"usemtl"), materials)
        colors, said = vertex_colors(source, materials, corners, names, which, corner_texture, len(v))
        warnings += said
    return FileContent(
        vertices,
        corners,
        f.n_words - 1,
        colors=colors,
        corner_texture=corner_texture,
        warnings=tuple(warnings),
        vertex_place=v.place,
        face_place=f.place,
    )


def _lines(source: FileBytes) -> TextLines:
    """Return the lines of the file, those joined where a backslash ends them."""
    data = source.data
    if b"\\\n" not in data and b"\\\r\n" not in data:
        return text_lines(source)
    joined = text_lines(source, _CONTINUED.sub(lambda match: match[1] + b" " * (match.end() - match.end(1)), data))
    # Joining keeps all lengths but that of a byte-order mark, so offsets still tell the line in the file.
    newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == NEWLINE)
    shift = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    return replace(joined, numbers=np.searchsorted(newlines, joined.starts + shift) + 1)


def _before(records: TextLines, f: TextLines) -> np.ndarray:
    """Return how many records stand before each face: negative indices count back from there."""
    return np.searchsorted(records.numbers, f.numbers)


def _strange_lines(lines: TextLines, keywords: np.ndarray) -> list[str]:
    """Return warnings about lines that are no part of the format, or that are ignored."""
    found, first, counts = np.unique(keywords, return_index=True, return_counts=True)
    warnings: list[str] = []
    for word, at, count in zip(found.tolist(), first.tolist(), counts.tolist(), strict=True):
        if word in _CURVED:
            warnings.append(f"Curved surfaces are not read ({count:,} lines begin with {printable(word)}).")
        elif word not in _KNOWN and len(warnings) < 5:
            said = f'"{printable(word)}" (first in {lines.place(at)})'
            warnings.append(f"Ignored {count:,} {'line' if count == 1 else 'lines'} that begin with {said}.")
    return warnings


def _materials(source: FileBytes, libraries: TextLines) -> tuple[dict[str, Material], list[str]]:
    """Return the materials of the libraries, and warnings about libraries that are not there."""
    warnings, materials = list[str](), dict[str, Material]()
    for k in range(min(len(libraries), 5)):
        words = libraries.line(k).split(None, 1)
        name = words[1].decode("utf-8", "replace").strip() if len(words) > 1 else ""
        try:
            library = source.neighbour(name)
            missing = not library.exists()
            if not missing:
                materials |= read_materials(library)
        except (InputError, OSError):
            warnings.append(f'Material library "{printable(name)}" is not beside the file; it was not opened.')
            continue
        if missing:
            warnings.append(f'Material library "{printable(name)}" was not found: the surface has no texture from it.')
    return materials, warnings


def _used_materials(f: TextLines, uses: TextLines, materials: dict[str, Material]) -> tuple[list[str], np.ndarray]:
    """Return the materials that are used, and which of them each corner has; the first known before any is named."""
    words = [uses.line(k).split(None, 1) for k in range(len(uses))]
    said = [word[1].decode("utf-8", "replace").strip() if len(word) > 1 else "" for word in words]
    names = list(dict.fromkeys([next(iter(materials)), *said]))
    place = {name: k for k, name in enumerate(names)}
    kinds = np.array([0, *(place[name] for name in said)], np.int64)
    return names, np.repeat(kinds[np.searchsorted(uses.numbers, f.numbers)], f.n_words - 1)


def _corners(f: TextLines, v_before: np.ndarray, n_v: int) -> tuple[np.ndarray, "_Words | None"]:
    """Return the vertex of each corner, and the words that name more than a vertex where there are some."""
    text = f.text(skip=1)
    sizes = f.n_words - 1
    row = np.repeat(np.arange(len(f)), sizes)
    if not (text == _SLASH).any():
        return _resolved(f, f.numbers_in(skip=1, integer=True), row, v_before, n_v, "vertex"), None
    space = text <= 32
    begins = ~space
    begins[1:] &= space[:-1]
    word = np.cumsum(begins) - 1
    slash = text == _SLASH
    seen = np.cumsum(slash)
    starts = np.flatnonzero(begins)
    part = seen - (seen[starts] - slash[starts])[word]
    body = ~space & ~slash
    has_vertex = np.bincount(word[body & (part == 0)], minlength=len(starts)) > 0
    if not has_vertex.all():
        k = int(row[np.flatnonzero(~has_vertex)[0]])
        raise f.error(k, "a corner without the index of a vertex", "Correct this line.")
    vertex = _numbers(f, np.where(body & (part == 0), text, 32), row)
    has_texture = np.bincount(word[body & (part == 1)], minlength=len(starts)) > 0
    words = _Words(row, has_texture, np.where(body & (part == 1), text, 32)) if has_texture.any() else None
    return _resolved(f, vertex, row, v_before, n_v, "vertex"), words


def _corner_texture(f: TextLines, vt: TextLines, words: "_Words") -> np.ndarray:
    """Return the texture coordinates of each corner, NaN where it has none."""
    coordinates = np.concatenate([vt.leading(2, skip=1)[0], [[np.nan, np.nan]]])
    texture = np.full(len(words.row), -1)
    row = words.row[words.given]
    numbers = _numbers(f, words.text, row)
    texture[words.given] = _resolved(f, numbers, row, _before(vt, f), len(vt), "texture coordinate")
    return coordinates[texture]


def _numbers(f: TextLines, text: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return the integers of a text, of which number k stands in face ``row[k]``."""
    return parse_numbers(
        text.astype(np.uint8).tobytes(), True, lambda k, reason, remedy: f.error(int(row[k]), reason, remedy)
    )


def _resolved(f: TextLines, numbers: np.ndarray, row: np.ndarray, before: np.ndarray, n: int, what: str) -> np.ndarray:
    """Return indices from 0 for numbers from 1, or counted back from the face where negative."""
    if len(numbers) and numbers.min() > 0 and numbers.max() <= n:
        return numbers - 1
    index = np.where(numbers > 0, numbers - 1, before[row] + numbers)
    wrong = np.flatnonzero((numbers == 0) | (index < 0) | (index >= n))
    if len(wrong):
        k = int(wrong[0])
        there = f"there are {n}, numbered from 1"
        raise f.error(int(row[k]), f"index {numbers[k]} names no {what} ({there})", "Correct or remove this face.")
    return index
