"""A terrain of points: one height for each place of the plane."""

import heapq
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, KDTree

from core.base.progress import Progress, Work
from core.cloud.local_fits import Width, fit
from core.cloud.places import places
from core.cloud.smoothing import best_width
from core.data.surface import Surface

_LADDER = (10, 12, 14, 17, 22, 32, 45, 64, 90, 128)
"""Numbers of neighbours that are tried."""
_ASKED = 2_000
"""Points that are looked at, or held out to choose."""
_NEIGHBOURS, _AMONG = 8, 24
"""Neighbours in the plane, and how many neighbours in space they should be among."""
_ALIKE = 0.9
"""Part of the points of a terrain of whose neighbours in the plane half or more are neighbours in space."""
_STEP = 6.0
"""Height of a triangle, in those of the noise, from which it bridges a step: what lies between was not seen."""
_LONGEST = 6.0
"""Longest side of a triangle at the rim, in mean distances of the points."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Triangles of a terrain that join what stands before something else to it.

    Parameters
    ----------
    count, walls : int
        How many there are, in how many connected places.
    least : float
        Height of a triangle from which it counts.
    largest : int
        Triangles of the largest of these places.
    middle : tuple of float
        Where that is.
    height : float
        How high that is.
    """

    count: int
    walls: int
    least: float
    largest: int
    middle: tuple[float, float, float]
    height: float


@dataclass(frozen=True, eq=False)
class Terrain:
    """What was made of points.

    Parameters
    ----------
    surface : Surface
        A disk, its z axis outside.
    width : Width
        How wide the patches are that heights were smoothed by.
    noise : float
        Root mean square height of the points over what their neighbours tell, in input units.
    bridged : int
        Triangles that bridge gaps between points.
    steps : Steps or None
        Where it joins things that stand before each other.
    """

    surface: Surface
    width: Width
    noise: float
    bridged: int
    steps: Steps | None


def is_terrain(points: Float64[np.ndarray, "n 3"]) -> bool:
    """Return whether points are heights over the plane of x and y: neighbours there are neighbours in space.

    Parameters
    ----------
    points : (n, 3) float64 array
        No two in one place.

    Notes
    -----
    Looked down upon, an object shows two sides at each place, and half of the neighbours lie on the other one. Of an
    airborne scan with trees and houses 0.96 of the points pass, of heads and figures at most 0.62.
    """
    if len(points) <= _AMONG:
        return False
    some = points[:: max(1, len(points) // _ASKED)]
    around = KDTree(points[:, :2]).query(some[:, :2], _NEIGHBOURS + 1)[1][:, 1:]
    reach = KDTree(points).query(some, _AMONG + 1)[0][:, -1]
    near = np.linalg.norm(points[around] - some[:, None], axis=2) <= reach[:, None]
    return bool((near.mean(1) >= 0.5).mean() >= _ALIKE)


def terrain(points: Float64[np.ndarray, "n 3"]) -> Work[Terrain]:
    """Make a terrain: heights smoothed as far as held-out points tell, triangles between neighbours in the plane.

    Parameters
    ----------
    points : (n, 3) float64 array
        Heights over the plane; several over one place make one.

    Notes
    -----
    Delaunay triangles, as in a triangulated irregular network. From outside those with long sides are taken away as
    long as a disk is left (Duckham and others, *Efficient generation of simple polygons for characterizing the shape
    of a set of points in the plane*, 2008). Gaps inside are bridged.
    """
    yield Progress(0.0, "Terrain: heights")
    flat = points * (1.0, 1.0, 0.0)
    tree, up, first = KDTree(flat), np.zeros_like(flat), places(flat)[0]
    up[:, 2] = 1.0
    choices = [Width(k, 2) for k in _LADDER if k <= len(flat)]
    width = best_width(tree, up, points, first[:: max(1, len(first) // _ASKED)], choices)
    patches = fit(tree, up, points, first, width)
    flat = flat[first]
    yield Progress(0.6, "Terrain: triangles")
    plane = Delaunay(flat[:, :2] - flat[:, :2].mean(0))
    spacing = float(np.sqrt((tree.query(flat, [7])[0] ** 2).mean() * np.pi / 7))
    sides = np.linalg.norm(
        flat[plane.simplices[:, [1, 2, 0]]] - flat[plane.simplices[:, [2, 0, 1]]], axis=2
    )  # the k-th lies opposite to the k-th corner
    kept = _inner(plane.simplices.astype(np.int64), plane.neighbors.astype(np.int64), sides, _LONGEST * spacing)
    faces = plane.simplices[kept].astype(np.int64)
    a, b, c = np.moveaxis(flat[faces, :2], 1, 0)
    turned = (b - a)[:, 0] * (c - a)[:, 1] < (b - a)[:, 1] * (c - a)[:, 0]
    faces[turned] = faces[turned][:, ::-1]
    used, faces = np.unique(faces, return_inverse=True)
    noise = float(np.sqrt((patches.held_out**2).mean()))
    bridged = int((sides[kept].max(1) > _LONGEST * spacing).sum())
    surface = Surface(patches.feet[used], faces.reshape(-1, 3))
    return Terrain(surface, width, noise, bridged, steps_of(surface, _STEP * noise))


def steps_of(surface: Surface, least: float) -> Steps | None:
    """Return the triangles that are higher than so much, and the largest connected place of them; None without any.

    Parameters
    ----------
    surface : Surface
        A terrain over the plane of x and y.
    least : float
        Height, in input units.
    """
    faces = surface.faces[np.ptp(surface.corners[:, :, 2], axis=1) > least]
    if not len(faces):
        return None
    n = len(surface.vertices)
    sides = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]]])
    graph = csr_matrix((np.ones(len(sides)), (sides[:, 0], sides[:, 1])), shape=(n, n))
    wall = np.unique(connected_components(graph, directed=False)[1][faces[:, 0]], return_inverse=True)[1]
    counts = np.bincount(wall)
    most = surface.vertices[faces[wall == counts.argmax()].ravel()]
    x, y, z = most.mean(0).tolist()
    height = float(np.ptp(most[:, 2]))
    return Steps(len(faces), len(counts), least, int(counts.max()), (x, y, z), height)


def _inner(
    triangles: Int64[np.ndarray, "t 3"],
    across: Int64[np.ndarray, "t 3"],
    sides: Float64[np.ndarray, "t 3"],
    longest: float,
) -> Int64[np.ndarray, " k"]:
    """Numbers of the triangles that are left of a disk when those at its rim with long sides are taken away."""
    gone, is_rim = np.zeros(len(triangles), bool), np.zeros(int(triangles.max()) + 1, bool)
    heap: list[tuple[float, int, int]] = []
    for t, k in np.argwhere(across < 0).tolist():
        heap.append((-float(sides[t, k]), t, k))
        is_rim[np.delete(triangles[t], k)] = True
    heapq.heapify(heap)
    while heap:
        length, t, k = heapq.heappop(heap)
        if -length <= longest:
            break
        tip = triangles[t, k]
        if gone[t] or is_rim[tip]:
            continue  # a rim that touches itself would bound no disk
        gone[t] = is_rim[tip] = True
        for j in ((k + 1) % 3, (k + 2) % 3):
            there = int(across[t, j])
            own = int(np.argmax(across[there] == t))
            heapq.heappush(heap, (-float(sides[there, own]), there, own))
    return np.flatnonzero(~gone)
