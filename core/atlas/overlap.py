"""The overlap of charts: each grows by some rings of faces beyond those that it owns, and stays a disk."""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from jaxtyping import Bool, Int64

from core.atlas.borders import meets_in_arc
from core.atlas.disk_kernels import rim_of
from core.atlas.face_graph import FaceGraph, face_graph
from core.atlas.growth import grow
from core.base.arrays import frozen
from core.base.errors import TopologyError
from core.data.surface import Surface

_REACH = 0.15
"""How far from what a chart owns it reaches at most, over the side of a square of that area, beyond the first ring."""
_TRIES = 6
"""How often the faces of a ring are tried again, since one may fit once its neighbours do."""


@dataclass(frozen=True, eq=False)
class Region:
    """The part of a surface that one chart learns: a disk.

    Parameters
    ----------
    faces : (m,) int64 array
        Faces of the surface, those that the chart owns first, each of both in ascending order.
    vertices : (n,) int64 array
        Vertex of the surface that each vertex of the region stands for; more than one where the region touches itself.
    corners : (m, 3) int64 array
        Corners of the faces among these vertices, wound one way: as on the surface, unless that is one-sided.
    """

    faces: Int64[np.ndarray, " m"]
    vertices: Int64[np.ndarray, " n"]
    corners: Int64[np.ndarray, "m 3"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "faces", frozen(self.faces, np.int64, (None,)))
        object.__setattr__(self, "vertices", frozen(self.vertices, np.int64, (None,)))
        object.__setattr__(self, "corners", frozen(self.corners, np.int64, (None, 3)))

    def surface(self, whole: Surface) -> Surface:
        """Return the region as a surface of its own."""
        return Surface(whole.vertices[self.vertices], self.corners)


def overlapping(surface: Surface, face_chart: Int64[np.ndarray, " f"], rings: int) -> list[Region]:
    """Grow what each chart owns by rings of faces, as far as it stays a disk with a smooth rim.

    Parameters
    ----------
    surface : Surface
        At most two faces at each edge.
    face_chart : (f,) int64 array
        The chart that owns each face; all that one owns are a disk.
    rings : int
        Number of rings: all faces around the vertices of the rim, so often; but after the first not farther than a
        small part of the chart's size, where triangles are large.

    Returns
    -------
    list of Region
        One for each chart.

    Raises
    ------
    TopologyError
        If what a chart owns is no disk.
    """
    graph = face_graph(surface)
    growth = Growth(graph)
    regions: list[Region] = []
    for chart in range(int(face_chart.max()) + 1):
        owned = np.flatnonzero(face_chart == chart)
        faces, local, vertices = growth.grown(owned, rings)
        if not len(faces):
            raise TopologyError(
                f"Chart {chart} owns {len(owned):,} faces that are no disk. Cut the surface anew with `partition`."
            )
        corners = _wound(graph.faces[faces], vertices[local], local)
        regions.append(Region(faces, graph.original[vertices], corners))
    return regions


class Growth:
    """Grows disks of faces by rings.

    Parameters
    ----------
    graph : FaceGraph
        The faces.
    """

    def __init__(self, graph: FaceGraph) -> None:
        self._graph = graph
        corners = graph.faces.ravel()
        order = np.argsort(corners, kind="stable")
        self._around, self._first = order // 3, np.searchsorted(corners[order], np.arange(len(graph.vertices) + 1))
        self._slot, self._mark = np.full(len(graph.faces), -1), np.full(len(graph.vertices), -1)

    def grown(self, owned: np.ndarray, rings: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the faces of a grown disk, those owned first, their corners wound one way, and its vertices.

        Nothing is returned where the faces that are owned are no disk.
        """
        graph = self._graph
        state = np.zeros(len(graph.faces), np.int64)
        state[owned] = 1
        away = np.zeros(len(state))
        reach = _REACH * np.sqrt(graph.areas[owned].sum())
        grow(graph.across, graph.steps, np.where(state > 0, 0, -1), away, reach)
        _grow(graph.faces, graph.across, state, self._around, self._first, away < np.inf, rings)
        state[owned] = 2
        _trim(graph.across, state)
        faces = np.concatenate([owned, np.flatnonzero(state == 1)])
        is_disk, local, vertices, _ = (
            rim_of(faces, graph.faces, graph.across, self._slot, self._mark)
            if len(owned)
            else (False, np.zeros((0, 3), np.int64), owned, owned)
        )
        return (faces, local, vertices) if is_disk else (owned[:0], local[:0], vertices[:0])


@numba.njit(cache=True, nogil=True)
def _trim(across: Int64[np.ndarray, "f 3"], state: Int64[np.ndarray, " f"]) -> None:
    """Take away faces of state 1 that hang on the others by one side: they flatten badly."""
    changed = True
    while changed:
        changed = False
        for f in range(len(across)):
            shared = 0
            for k in range(3):
                shared += across[f, k] >= 0 and state[across[f, k] // 3] > 0
            if state[f] == 1 and shared == 1:
                state[f], changed = 0, True


def _wound(on_surface: np.ndarray, in_region: np.ndarray, local: np.ndarray) -> np.ndarray:
    """Return the corners of a disk's faces, wound as most of them are on the surface."""
    same = np.zeros(len(local), bool)
    for k in range(3):
        same |= (np.roll(in_region, k, axis=1) == on_surface).all(axis=1)
    return local if 2 * same.sum() >= len(same) else local[:, ::-1]


@numba.njit(cache=True, nogil=True)
def _grow(
    faces: Int64[np.ndarray, "f 3"],
    across: Int64[np.ndarray, "f 3"],
    inside: Int64[np.ndarray, " f"],
    around: Int64[np.ndarray, " c"],
    first: Int64[np.ndarray, " v"],
    near: Bool[np.ndarray, " f"],
    rings: int,
) -> None:
    """Add rings of faces to those marked 1, in place, as long as these are a disk; after the first near ones alone."""
    for ring in range(rings):
        candidates: list[Any] = [np.int64(0)]
        candidates.pop()
        known = set(candidates)
        for f in np.flatnonzero(inside):
            for k in range(3):
                if across[f, k] < 0 or inside[across[f, k] // 3] == 0:
                    for v in (faces[f, k], faces[f, (k + 1) % 3]):
                        for i in range(first[v], first[v + 1]):
                            g = around[i]
                            if inside[g] == 0 and (ring < 1 or near[g]) and g not in known:
                                known.add(g)
                                candidates.append(g)
        candidates.sort()
        for _ in range(_TRIES):
            added = False
            for g in candidates:
                if inside[g] == 0 and meets_in_arc(g, 1, faces, across, inside, around, first):
                    inside[g] = 1
                    added = True
            if not added:
                break
