"""A grid in one chart and its image in the other: what shows where a map takes codes."""

import numpy as np
from jaxtyping import Float64
from scipy.spatial import KDTree

from core.maps.manifold_map import ManifoldMap

SPACING, _STEPS = 0.2, 400
"""Distance of two lines, in latent units, and points on each."""
_NEAR = 0.05
"""How far from a code a point of the grid may lie, in latent units."""

Line = tuple[Float64[np.ndarray, "k d"], Float64[np.ndarray, "k e"]]
"""A line in the first chart, and its image in the second."""


def linked_grid(made: ManifoldMap) -> list[Line]:
    """Return the lines of a square grid where the first chart has codes, each with its image in the second chart.

    Parameters
    ----------
    made : ManifoldMap
        The map.

    Returns
    -------
    list of pairs of (k, 2) and (k, e) float64 arrays
        None where codes of the first chart have not two numbers.
    """
    codes = made.first.training.codes
    if codes.shape[1] != 2 or not len(codes):
        return []
    tree = KDTree(codes)
    apart = tree.query(codes[:: max(1, len(codes) // 2_000)], k=min(2, len(codes)))[0]
    near = max(_NEAR, 3.0 * float(np.quantile(apart, 0.9)))
    along, lines = np.linspace(-1.0, 1.0, _STEPS), list[Line]()
    for at in np.arange(-1.0 + SPACING, 1.0 - 0.5 * SPACING, SPACING):
        across = np.full(_STEPS, at)
        for line in (np.column_stack([along, across]), np.column_stack([across, along])):
            inside = (tree.query(line)[0] <= near) & (np.square(line).sum(1) <= 1.0)
            ends = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(np.int64), [0]])))
            for start, stop in ends.reshape(-1, 2).tolist():
                if stop - start > 1:
                    part = line[start:stop]
                    lines.append((part, made.carry(part)))
    return lines
