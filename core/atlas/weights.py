"""The partition of unity by which the charts of an atlas are joined to one surface."""

import numpy as np
from jaxtyping import Float64, Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from core.atlas.overlap import Region, overlapping
from core.charts.atlas import Cover
from core.charts.patch import Patch
from core.data.surface import Surface
from core.geometry.topology import edge_table

_LEAST = 1e-9
"""Least length of an edge over the diagonal: vertices in one place are apart all the same."""


def cover_of(surface: Surface, face_chart: Int64[np.ndarray, " f"], rings: int) -> Cover:
    """Return the patches that charts learn: what each owns, grown by some rings of faces, with its weights.

    Parameters
    ----------
    surface : Surface
        At most two faces at each edge, and a face at each vertex.
    face_chart : (f,) int64 array
        The chart that owns each face; all that one owns are a disk.
    rings : int
        Rings of faces by which charts overlap their neighbours.

    Raises
    ------
    TopologyError
        If what a chart owns is no disk.
    """
    regions = overlapping(surface, face_chart, rings)
    shares = weights(surface, regions)
    patches = [Patch(r.vertices, r.faces, r.corners, share) for r, share in zip(regions, shares, strict=True)]
    return Cover(tuple(patches), face_chart, len(surface.vertices))


def weights(surface: Surface, regions: list[Region]) -> list[Float64[np.ndarray, " n"]]:
    """Return how much each vertex of each region counts where the regions are joined.

    Parameters
    ----------
    surface : Surface
        The whole surface.
    regions : list of Region
        Disks that cover it.

    Returns
    -------
    list of (n,) float64 arrays
        For each region, one weight a vertex: not negative, 1 in sum over all that stand for a vertex of the surface,
        and 0 at a vertex that is not inside its region, but inside another one.

    Notes
    -----
    A vertex is inside a region if all faces around it are: the boundary of the surface does not count. The weight is
    the squared distance, along edges, from the vertices of the region that are not inside it, over the sum of all such.
    Where a vertex is inside no region, all that stand for it count alike.
    """
    n = len(surface.vertices)
    around = np.bincount(surface.faces.ravel(), minlength=n)
    raw: list[np.ndarray] = []
    stands = np.zeros(n)
    for region in regions:
        inside = np.bincount(surface.faces[region.faces].ravel(), minlength=n) == around
        raw.append(_distances(surface, region, inside[region.vertices]) ** 2)
        stands += np.bincount(region.vertices, minlength=n)
    total = np.zeros(n)
    for region, values in zip(regions, raw, strict=True):
        total += np.bincount(region.vertices, values, n)
    nowhere = total == 0.0
    return [
        np.where(nowhere[r.vertices], 1.0 / stands[r.vertices], values / np.where(nowhere, 1.0, total)[r.vertices])
        for r, values in zip(regions, raw, strict=True)
    ]


def _distances(surface: Surface, region: Region, inside: np.ndarray) -> Float64[np.ndarray, " n"]:
    """Return how far each vertex of a region is from those that are not inside it; 1 where all are."""
    n = len(region.vertices)
    if inside.all():
        return np.ones(n)
    edges: Int64[np.ndarray, "e 2"] = edge_table(region.corners).edges
    places = surface.vertices[region.vertices] / surface.diagonal
    length = np.linalg.norm(places[edges[:, 0]] - places[edges[:, 1]], axis=1)
    graph = coo_array((np.maximum(length, _LEAST), (edges[:, 0], edges[:, 1])), (n, n)).tocsr()
    return dijkstra(graph, directed=False, indices=np.flatnonzero(~inside), min_only=True)
