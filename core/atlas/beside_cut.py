"""A surface cut to one disk, as charts that can be learned: one that ends short of the cut, and disks along it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from core.atlas.cut import Cut, cut_to_disk
from core.atlas.partition import partition
from core.base.arrays import frozen
from core.base.errors import TopologyError
from core.base.progress import Progress, Work, part
from core.data.surface import Surface
from core.geometry.largest import part_of_faces
from core.geometry.topology import edge_table, fans, groups, topology

_RINGS, _FEWEST_RINGS = 6, 3
"""Rings of faces on each side of a cut that its own charts have: so many that a large chart which grows by three rings
ends short of the cut; and what is left of them where triangles are large."""
_WIDTH = 0.04
"""How far these charts reach on each side at least, over the side of a square of the surface's area."""
_MOST = 0.5
"""Part of the area that they may have before there are fewer rings."""
_PEELS = 30
"""How often faces at which the large chart touches itself are left to the charts along the cut."""


@dataclass(frozen=True, eq=False)
class BesideCut:
    """Charts beside a cut.

    Parameters
    ----------
    cut : Cut
        Along which the surface is a disk.
    face_chart : (f,) int64 array
        The chart that owns each face: 0 the large one, others along the cut.
    """

    cut: Cut
    face_chart: Int64[np.ndarray, " f"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "face_chart", frozen(self.face_chart, np.int64, (None,)))


def beside_cut(surface: Surface) -> Work[BesideCut]:
    """Cut a surface to one disk, and find a large chart that ends short of the cut and disks along it.

    Parameters
    ----------
    surface : Surface
        One piece, a manifold, no disk.

    Raises
    ------
    TopologyError
        If it cannot be cut, or nothing is left beside the cut.

    Notes
    -----
    An encoder is a continuous function of place: both sides of a cut have the same codes, so no network can learn a
    surface up to the cut from both sides. What is near the cut is cut into disks of low distortion instead. Without it
    one disk is left, since a cut surface is one.
    """
    cut = yield from part(cut_to_disk(surface), 0.0, 0.6)
    yield Progress(0.6, "Choosing charts along the cut")
    large = _large(surface, cut)
    if not large.any():
        raise TopologyError(
            "Beside the cut nothing is left for a large chart: the surface has too few triangles, or is too thin. "
            "Choose an atlas."
        )
    owner = np.zeros(len(surface.faces), np.int64)
    near = np.flatnonzero(~large)
    found = yield from part(partition(part_of_faces(surface, near)), 0.6, 1.0)
    owner[near] = 1 + found.face_chart
    return BesideCut(cut, owner)


def _large(surface: Surface, cut: Cut) -> Bool[np.ndarray, " f"]:
    """Return the faces of the largest disk that ends some rings short of a cut."""
    areas = surface.face_areas
    near = _near(surface, cut, _RINGS)
    for rings in range(_RINGS - 1, _FEWEST_RINGS - 1, -1):
        if areas[near].sum() <= _MOST * areas.sum():
            break
        near = _near(surface, cut, rings)
    large = _largest_part(surface, ~near)
    for _ in range(_PEELS):
        if not large.any():
            break
        faces = np.flatnonzero(large)
        own = part_of_faces(surface, faces)
        known = topology(own)
        # Of a one-sided surface a disk may be wound both ways.
        counts = known.n_components, known.n_boundary_loops, known.euler_characteristic
        if known.is_manifold and counts == (1, 1, 1):
            return large
        table = edge_table(own.faces)
        count, fan = fans(own.faces, table)
        vertex = np.empty(count, np.int64)
        vertex[fan.ravel()] = own.faces.ravel()
        pinched = np.flatnonzero(np.bincount(vertex, minlength=1) > 1)
        if not len(pinched):
            break
        large[faces[np.isin(own.faces, pinched).any(axis=1)]] = False
        large = _largest_part(surface, large)
    return np.zeros(len(large), bool)


def _near(surface: Surface, cut: Cut, rings: int) -> Bool[np.ndarray, " f"]:
    """Return the faces within some rings of a cut, and within some distance along edges."""
    n = len(surface.vertices)
    edges = surface.edges
    length = np.linalg.norm(surface.vertices[edges[:, 0]] - surface.vertices[edges[:, 1]], axis=1)
    tiny = 1e-12 * surface.diagonal
    graph = coo_array((np.maximum(length, tiny), (edges[:, 0], edges[:, 1])), (n, n)).tocsr()
    on_cut = np.unique(cut.edges)
    away = dijkstra(graph, directed=False, indices=on_cut, min_only=True, limit=float(_WIDTH * np.sqrt(surface.area)))
    reached = np.zeros(n, bool)
    reached[on_cut] = True
    near = reached[surface.faces].any(axis=1)
    for _ in range(rings - 1):
        reached[surface.faces[near]] = True
        near = reached[surface.faces].any(axis=1)
    return np.asarray(near | np.isfinite(away)[surface.faces].any(axis=1), bool)


def _largest_part(surface: Surface, chosen: Bool[np.ndarray, " f"]) -> Bool[np.ndarray, " f"]:
    """Return of some faces those of the part of the largest area that is joined through edges."""
    faces = np.flatnonzero(chosen)
    if not len(faces):
        return chosen
    pairs = edge_table(surface.faces[faces]).pairs // 3
    count, label = groups(pairs, len(faces))
    largest = np.argmax(np.bincount(label, surface.face_areas[faces], count))
    result = np.zeros(len(chosen), bool)
    result[faces[label == largest]] = True
    return result
