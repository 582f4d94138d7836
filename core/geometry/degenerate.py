"""Faces that are none: without area, or stored twice; and how to be rid of flat ones without leaving a slit."""

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.arrays import RELATIVE_TOLERANCE
from core.geometry.topology import corners_in_parts, double_areas, edge_table

MAX_ROUNDS = 100


def has_repeated_corner(faces: Int64[np.ndarray, "f 3"]) -> Bool[np.ndarray, " f"]:
    """Return which faces name a vertex more than once."""
    a, b, c = faces.T
    return (a == b) | (b == c) | (c == a)


def has_no_height(
    vertices: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], tolerance: float = RELATIVE_TOLERANCE
) -> Bool[np.ndarray, " f"]:
    """Return which faces have no area: corners on a line, up to ``tolerance`` times the size of the whole.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions, at any scale; their bounding box is the size of the whole.
    faces : (f, 3) int64 array
        Corners of each face.
    tolerance : float
        Height over the longest side that counts as none, relative to the longest side of the bounding box.
    """
    if not len(faces):
        return np.zeros(0, bool)
    low = vertices.min(0)
    size = float((vertices.max(0) - low).max())
    if size == 0.0:
        return np.ones(len(faces), bool)
    flat: list[np.ndarray] = []
    for corners in corners_in_parts(vertices, faces, low, size):
        longest = np.sqrt(((corners - np.roll(corners, -1, axis=0)) ** 2).sum(axis=2).max(axis=0))
        flat.append(double_areas(corners) <= tolerance * longest)
    return np.concatenate(flat)


def duplicate_faces(faces: Int64[np.ndarray, "f 3"]) -> Bool[np.ndarray, " f"]:
    """Return which faces have the same corners, in any order, as an earlier face."""
    corners = np.sort(faces, axis=1)
    order = np.lexsort(corners.T)
    same = (np.diff(corners[order], axis=0) == 0).all(axis=1)
    double = np.zeros(len(faces), bool)
    double[order[1:][same]] = True
    return double


def flip_caps(
    vertices: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], flat: Int64[np.ndarray, " c"]
) -> tuple[Int64[np.ndarray, "f 3"], int]:
    """Return faces in which the longest edges of flat faces are flipped where that is possible, and how many were.

    A flat face (a, b, c) with b on its longest edge a-c and the face (c, a, d) beyond that edge become (a, b, d) and
    (b, c, d): the same surface, cut another way. Dropping the flat face instead would leave a slit.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions.
    faces : (f, 3) int64 array
        Triangles with three different corners.
    flat : (c,) int64 array
        The faces without area.

    Notes
    -----
    A flip is left out where the edge has not exactly two faces, or where the new edge exists already. Each of at most
    ``MAX_ROUNDS`` rounds takes O(f log f); a face takes part in one flip a round. A flip either takes a flat face away
    or shortens an edge between two of them, so there is an end.
    """
    faces, n_flipped = faces.copy(), 0
    for _ in range(MAX_ROUNDS):
        flips = _possible_flips(vertices, faces, flat)
        if not len(flips):
            break
        face, beyond, a, b, c, d = flips.T
        faces[face] = np.column_stack([a, b, d])
        faces[beyond] = np.column_stack([b, c, d])
        n_flipped += len(flips)
        touched = np.union1d(flat, beyond)
        flat = touched[has_no_height(vertices, faces[touched])]
    return faces, n_flipped


def _possible_flips(vertices: np.ndarray, faces: np.ndarray, flat: np.ndarray) -> np.ndarray:
    """Return rows (face, face beyond, a, b, c, d), no face and no new edge in two of them."""
    if not len(flat):
        return np.zeros((0, 6), np.int64)
    table = edge_table(faces)
    corners = vertices[faces[flat]]
    scale = np.abs(corners - corners[:, :1]).max()
    lengths = np.linalg.norm((np.roll(corners, -1, axis=1) - corners) / (scale or 1.0), axis=2)
    side = 3 * flat + lengths.argmax(axis=1)
    edge = table.edge_of_side[side]
    inner = table.n_faces[edge] == 2
    side, edge = side[inner], edge[inner]
    both = table.order[table.first[edge][:, None] + np.arange(2)]
    other = np.where(both[:, 0] == side, both[:, 1], both[:, 0])
    face, beyond = side // 3, other // 3
    c, a = faces.ravel()[side], faces[face, (side + 1) % 3]
    b, d = faces[face, (side + 2) % 3], faces[beyond, (other + 2) % 3]
    fits = (b != d) & (faces.ravel()[other] == a)
    new = np.sort(np.column_stack([b, d]), axis=1)
    n = len(vertices)
    known = table.edges[:, 0] * n + table.edges[:, 1]
    fits &= ~np.isin(new[:, 0] * n + new[:, 1], known)
    rows: list[tuple[int, ...]] = []
    taken: set[int] = set()
    edges: set[tuple[int, int]] = set()
    for k in np.flatnonzero(fits).tolist():
        pair, key = {int(face[k]), int(beyond[k])}, (int(new[k, 0]), int(new[k, 1]))
        if not pair & taken and key not in edges:
            taken |= pair
            edges.add(key)
            rows.append((face[k], beyond[k], a[k], b[k], c[k], d[k]))
    return np.array(rows, np.int64).reshape(-1, 6)
