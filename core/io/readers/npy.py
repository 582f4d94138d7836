"""NPY and NPZ: arrays of numpy, read without pickles and without trust in the header."""

import ast
import math
import re

import numpy as np

from core.base.kinds import is_object, is_tuple
from core.io.archive import open_archive
from core.io.content import FileContent
from core.io.file_bytes import FileBytes, printable

_MAGIC = b"\x93NUMPY"
_POINTS = ("points", "vertices", "xyz", "positions", "v", "arr_0")
_FACES = ("faces", "triangles", "f")


def read_npy(source: FileBytes) -> FileContent:
    """Return the points of an array (n, 3), or (rows, columns, 3) as depth cameras give them.

    Raises
    ------
    InputError
        If the array has another shape or type, or the header promises more than the file holds.
    """
    table = _points(source, _array(source, source.data, ""), "")
    return FileContent(table, single_precision=False)


def read_npz(source: FileBytes) -> FileContent:
    """Return points, and faces where there are some, of an archive of arrays.

    The points are the array ``points``, ``vertices``, ``xyz``, ``positions`` or ``v``, or the only one there is; the
    faces are ``faces``, ``triangles`` or ``f``, zero-based.

    Raises
    ------
    InputError
        If there is no such array, or one is not as it should be.
    """
    archive = open_archive(source, "NPZ")
    arrays = {name.removesuffix(".npy"): name for name in archive.names() if name.endswith(".npy")}
    key = next((name for name in _POINTS if name in arrays), next(iter(arrays)) if len(arrays) == 1 else None)
    if key is None:
        shown = printable(", ".join(arrays) or "none", 80)
        raise source.error(f"holds no array of points (arrays: {shown})", "", "Name it points or vertices.")
    vertices = _points(source, _array(source, archive.read(arrays[key]), key), key)
    face_key = next((name for name in _FACES if name in arrays), None)
    if face_key is None:
        return FileContent(vertices)
    faces = _array(source, archive.read(arrays[face_key]), face_key)
    if faces.ndim != 2 or faces.shape[1] not in (3, 4) or faces.dtype.kind not in "iu":
        reason = f"has the shape {faces.shape} of {faces.dtype}; faces are integers (n, 3) or (n, 4)"
        raise source.error(reason, f'array "{face_key}"', "Save it so.")
    if faces.dtype == np.uint64 and (faces >= 2**63).any():
        raise source.error("has an index far out of range", f'array "{face_key}"', "Save it again.")
    sizes = np.full(len(faces), faces.shape[1], np.int64)
    return FileContent(vertices, faces.reshape(-1).astype(np.int64), sizes)


def _points(source: FileBytes, array: np.ndarray, name: str) -> np.ndarray:
    """Return an array as positions."""
    if array.ndim == 3 and array.shape[2] == 3:
        array = array.reshape(-1, 3)  # an organised cloud: rows and columns of a depth picture
    if array.ndim != 2 or array.shape[1] != 3:
        shape = " x ".join(map(str, array.shape)) or "a single number"
        place = f'array "{printable(name)}"' if name else ""
        raise source.error(f"has the shape {shape}; points are n x 3 or rows x columns x 3", place, "Save it so.")
    return array.astype(np.float64)


def _array(source: FileBytes, data: bytes, name: str) -> np.ndarray:
    """Return the array of a file in NPY format; its size is compared before anything is made."""
    place = f'array "{printable(name)}"' if name else ""
    major = data[6] if len(data) > 6 else 0
    if not data.startswith(_MAGIC) or major not in (1, 2, 3):
        raise source.error("is not in NPY format", place, "Check the suffix, or save it again.")
    width = 2 if major == 1 else 4
    size, begin = int.from_bytes(data[8 : 8 + width], "little"), 8 + width
    head = data[begin : begin + min(size, 10_000)]
    try:
        header = ast.literal_eval(head.decode("latin-1").strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        header = None
    if not is_object(header) or len(head) < size:
        raise source.error("the header cannot be read", place, "Save it again.")
    kind, shape, by_columns = header.get("descr"), header.get("shape"), header.get("fortran_order")
    if not isinstance(kind, str) or not re.fullmatch(r"[<>|=]?[fiu][1248]|[<>=]?f2", kind) or kind[-2:] == "f1":
        raise source.error(f"holds {printable(str(kind))}, not numbers", place, "Save float64 or float32.")
    whole = is_tuple(shape) and len(shape) <= 8 and all(type(n) is int and 0 <= n < 2**48 for n in shape)
    if not is_tuple(shape) or not whole or not isinstance(by_columns, bool):
        raise source.error("the header cannot be read", place, "Save it again.")
    if math.prod(n for n in shape if n) >= 2**48:
        raise source.error(f"the header promises the shape {shape}", place, "Save it again.")
    count = math.prod(shape)
    expected, found = count * np.dtype(kind).itemsize, len(data) - begin - size
    if expected > found:
        reason = f"the file ends early: expected {expected:,} bytes after the header, found {found}"
        raise source.error(reason, place, "Save or download it again.")
    flat = np.frombuffer(data, kind, count, begin + size)
    return flat.reshape(shape, order="F" if by_columns else "C")
