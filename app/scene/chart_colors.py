"""Colours of the charts of an atlas."""

import numpy as np

CHART_COLORS = (
    *("#4E79A7", "#F1A340", "#59A14F", "#B07AA1", "#76B7B2"),
    *("#D4B13F", "#8C6D4F", "#9DB7D5", "#A3C585", "#C89F9C"),
)
"""Colours of charts, in turn; none is that of the linked point or of flipped triangles."""
MUTED = 0.55
"""How much of the colour of a chart that is not selected gives way to the ground."""


def chart_colors(n: int) -> np.ndarray:
    """Return the (n, 3) uint8 colours of charts by their numbers."""
    table = np.array([[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in CHART_COLORS], np.uint8)
    return table[np.arange(n) % len(table)]
