"""Polygons in space that stand out together."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class SpaceOutline:
    """Polygons in space that stand out together.

    Parameters
    ----------
    polygons : tuple of (n, 3) float64 arrays
        To be tinted.
    edges : (k, 2, 3) float64 array
        Their common border.
    """

    polygons: tuple[np.ndarray, ...]
    edges: np.ndarray


def image_outline(corners: np.ndarray) -> SpaceOutline:
    """Return one polygon with its sides."""
    return SpaceOutline((corners,), np.stack([corners, np.roll(corners, -1, axis=0)], axis=1))
