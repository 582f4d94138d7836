"""NPY and NPZ: arrays of numpy, read without pickles and without trust in the header."""

import ast
import math
import re

import numpy as np

from core.base.kinds import is_object, is_tuple
from core.io.archive import open_archive
from core.io.content import FileContent, TableContent
from core.io.file_bytes import FileBytes, printable

_MAGIC = b"\x93NUMPY"
_POINTS = ("points", "vertices", "xyz", "positions", "v", "arr_0")
_FACES = ("faces", "triangles", "f")
_IMAGES = ("images", "x")
_LABELS = ("labels", "label", "y", "target")
_MOST_NAME = 1_000
"""Longest name of the format, in bytes."""


def read_npy(source: FileBytes) -> FileContent | TableContent:
    """Return an array: (n, 3) or (rows, columns, 3) are points of space, (n, D) a table, (n, h, w) images.

    Raises
    ------
    InputError
        If the array has another shape or type, or the header promises more than the file holds.
    """
    array = _array(source, source.data, "")
    if source.as_table or not _is_space(array):
        return _table(source, array, "", None)
    return FileContent(_points(source, array, ""), single_precision=False)


def read_npz(source: FileBytes) -> FileContent | TableContent:
    """Return points, and faces where there are some, or a table, of an archive of arrays.

    The points are the array ``points``, ``vertices``, ``xyz``, ``positions`` or ``v``, or the only one there is; the
    faces are ``faces``, ``triangles`` or ``f``, zero-based. It is a table where the points have not three coordinates,
    where there are ``labels`` and no faces, where there are ``images`` (n, h, w), or where it says so itself.

    Raises
    ------
    InputError
        If there is no such array, or one is not as it should be.
    """
    archive = open_archive(source, "NPZ")
    arrays = {name.removesuffix(".npy"): name for name in archive.names() if name.endswith(".npy")}
    known = (*_POINTS, *_IMAGES)
    key = next((name for name in known if name in arrays), next(iter(arrays)) if len(arrays) == 1 else None)
    if key is None:
        shown = printable(", ".join(arrays) or "none", 80)
        raise source.error(f"holds no array of points (arrays: {shown})", "", "Name it points or vertices.")
    array = _array(source, archive.read(arrays[key]), key)
    face_key = next((name for name in _FACES if name in arrays), None)
    label_key = next((name for name in _LABELS if name in arrays), None)
    is_table = source.as_table or label_key is not None or key in _IMAGES or "train" in arrays or not _is_space(array)
    if is_table and (face_key is None or source.as_table):
        labels = None if label_key is None else _label_array(source, archive.read(arrays[label_key]), label_key)
        if labels is not None and "classes" in arrays and labels.dtype.kind in "iu":
            labels = _in_words(source, labels, archive.read(arrays["classes"]))
        shape = _image_shape(source, archive.read(arrays["image_shape"])) if "image_shape" in arrays else ()
        return _table(source, array, key, labels, shape)
    vertices = _points(source, array, key)
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


def _is_space(array: np.ndarray) -> bool:
    """Return whether an array is points of space."""
    return array.ndim in (2, 3) and array.shape[-1] == 3


def _table(
    source: FileBytes, array: np.ndarray, name: str, labels: np.ndarray | None, image_shape: tuple[int, ...] = ()
) -> TableContent:
    """Return an array (n, D), or of images (n, h, w), as a table."""
    place = f'array "{printable(name)}"' if name else ""
    if array.ndim not in (2, 3):
        shape = " x ".join(map(str, array.shape)) or "a single number"
        raise source.error(f"has the shape {shape}; a table is n x D, images are n x h x w", place, "Save it so.")
    if labels is not None and labels.shape != array.shape[:1]:
        reason = f"{labels.size:,} labels for {len(array):,} rows"
        raise source.error(reason, place, "Give one label for each row.")
    shape = tuple(array.shape[1:]) if array.ndim == 3 else image_shape
    if shape and math.prod(shape) != math.prod(array.shape[1:]):
        raise source.error(f"an image of {shape} pixels is no row of {array.shape[1]:,}", place, "Save it again.")
    values = np.asarray(array, np.float64).reshape(len(array), math.prod(array.shape[1:]))
    where = f"{place}, " if place else ""
    return TableContent(values, labels, image_shape=shape, row_place=lambda k: f"{where}row {k + 1:,}")


def _label_array(source: FileBytes, data: bytes, name: str) -> np.ndarray:
    """Return labels: numbers, or texts."""
    head = re.search(
        rb"'descr': '[<>|]U(\d{1,4})', 'fortran_order': False, 'shape': \((\d{1,12}),\)", data[:_MOST_NAME]
    )
    if head is None or not data.startswith(_MAGIC):
        return _array(source, data, name)
    width, count = int(head[1]), int(head[2])
    begin = 10 + int.from_bytes(data[8:10], "little")
    if width < 1 or len(data) - begin < 4 * width * count or data[6] != 1:
        raise source.error("the file ends early", f'array "{printable(name)}"', "Save or download it again.")
    try:
        return np.frombuffer(data, f"{chr(head[0][10])}U{width}", count, begin).astype(f"U{width}")
    except (ValueError, UnicodeDecodeError):
        raise source.error("holds no text", f'array "{printable(name)}"', "Save it again.") from None


def _in_words(source: FileBytes, labels: np.ndarray, data: bytes) -> np.ndarray:
    """Return the words that labels stand for, as a table in the program's own format holds them."""
    words = _label_array(source, data, "classes")
    if words.dtype.kind != "U" or not ((labels >= 0) & (labels < len(words))).all():
        raise source.error("are no words for all labels", 'array "classes"', "Save it again.")
    return words[labels]


def _image_shape(source: FileBytes, data: bytes) -> tuple[int, ...]:
    """Return height and width as a table in the program's own format holds them."""
    array = _array(source, data, "image_shape")
    if array.shape != (2,) or array.dtype.kind not in "iu" or not (array > 0).all():
        raise source.error("are no two whole numbers", 'array "image_shape"', "Give height and width.")
    return int(array[0]), int(array[1])


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
