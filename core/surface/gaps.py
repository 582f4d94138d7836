"""Corners that nearly meet: a surface that falls apart because its positions were rounded differently."""

from dataclasses import dataclass, replace

import numpy as np

from core.surface.repair import Repair, repair
from core.surface.surface import Surface
from core.surface.topology import edge_table, groups

_NEAR = 1e-3
"""Corners nearly meet if they are closer than this, over the length of the edges there, and no edge joins them."""


@dataclass(frozen=True)
class Gap:
    """Corners on the boundary of a surface that nearly meet.

    Parameters
    ----------
    n_vertices : int
        How many have another one close by.
    width : float
        The widest distance of such a pair, in input units.
    """

    n_vertices: int
    width: float


def find_gap(surface: Surface) -> Gap | None:
    """Return how far corners that nearly meet are apart, or None where there are none.

    Parameters
    ----------
    surface : Surface
        Equal positions are merged already.
    """
    table = edge_table(surface.faces)
    rim = table.edges[table.n_faces == 1]
    if not len(rim):
        return None
    from scipy.spatial import KDTree  # takes longer to import than most files to open

    corners = np.unique(rim)
    lengths = np.linalg.norm(surface.vertices[rim[:, 0]] - surface.vertices[rim[:, 1]], axis=1)
    shortest = np.full(len(surface.vertices), np.inf)
    for ends in rim.T:
        np.minimum.at(shortest, ends, lengths)
    distance, nearest = (part[:, 1] for part in KDTree(surface.vertices[corners]).query(surface.vertices[corners], 2))
    near = distance < _NEAR * np.minimum(shortest[corners], shortest[corners[nearest]])
    if not near.any():
        return None
    return Gap(int(near.sum()), float(distance[near].max()))


def weld_near(surface: Surface, tolerance: float) -> Repair:
    """Merge vertices within a tolerance of each other, and repair what comes of it.

    Parameters
    ----------
    surface : Surface
        Repaired already.
    tolerance : float
        Distance in input units; chains of such distances are merged as a whole.
    """
    from scipy.spatial import KDTree  # takes longer to import than most files to open

    pairs = KDTree(surface.vertices).query_pairs(tolerance, output_type="ndarray").astype(np.int64)
    _, label = groups(pairs.reshape(-1, 2), len(surface.vertices))
    _, first = np.unique(label, return_index=True)
    return repair(replace(surface, vertices=surface.vertices[first[label]]))
