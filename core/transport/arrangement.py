"""Sites made ready for solving: coinciding ones merged, the others along a Hilbert curve, and triangulated."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int32, Int64
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from core.geometry.convex_domain import AREA
from core.transport.half_edges import build
from core.transport.regular_triangulation import hilbert_order

_MERGED_DISTANCE = 1e-13  # float64 weights cannot part sites closer than this part of their extent


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Distinct sites in an order that keeps neighbours near in memory.

    Parameters
    ----------
    places : (n, 2) float64 array
        The distinct sites along a Hilbert curve.
    masses : (n,) float64 array
        Their masses; those of merged sites are added.
    given : (n,) int64 array
        One of the given sites for each place.
    order : (n,) int64 array
        The place of each site when distinct sites stand in the order given.
    site_of : (m,) int64 array
        The distinct site, in the order given, that each given site belongs to.
    origins, twins : (h,) int32 arrays
        Delaunay triangulation of the places (see `RegularTriangulation`); empty if all lie on one line.
    """

    places: Float64[np.ndarray, "n 2"]
    masses: Float64[np.ndarray, " n"]
    given: Int64[np.ndarray, " n"]
    order: Int64[np.ndarray, " n"]
    site_of: Int64[np.ndarray, " m"]
    origins: Int32[np.ndarray, " h"]
    twins: Int32[np.ndarray, " h"]


def arrange(sites: Float64[np.ndarray, "m 2"], masses: Float64[np.ndarray, " m"]) -> Arrangement:
    """Merge coinciding sites, order the others and triangulate them.

    Notes
    -----
    Two sites coincide if they are closer than 1e-13 of the extent of all: the weights that would part their cells
    differ by less than float64 can tell.
    """
    first, site_of = np.arange(len(sites)), np.arange(len(sites))
    while True:
        order = hilbert_order(sites[first])
        places = sites[first[order]]
        x, y = np.ascontiguousarray(places[:, 0]), np.ascontiguousarray(places[:, 1])
        origins, twins = build(x, y, np.zeros(len(x)), np.arange(len(x)))
        group = _coinciding(places, origins, twins)
        if group is None:
            break
        of_distinct = np.empty(len(first), np.int64)
        of_distinct[order] = group
        _, lowest, number = np.unique(of_distinct, return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(lowest))  # groups numbered by their first member
        first, site_of = first[np.sort(lowest)], rank[number][site_of]
    totals = np.bincount(site_of, masses, len(first)) if len(first) < len(sites) else masses
    totals = totals * (AREA / math.fsum(totals))
    return Arrangement(places, totals[order], first[order], order, site_of, origins, twins)


def _coinciding(places: np.ndarray, origins: np.ndarray, twins: np.ndarray) -> np.ndarray | None:
    """Return a group number for each place where some coincide, None where none do."""
    n = len(places)
    extent = float(np.ptp(places, axis=0).max()) * max(1.0, float(np.abs(places).max()))
    if len(origins):
        ends = np.column_stack([origins, origins[twins]])
        ends = ends[(ends < n).all(1)]
    else:
        order = np.lexsort((places[:, 1], places[:, 0]))
        ends = np.column_stack([order[:-1], order[1:]])
    near = ((places[ends[:, 0]] - places[ends[:, 1]]) ** 2).sum(1) <= (_MERGED_DISTANCE * extent) ** 2
    hidden = len(origins) > 0 and len(origins) != 3 * (2 * n - 2)
    if not near.any() and not hidden:
        return None
    _, equal = np.unique(places, axis=0, return_inverse=True)  # a Delaunay triangulation hides all but one of these
    ends = np.concatenate([ends[near], np.column_stack([np.arange(n), n + equal.ravel()])])
    graph = coo_matrix((np.ones(len(ends)), ends.T), shape=(2 * n, 2 * n))
    return connected_components(graph, directed=False)[1][:n]
