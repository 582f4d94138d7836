"""A surface from noisy points alone: smoothing at the scale of the noise, an implicit function, and its zero set."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree
from scipy.spatial import KDTree

from core.base.arrays import frozen
from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.data.surface import Surface
from core.denoising.moving_least_squares import Setting, moving_least_squares
from core.denoising.noise_scale import NoiseScale, noise_scale
from core.geometry.topology import boundary_loops, groups

_SPACING = 2.0
"""Least width of a cell of the grid, in mean distances of the points."""
_ENOUGH = 40_000
"""Points beyond which the cells grow: a chart of more triangles takes minutes, and the fit adds what they leave out."""
_SHARPNESS = 0.2
"""Width of a cell over the radius of the neighbourhoods that the points were smoothed over."""
_NEIGHBOURS = 40
"""Smoothed points that the implicit function is made from at each node."""
_RIM = 0.4
"""How far to the side of its neighbours' mean a node may lie, over their reach: farther, the surface has ended."""
_DOUBLE = 0.8
"""Square of the mean over mean of the squares, of distances, above which points belong to two sheets."""
_KUHN = np.array(
    [[0, 1, 3, 7], [0, 3, 2, 7], [0, 2, 6, 7], [0, 6, 4, 7], [0, 4, 5, 7], [0, 5, 1, 7]],
)
"""Six tetrahedra around the diagonal of a cube whose corners are numbered by the bits x, y, z."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Points with the noise taken away as far as neighbours tell.

    Parameters
    ----------
    points : (n, 3) float64 array
        The smoothed points, in input units.
    scale : NoiseScale
        The neighbourhoods that were smoothed over.
    """

    points: Float64[np.ndarray, "n 3"]
    scale: NoiseScale

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", frozen(self.points, np.float64, (None, 3)))


def smoothed(points: Float64[np.ndarray, "n 3"]) -> Work[Smoothed]:
    """Smooth a cloud by quadrics over neighbourhoods that are just wide enough for its noise.

    Parameters
    ----------
    points : (n, 3) float64 array
        Noisy points of a surface.
    """
    yield Progress(0.0, "Scale of the noise")
    tree = KDTree(points)
    scale = noise_scale(points, tree)
    yield Progress(0.3, f"Smoothing over {scale.neighbours:,} neighbours")
    return Smoothed(moving_least_squares(tree, points, Setting(scale.neighbours, 2)), scale)


def is_double(away: Float64[np.ndarray, "n 3"]) -> bool:
    """Return whether points lie to both sides of a surface and few on it, as those of two sheets do.

    Parameters
    ----------
    away : (n, 3) float64 array
        From the surface to each point.

    Notes
    -----
    The square of the mean distance over the mean of its square is 0.64 for Gaussian noise, 0.75 for uniform noise,
    and nears 1 the farther two sheets lie apart compared with their noise. The farthest hundredth is left out.
    """
    distance = np.linalg.norm(away, axis=1)
    distance = distance[distance <= np.quantile(distance, 0.99)]
    square = float((distance**2).mean())
    return square > 0 and float(distance.mean()) ** 2 > _DOUBLE * square


def oriented_normals(points: Float64[np.ndarray, "n 3"], neighbours: int = 12) -> Float64[np.ndarray, "n 3"]:
    """Return unit normals of smooth points, the sign carried from neighbour to neighbour.

    Notes
    -----
    Along the spanning tree on which normals turn least: Hoppe and others, *Surface reconstruction from unorganized
    points* (1992), section 3.3. Parts that do not hang together have signs of their own.
    """
    n, k = len(points), min(neighbours, len(points))
    around = KDTree(points).query(points, k)[1].reshape(n, k)
    step = points[around] - points[around].mean(1, keepdims=True)
    normals = np.linalg.eigh(np.einsum("nki,nkj->nij", step, step))[1][:, :, 0]
    rows, columns = np.repeat(np.arange(n), k), around.ravel()
    turn = 1.0 - np.abs((normals[rows] * normals[columns]).sum(1)) + 1e-9  # no link is without weight
    tree = minimum_spanning_tree(csr_matrix((turn, (rows, columns)), (n, n)))
    tree = tree + tree.T
    done = np.zeros(n, bool)
    while not done.all():
        order, before = breadth_first_order(tree, int(np.flatnonzero(~done)[0]), directed=False)
        done[order] = True
        for here in order[1:]:
            if normals[here] @ normals[before[here]] < 0.0:
                normals[here] = -normals[here]
    return normals


def surface_through(cloud: Smoothed) -> Work[Surface]:
    """Make a surface with boundary from smooth points.

    Parameters
    ----------
    cloud : Smoothed
        Points near a surface, noise already taken away.

    Raises
    ------
    BudaiError
        If no surface is found.

    Notes
    -----
    The zero set of the weighted mean distance from the tangent planes of the nearest points, on tetrahedra around the
    points; where these all lie to one side, the surface ends. The part that most points lie on is kept.
    """
    points = cloud.points
    tree = KDTree(points)
    gap = float(np.sqrt((tree.query(points, [7])[0] ** 2).mean())) / np.sqrt(7 / np.pi)
    fewer = max(1.0, np.sqrt(len(points) / _ENOUGH))
    side = max(_SPACING * gap * fewer, _SHARPNESS * cloud.scale.radius)
    yield Progress(0.0, "Surface: normals")
    normals = oriented_normals(points)
    low = points.min(0) - 3.0 * side
    yield Progress(0.3, "Surface: distances")
    base = np.unique(np.floor((points - low) / side).astype(np.int64), axis=0)
    near = np.stack(np.meshgrid(*[np.arange(-1, 2)] * 3, indexing="ij"), -1).reshape(-1, 3)
    cells = np.unique((base[:, None] + near).reshape(-1, 3), axis=0)
    corner = (np.arange(8)[:, None] >> np.arange(3)) & 1
    nodes, number = np.unique((cells[:, None] + corner).reshape(-1, 3), axis=0, return_inverse=True)
    places = low + nodes * side
    values, usable = _implicit(tree, points, normals, places, side)
    cubes = number.reshape(-1, 8)
    cubes = cubes[usable[cubes].all(1)]
    yield Progress(0.7, "Surface: triangles")
    vertices, faces = _zero_set(cubes[:, _KUHN].reshape(-1, 4), values, places)
    if not len(faces):
        raise BudaiError(
            f"No surface runs through these {len(points):,} points: they are too few, or lie too far apart."
        )
    nearest = KDTree(vertices[faces].mean(1)).query(points)[1]
    return _filled(_main_manifold(vertices, faces, np.bincount(nearest, minlength=len(faces))))


def _implicit(
    tree: KDTree, points: np.ndarray, normals: np.ndarray, places: np.ndarray, side: float
) -> tuple[np.ndarray, np.ndarray]:
    """Signed distance from the points' tangent planes at some places, and whether the surface reaches so far."""
    distance, around = tree.query(places, min(_NEIGHBOURS, len(points)))
    reach = np.maximum(distance[:, -1:], 1e-300)
    weight = np.exp(-3.0 * (distance / reach) ** 2)
    weight /= weight.sum(1, keepdims=True)
    step = places[:, None] - points[around]
    values = (weight * (step * normals[around]).sum(2)).sum(1)
    normal = (weight[:, :, None] * normals[around]).sum(1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-300)
    offset = (weight[:, :, None] * step).sum(1)
    aside = np.linalg.norm(offset - (offset * normal).sum(1, keepdims=True) * normal, axis=1)
    return values, (np.abs(values) < 2.5 * side) & (aside < _RIM * reach[:, 0])


def _zero_set(tetrahedra: np.ndarray, values: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and triangles where a function that is affine on tetrahedra vanishes, its greater side outside."""
    inside = values[tetrahedra] < 0.0
    count = inside.sum(1)
    pairs: list[np.ndarray] = []
    for lonely, kind in ((True, 1), (False, 3)):
        some, sign = tetrahedra[count == kind], inside[count == kind]
        tip = np.argmax(sign == lonely, axis=1)
        others = np.array([[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]])[tip]
        ends = np.stack(
            [
                np.broadcast_to(some[np.arange(len(some)), tip][:, None], others.shape),
                np.take_along_axis(some, others, 1),
            ],
            2,
        )
        pairs.append(ends if kind == 1 else ends[:, ::-1])
    some, sign = tetrahedra[count == 2], inside[count == 2]
    order = np.argsort(~sign, axis=1, kind="stable")  # the two inside first
    a, b, c, d = np.take_along_axis(some, order, 1).T
    odd = np.array([_is_odd(row) for row in order], bool)
    quad = np.stack([np.stack([a, c], 1), np.stack([a, d], 1), np.stack([b, d], 1), np.stack([b, c], 1)], 1)
    quad[odd] = quad[odd][:, ::-1]
    pairs += [quad[:, [0, 1, 2]], quad[:, [0, 2, 3]]]
    ends = np.sort(np.concatenate(pairs).reshape(-1, 2), axis=1)
    unique, face = np.unique(ends, axis=0, return_inverse=True)
    p, q = unique.T
    part = np.clip(values[p] / (values[p] - values[q]), 0.02, 0.98)[:, None]  # no triangle is without area
    return places[p] + part * (places[q] - places[p]), face.reshape(-1, 3)


def _is_odd(order: np.ndarray) -> bool:
    """Whether a permutation of four is odd."""
    return sum(order[i] > order[j] for i in range(4) for j in range(i + 1, 4)) % 2 == 1


def _main_manifold(vertices: np.ndarray, faces: np.ndarray, n_points: np.ndarray) -> Surface:
    """The part with the most points on its triangles, those removed that hang on it by corners only."""
    while True:
        ends = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        _, edge, uses = np.unique(ends, axis=0, return_inverse=True, return_counts=True)
        order = np.argsort(edge, kind="stable")
        owner = order // 3
        same = edge[order[1:]] == edge[order[:-1]]
        label = groups(np.stack([owner[:-1][same], owner[1:][same]], 1), len(faces))[1]
        kept = label == np.bincount(label, n_points).argmax()
        open_ = np.zeros(len(vertices), np.int64)
        np.add.at(open_, ends[(uses == 1)[edge] & np.repeat(kept, 3)], 1)
        bow_ties = open_ > 2  # two rims meet there
        if kept.all() and not bow_ties.any():
            break
        kept &= ~bow_ties[faces].any(1)
        faces, n_points = faces[kept], n_points[kept]
    used, faces = np.unique(faces, return_inverse=True)
    return Surface(vertices[used], faces.reshape(-1, 3))


def _filled(surface: Surface) -> Surface:
    """The surface with all holes filled but the longest, each by triangles around the mean of its rim."""
    loops = boundary_loops(surface.faces)
    around = [np.linalg.norm(np.diff(surface.vertices[[*loop, loop[0]]], axis=0), axis=1).sum() for loop in loops]
    vertices, faces = [surface.vertices], [surface.faces]
    ends = surface.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    directed = {(int(a), int(b)) for a, b in ends}
    n = len(surface.vertices)
    for k, loop in enumerate(loops):
        if k == int(np.argmax(around)):
            continue
        turned = loop[::-1] if (int(loop[0]), int(loop[1])) in directed else loop  # against the faces beside it
        vertices.append(surface.vertices[loop].mean(0, keepdims=True))
        faces.append(np.column_stack([turned, np.roll(turned, -1), np.full(len(loop), n)]))
        n += 1
    return Surface(np.concatenate(vertices), np.concatenate(faces))
