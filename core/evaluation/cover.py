"""How often a planar image covers itself."""

import numba
import numpy as np
from jaxtyping import Float64, Int32

_OFFSET = 0.7548776662466927 / 7.0
"""Shift of the grid, irrational, so that no regular line of an image meets its points."""


def cover(corners: Float64[np.ndarray, "f 3 2"], resolution: int = 2048) -> float:
    """Return the mean number of triangles over a point of their union: 1 where nothing folds, 0 without an area.

    Parameters
    ----------
    corners : (f, 3, 2) float64 array
        Triangles in the plane.
    resolution : int
        Grid points along the longer side of the image.

    Raises
    ------
    ValueError
        If no triangle has an extent or a coordinate is not finite.

    Notes
    -----
    Counted on a grid of points, so exact to about one over the resolution along the rim of a fold.
    """
    low, span = corners.min((0, 1)), np.ptp(corners, (0, 1)).max()
    if not (np.isfinite(span) and span > 0.0):
        raise ValueError("the image has no extent")
    counts = _count(np.ascontiguousarray((corners - low) / span * resolution + _OFFSET), resolution + 2)
    hit = np.count_nonzero(counts)
    return float(counts.sum() / hit) if hit else 0.0


@numba.njit(cache=True, nogil=True)
def _count(corners: Float64[np.ndarray, "f 3 2"], size: int) -> Int32[np.ndarray, "size size"]:
    """Number of triangles strictly around each point of a square grid."""
    counts = np.zeros((size, size), np.int32)
    for t in range(len(corners)):
        ax, ay = corners[t, 0]
        bx, by = corners[t, 1]
        cx, cy = corners[t, 2]
        for i in range(int(np.ceil(min(ax, bx, cx))), int(np.floor(max(ax, bx, cx))) + 1):
            for j in range(int(np.ceil(min(ay, by, cy))), int(np.floor(max(ay, by, cy))) + 1):
                first = (bx - ax) * (j - ay) - (by - ay) * (i - ax)
                second = (cx - bx) * (j - by) - (cy - by) * (i - bx)
                third = (ax - cx) * (j - cy) - (ay - cy) * (i - cx)
                if (first > 0 and second > 0 and third > 0) or (first < 0 and second < 0 and third < 0):
                    counts[i, j] += 1
    return counts
