"""Pieces: where the network is one affine map, cells joined."""

import numpy as np
from jaxtyping import Int, Int64
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from core.relu.polygonal_complex import PolygonalComplex

EQUAL = 1e-12
"""Difference of maps, over the largest number in any of them, that counts as none."""
NUMBERS = 1 << 22
"""Numbers that are compared at a time."""


def joined(n: int, pairs: Int[np.ndarray, "k 2"]) -> Int64[np.ndarray, " n"]:
    """Number the connected parts of n things, given which two hang together, in the order of their first thing."""
    graph = coo_matrix((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), (n, n))
    label = connected_components(graph, directed=False)[1]
    _, first, number = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[number]


def affine_pieces(cells: PolygonalComplex) -> Int64[np.ndarray, " F"]:
    """Return the piece that each cell belongs to: cells that meet at an edge and have equal affine maps are one.

    Parameters
    ----------
    cells : PolygonalComplex
        Cells of the plane, or pieces of a surface.

    Returns
    -------
    (F,) int64 array
        Number of the piece, from 0.

    Notes
    -----
    Definition 4.2 of Lei, Luo, Yau and Gu (arXiv 1805.10451) counts these; definition 4.7 counts cells. They differ
    where a unit's contribution is cut off by the layers behind it.
    """
    matrices, offsets = cells.turned_map(np.arange(cells.n_polygons))
    maps = np.concatenate([matrices, offsets[:, :, None]], axis=2).reshape(cells.n_polygons, -1)
    pairs = cells.edge_cells[cells.is_interior].astype(np.int64)
    tolerance = EQUAL * np.abs(maps).max(initial=0.0)
    equal = np.empty(len(pairs), bool)
    step = max(1, NUMBERS // max(maps.shape[1], 1))
    for start in range(0, len(pairs), step):
        block = slice(start, start + step)
        equal[block] = (np.abs(maps[pairs[block, 0]] - maps[pairs[block, 1]]) <= tolerance).all(1)
    return joined(cells.n_polygons, pairs[equal])
