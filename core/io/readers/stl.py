"""STL: triangles without shared corners, ASCII and binary."""

import numpy as np

from core.io.content import FileContent, triangles
from core.io.file_bytes import FileBytes, printable
from core.io.readers.text import TextLines, text_lines

_HEADER, _FACET = 84, np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_NO_COUNT = (0, 2**32 - 1)
"""What stands in place of the count where a program could not go back to write it."""
_PATTERN = np.array([b"facet", b"outer", b"vertex", b"vertex", b"vertex", b"endloop", b"endfacet"], "S9")


def read_stl(source: FileBytes) -> FileContent:
    """Return the triangles of an STL file.

    Whether it is binary is decided by its size, for many binary files begin with "solid" too.

    Raises
    ------
    InputError
        If the file is neither, or ends early.
    """
    return _read_ascii(source) if is_ascii_stl(source.data) else _read_binary(source)


def is_ascii_stl(data: bytes) -> bool:
    """Return whether an STL file is text."""
    if len(data) >= _HEADER and len(data) == _HEADER + _FACET.itemsize * int.from_bytes(data[80:84], "little"):
        return False
    head = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return head.startswith(b"solid") and b"\0" not in data[:1000]


def _read_binary(source: FileBytes) -> FileContent:
    """Return the triangles of a binary file."""
    size = len(source.data)
    if size < _HEADER:
        reason = f"{size:,} bytes are too few for a binary STL (84 at least), and it is no text that begins with solid"
        raise source.error(reason, "", "This is not an STL file, or it is cut short.")
    promised, found = int.from_bytes(source.data[80:84], "little"), (size - _HEADER) // _FACET.itemsize
    if promised in _NO_COUNT and found and (size - _HEADER) % _FACET.itemsize == 0:
        told = f"The count in the header, {promised:,}, is none: the size of the file tells {found:,} facets."
        return _facets(source, np.frombuffer(source.data, _FACET, found, _HEADER), (told,))
    longer = _with_payload(source.data, promised) if size > _HEADER + promised * _FACET.itemsize else None
    if longer is not None:
        return _facets(source, longer, ("Ignored the attributes behind each facet.",))
    if promised > found:
        reason = f"the file ends early: the header promises {promised:,} facets, {found:,} fit into {size:,} bytes"
        raise source.error(reason, "header", "Export or download it again.")
    rest = size - _HEADER - promised * _FACET.itemsize
    if rest >= _FACET.itemsize:
        reason = f"the header promises {promised:,} facets, but {rest:,} bytes follow them"
        raise source.error(reason, "header", "Export or download it again.")
    warnings = (f"Ignored {rest:,} bytes after the last facet.",) if rest else ()
    return _facets(source, np.frombuffer(source.data, _FACET, promised, _HEADER), warnings)


def _facets(source: FileBytes, table: np.ndarray, warnings: tuple[str, ...]) -> FileContent:
    """Return the triangles of the records of a binary file."""
    return _content(table["corners"].reshape(-1, 3).astype(np.float64), source, warnings, single_precision=True)


def _with_payload(data: bytes, count: int) -> np.ndarray | None:
    """Return the facets of a file in which each is followed by as many bytes as it says; None if it is not so."""
    begins: list[int] = []
    at = _HEADER
    for _ in range(count):
        begins.append(at)
        at += _FACET.itemsize
        if at > len(data):
            return None
        at += int.from_bytes(data[at - 2 : at], "little")
    if at != len(data) or not count:
        return None
    return np.frombuffer(b"".join(data[k : k + _FACET.itemsize] for k in begins), _FACET)


def _content(vertices: np.ndarray, source: FileBytes, warnings: tuple[str, ...], single_precision: bool) -> FileContent:
    """Return triangles with three vertices each."""
    if not len(vertices):
        raise source.error("contains no faces", "", "Export the surface again.")
    faces = np.arange(len(vertices)).reshape(-1, 3)
    return FileContent(
        vertices,
        **triangles(faces),
        warnings=warnings,
        vertex_place=lambda k: f"facet {k // 3 + 1}",
        face_place=lambda k: f"facet {k + 1}",
        single_precision=single_precision,
    )


def _read_ascii(source: FileBytes) -> FileContent:
    """Return the triangles of a text file."""
    lines = text_lines(source, comment=b"")
    words = _joined_words(lines)
    last = words[-1]
    framing = (words == b"solid") | (words == b"endsolid")
    inner, words = lines.take(~framing), words[~framing]
    wrong = np.flatnonzero(words != np.resize(_PATTERN, len(words)))
    if len(wrong):
        k = int(wrong[0])
        expected = _PATTERN[k % len(_PATTERN)].decode()
        raise inner.error(
            k, f'expected "{expected}", found "{_shown(inner, k)}"', "Correct the file or export it again."
        )
    if len(words) % len(_PATTERN):
        raise inner.error(len(words) - 1, "the file ends early, within a facet", "Export or download it again.")
    v = inner.take(words == b"vertex")
    content = _content(v.table(3, skip=1), source, (), single_precision=False)
    if last != b"endsolid":
        raise lines.error(len(lines) - 1, "the file ends early: no endsolid", "Export or download it again.")
    return content


def _joined_words(lines: TextLines) -> np.ndarray:
    """Return the first word of each line in small letters, one with the second where that is "end loop" or the like."""
    words = np.char.lower(lines.keywords(9))
    for k in np.flatnonzero(words == b"end").tolist():
        words[k] = b"".join(lines.line(k).lower().split()[:2])
    return words


def _shown(lines: TextLines, k: int) -> str:
    """Return the first word of a line, fit to be shown."""
    return printable(lines.line(k).split()[0])
