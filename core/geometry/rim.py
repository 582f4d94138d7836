"""Whether a closed polygon in the plane meets itself."""

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.geometry.predicates import turn


def is_simple(corners: Float64[np.ndarray, "n 2"]) -> bool:
    """Return whether a closed polygon has no two sides that meet, but for neighbours in their common corner.

    Parameters
    ----------
    corners : (n, 2) float64 array
        Corners in order; a corner at the very place of the one before it counts as one.

    Notes
    -----
    Signs of turns are exact. Sides are compared within the squares of a grid, about one side to a square.
    """
    points = corners[(corners != np.roll(corners, 1, axis=0)).any(1)]
    if len(points) < 3:
        return False
    low, span = points.min(0), np.ptp(points, axis=0).max()
    size = max(1, int(np.sqrt(len(points))))
    place = (points - low) / span * size * (1.0 - 1e-12)
    following = np.roll(place, -1, axis=0)
    first = np.floor(np.minimum(place, following)).astype(np.int64)
    last = np.floor(np.maximum(place, following)).astype(np.int64)
    counts = _fill(first, last, size, np.zeros(size * size + 1, np.int64), np.empty(0, np.int64))
    starts = np.concatenate([[0], np.cumsum(counts[:-1])])
    held = np.empty(starts[-1], np.int64)
    _fill(first, last, size, starts[:-1].copy(), held)
    return not _meet(np.ascontiguousarray(points), starts, held)


@njit(cache=True, nogil=True)
def _fill(
    first: Int64[np.ndarray, "n 2"],
    last: Int64[np.ndarray, "n 2"],
    size: int,
    cursor: Int64[np.ndarray, " m"],
    held: Int64[np.ndarray, " k"],
) -> Int64[np.ndarray, " m"]:
    """Enter every side into the squares around it; without room to enter, only count."""
    for k in range(len(first)):
        for i in range(first[k, 0], last[k, 0] + 1):
            for j in range(first[k, 1], last[k, 1] + 1):
                square = i * size + j
                if len(held):
                    held[cursor[square]] = k
                cursor[square] += 1
    return cursor


@njit(cache=True, nogil=True)
def _meet(points: Float64[np.ndarray, "n 2"], starts: Int64[np.ndarray, " m"], held: Int64[np.ndarray, " k"]) -> bool:
    """Whether two sides in a common square meet."""
    n = len(points)
    for square in range(len(starts) - 1):
        for s in range(starts[square], starts[square + 1]):
            for t in range(s + 1, starts[square + 1]):
                k, m = held[s], held[t]
                a, b, c, d = points[k], points[(k + 1) % n], points[m], points[(m + 1) % n]
                if (k + 1) % n == m:
                    if _folds_back(a, b, d):
                        return True
                elif (m + 1) % n == k:
                    if _folds_back(c, d, b):
                        return True
                elif _cross(a, b, c, d):
                    return True
    return False


@njit(cache=True, nogil=True)
def _turn(a: Float64[np.ndarray, " 2"], b: Float64[np.ndarray, " 2"], c: Float64[np.ndarray, " 2"]) -> float:
    return turn(a[0], a[1], b[0], b[1], c[0], c[1])


@njit(cache=True, nogil=True)
def _folds_back(a: Float64[np.ndarray, " 2"], b: Float64[np.ndarray, " 2"], c: Float64[np.ndarray, " 2"]) -> bool:
    """Whether the side b, c lies back upon the side a, b."""
    return _turn(a, b, c) == 0.0 and (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0.0


@njit(cache=True, nogil=True)
def _cross(
    a: Float64[np.ndarray, " 2"],
    b: Float64[np.ndarray, " 2"],
    c: Float64[np.ndarray, " 2"],
    d: Float64[np.ndarray, " 2"],
) -> bool:
    """Whether two sides without a common corner have a common point."""
    first, second, third, fourth = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if first * second < 0.0 and third * fourth < 0.0:
        return True
    return (
        (first == 0.0 and _between(a, b, c))
        or (second == 0.0 and _between(a, b, d))
        or (third == 0.0 and _between(c, d, a))
        or (fourth == 0.0 and _between(c, d, b))
    )


@njit(cache=True, nogil=True)
def _between(a: Float64[np.ndarray, " 2"], b: Float64[np.ndarray, " 2"], c: Float64[np.ndarray, " 2"]) -> bool:
    """Whether a point on the line through a and b lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])
