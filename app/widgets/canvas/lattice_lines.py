"""The lattice of a detail layer as thin lines over the disk, where they are far enough apart to be told apart."""

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF

from app.scene.disk import Window
from core.charts.detail_layer import DetailLayer

LEAST_APART = 5.0
"""Distance of neighbouring lines, in pixels, below which none are drawn."""
MOST_APART = 4000.0
"""Distance beyond which they are seen no more: the view lies inside a triangle."""


def lattice_lines(detail: DetailLayer, window: Window) -> list[QLineF]:
    """Return the lines of the Kuhn triangulation inside the unit disk that are seen in a window, in pixels.

    Parameters
    ----------
    detail : DetailLayer
        Whose lattice.
    window : Window
        The part of the latent plane that is seen; its pixels are those of the painter.
    """
    h = detail.spacing
    if not LEAST_APART <= h * window.scale <= MOST_APART:
        return []
    low = np.maximum(window.code(0.0, window.height), -1.0)
    high = np.minimum(window.code(window.width, 0.0), 1.0)
    if (low >= high).any():
        return []
    o = detail.origin
    found: list[tuple[float, float, float, float]] = []
    for k in _between(low[0], high[0], o[0], h):
        found += _chord(1.0, 0.0, o[0] + k * h)
    for k in _between(low[1], high[1], o[1], h):
        found += _chord(0.0, 1.0, o[1] + k * h)
    # The diagonals are the lines y - x = constant through the nodes.
    for k in _between(low[1] - high[0], high[1] - low[0], o[1] - o[0], h):
        found += _chord(-math.sqrt(0.5), math.sqrt(0.5), (o[1] - o[0] + k * h) * math.sqrt(0.5))
    ends = window.places(np.array(found).reshape(-1, 2)).reshape(-1, 4)
    return [QLineF(QPointF(a, b), QPointF(c, d)) for a, b, c, d in ends.tolist()]


def _between(low: float, high: float, start: float, step: float) -> range:
    """Return the k for which start + k step lies between two numbers."""
    return range(math.ceil((low - start) / step), math.floor((high - start) / step) + 1)


def _chord(a: float, b: float, c: float) -> list[tuple[float, float, float, float]]:
    """Return the part of the line a x + b y = c, with a unit normal, that lies in the unit disk; nothing beside it."""
    half = 1.0 - c * c
    if half <= 0.0:
        return []
    half = math.sqrt(half)
    return [(a * c + b * half, b * c - a * half, a * c - b * half, b * c + a * half)]
