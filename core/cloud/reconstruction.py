"""A surface through smoothed points: the zero set of their blended patches, its rims where the points end."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64
from scipy.spatial import KDTree

from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.cloud.local_fits import Patches, blended, in_threads
from core.cloud.smoothing import Smoothed
from core.cloud.zero_set import KUHN, zero_set
from core.data.surface import Surface
from core.geometry.changes.change import with_fans
from core.geometry.topology import boundary_loops, groups

SPACING = 1.2
"""Least width of a cell of the grid, in mean distances of the points."""
_SHARPNESS = 0.15
"""Least width of a cell over the reach of the patches: they hold nothing finer."""
_NEIGHBOURS = 12
"""Patches that are blended."""
_AROUND = 40
"""Points whose middle tells where the surface ends."""
_CELLS = 2
"""Cells by which the grid reaches beyond the points."""
_BAND = 2.0
"""Cells farther than so many of their widths from the nearest patch are not looked at."""
_ENDED = 0.32
"""How far to the side of its neighbours' middle the surface ends, over their reach: 0.31 at a straight rim."""
_ALONE = 2.2
"""Distance from the nearest point at which the surface ends at the latest, in mean distances of the points."""
_SHORTEST = 6.0
"""Shortest rim of a hole that the points tell, in mean distances of the points."""
_SHORTEST_BENT, _BENT = 16.0, 0.1
"""The same where the rim is bent, and what 1 less the length of the mean normal is from there on: the surface breaks
where it turns sharply, with points all around, and a hole that the points tell lies in a flat part as a rule."""
_LONGEST = 30.0
"""Longest rim of a hole that may be chance, in mean distances of the points."""
_FEWEST = 50
"""Points that a component has at least."""


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """What was made of points.

    Parameters
    ----------
    surface : Surface
        All components that enough points lie on.
    component : (n,) int64 array
        The component that each point lies on; -1 for points of none.
    cell : float
        Width of the cells it was made on, in input units.
    filled : int
        Holes that were filled, for they may be chance.
    """

    surface: Surface
    component: Int64[np.ndarray, " n"]
    cell: float
    filled: int


def surface_through(cloud: Smoothed, spacing: float = SPACING) -> Work[Reconstruction]:
    """Make a surface from smooth points: open where they end, with all components that they have.

    Parameters
    ----------
    cloud : Smoothed
        Points near a surface, noise already taken away.
    spacing : float
        Least width of a cell of the grid, in mean distances of the points.

    Raises
    ------
    BudaiError
        If no surface is found.

    Notes
    -----
    The zero set of the blended heights over the points' patches, on tetrahedra around the points. It goes on a little
    beyond the points; where these all lie to one side of it, it is cut off along a level of how far they do.
    """
    points = cloud.points
    tree = KDTree(points)
    side = max(spacing * cloud.spacing, _SHARPNESS * float(np.median(cloud.patches.reach)))
    yield Progress(0.0, "Surface: cells")
    places, cubes = _grid(tree, cloud.normals, side)
    yield Progress(0.2, "Surface: distances")
    values = _heights(tree, cloud.patches, places)
    cubes = cubes[(np.abs(values) < 1.75 * _BAND * side)[cubes].all(1)]
    yield Progress(0.6, "Surface: triangles")
    vertices, faces = zero_set(cubes[:, KUHN].reshape(-1, 4), values, places)
    if len(faces):
        yield Progress(0.8, "Surface: rims")
        vertices, faces = _until(vertices, faces, _beyond(tree, cloud, vertices), 1.0)
    if not len(faces):
        raise BudaiError(
            f"No surface runs through these {len(points):,} points: they are too few, or lie too far apart."
        )
    vertices, faces, component = _supported(vertices, faces, points, max(2.0 * side, cloud.noise))
    surface, filled = _filled(Surface(vertices, faces), tree, cloud)
    return Reconstruction(_outward(surface), component, side, filled)


def _grid(tree: KDTree, normals: np.ndarray, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes of the cells near the surface, and the eight of each cell."""
    low = tree.data.min(0) - (2 + _CELLS) * side
    base = np.unique(np.floor((tree.data - low) / side).astype(np.int64), axis=0)
    _, rows, columns = (base.max(0) + 2 + _CELLS).tolist()
    unit = np.array([rows * columns, columns, 1])

    def triples(keys: np.ndarray) -> np.ndarray:
        return np.stack([keys // unit[0], keys // unit[1] % rows, keys % columns], 1)

    step = np.stack(np.meshgrid(*[np.arange(-_CELLS, _CELLS + 1)] * 3, indexing="ij"), -1).reshape(-1, 3)
    cells = triples(np.unique(((base @ unit)[:, None] + step @ unit).ravel()))
    middle = low + (cells + 0.5) * side

    def some(part: np.ndarray) -> tuple[np.ndarray, ...]:
        nearest = tree.query(middle[part])[1]
        height = ((middle[part] - tree.data[nearest]) * normals[nearest]).sum(1)
        return (np.abs(height) < _BAND * side,)

    cells = cells[in_threads(some, np.arange(len(cells)))[0]]
    corner = (np.arange(8)[:, None] >> np.arange(3)) & 1
    keys, number = np.unique((cells @ unit)[:, None] + corner @ unit, return_inverse=True)
    return low + triples(keys) * side, number.reshape(-1, 8)


def _heights(tree: KDTree, patches: Patches, places: np.ndarray) -> np.ndarray:
    """Height of places over the blended patches."""
    k = min(_NEIGHBOURS, tree.n)

    def some(part: np.ndarray) -> tuple[np.ndarray, ...]:
        around = tree.query(places[part], k)[1].reshape(len(part), -1)
        return (blended(places[part], around, patches.origins, patches.frames, patches.terms, patches.reach),)

    return in_threads(some, np.arange(len(places)))[0]


def _beyond(tree: KDTree, cloud: Smoothed, vertices: np.ndarray) -> np.ndarray:
    """How far vertices lie beside the middle of their neighbours, or away from all points; 1 is where it ends."""
    k, normals = min(_AROUND, tree.n), cloud.normals

    def some(part: np.ndarray) -> tuple[np.ndarray, ...]:
        distance, around = (found.reshape(len(part), -1) for found in tree.query(vertices[part], k))
        reach = np.maximum(distance[:, -1:], np.finfo(float).tiny)
        weight = np.exp(-3.0 * (distance / reach) ** 2)
        weight /= weight.sum(1, keepdims=True)
        normal = np.einsum("nk,nki->ni", weight, normals[around])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), np.finfo(float).tiny)
        away = vertices[part] - np.einsum("nk,nki->ni", weight, tree.data[around])
        away -= (away * normal).sum(1, keepdims=True) * normal
        aside = np.linalg.norm(away, axis=1) / reach[:, 0]
        return (np.maximum(aside / _ENDED, distance[:, 0] / (_ALONE * cloud.spacing)),)

    return in_threads(some, np.arange(len(vertices)))[0]


def _until(vertices: np.ndarray, faces: np.ndarray, values: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The part of a surface where a function that is affine on faces is below a level."""
    inside = values < level
    count = inside[faces].sum(1)
    kept = [faces[count == 3]]
    cuts: list[np.ndarray] = []  # pairs of vertices, one below, one above
    n = len(vertices)

    def crossing(below: np.ndarray, above: np.ndarray) -> np.ndarray:
        cuts.append(np.column_stack([below, above]))
        return n + sum(map(len, cuts[:-1])) + np.arange(len(below))

    def turned(some: np.ndarray, first: np.ndarray) -> np.ndarray:
        return np.take_along_axis(some, (first[:, None] + np.arange(3)) % 3, 1)

    one = faces[count == 1]
    a, b, c = turned(one, np.argmax(inside[one], axis=1)).T
    kept.append(np.column_stack([a, crossing(a, b), crossing(a, c)]))
    two = faces[count == 2]
    a, b, c = turned(two, np.argmin(inside[two], axis=1)).T
    ab, ac = crossing(b, a), crossing(c, a)
    kept += [np.column_stack([ab, b, c]), np.column_stack([ab, c, ac])]
    pairs, number = np.unique(np.concatenate(cuts), axis=0, return_inverse=True)
    p, q = pairs.T
    part = np.clip((level - values[p]) / (values[q] - values[p]), 0.05, 0.95)[:, None]  # no face is without area
    found = np.concatenate(kept)
    found = np.where(found < n, found, n + number.ravel()[np.maximum(found - n, 0)] if len(number) else found)
    return np.concatenate([vertices, vertices[p] + part * (vertices[q] - vertices[p])]), found


def _components(faces: np.ndarray) -> np.ndarray:
    """The part of each face, joined over edges."""
    _, key, order = _edges(faces)
    owner, same = order // 3, key[1:] == key[:-1]
    return groups(np.stack([owner[:-1][same], owner[1:][same]], 1), len(faces))[1]


def _edges(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends of the three edges of each face, one number for each edge, ascending, and the order that makes them so."""
    ends = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    key = ends[:, 0] * np.int64(faces.max() + 1) + ends[:, 1]
    order = np.argsort(key, kind="stable")
    return ends, key[order], order


def _supported(
    vertices: np.ndarray, faces: np.ndarray, points: np.ndarray, near: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The components that enough points lie on, those faces removed that hang on them by corners only."""
    while True:
        label = _components(faces)
        distance, nearest = KDTree(vertices[faces].mean(1)).query(points)
        n_points = np.bincount(label[nearest[distance < 2.0 * near]], minlength=int(label.max()) + 1)
        enough = n_points >= min(_FEWEST, int(n_points.max()))
        kept = enough[label]
        ends, key, order = _edges(faces)
        differs = np.concatenate([[True], key[1:] != key[:-1], [True]])
        alone = order[differs[1:] & differs[:-1]]
        open_ = np.bincount(ends[alone].ravel(), minlength=len(vertices))
        pinched = (open_ > 2)[faces].any(1)
        if kept.all() and not pinched.any():
            break
        faces = faces[kept & ~pinched]
    used, faces = np.unique(faces, return_inverse=True)
    component = np.where(distance < 2.0 * near, label[nearest], -1)
    return vertices[used], faces.reshape(-1, 3), component.astype(np.int64)


def _filled(surface: Surface, tree: KDTree, cloud: Smoothed) -> tuple[Surface, int]:
    """The surface with those holes filled that may be chance, for a point lies near their middle; how many there were.

    Notes
    -----
    Each by triangles around the mean of its rim. The widest empty disk among tens of thousands of random points has a
    radius of 1.8 of their mean distances.
    """
    chance: list[np.ndarray] = []
    spacing = cloud.spacing
    for loop in boundary_loops(surface.faces):
        rim = surface.vertices[loop]
        normal = cloud.normals[tree.query(rim)[1]].mean(0)
        shortest = _SHORTEST_BENT if np.linalg.norm(normal) < 1.0 - _BENT else _SHORTEST
        length = np.linalg.norm(rim - np.roll(rim, -1, axis=0), axis=1).sum()
        is_near = length <= _LONGEST * spacing and tree.query(rim.mean(0))[0] <= _ALONE * spacing
        if is_near or length <= shortest * spacing:
            chance.append(loop)
    return with_fans(surface, chance) if chance else surface, len(chance)


def _outward(surface: Surface) -> Surface:
    """Each component turned so that it holds a positive volume, where it holds one."""
    label = _components(surface.faces)
    corners = surface.corners - surface.vertices.mean(0)
    volume = np.bincount(label, np.einsum("fi,fi->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])))
    faces = surface.faces.copy()
    faces[(volume < 0.0)[label]] = faces[(volume < 0.0)[label]][:, ::-1]
    return Surface(surface.vertices, faces)
