"""Mean distance between two triangulated surfaces."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.sampling import sample_by_area


@dataclass(frozen=True, eq=False)
class SurfaceDistances:
    """Distances of points of two surfaces to the other one, in input units.

    Parameters
    ----------
    there, back : (n,) float64 array
        From points uniform by area on the first surface to the second, and the other way.
    vertices_there, vertices_back : (m,) float64 array
        The same from the vertices of either surface.
    """

    there: Float64[np.ndarray, " n"]
    back: Float64[np.ndarray, " n"]
    vertices_there: Float64[np.ndarray, " m"]
    vertices_back: Float64[np.ndarray, " k"]

    def __post_init__(self) -> None:
        for name in ("there", "back", "vertices_there", "vertices_back"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.float64, (None,)))


def directed_distances(
    source: Float64[np.ndarray, "f 3 3"], other: Float64[np.ndarray, "g 3 3"], count: int, rng: np.random.Generator
) -> tuple[Float64[np.ndarray, " n"], Float64[np.ndarray, " m"]]:
    """Return the distances of random points, and of all vertices, of one surface to another."""
    tree = triangle_tree(other)
    points = sample_by_area(source, count, rng).points
    return tree.query(points)[0], tree.query(np.unique(source.reshape(-1, 3), axis=0))[0]


def chamfer_distance(distances: SurfaceDistances) -> float:
    """Return half the sum of the two mean distances, points uniform by area, in input units (not squared)."""
    return float(distances.there.mean() + distances.back.mean()) / 2.0
