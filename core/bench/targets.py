"""Targets of known shape: what a generative model is to learn, drawn exactly, with where it lies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import numpy as np
from jaxtyping import Float64, Int64
from scipy.spatial import cKDTree

from core.base.arrays import frozen
from core.base.errors import BudaiError
from core.data.surface import Surface
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.sampling import sample_by_area
from core.transport.uniformity import equal_area_patches

_ON_CURVE = 4000
_PIECES = 32
"""Parts of a curve or surface whose coverage is counted."""
REACH = 4.0
"""Standard deviations of the noise within which a point is on the support."""
_OF_DRAWING = 0.03
"""Noise on points that somebody drew."""
_ON_SURFACE = 20_000
_FEWEST_FACES = 8
"""Triangles for each part of a surface, below which parts are told by points of it."""
_ROWS_IN_PIECE, _MOST_PIECES = 20, 16
_FAR_FROM_ROWS = 0.99
"""Share of rows whose distance to the nearest other row is less than what counts as far from all."""
_NEAR_SURFACE = 0.01
"""Distance within which a point is on a surface, relative to its largest extent."""

Shape = Callable[[int, np.random.Generator], Float64[np.ndarray, "n d"]]
"""Draws points of the support, uniform on it, without noise."""


@dataclass(frozen=True, eq=False)
class Target:
    """A measure with what is known of it.

    Parameters
    ----------
    name, title : str
        How it is chosen, and what it is called.
    shape : callable
        Draws independent points of the support.
    noise : float
        Standard deviation of the Gaussian noise on them, in each coordinate.
    support : (m, d) float64 array
        Points that lie densely on the support, or the middles of the modes.
    pieces : (m,) int64 array
        The mode, or the part of the support, that each of these belongs to.
    reach : float
        Distance from the support within which a point counts as on it.
    surface : Surface or None
        The surface whose area is the measure, where it is one.
    face_pieces : (f,) int64 array or None
        The part that each of its faces belongs to; where it is given, distances are to the triangles.
    rows : (n, d) float64 array or None
        All that is known of the measure, where it is known by its rows alone.
    has_classes : bool
        Whether the pieces are classes of the rows, which a classifier tells apart.
    is_gaussian : bool
        Whether the measure is a sum of round Gaussians, one about each point of the support, all with the same mass.
    """

    name: str
    title: str
    shape: Shape
    noise: float
    support: Float64[np.ndarray, "m d"]
    pieces: Int64[np.ndarray, " m"]
    reach: float
    surface: Surface | None = None
    face_pieces: Int64[np.ndarray, " f"] | None = None
    rows: Float64[np.ndarray, "n d"] | None = None
    has_classes: bool = False
    is_gaussian: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "support", frozen(self.support, np.float64, (None, None)))
        object.__setattr__(self, "pieces", frozen(self.pieces, np.int64, (len(self.support),)))

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return self.support.shape[1]

    @property
    def n_pieces(self) -> int:
        """How many modes or parts there are."""
        return int(self.pieces.max()) + 1

    @property
    def shares(self) -> Float64[np.ndarray, " k"]:
        """What part of the measure each piece has."""
        if self.surface is not None and self.face_pieces is not None:
            return np.bincount(self.face_pieces, self.surface.face_areas, self.n_pieces) / self.surface.area
        return np.bincount(self.pieces, minlength=self.n_pieces) / len(self.pieces)

    def place(self, points: Float64[np.ndarray, "n d"]) -> tuple[Float64[np.ndarray, " n"], Int64[np.ndarray, " n"]]:
        """Return how far points are from the support, and the piece that is nearest to each."""
        if self.surface is not None and self.face_pieces is not None:
            distance, face, _ = triangle_tree(self.surface.corners).query(points)
            return distance, self.face_pieces[face]
        distance, nearest = cKDTree(self.support).query(points)
        return distance, self.pieces[nearest]

    def samples(
        self, count: int, rng: np.random.Generator
    ) -> tuple[Float64[np.ndarray, "n d"], Float64[np.ndarray, "n d"]]:
        """Return points to learn from and to withhold, as many of each; of rows at most half, none in both."""
        if self.rows is None:
            return self.draw(count, rng), self.draw(count, rng)
        order, half = rng.permutation(len(self.rows)), min(count, len(self.rows) // 2)
        return self.rows[order[:half]], self.rows[order[half : 2 * half]]

    def draw(self, count: int, rng: np.random.Generator) -> Float64[np.ndarray, "n d"]:
        """Return independent points of the measure."""
        points = self.shape(count, rng)
        return points + self.noise * rng.normal(size=points.shape)


def eight_gaussians() -> Target:
    """Return eight Gaussians of deviation 0.02 on a circle of radius 1."""
    angle = np.arange(8) * np.pi / 4.0
    return _modes("8gaussians", "8 Gaussians", np.column_stack([np.cos(angle), np.sin(angle)]), 0.02)


def twenty_five_gaussians() -> Target:
    """Return 25 Gaussians of deviation 0.05 on a grid from -2 to 2."""
    grid = np.stack(np.meshgrid(np.arange(-2.0, 3.0), np.arange(-2.0, 3.0)), -1).reshape(-1, 2)
    return _modes("25gaussians", "25 Gaussians", grid, 0.05)


def two_moons() -> Target:
    """Return two half circles that reach into each other."""
    return _curve("moons", "Two moons", _on_moons, 0.05)


def rings() -> Target:
    """Return three circles about one centre, each with as much as its length."""
    return _curve("rings", "Rings", _on_rings, 0.02)


def spiral() -> Target:
    """Return the swiss roll in the plane: a spiral of one and a half turns, uniform by its length."""
    return _curve("spiral", "Swiss roll", _on_spiral, 0.02)


def noisy_curve(noise: float = 0.01) -> Target:
    """Return a closed curve with noise of a size to choose."""
    return _curve("curve" if noise == 0.01 else f"curve:{noise:g}", f"Curve, noise {noise:g}", _on_curve, noise)


def of_triangles(name: str, corners: Float64[np.ndarray, "f 3 d"]) -> Target:
    """Return the uniform measure, by area, of a surface.

    Parameters
    ----------
    name : str
        What it is called.
    corners : (f, 3, d) float64 array
        Corners of its triangles.
    """
    shape = partial(_on_triangles, corners)
    support = shape(_ON_SURFACE, np.random.default_rng(0))
    middles = support[: 2 * _PIECES]
    pieces = np.concatenate(
        [np.square(part[:, None] - middles).sum(2).argmin(1) for part in np.array_split(support, 20)]
    )
    reach = _NEAR_SURFACE * float(np.ptp(corners.reshape(-1, corners.shape[2]), axis=0).max())
    return Target(name, name, shape, 0.0, support, pieces, reach)


def of_surface(name: str, surface: Surface) -> Target:
    """Return the uniform measure of a surface whose triangles are known to judges, and to a model that charts them.

    Parts are patches of equal area, unless there are too few triangles for that.
    """
    target = replace(of_triangles(name, surface.corners), surface=surface)
    if len(surface.faces) < _FEWEST_FACES * 2 * _PIECES:
        return target
    rng = np.random.default_rng(0)
    centres = surface.corners.mean(1)
    face_pieces = equal_area_patches(centres, surface.face_areas, 2 * _PIECES, rng).astype(np.int64)
    nearest = cKDTree(centres).query(target.support)[1]
    return replace(target, face_pieces=face_pieces, pieces=face_pieces[nearest])


def of_rows(name: str, rows: Float64[np.ndarray, "n d"], labels: Int64[np.ndarray, " n"] | None = None) -> Target:
    """Return the measure that some rows are a sample of: a drawing, a cloud, a table.

    Parameters
    ----------
    name : str
        What it is called.
    rows : (n, d) float64 array
        The rows.
    labels : (n,) int64 array, optional
        Their classes, from 0, where they are to be judged by a classifier; otherwise there are up to 16 parts.

    Raises
    ------
    BudaiError
        If fewer than four rows differ.
    """
    differ = len(np.unique(rows, axis=0))
    if differ < 4:
        points = "one point" if differ == 1 else f"{differ:,} points"
        raise BudaiError(f"{name}: {len(rows):,} rows, all in {points}: nothing can be learned of them. Give more.")
    if labels is None:
        count = min(max(len(rows) // _ROWS_IN_PIECE, 1), _MOST_PIECES)
        middles = np.unique(rows[np.random.default_rng(0).permutation(len(rows))[:count]], axis=0)
        pieces = cKDTree(middles).query(rows)[1].astype(np.int64)
    else:
        pieces = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    apart = cKDTree(rows).query(rows, k=2)[0][:, 1]
    has_classes = labels is not None and int(pieces.max()) > 1
    return Target(
        name=name,
        title=name,
        shape=partial(_of_rows, rows),
        noise=0.0,
        support=rows,
        pieces=pieces,
        reach=float(np.quantile(apart, _FAR_FROM_ROWS)),
        rows=frozen(rows, np.float64, (None, None)),
        has_classes=has_classes,
    )


def drawn_points(points: tuple[float, ...]) -> Target:
    """Return the uniform measure on points that somebody drew, with noise of 0.03.

    Parameters
    ----------
    points : tuple of float
        Two coordinates and a class, which says nothing here, of each point.

    Raises
    ------
    BudaiError
        If there are less than two different points.
    """
    places = np.unique(np.array(points, np.float64).reshape(-1, 3)[:, :2], axis=0)
    if len(places) < 2:
        n = "1 point is" if len(places) else "Nothing is"
        raise BudaiError(f"{n} drawn. Draw at least 2: press and drag in the square.")
    middles, apart = [0], np.linalg.norm(places - places[0], axis=1)
    while len(middles) < min(len(places), _PIECES):  # the farthest from those that were taken
        middles.append(int(apart.argmax()))
        apart = np.minimum(apart, np.linalg.norm(places - places[middles[-1]], axis=1))
    pieces = np.linalg.norm(places[:, None] - places[middles], axis=2).argmin(1)
    shape, reach = partial(_of_modes, places), REACH * _OF_DRAWING
    return Target("own", "Own drawing", shape, _OF_DRAWING, places, pieces, reach, is_gaussian=True)


TARGETS: Mapping[str, Callable[[], Target]] = MappingProxyType(
    {
        "8gaussians": eight_gaussians,
        "25gaussians": twenty_five_gaussians,
        "moons": two_moons,
        "rings": rings,
        "spiral": spiral,
        "curve": noisy_curve,
    }
)
"""Targets in the plane by their names."""


def target_of(name: str) -> Target:
    """Return a target in the plane; ``curve:0.03`` is the curve with that noise.

    Raises
    ------
    BudaiError
        If there is none of that name, or the noise is no number between 0.0001 and 1.
    """
    first, _, noise = name.partition(":")
    if first not in TARGETS or (noise and first != "curve"):
        raise BudaiError(f"There is no target {name}. Choose among {', '.join(TARGETS)}, or name a surface.")
    if not noise:
        return TARGETS[first]()
    try:
        size = float(noise)
    except ValueError:
        size = np.nan
    if not 1e-4 <= size <= 1.0:
        raise BudaiError(f"{name}: the noise is no number from 0.0001 to 1. Write curve:0.03, say.")
    return noisy_curve(size)


def _modes(name: str, title: str, middles: Float64[np.ndarray, "k 2"], noise: float) -> Target:
    shape = partial(_of_modes, middles)
    pieces = np.arange(len(middles))
    return Target(name, title, shape, noise, middles, pieces, REACH * noise, is_gaussian=True)


def _of_modes(middles: Float64[np.ndarray, "k 2"], count: int, rng: np.random.Generator) -> np.ndarray:
    return middles[rng.integers(len(middles), size=count)]


def _of_rows(rows: Float64[np.ndarray, "n d"], count: int, rng: np.random.Generator) -> np.ndarray:
    return rows[rng.integers(len(rows), size=count)]


def _curve(name: str, title: str, place: Callable[[np.ndarray], np.ndarray], noise: float) -> Target:
    share = (np.arange(_ON_CURVE) + 0.5) / _ON_CURVE
    pieces = (share * _PIECES).astype(np.int64)
    return Target(name, title, partial(_of_curve, place), noise, place(share), pieces, REACH * noise)


def _of_curve(place: Callable[[np.ndarray], np.ndarray], count: int, rng: np.random.Generator) -> np.ndarray:
    return place(rng.random(count))


def _on_triangles(corners: Float64[np.ndarray, "f 3 d"], count: int, rng: np.random.Generator) -> np.ndarray:
    return np.array(sample_by_area(corners, count, rng).points)


def _on_moons(share: np.ndarray) -> np.ndarray:
    angle = np.pi * np.where(share < 0.5, 2.0 * share, 2.0 * share - 1.0)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.where(share[:, None] < 0.5, upper, [1.0, 0.5] - upper) - [0.5, 0.25]


def _on_rings(share: np.ndarray) -> np.ndarray:
    radii = np.array([0.4, 0.7, 1.0])
    ends = np.cumsum(radii) / radii.sum()
    which = np.minimum(np.searchsorted(ends, share, side="right"), 2)
    angle = 2.0 * np.pi * (share - (ends - radii / radii.sum())[which]) * radii.sum() / radii[which]
    return radii[which, None] * np.column_stack([np.cos(angle), np.sin(angle)])


def _on_spiral(share: np.ndarray) -> np.ndarray:
    least, most = 1.5 * np.pi, 4.5 * np.pi
    length = _length_of_spiral(np.linspace(least, most, 4001))
    along = share * (length[-1] - length[0]) + length[0]
    angle = np.asarray(np.interp(along, length, np.linspace(least, most, 4001)), float)
    return (angle / most)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])


def _length_of_spiral(angle: np.ndarray) -> np.ndarray:
    return 0.5 * (angle * np.sqrt(1.0 + angle**2) + np.arcsinh(angle))


def _on_curve(share: np.ndarray) -> np.ndarray:
    """Return points of a closed curve with three lobes, uniform by its length."""
    angle = np.linspace(0.0, 2.0 * np.pi, 4001)
    points = (0.75 + 0.25 * np.cos(3.0 * angle))[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    x = np.asarray(np.interp(share * length[-1], length, points[:, 0]), float)
    y = np.asarray(np.interp(share * length[-1], length, points[:, 1]), float)
    return np.column_stack([x, y])
