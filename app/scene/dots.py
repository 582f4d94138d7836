"""Round dots drawn over a picture."""

import numpy as np
from numba import njit

from app.scene.lines import blend


@njit(nogil=True, cache=True)
def _draw(pixels, places, radius, colors):  # pragma: no cover - compiled
    height, width = pixels.shape
    for k in range(len(places)):
        x, y = places[k, 0], places[k, 1]
        if not (-radius < x < width + radius and -radius < y < height + radius):
            continue
        for row in range(max(0, int(y - radius - 1)), min(height, int(y + radius + 2))):
            for column in range(max(0, int(x - radius - 1)), min(width, int(x + radius + 2))):
                away = np.hypot(column + 0.5 - x, row + 0.5 - y)
                cover = min(radius + 0.5 - away, 1.0)
                if cover > 0.0:
                    blend(pixels, row, column, colors[k, 0], colors[k, 1], colors[k, 2], cover)


def draw_dots(pixels: np.ndarray, places: np.ndarray, radius: float, colors: np.ndarray) -> None:
    """Draw dots over a picture.

    Parameters
    ----------
    pixels : (height, width) uint32 array
        Premultiplied 0xAARRGGBB; changed.
    places : (n, 2) float64 array
        Middles, in pixels from the top left corner.
    radius : float
        In pixels.
    colors : (n, 3) uint8 array
        Red, green, blue of each dot.
    """
    _draw(pixels, np.ascontiguousarray(places), float(radius), np.asarray(colors, np.float64))


@njit(nogil=True, cache=True)
def _splat(ids, places, numbers, reach):  # pragma: no cover - compiled
    height, width = ids.shape
    for k in range(len(places)):
        x, y = places[k, 0], places[k, 1]
        if not (-reach <= x < width + reach and -reach <= y < height + reach):
            continue
        column, row = int(np.floor(x)), int(np.floor(y))
        for i in range(max(0, row - reach), min(height, row + reach + 1)):
            for j in range(max(0, column - reach), min(width, column + reach + 1)):
                ids[i, j] = numbers[k]


def splat(ids: np.ndarray, places: np.ndarray, numbers: np.ndarray, reach: int) -> None:
    """Write the number of each dot over the pixels around it.

    Parameters
    ----------
    ids : (height, width) int32 array
        Changed.
    places : (n, 2) float64 array
        Middles of the dots, in pixels from the top left corner.
    numbers : (n,) int64 array
        Number of each dot.
    reach : int
        How far around a middle, in pixels.
    """
    _splat(ids, np.ascontiguousarray(places), numbers, reach)
