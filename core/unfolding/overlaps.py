"""Triangles of an image that lie over each other."""

import numpy as np
from jaxtyping import Bool, Float64, Int64
from numba import njit

from core.geometry.nearest_triangle import triangle_tree
from core.geometry.predicates import turn


def plane_overlaps(points: Float64[np.ndarray, "n 2"], faces: Int64[np.ndarray, "f 3"]) -> Int64[np.ndarray, "p 2"]:
    """Return the pairs of plane triangles whose insides meet.

    Parameters
    ----------
    points : (n, 2) float64 array
        Vertices.
    faces : (f, 3) int64 array
        Triangles; one without area has no inside.

    Returns
    -------
    (p, 2) int64 array
        Pairs, the lower triangle first, in ascending order; empty where the image is one-to-one on the insides.

    Notes
    -----
    Exact for the coordinates as they are: two triangles are apart where the line of an edge of one has the other on
    its far side, and signs are those of exact arithmetic.
    """
    if len(faces) < 2:
        return np.empty((0, 2), np.int64)
    flat = np.column_stack([points, np.zeros(len(points))])
    pairs = triangle_tree(flat[faces]).meeting_boxes()
    found = np.sort(pairs[_meets(np.ascontiguousarray(points, np.float64), faces, pairs)], axis=1)
    return found[np.lexsort(found.T[::-1])]


@njit(nogil=True, cache=True)
def _meets(
    points: Float64[np.ndarray, "n 2"], faces: Int64[np.ndarray, "f 3"], pairs: Int64[np.ndarray, "p 2"]
) -> Bool[np.ndarray, " p"]:  # pragma: no cover - compiled
    """Whether the insides of each pair of triangles meet."""
    result = np.zeros(len(pairs), np.bool_)
    for k in range(len(pairs)):
        a, b = pairs[k, 0], pairs[k, 1]
        result[k] = not (_is_beyond(points, faces, a, b) or _is_beyond(points, faces, b, a))
    return result


@njit(nogil=True, cache=True)
def _is_beyond(
    points: Float64[np.ndarray, "n 2"], faces: Int64[np.ndarray, "f 3"], a: int, b: int
) -> bool:  # pragma: no cover - compiled
    """Whether an edge of triangle a has triangle b on its far side, or a has no area."""
    p, q, r = faces[a, 0], faces[a, 1], faces[a, 2]
    side = turn(points[p, 0], points[p, 1], points[q, 0], points[q, 1], points[r, 0], points[r, 1])
    if side == 0.0:
        return True
    for i in range(3):
        p, q = faces[a, i], faces[a, (i + 1) % 3]
        is_far = True
        for j in range(3):
            r = faces[b, j]
            if r != p and r != q:
                there = turn(points[p, 0], points[p, 1], points[q, 0], points[q, 1], points[r, 0], points[r, 1])
                if (there > 0.0 and side > 0.0) or (there < 0.0 and side < 0.0):
                    is_far = False
                    break
        if is_far:
            return True
    return False
