"""Cells as pixels: which cell lies under each point of a grid."""

import numpy as np
from jaxtyping import Float64, Int32, Int64
from numba import njit

from core.relu.cell_complex import CellComplex


def cell_raster(
    cells: CellComplex, low: Float64[np.ndarray, " 2"], high: Float64[np.ndarray, " 2"], width: int, height: int
) -> np.ndarray:
    """Return the cell under the centre of each pixel of a rectangle.

    Parameters
    ----------
    cells : CellComplex
        The cells.
    low, high : (2,) float64 array
        Opposite corners of the rectangle, in latent units.
    width, height : int
        Number of pixels.

    Returns
    -------
    (height, width) int32 array
        Cell of each pixel, -1 outside the domain; the first row is the upper one.

    Notes
    -----
    Time grows with the number of pixels and of cells in view.
    """
    raster = np.full((height, width), -1, np.int32)
    scale = np.array([width, height]) / (np.asarray(high, np.float64) - low)
    pixels = (cells.vertices - low) * scale - 0.5
    fill_polygons(pixels, cells.offsets, cells.corners, raster)
    return raster[::-1]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_polygons(
    points: Float64[np.ndarray, "n 2"],
    offsets: Int64[np.ndarray, " m"],
    corners: Int32[np.ndarray, " c"],
    raster: Int32[np.ndarray, "k p"],
) -> None:
    """Write the number of each convex polygon to the grid points that it contains."""
    height, width = raster.shape
    for k in range(len(offsets) - 1):
        first, last = offsets[k], offsets[k + 1]
        low, high = np.inf, -np.inf
        for i in range(first, last):
            y = points[corners[i], 1]
            low, high = min(low, y), max(high, y)
        for row in range(max(0, int(np.ceil(low))), min(height - 1, int(np.floor(high))) + 1):
            left, right = np.inf, -np.inf
            for i in range(first, last):
                a = corners[i]
                b = corners[i + 1] if i + 1 < last else corners[first]
                ya, yb = points[a, 1], points[b, 1]
                if (ya <= row) != (yb <= row):
                    x = points[a, 0] + (row - ya) / (yb - ya) * (points[b, 0] - points[a, 0])
                    left, right = min(left, x), max(right, x)
            for column in range(max(0, int(np.ceil(left))), min(width - 1, int(np.floor(right))) + 1):
                raster[row, column] = k
