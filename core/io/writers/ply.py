"""Writing PLY: binary, coordinates as double, polygons of any size."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.io.atomic import replacing

_NAMES = {"f8": "double", "f4": "float", "i4": "int", "u4": "uint", "u1": "uchar", "i1": "char", "i2": "short"}


def write_ply(
    path: str | Path,
    vertex: Mapping[str, np.ndarray],
    faces: np.ndarray | None = None,
    polygons: tuple[np.ndarray, np.ndarray] | None = None,
    comments: tuple[str, ...] = (),
    face: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Write a binary little-endian PLY file.

    Parameters
    ----------
    path : str or Path
        The file.
    vertex : mapping of str to (n,) array
        Properties of the vertices in order, ``x``, ``y``, ``z`` first; their types are kept.
    faces : (f, 3) int array, optional
        Triangles.
    polygons : pair of (f + 1,) and (m,) int arrays, optional
        Offsets and corners of polygons; their counts are stored as ``uint``.
    comments : tuple of str
        Lines for the header.
    face : mapping of str to (f,) array, optional
        Properties of the triangles; their types are kept.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    kinds = [(name, np.dtype(values.dtype).newbyteorder("<")) for name, values in vertex.items()]
    table = np.empty(len(next(iter(vertex.values()))), dtype=kinds)
    for name, values in vertex.items():
        table[name] = values
    header = ["ply", "format binary_little_endian 1.0", *(f"comment {line}" for line in comments)]
    header += [f"element vertex {len(table)}", *(f"property {_NAMES[kind.str[1:]]} {name}" for name, kind in kinds)]
    body = b""
    if faces is not None:
        named = [(name, np.dtype(values.dtype).newbyteorder("<")) for name, values in (face or {}).items()]
        rows = np.empty(len(faces), dtype=[("n", "u1"), ("corners", "<i4", (3,)), *named])
        rows["n"], rows["corners"] = 3, faces
        header += [f"element face {len(rows)}", "property list uchar int vertex_indices"]
        for name, kind in named:
            rows[name] = (face or {})[name]
            header.append(f"property {_NAMES[kind.str[1:]]} {name}")
        body = rows.tobytes()
    elif polygons is not None:
        offsets, corners = polygons
        sizes = np.diff(offsets)
        header += [f"element face {len(sizes)}", "property list uint int vertex_indices"]
        body = np.insert(corners, offsets[:-1], sizes).astype("<i4").tobytes()  # a count before each polygon
    text = "\n".join([*header, "end_header", ""]).encode("ascii", "replace")
    with replacing(path) as temporary:
        temporary.write_bytes(text + table.tobytes() + body)


def columns(points: np.ndarray, names: tuple[str, ...] = ("x", "y", "z")) -> dict[str, np.ndarray]:
    """Return the columns of an (n, k) array as named PLY properties of type double."""
    return {name: np.ascontiguousarray(points[:, k], np.float64) for k, name in enumerate(names)}
