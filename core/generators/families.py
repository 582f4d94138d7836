"""Families of points whose dimension is known: rolls, spheres, noise, and images that few numbers tell."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from jaxtyping import Float64

from core.base.errors import BudaiError
from core.data.table import Table

Family = Callable[[int, int, np.random.Generator], Table]


def swiss_roll(rows: int, dimension: int, rng: np.random.Generator) -> Table:
    """Return points of a rolled sheet, uniform by area, turned into R^D; classes are four equal parts of its length."""
    most, least = 4.5 * np.pi, 1.5 * np.pi
    angles = np.linspace(least, most, 20_001)
    length = np.concatenate(
        [[0.0], np.cumsum(np.hypot(np.diff(angles * np.cos(angles)), np.diff(angles * np.sin(angles))))]
    )
    share = rng.random(rows)
    angle = np.asarray(np.interp(share * length[-1], length, angles), float)
    height = rng.random(rows) * 20.0
    points = np.column_stack([angle * np.cos(angle), height, angle * np.sin(angle)])
    return Table(_turned(points, dimension, rng), (share * 4).astype(np.int64))


def sphere(k: int) -> Family:
    """Return the family of uniform points of the unit sphere S^k."""

    def points(rows: int, dimension: int, rng: np.random.Generator) -> Table:
        normal = rng.normal(size=(rows, k + 1))
        return Table(_turned(normal / np.linalg.norm(normal, axis=1, keepdims=True), dimension, rng))

    return points


def noise(rows: int, dimension: int, rng: np.random.Generator) -> Table:
    """Return standard Gaussian points of R^D."""
    return Table(rng.normal(size=(rows, dimension)))


def rotating(rows: int, dimension: int, rng: np.random.Generator) -> Table:
    """Return images of a letter L turned by any angle: a circle of images; classes are quarters of the turn."""
    side = _side(dimension)
    angle = rng.random(rows) * 2.0 * np.pi
    strokes = np.array([[[-0.35, -0.5], [-0.35, 0.5]], [[-0.35, -0.5], [0.4, -0.5]]])
    cos, sin = np.cos(angle), np.sin(angle)
    turns = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    ends = np.einsum("nij,skj->nski", turns, strokes)
    values = _drawn(ends, side)
    return Table(values, (angle / (np.pi / 2.0)).astype(np.int64), image_shape=(side, side))


def shifting(rows: int, dimension: int, rng: np.random.Generator) -> Table:
    """Return images of a disk at any place: a square of images; classes are its four quarters."""
    side = _side(dimension)
    centre = rng.random((rows, 2)) - 0.5
    labels = (centre[:, 0] > 0.0) + 2 * (centre[:, 1] > 0.0)
    grid = _grid(side)
    apart = np.linalg.norm(grid[None] - centre[:, None], axis=2)
    values = np.clip((0.4 - apart) / (2.0 / side) + 0.5, 0.0, 1.0)
    return Table(values, labels, image_shape=(side, side))


FAMILIES: Mapping[str, tuple[Family, int, int]] = MappingProxyType(
    {
        "swiss_roll": (swiss_roll, 3, 3),
        "circle": (sphere(1), 2, 10),
        "sphere": (sphere(2), 3, 10),
        "sphere3": (sphere(3), 4, 10),
        "sphere5": (sphere(5), 6, 20),
        "noise": (noise, 2, 10),
        "rotating": (rotating, 64, 256),
        "shifting": (shifting, 64, 256),
    }
)
"""Each family with the fewest columns that it can have and those that it has unless asked otherwise."""


def generated(family: str, rows: int, dimension: int = 0, noise_size: float = 0.0, seed: int = 0) -> Table:
    """Return points of a family.

    Parameters
    ----------
    family : str
        A key of `FAMILIES`.
    rows : int
        How many points.
    dimension : int
        Columns; 0 for those that the family has by default. Of images it is a square number.
    noise_size : float
        Standard deviation of Gaussian noise in each coordinate.
    seed : int
        Start of all random choices.

    Raises
    ------
    BudaiError
        If there is no such family, or it cannot have so many rows or columns.
    """
    if family not in FAMILIES:
        raise BudaiError(f"There is no family {family}. Choose {', '.join(FAMILIES)}.")
    make, fewest, usual = FAMILIES[family]
    dimension = dimension or usual
    if dimension < fewest:
        raise BudaiError(f"{family} needs {fewest} columns, not {dimension}. Give more.")
    if rows < 4:
        raise BudaiError(f"{rows} rows are too few. Give 4 or more.")
    rng = np.random.default_rng(seed)
    table = make(rows, dimension, rng)
    if not noise_size:
        return table
    values = table.values + noise_size * rng.normal(size=table.values.shape)
    return Table(values, table.labels, table.columns, table.classes, table.image_shape)


def _turned(points: Float64[np.ndarray, "n k"], dimension: int, rng: np.random.Generator) -> Float64[np.ndarray, "n D"]:
    """Return points of R^k in a random linear subspace of R^D, distances kept; as they are where D is k."""
    if dimension == points.shape[1]:
        return points
    frame = np.linalg.qr(rng.normal(size=(dimension, points.shape[1])))[0]
    return points @ frame.T


def _side(dimension: int) -> int:
    side = round(dimension**0.5)
    if side * side != dimension:
        raise BudaiError(f"{dimension} pixels are no square image. Give a square number: {side * side}.")
    return side


def _grid(side: int) -> Float64[np.ndarray, "p 2"]:
    """Middles of the pixels of a square image from -1 to 1."""
    at = (np.arange(side) + 0.5) * 2.0 / side - 1.0
    return np.stack(np.meshgrid(at, at), -1).reshape(-1, 2)


def _drawn(ends: Float64[np.ndarray, "n s 2 2"], side: int) -> Float64[np.ndarray, "n p"]:
    """Return images of strokes between ends, their rims soft."""
    grid, width = _grid(side), 0.16
    image = np.zeros((len(ends), len(grid)))
    for stroke in np.moveaxis(ends, 1, 0):
        start, along = stroke[:, 0], stroke[:, 1] - stroke[:, 0]
        offset = grid[None] - start[:, None]
        share = np.clip((offset * along[:, None]).sum(2) / (along**2).sum(1)[:, None], 0.0, 1.0)
        apart = np.linalg.norm(offset - share[..., None] * along[:, None], axis=2)
        image = np.maximum(image, np.clip((width - apart) / (2.0 / side) + 0.5, 0.0, 1.0))
    return image
