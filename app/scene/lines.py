"""Lines as pixels, with smooth edges, drawn without the interpreter lock."""

import numpy as np
from numba import njit

from app.scene.snapshot import rgb


@njit(nogil=True, cache=True)
def _clipped(ax, ay, bx, by, width, height, margin):  # pragma: no cover - compiled
    """Return which part of a segment lies in a rectangle with a margin: from 0 to 1, empty if the first is greater."""
    first, last = 0.0, 1.0
    for start, way, low, high in ((ax, bx - ax, -margin, width + margin), (ay, by - ay, -margin, height + margin)):
        if way == 0.0:
            if start < low or start > high:
                return 1.0, 0.0
        else:
            one, two = (low - start) / way, (high - start) / way
            first, last = max(first, min(one, two)), min(last, max(one, two))
    return first, last


@njit(nogil=True, cache=True)
def blend(pixels, row, column, red, green, blue, cover):  # pragma: no cover - compiled
    """Mix a colour into a pixel, by how much of it is covered."""
    old = pixels[row, column]
    rest = 1.0 - cover
    alpha = 255.0 * cover + rest * ((old >> 24) & 255)
    r = red * cover + rest * ((old >> 16) & 255)
    g = green * cover + rest * ((old >> 8) & 255)
    b = blue * cover + rest * (old & 255)
    pixels[row, column] = (
        (np.uint32(alpha + 0.5) << 24) | (np.uint32(r + 0.5) << 16) | (np.uint32(g + 0.5) << 8) | np.uint32(b + 0.5)
    )


@njit(nogil=True, cache=True)
def _draw(pixels, places, ends, chosen, half, color, opacity):  # pragma: no cover - compiled
    height, width = pixels.shape
    reach = half + 0.5
    for k in chosen:
        ax, ay = places[ends[k, 0], 0], places[ends[k, 0], 1]
        bx, by = places[ends[k, 1], 0], places[ends[k, 1], 1]
        first, last = _clipped(ax, ay, bx, by, width, height, reach + 1.0)
        if not first < last:
            continue
        dx, dy = bx - ax, by - ay
        bx, by, ax, ay = ax + last * dx, ay + last * dy, ax + first * dx, ay + first * dy
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        if not square > 1e-12:
            continue
        steep = abs(dy) > abs(dx)
        length = np.sqrt(square)
        across = reach * length / (abs(dy) if steep else abs(dx)) + 0.5
        low, high = (min(ay, by), max(ay, by)) if steep else (min(ax, bx), max(ax, bx))
        limit = height if steep else width
        other = width if steep else height
        for along in range(max(0, int(np.floor(low - reach))), min(limit - 1, int(np.floor(high + reach))) + 1):
            middle = ax + (along + 0.5 - ay) / dy * dx if steep else ay + (along + 0.5 - ax) / dx * dy
            start, stop = int(np.floor(middle - across)), int(np.floor(middle + across))
            for beside in range(max(0, start), min(other - 1, stop) + 1):
                column, row = (beside, along) if steep else (along, beside)
                px, py = column + 0.5 - ax, row + 0.5 - ay
                part = min(max((px * dx + py * dy) / square, 0.0), 1.0)
                away = np.hypot(px - part * dx, py - part * dy)
                cover = min(reach - away, 1.0) * opacity
                if cover > 0.0:
                    blend(pixels, row, column, color[0], color[1], color[2], cover)


def draw_lines(
    pixels: np.ndarray,
    places: np.ndarray,
    ends: np.ndarray,
    chosen: np.ndarray,
    width: float,
    color: str,
    opacity: float = 1.0,
) -> None:
    """Draw lines over a picture.

    Parameters
    ----------
    pixels : (height, width) uint32 array
        Premultiplied 0xAARRGGBB; changed.
    places : (n, 2) float64 array
        Points, in pixels from the top left corner.
    ends : (e, 2) integer array
        The two points of each line.
    chosen : (k,) int64 array
        Lines to draw, in this order.
    width : float
        In pixels; thinner than 1 is drawn paler.
    color : str
        "#RRGGBB".
    opacity : float
        From 0 to 1.
    """
    half = 0.5 * width
    # A line thinner than a pixel covers its neighbours in part: its colour is weakened to what it would cover.
    thin = width / (half + 0.5) ** 2 if width < 1.0 else 1.0
    _draw(pixels, places, ends, chosen, half, np.array(rgb(color), np.float64), opacity * thin)
