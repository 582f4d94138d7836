"""Cells of the latent disk pixel by pixel, without decomposing it: for networks with more cells than memory."""

import numpy as np
from jaxtyping import UInt64

from core.relu.cell_patterns import pattern_hashes
from core.relu.relu_map import ReluMap

_BLOCK = 1 << 14
"""Points evaluated at a time."""


def pattern_raster(network: ReluMap, side: int, reach: float = 1.02) -> UInt64[np.ndarray, "side side"]:
    """Return the hash of the activation pattern at the centre of each pixel.

    Parameters
    ----------
    network : ReluMap
        From the latent plane.
    side : int
        Pixels along each side of the square [-reach, reach]^2.
    reach : float
        In latent units.

    Returns
    -------
    (side, side) uint64 array
        The first row is the highest; 0 outside the unit disk. Equal where `CellComplex.pattern_hash` is equal.

    Notes
    -----
    O(side^2) evaluations of the network. Cells smaller than a pixel are missed: this is a picture, no decomposition.
    """
    place = reach * (2.0 * np.arange(side) + 1.0 - side) / side
    x, y = np.meshgrid(place, -place)
    inside = x**2 + y**2 <= 1.0
    points = np.column_stack([x[inside], y[inside]])
    hashes = np.empty(len(points), np.uint64)
    for start in range(0, len(points), _BLOCK):
        part = slice(start, start + _BLOCK)
        hashes[part] = pattern_hashes(network.activation_pattern(points[part]))
    raster = np.zeros((side, side), np.uint64)
    raster[inside] = hashes
    return raster
