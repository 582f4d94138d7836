"""Targets of known shape: what a generative model is to learn, drawn exactly, with where it lies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.base.errors import BudaiError
from core.geometry.sampling import sample_by_area

_ON_CURVE = 4000
_PIECES = 32
"""Parts of a curve or surface whose coverage is counted."""
REACH = 4.0
"""Standard deviations of the noise within which a point is on the support."""
_ON_SURFACE = 20_000
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
    """

    name: str
    title: str
    shape: Shape
    noise: float
    support: Float64[np.ndarray, "m d"]
    pieces: Int64[np.ndarray, " m"]
    reach: float

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
    return Target(name, title, shape, noise, middles, np.arange(len(middles)), REACH * noise)


def _of_modes(middles: Float64[np.ndarray, "k 2"], count: int, rng: np.random.Generator) -> np.ndarray:
    return middles[rng.integers(len(middles), size=count)]


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
