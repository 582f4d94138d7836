"""Where a chart is no embedding: places of the latent plane that more than one part of the surface lies over."""

import numpy as np
from jaxtyping import Bool, Float64, Int32
from numba import njit
from scipy.spatial import cKDTree

_PER_NODE = 3
"""Grid points along the spacing of a lattice, where sheets are counted."""

_SHIFT = 0.7548776662466927 / 7.0
"""Shift of the grid, irrational, so that no regular line of an image meets its points."""

_GAP = 8.0
"""How many times wider than one sheet's the points of a square may spread in space."""


def several_sheets(
    codes: Float64[np.ndarray, "n 2"], corners: Float64[np.ndarray, "f 3 2"], spacing: float
) -> Bool[np.ndarray, " n"]:
    """Return which codes lie in more than one triangle of the latent image.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Where to look.
    corners : (f, 3, 2) float64 array
        The triangles of the latent image.
    spacing : float
        Spacing of a lattice; sheets are counted at points a third of it apart.
    """
    step, low = spacing / _PER_NODE, np.minimum(corners.min((0, 1)), codes.min(0))
    places, at = (corners - low) / step + _SHIFT, np.rint((codes - low) / step + _SHIFT).astype(np.int64)
    high = np.maximum(np.ceil(places.max((0, 1))).astype(np.int64), at.max(0))
    counts = np.zeros(high + 2, np.int32)
    _count(np.ascontiguousarray(places), counts)
    return counts[at[:, 0], at[:, 1]] > 1


def spread_in_space(
    codes: Float64[np.ndarray, "n 2"], points: Float64[np.ndarray, "n 3"], spacing: float
) -> Bool[np.ndarray, " n"]:
    """Return which points share a lattice square with points that are too far from them for one sheet.

    Parameters
    ----------
    codes, points : (n, 2), (n, 3) float64 array
        Points in the plane and in space.
    spacing : float
        Side of a square.

    Notes
    -----
    k points of one sheet spread over about the square root of k times their distance to the next one.
    """
    squares = np.floor(codes / spacing).astype(np.int64)
    _, square, size = np.unique(squares, axis=0, return_inverse=True, return_counts=True)
    square = square.ravel()
    near = cKDTree(points).query(points, k=min(4, len(points)))[0][:, -1]
    low, high = np.full((len(size), 3), np.inf), np.full((len(size), 3), -np.inf)
    np.minimum.at(low, square, points)
    np.maximum.at(high, square, points)
    usual = np.bincount(square, weights=near) / size * np.sqrt(size)
    return (np.linalg.norm(high - low, axis=1) > _GAP * usual)[square]


@njit(cache=True, nogil=True)
def _count(corners: Float64[np.ndarray, "f 3 2"], counts: Int32[np.ndarray, "n m"]) -> None:
    """Add 1 at the grid points strictly inside of each triangle."""
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
