"""Triangles of a surface that pass through each other."""

import numpy as np
from jaxtyping import Bool, Float64, Int64
from numba import njit

from core.geometry.nearest_triangle import triangle_tree
from core.geometry.predicates import volume


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
    Exact for the coordinates as they are: a sign that rounding could change is found without it. Where there is such a
    pair, two points of the surface lie in one place of space, and no map from space is one-to-one on it.
    """
    if len(faces) < 2:
        return np.zeros((0, 2), np.int64)
    points = np.ascontiguousarray(points, np.float64)
    pairs = triangle_tree(points[faces]).meeting_boxes()
    return np.unique(np.sort(pairs[_cross(points, faces, pairs)], axis=1), axis=0)


@njit(nogil=True, cache=True)
def _cross(
    points: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], pairs: Int64[np.ndarray, "p 2"]
) -> Bool[np.ndarray, " p"]:  # pragma: no cover - compiled
    """Whether an edge of one of each pair of triangles passes the other."""
    result = np.zeros(len(pairs), np.bool_)
    for k in range(len(pairs)):
        for first in range(2):
            a, b = pairs[k, first], pairs[k, 1 - first]
            for i in range(3):
                if not result[k]:
                    result[k] = _edge_passes(points, faces[a, i], faces[a, (i + 1) % 3], faces[b])
    return result


@njit(nogil=True, cache=True)
def _edge_passes(
    points: Float64[np.ndarray, "n 3"], tail: int, head: int, face: Int64[np.ndarray, " 3"]
) -> bool:  # pragma: no cover - compiled
    """Whether a segment passes the inside of a triangle of which no corner is an end of it."""
    a, b, c = face
    if tail in (a, b, c) or head in (a, b, c):
        return False
    is_point = True
    for d in range(3):  # a box has no part in the other's: most pairs end here, before any sign is found
        low, high = min(points[tail, d], points[head, d]), max(points[tail, d], points[head, d])
        if high < min(points[a, d], points[b, d], points[c, d]) or low > max(points[a, d], points[b, d], points[c, d]):
            return False
        is_point &= low == high
    if is_point:
        return False
    first = volume(points, a, b, c, tail)
    if first == 0.0 or first * np.sign(volume(points, a, b, c, head)) >= 0.0:
        return False
    side = np.sign(volume(points, tail, head, a, b))
    if side == 0.0 or side * np.sign(volume(points, tail, head, b, c)) <= 0.0:
        return False
    return side * np.sign(volume(points, tail, head, c, a)) > 0.0
