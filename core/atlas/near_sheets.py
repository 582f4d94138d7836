"""Where a part of a surface comes near itself: no encoder of space separates well what is near there."""

import numpy as np
from jaxtyping import Float64, Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from core.atlas.growth import grow, spread_seeds

_PLACES = 400
"""Places of a part whose distances are looked at."""
_NEAREST = 0.05
"""Distance in space, over the side of a square of the part's area, below which places count as being so far apart:
about that between places."""
_NEAR = 4 * _NEAREST
"""Distance in space of two places beyond which they are not looked at."""
_FAR = 4.0
"""Distance along the part over that in space from which on two places are hard to tell apart."""


def near_sheets(
    middles: Float64[np.ndarray, "f 3"], areas: Float64[np.ndarray, " f"], across: Int64[np.ndarray, "f 3"]
) -> tuple[Int64[np.ndarray, "p 2"], float]:
    """Return pairs of faces that are near each other in space, but far along a part of a surface.

    Parameters
    ----------
    middles : (f, 3) float64 array
        Middles of the faces of the part.
    areas : (f,) float64 array
        Their areas.
    across : (f, 3) int64 array
        Side 3 g + j of the face g of the part that lies across side k of each face; -1 where there is none.

    Returns
    -------
    (p, 2) int64 array, float
        The pairs, among places that are spread evenly, and the part of the area that lies around them.
    """
    size = np.sqrt(areas.sum())
    beside = np.maximum(across, 0) // 3
    steps = np.where(across >= 0, np.linalg.norm(middles[beside] - middles[:, None], axis=2), np.inf)
    seeds = spread_seeds(across, steps, 0, min(_PLACES, len(areas)))
    owner, away = np.full(len(areas), -1), np.zeros(len(areas))
    owner[seeds] = np.arange(len(seeds))
    grow(across, steps, owner, away, np.inf)
    face, side = np.nonzero(across >= 0)
    other = beside[face, side]
    apart = owner[face] != owner[other]
    face, other, length = face[apart], other[apart], steps[face, side][apart]
    length = away[face] + length + away[other]
    order = np.lexsort((length, owner[other], owner[face]))
    ends = np.column_stack([owner[face], owner[other]])[order]
    ends, first = np.unique(ends, axis=0, return_index=True)
    graph = coo_array((length[order][first], (ends[:, 0], ends[:, 1])), (len(seeds), len(seeds))).tocsr()
    pairs = cKDTree(middles[seeds]).query_pairs(_NEAR * size, output_type="ndarray")
    if not len(pairs):
        return np.zeros((0, 2), np.int64), 0.0
    along = dijkstra(graph, directed=False)[pairs[:, 0], pairs[:, 1]]
    straight = np.linalg.norm(middles[seeds[pairs[:, 0]]] - middles[seeds[pairs[:, 1]]], axis=1)
    pairs = pairs[along > _FAR * np.maximum(straight, _NEAREST * size)]
    around = np.bincount(owner, areas, len(seeds))
    return seeds[pairs], float(around[np.unique(pairs)].sum() / areas.sum())
