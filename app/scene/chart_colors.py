"""Colours of the charts of an atlas."""

from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from core.charts.atlas import Cover

CHART_COLORS = (
    *("#4E79A7", "#F1A340", "#59A14F", "#B07AA1", "#76B7B2"),
    *("#D4B13F", "#8C6D4F", "#9DB7D5", "#A3C585", "#C89F9C"),
)
"""Colours of charts, in turn; none is that of the linked point or of flipped triangles."""
MUTED = 0.55
"""How much of the colour of a chart that is not selected gives way to the ground."""


def chart_colors(n: int) -> np.ndarray:
    """Return the (n, 3) uint8 colours of charts by their numbers."""
    return _table()[np.arange(n) % len(CHART_COLORS)]


@lru_cache(maxsize=2)
def cover_colors(cover: Cover) -> np.ndarray:
    """Return the (n, 3) uint8 colours of the charts of a cover: those that meet have different ones.

    Notes
    -----
    The charts take in turn a colour that no chart has that they meet, of these the one that is used least. Where a
    chart meets more charts than there are colours, it takes the one that is used least.
    """
    meets = _meeting(cover)
    chosen = np.full(len(cover), -1)
    used = np.zeros(len(CHART_COLORS), np.int64)
    for k in range(len(cover)):
        around = {int(chosen[other]) for other in np.flatnonzero(meets[k])}
        free = [color for color in range(len(used)) if color not in around] or list(range(len(used)))
        chosen[k] = min(free, key=lambda color: (used[color], color))
        used[chosen[k]] += 1
    return _table()[chosen]


def _meeting(cover: Cover) -> np.ndarray:
    """Which charts have a vertex in common, (n, n) bool; none with itself."""
    vertices = np.concatenate([patch.vertices for patch in cover.patches])
    charts = np.repeat(np.arange(len(cover)), [len(patch) for patch in cover.patches])
    has = csr_array((np.ones(len(vertices)), (vertices, charts)), (cover.n_vertices, len(cover)))
    meets = (has.T @ has).toarray() > 0.0
    np.fill_diagonal(meets, False)
    return meets


def _table() -> np.ndarray:
    return np.array([[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in CHART_COLORS], np.uint8)
