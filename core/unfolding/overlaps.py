"""Triangles of an image that lie over each other."""

import numpy as np
from jaxtyping import Bool, Float64, Int8, Int64
from numba import njit

from core.geometry.crossings import crossings
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.predicates import turn

_SURE = 1e-14
"""Part of the sum of the sizes of its terms above which the sign of a volume is certain, as for `crossings`."""


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


def count_crossings(points: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"]) -> int:
    """Return how many pairs of triangles pass through each other: those of `crossings`, a tenth of the time.

    Parameters
    ----------
    points : (n, 3) float64 array
        Vertices.
    faces : (f, 3) int64 array
        Triangles.

    Notes
    -----
    Pairs of which rounding could change a sign are left to `crossings`, so the count is exact too.
    """
    if len(faces) < 2:
        return 0
    points = np.ascontiguousarray(points, np.float64)
    pairs = triangle_tree(points[faces]).meeting_boxes()
    state = _cross(points, faces, pairs)
    count = int(np.count_nonzero(state == 1))
    unsure = pairs[state == 2]
    if len(unsure):
        kept = np.unique(unsure)
        found = kept[crossings(points, faces[kept])]
        known, crossed = (np.sort(part, axis=1) @ np.array([len(faces), 1]) for part in (unsure, found))
        count += int(np.isin(known, crossed).sum())
    return count


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
                found = _passes(points, faces[a, i], faces[a, (i + 1) % 3], faces[b])
                if found == 1:
                    result[k] = 1
                    break
                if found == 2:
                    result[k] = 2
            if result[k] == 1:
                break
    return result


@njit(nogil=True, cache=True)
def _passes(
    points: Float64[np.ndarray, "n 3"], tail: int, head: int, face: Int64[np.ndarray, " 3"]
) -> int:  # pragma: no cover - compiled
    """Whether a segment passes the inside of a triangle of which no corner is an end of it; 2 where not sure."""
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
