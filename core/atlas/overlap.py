"""The overlap of charts: each grows by some rings of faces beyond those that it owns, and stays a disk."""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from jaxtyping import Int64

from core.atlas.borders import meets_in_arc
from core.atlas.disk_kernels import rim_of
from core.atlas.face_graph import face_graph
from core.base.arrays import frozen
from core.base.errors import TopologyError
from core.data.surface import Surface

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
        Number of rings: all faces around the vertices of the rim, so often.

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
    corners = graph.faces.ravel()
    around = np.argsort(corners, kind="stable")
    first = np.searchsorted(corners[around], np.arange(len(graph.vertices) + 1))
    slot, mark = np.full(len(graph.faces), -1), np.full(len(graph.vertices), -1)
    regions: list[Region] = []
    for chart in range(int(face_chart.max()) + 1):
        owned = np.flatnonzero(face_chart == chart)
        inside = np.zeros(len(face_chart), np.int64)
        inside[owned] = 1
        _grow(graph.faces, graph.across, inside, owned, around // 3, first, rings)
        _trim(graph.across, inside, face_chart, chart)
        added = np.flatnonzero((inside > 0) & (face_chart != chart))
        faces = np.concatenate([owned, added])
        is_disk, local, vertices, _ = rim_of(faces, graph.faces, graph.across, slot, mark)
        if not len(owned) or not is_disk:
            raise TopologyError(
                f"Chart {chart} owns {len(owned):,} faces that are no disk. Cut the surface anew with `partition`."
            )
        corners = _wound(graph.faces[faces], vertices[local], local)
        regions.append(Region(faces, graph.original[vertices], corners))
    return regions


@numba.njit(cache=True)
def _trim(
    across: Int64[np.ndarray, "f 3"], inside: Int64[np.ndarray, " f"], owner: Int64[np.ndarray, " f"], chart: int
) -> None:
    """Take away faces that the chart does not own and that hang on the others by one side: they flatten badly."""
    changed = True
    while changed:
        changed = False
        for f in range(len(across)):
            if inside[f] == 0 or owner[f] == chart:
                continue
            shared = 0
            for k in range(3):
                if across[f, k] >= 0 and inside[across[f, k] // 3] > 0:
                    shared += 1
            if shared == 1:
                inside[f] = 0
                changed = True


def _wound(on_surface: np.ndarray, in_region: np.ndarray, local: np.ndarray) -> np.ndarray:
    """Return the corners of a disk's faces, wound as most of them are on the surface."""
    same = np.zeros(len(local), bool)
    for k in range(3):
        same |= (np.roll(in_region, k, axis=1) == on_surface).all(axis=1)
    return local if 2 * same.sum() >= len(same) else local[:, ::-1]


@numba.njit(cache=True)
def _grow(
    faces: Int64[np.ndarray, "f 3"],
    across: Int64[np.ndarray, "f 3"],
    inside: Int64[np.ndarray, " f"],
    members: Int64[np.ndarray, " m"],
    around: Int64[np.ndarray, " c"],
    first: Int64[np.ndarray, " v"],
    rings: int,
) -> None:
    """Add rings of faces to those marked 1, in place, as long as these are a disk."""
    for _ in range(rings):
        candidates: list[Any] = [np.int64(0)]
        candidates.pop()
        known = set(candidates)
        for f in np.flatnonzero(inside):
            for k in range(3):
                if across[f, k] < 0 or inside[across[f, k] // 3] == 0:
                    for v in (faces[f, k], faces[f, (k + 1) % 3]):
                        for i in range(first[v], first[v + 1]):
                            g = around[i]
                            if inside[g] == 0 and g not in known:
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
