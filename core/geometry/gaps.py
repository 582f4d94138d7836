"""Corners that nearly meet: a surface that falls apart because its positions were rounded differently."""

from dataclasses import dataclass, replace

import numpy as np

from core.data.surface import Surface
from core.geometry.repair import Repair, repair
from core.geometry.topology import EdgeTable, edge_table, groups

_NEAR = 1e-3
"""Corners nearly meet if they are closer than this, over the shortest of the edges that meet there."""
_ALONG = 1e-2
"""And closer than this, over how far an edge there reaches in the direction from one to the other."""


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


def find_gap(surface: Surface, table: EdgeTable | None = None) -> Gap | None:
    """Return how far corners that nearly meet are apart, or None where there are none.

    Parameters
    ----------
    surface : Surface
        Equal positions are merged already.
    table : EdgeTable, optional
        Its edges, where they are known already.

    Notes
    -----
    Both measures are local. Corners that an edge joins do not nearly meet, however short it is. Where a surface is as
    thin as a sheet in one direction (its heights in another unit, say), the two sides of its boundary come close along
    that direction while the edges are long; but there the edges reach no further along it than the sides are apart.
    """
    table = edge_table(surface.faces) if table is None else table
    corners = np.unique(table.edges[table.n_faces == 1])
    if len(corners) < 2:
        return None
    from scipy.spatial import KDTree  # takes longer to import than most files to open

    distance, nearest = (part[:, 1] for part in KDTree(surface.vertices[corners]).query(surface.vertices[corners], 2))
    vectors = surface.vertices[table.edges[:, 1]] - surface.vertices[table.edges[:, 0]]
    lengths = np.linalg.norm(vectors, axis=1)
    shortest = np.full(len(surface.vertices), np.inf)
    for ends in table.edges.T:
        np.minimum.at(shortest, ends, lengths)
    shortest = shortest[corners]
    near = distance < _NEAR * np.minimum(shortest, shortest[nearest])
    if not near.any():
        return None
    toward = np.zeros_like(surface.vertices)
    toward[corners] = surface.vertices[corners[nearest]] - surface.vertices[corners]
    toward[corners] /= np.maximum(distance, np.finfo(float).tiny)[:, None]
    reach = np.zeros(len(surface.vertices))
    for ends in table.edges.T:
        np.maximum.at(reach, ends, np.abs((vectors * toward[ends]).sum(axis=1)))
    reach = reach[corners]
    near &= distance < _ALONG * np.maximum(reach, reach[nearest])
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
