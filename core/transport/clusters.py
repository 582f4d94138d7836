"""A start for sites in tight clusters: solve for the clusters first, then divide the cell of each among its sites.

In the Voronoi diagram of such sites the inner cells of a cluster are smaller than their masses by many powers of ten,
and Newton's method finds no step. Scaled up to the cell of the cluster, the same sites are ordinary.
"""

import numpy as np
from jaxtyping import Float64, Int64
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from core.transport.power_diagram import PowerDiagram

_GAP = 10.0  # between clusters, at least so many times the longest step inside one


def clusters(
    places: Float64[np.ndarray, "n 2"], origins: np.ndarray, twins: np.ndarray
) -> Int64[np.ndarray, " n"] | None:
    """Number the clusters of sites, told apart at the widest gap between the lengths of their spanning tree.

    Parameters
    ----------
    places : (n, 2) float64 array
        Distinct sites.
    origins, twins : (h,) int32 arrays
        Their Delaunay triangulation.

    Returns
    -------
    (n,) int64 array or None
        The cluster of each site; None if there is no gap.
    """
    n = len(places)
    ends = np.column_stack([origins, origins[twins]])
    ends = ends[(ends[:, 0] < ends[:, 1]) & (ends[:, 1] < n)]
    lengths = np.linalg.norm(places[ends[:, 1]] - places[ends[:, 0]], axis=1)
    tree = minimum_spanning_tree(coo_matrix((lengths, ends.T), shape=(n, n)).tocsr()).tocoo()
    steps = np.sort(tree.data)
    if len(steps) < 2:
        return None
    wider = steps[1:] / steps[:-1]
    widest = int(np.argmax(wider))
    if wider[widest] < _GAP:
        return None
    inside = tree.data <= steps[widest]
    graph = coo_matrix((tree.data[inside], (tree.row[inside], tree.col[inside])), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def cluster_means(
    places: Float64[np.ndarray, "n 2"], masses: Float64[np.ndarray, " n"], label: Int64[np.ndarray, " n"]
) -> tuple[Float64[np.ndarray, "k 2"], Float64[np.ndarray, " k"]]:
    """Mean place and total mass of each cluster."""
    totals = np.bincount(label, masses)
    first = np.full(len(totals), len(places))
    np.minimum.at(first, label, np.arange(len(places)))
    apart = places - places[first[label]]  # means of small differences keep all digits
    means = np.column_stack([np.bincount(label, masses * apart[:, k]) / totals for k in range(2)])
    return places[first] + means, totals


def divided_weights(
    places: Float64[np.ndarray, "n 2"],
    label: Int64[np.ndarray, " n"],
    coarse: PowerDiagram,
    shrink: float,
) -> Float64[np.ndarray, " n"]:
    """Weights that divide the cell of each cluster among its sites as their own Voronoi diagram, scaled up, would.

    Parameters
    ----------
    places : (n, 2) float64 array
        Sites.
    label : (n,) int64 array
        Cluster of each.
    coarse : PowerDiagram
        Diagram of the clusters' means.
    shrink : float
        Part of the way from the centroid of a cell to its nearest edge that the cluster is scaled to.

    Notes
    -----
    The potential near the mean Y of a cluster is taken as that of the cell's plane, plus r / s |y - Y|^2 / 2: its
    gradient then carries a cluster of radius s to a disk of radius r about the centroid of the cell.
    """
    n_clusters = len(coarse.sites)
    room = 1.0 - np.linalg.norm(coarse.centroids, axis=1)
    tail, head = coarse.edges.T
    across = coarse.sites[head] - coarse.sites[tail]
    normal = across / np.linalg.norm(across, axis=1)[:, None]
    for cell in (tail, head):
        apart = np.abs(((coarse.segments[:, 0] - coarse.centroids[cell]) * normal).sum(1))
        np.minimum.at(room, cell, apart)
    offset = places - coarse.sites[label]
    squared = (offset**2).sum(1)
    radius = np.zeros(n_clusters)
    np.maximum.at(radius, label, np.sqrt(squared))
    curvature = shrink * room / np.where(radius > 0, radius, 1.0)
    slope = places + coarse.sites[label] - 2.0 * coarse.centroids[label]
    return coarse.weights[label] + (offset * slope).sum(1) - curvature[label] * squared
