"""Triangles of a surface that pass through each other."""

from fractions import Fraction

import numpy as np
from jaxtyping import Float64, Int8, Int64
from numba import njit

from core.geometry.nearest_triangle import triangle_tree

_SURE = 1e-14
"""Part of the sum of the sizes of its terms above which the sign of a determinant is certain: Shewchuk's bound for
orientation in space is 8e-16 of them, and the differences are rounded too."""


def crossings(points: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"]) -> Int64[np.ndarray, "p 2"]:
    """Return the pairs of faces of which an edge of one passes through the inside of the other.

    Parameters
    ----------
    points : (n, 3) float64 array
        Vertices.
    faces : (f, 3) int64 array
        Triangles.

    Returns
    -------
    (p, 2) int64 array
        Pairs, the lower face first, in ascending order. Faces that only touch, or lie in one plane, are not among them.

    Notes
    -----
    Exact for the coordinates as they are: a sign that rounding could change is found with fractions. Where there is
    such a pair, two points of the surface lie in one place of space, and no map from space is one-to-one on it.
    """
    if len(faces) < 2:
        return np.zeros((0, 2), np.int64)
    points = np.ascontiguousarray(points, np.float64)
    pairs = triangle_tree(points[faces]).meeting_boxes()
    state = _cross(points, faces, pairs)
    unsure = pairs[state == 2]
    found = [np.sort(pairs[state == 1], axis=1), _exactly(points, faces, unsure)]
    return np.unique(np.concatenate(found), axis=0)


def _exactly(points: np.ndarray, faces: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return those of some pairs that cross, found without rounding."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    found = [both[:0]]
    for k in range(3):
        tails, heads = faces[both[:, 0], k], faces[both[:, 0], (k + 1) % 3]
        target = faces[both[:, 1]]
        apart = ~((target == tails[:, None]) | (target == heads[:, None])).any(1)
        hits = _passes(points[tails[apart]], points[heads[apart]], points[target[apart]])
        found.append(both[apart][hits])
    return np.sort(np.concatenate(found), axis=1)


def _passes(tails: np.ndarray, heads: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Whether each segment passes through the inside of a triangle."""
    ends = np.stack([tails, heads], 1)
    near = ((ends.min(1) <= corners.max(1)) & (ends.max(1) >= corners.min(1))).all(1)
    hits = np.zeros(len(tails), bool)
    hits[near] = _crosses(tails[near], heads[near], corners[near])
    return hits


def _crosses(tails: np.ndarray, heads: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Whether each segment, whose box meets that of its triangle, passes through the inside of that."""
    a, b, c = corners.transpose(1, 0, 2)
    signs = [
        _sides(a, b, c, tails),
        _sides(a, b, c, heads),
        _sides(tails, heads, a, b),
        _sides(tails, heads, b, c),
        _sides(tails, heads, c, a),
    ]
    # Only where the certain signs allow it are the others worth finding.
    first, second, *around = signs
    allowed = (first * second <= 0) & ~((np.maximum.reduce(around) > 0) & (np.minimum.reduce(around) < 0))
    for k in np.flatnonzero(allowed & (np.array(signs) == 0).any(0)):
        p, q, triangle = tails[k], heads[k], corners[k]
        first[k] = _exact_side(triangle[0], triangle[1], triangle[2], p)
        second[k] = _exact_side(triangle[0], triangle[1], triangle[2], q) if first[k] else 0.0
        if first[k] * second[k] < 0:
            for m, values in enumerate(around):
                values[k] = _exact_side(p, q, triangle[m], triangle[(m + 1) % 3])
    return (first * second < 0) & (np.abs(np.sum(around, axis=0)) == 3)


def _sides(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Sign of the volume of each tetrahedron; 0 where rounding could change it."""
    u, v, w = b - a, c - a, d - a
    value = np.einsum("ij,ij->i", np.cross(u, v), w)
    x, y, z = np.abs(u), np.abs(v), np.abs(w)
    size = sum((x[:, i] * y[:, j] + x[:, j] * y[:, i]) * z[:, 3 - i - j] for i, j in ((0, 1), (1, 2), (0, 2)))
    return np.where(np.abs(value) > _SURE * size, np.sign(value), 0.0)


def _exact_side(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> float:
    """Sign of the volume of a tetrahedron, without rounding."""
    origin = [Fraction(float(x)) for x in a]
    u, v, w = ([Fraction(float(x)) - o for x, o in zip(p, origin, strict=True)] for p in (b, c, d))
    volume = (
        (u[1] * v[2] - u[2] * v[1]) * w[0] + (u[2] * v[0] - u[0] * v[2]) * w[1] + (u[0] * v[1] - u[1] * v[0]) * w[2]
    )
    return float((volume > 0) - (volume < 0))


@njit(nogil=True, cache=True)
def _cross(
    points: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], pairs: Int64[np.ndarray, "p 2"]
) -> Int8[np.ndarray, " p"]:  # pragma: no cover - compiled
    """Return for each pair of triangles 1 where an edge of one passes the other, 2 where that is not sure, else 0."""
    result = np.zeros(len(pairs), np.int8)
    for k in range(len(pairs)):
        for first in range(2):
            a, b = pairs[k, first], pairs[k, 1 - first]
            for i in range(3):
                found = _edge_passes(points, faces[a, i], faces[a, (i + 1) % 3], faces[b])
                if found == 1:
                    result[k] = 1
                    break
                if found == 2:
                    result[k] = 2
            if result[k] == 1:
                break
    return result


@njit(nogil=True, cache=True)
def _edge_passes(
    points: Float64[np.ndarray, "n 3"], tail: int, head: int, face: Int64[np.ndarray, " 3"]
) -> int:  # pragma: no cover - compiled
    """Return whether a segment passes the inside of a triangle of which no corner is an end of it; 2 where not sure."""
    a, b, c = face
    if tail in (a, b, c) or head in (a, b, c):
        return 0
    first, second = _side(points, a, b, c, tail), _side(points, a, b, c, head)
    if first * second > 0:
        return 0
    x, y, z = _side(points, tail, head, a, b), _side(points, tail, head, b, c), _side(points, tail, head, c, a)
    if max(x, y, z) > 0 and min(x, y, z) < 0:
        return 0
    return 2 if first * second * x * y * z == 0 else 1


@njit(nogil=True, cache=True)
def _side(points: Float64[np.ndarray, "n 3"], a: int, b: int, c: int, d: int) -> int:  # pragma: no cover - compiled
    """Sign of the volume of a tetrahedron; 0 where rounding could change it."""
    ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
    wx, wy, wz = points[d, 0] - points[a, 0], points[d, 1] - points[a, 1], points[d, 2] - points[a, 2]
    value = (uy * vz - uz * vy) * wx + (uz * vx - ux * vz) * wy + (ux * vy - uy * vx) * wz
    size = (abs(uy * vz) + abs(uz * vy)) * abs(wx) + (abs(uz * vx) + abs(ux * vz)) * abs(wy)
    size += (abs(ux * vy) + abs(uy * vx)) * abs(wz)
    if value > _SURE * size:
        return 1
    return -1 if value < -_SURE * size else 0
