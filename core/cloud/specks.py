"""Components of a surface that hold hardly any of the points it was made of."""

import numpy as np
from jaxtyping import Float64

from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.largest import part_of_faces
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.topology import edge_table, groups

_SHARE = 0.004
"""Part of the points below which a component is a speck: each would take a chart of its own."""


def without_specks(surface: Surface, points: Float64[np.ndarray, "n 3"]) -> tuple[Surface, tuple[str, ...]]:
    """Return a surface without components that few points lie on, and a sentence with their count, points and place.

    Parameters
    ----------
    surface : Surface
        Made through these points.
    points : (n, 3) float64 array
        The points.
    """
    n, label = groups(edge_table(surface.faces).pairs // 3, len(surface.faces))
    if n < 2:
        return surface, ()
    on = label[triangle_tree(surface.corners).query(points)[1]]
    held = np.bincount(on, minlength=n)
    speck = held < _SHARE * len(points)
    if not speck.any():
        return surface, ()
    largest = int(np.argmax(np.where(speck, held, -1)))
    x, y, z = (
        np.median(points[on == largest], axis=0) if held[largest] else surface.corners[label == largest].mean((0, 1))
    )
    parts, lost = counted(int(speck.sum()), "speck"), counted(int(held[speck].sum()), "point")
    told = (
        f"Left out {parts} with {lost}, each with fewer than {100 * _SHARE:g} % of all: the largest, of "
        f"{held[largest]:,}, at ({x:.6g}, {y:.6g}, {z:.6g})."
    )
    return part_of_faces(surface, np.flatnonzero(~speck[label])), (told,)
