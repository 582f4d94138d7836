"""A coarse copy of a surface, on which an atlas is planned, and where each vertex of the surface lies on it."""

from dataclasses import dataclass

import numba
import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.atlas.face_graph import FaceGraph, graph_of, unevenness
from core.geometry.merging import merge_cheapest, quadrics_of, rings_of

_EVEN = 0.02
"""Weight of the squared distance from a vertex against that from the planes around it: keeps the triangles compact."""


@dataclass(frozen=True, eq=False)
class Coarse:
    """A surface of few triangles, and how the fine one lies over it.

    Parameters
    ----------
    graph : FaceGraph
        The coarse faces.
    vertex : (n,) int64 array
        The coarse vertex that each fine one was merged into.
    fine_face : (c,) int64 array
        The fine face that each coarse one was before its corners moved.
    """

    graph: FaceGraph
    vertex: Int64[np.ndarray, " n"]
    fine_face: Int64[np.ndarray, " c"]


def coarse(graph: FaceGraph, n_vertices: int) -> Coarse:
    """Merge vertices into neighbours until so many are left; components, holes and handles stay.

    Parameters
    ----------
    graph : FaceGraph
        The surface.
    n_vertices : int
        Vertices wanted; more are left where none can go, and all of those on the boundary.
    """
    n = len(graph.vertices)
    faces, seam = one_way(graph.faces, graph.across)
    inside = np.ones(n, bool)
    rough = (graph.across < 0) | seam
    inside[graph.faces[rough]] = inside[np.roll(graph.faces, -1, axis=1)[rough]] = False
    quadrics = quadrics_of(graph.vertices, faces)
    _add_points(quadrics, graph.vertices, faces, graph.areas)
    quadrics *= unevenness(n)[:, None]
    rings, counts = rings_of(faces, n)
    alive, vertex = np.ones(len(faces), bool), np.arange(n)
    most = max(0, min(int(inside.sum()), n - n_vertices))
    if most:
        merged, targets, _, _ = merge_cheapest(
            most, graph.vertices, faces, alive, rings, counts, inside, quadrics, False
        )
        for v, u in zip(merged[::-1].tolist(), targets[::-1].tolist(), strict=True):
            vertex[v] = vertex[u]
    kept = np.flatnonzero(alive)
    used, number = np.unique(vertex, return_inverse=True)
    small = np.searchsorted(used, faces[kept])
    return Coarse(graph_of(graph.vertices[used], small, used), number, kept)


@numba.njit(cache=True, nogil=True)
def one_way(
    faces: Int64[np.ndarray, "f 3"], across: Int64[np.ndarray, "f 3"]
) -> tuple[Int64[np.ndarray, "f 3"], Bool[np.ndarray, "f 3"]]:
    """Return faces wound one way as far as can be, and the sides at which neighbours are wound against each other."""
    wound, seam = faces.copy(), np.zeros(faces.shape, np.bool_)
    n = len(faces)
    seen, turned, stack = np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.empty(n, np.int64)
    for start in range(n):
        if seen[start]:
            continue
        seen[start], stack[0], height = True, start, 1
        while height:
            height -= 1
            f = stack[height]
            for k in range(3):
                g, j = across[f, k] // 3, across[f, k] % 3
                if across[f, k] < 0 or seen[g]:
                    continue
                seen[g], turned[g] = True, turned[f] ^ (faces[f, k] == faces[g, j])
                stack[height] = g
                height += 1
    for f in range(n):
        if turned[f]:
            wound[f, 0], wound[f, 2] = faces[f, 2], faces[f, 0]
        for k in range(3):
            g, j = across[f, k] // 3, across[f, k] % 3
            if across[f, k] >= 0:
                seam[f, k] = (turned[f] ^ turned[g]) != (faces[f, k] == faces[g, j])
    return wound, seam


@numba.njit(cache=True, nogil=True)
def _add_points(
    quadrics: Float64[np.ndarray, "n 10"],
    vertices: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    areas: Float64[np.ndarray, " f"],
) -> None:
    """Add to each vertex's quadric the squared distance from it, by the area around it."""
    for f in range(len(faces)):
        for k in range(3):
            v, weight = faces[f, k], _EVEN * areas[f] / 3.0
            x, y, z = vertices[v, 0], vertices[v, 1], vertices[v, 2]
            quadrics[v, 0] += weight
            quadrics[v, 4] += weight
            quadrics[v, 7] += weight
            quadrics[v, 3] -= weight * x
            quadrics[v, 6] -= weight * y
            quadrics[v, 8] -= weight * z
            quadrics[v, 9] += weight * (x * x + y * y + z * z)
