"""Random points of a triangulated surface."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen


@dataclass(frozen=True, eq=False)
class Samples:
    """Points of a surface, with the place of each.

    Parameters
    ----------
    points : (n, d) float64 array
        Positions.
    faces : (n,) int64 array
        The face that each point lies in.
    barycentric : (n, 3) float64 array
        Weights of the corners of that face; they sum to 1.
    """

    points: Float64[np.ndarray, "n d"]
    faces: Int64[np.ndarray, " n"]
    barycentric: Float64[np.ndarray, "n 3"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", frozen(self.points, np.float64, (None, None)))
        object.__setattr__(self, "faces", frozen(self.faces, np.int64, (len(self.points),)))
        object.__setattr__(self, "barycentric", frozen(self.barycentric, np.float64, (len(self.points), 3)))


def sample_by_area(corners: Float64[np.ndarray, "f 3 d"], count: int, rng: np.random.Generator) -> Samples:
    """Draw independent points uniform by area.

    Parameters
    ----------
    corners : (f, 3, d) float64 array
        Corners of triangles in the plane or in space.
    count : int
        How many points.
    rng : Generator
        Where randomness comes from.

    Raises
    ------
    ValueError
        If the triangles have no area.
    """
    areas = _relative_areas(corners)
    total = areas.sum()
    if not total > 0:
        raise ValueError("the triangles have no area")
    places: np.ndarray = rng.random(count) * total
    faces = np.minimum(np.searchsorted(np.cumsum(areas), places, side="right"), np.flatnonzero(areas)[-1])
    first, second = np.sqrt(rng.random(count)), rng.random(count)
    barycentric = np.stack([1.0 - first, first * (1.0 - second), first * second], axis=1)
    return Samples(np.einsum("nk,nkd->nd", barycentric, corners[faces]), faces, barycentric)


def _relative_areas(corners: Float64[np.ndarray, "f 3 d"]) -> Float64[np.ndarray, " f"]:
    """Return the area of each triangle, in units of the longest side, so that no product leaves float64.

    Notes
    -----
    By the products of pairs of coordinates, which is the cross product in space. The determinant of the Gram matrix
    loses all digits where the height of a triangle is less than 1e-8 of its length.
    """
    sides = corners[:, 1:] - corners[:, :1]
    unit = float(np.abs(sides).max(initial=0.0))
    if not (np.isfinite(unit) and unit > 0):
        return np.zeros(len(corners))
    u, v = np.moveaxis(sides / unit, 1, 0)
    first, second = np.triu_indices(corners.shape[2], 1)
    minors = u[:, first] * v[:, second] - u[:, second] * v[:, first]
    return np.linalg.norm(minors, axis=1)
