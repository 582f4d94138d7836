"""Lines for the edges of the cells of the layers so far."""

import numpy as np

from app.scene.palette import Palette
from app.stages.unfolding.scene.look import Shape, edge_colors
from app.widgets.canvas.plotter import Lines

EDGES = ("older edges", "newest edges")
"""Under which edges of cells are drawn."""
EDGE_WIDTH = 1.0
"""Of an edge of a cell, in pixels."""


def edge_lines(shape: Shape, ends: np.ndarray, palette: Palette) -> dict[str, Lines | None]:
    """Return the lines of edges of older layers and of the newest by the names under which they are drawn."""
    found = dict[str, Lines | None]()
    colors = edge_colors(palette, len(ends), shape.normals is not None)
    for key, part, color in zip(EDGES, (ends[: shape.n_older], ends[shape.n_older :]), colors[1:], strict=True):
        found[key] = None
        if len(part):
            tint = np.tile(color[:3].astype(np.uint8), (len(part), 1))
            pairs = np.arange(2 * len(part)).reshape(-1, 2)
            found[key] = Lines(part.reshape(-1, 3), pairs, tint, EDGE_WIDTH, float(color[3]))
    return found
