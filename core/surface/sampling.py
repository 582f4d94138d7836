"""Random points of a triangulated surface."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.arrays import frozen


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
    sides = corners[:, 1:] - corners[:, :1]
    gram = np.einsum("fid,fjd->fij", sides, sides)
    areas = np.sqrt(np.maximum(gram[:, 0, 0] * gram[:, 1, 1] - gram[:, 0, 1] ** 2, 0.0))
    total = areas.sum()
    if not total > 0:
        raise ValueError("the triangles have no area")
    faces = np.searchsorted(np.cumsum(areas), rng.random(count) * total, side="right")
    faces = np.minimum(faces, np.flatnonzero(areas)[-1])
    first, second = np.sqrt(rng.random(count)), rng.random(count)
    barycentric = np.stack([1.0 - first, first * (1.0 - second), first * second], axis=1)
    return Samples(np.einsum("nk,nkd->nd", barycentric, corners[faces]), faces, barycentric)
