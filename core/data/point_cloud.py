"""Points without faces."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen


@dataclass(frozen=True, eq=False)
class PointCloud:
    """Points in space, in the units of the file they came from.

    Parameters
    ----------
    points : (n, 3) float64 array
        Positions.
    normals : (n, 3) float64 array, optional
        Unit normals.
    colors : (n, 3) uint8 array, optional
        RGB of each point.
    grid : tuple of int
        Rows and columns of the depth image that the points come from, those without a value left out; empty for none.
    """

    kind: ClassVar[str] = "cloud"
    has_faces: ClassVar[bool] = False
    dimension: ClassVar[int] = 3
    labels: ClassVar[None] = None
    points: Float64[np.ndarray, "n 3"]
    normals: Float64[np.ndarray, "n 3"] | None = None
    colors: np.ndarray | None = None
    grid: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "points", frozen(self.points, np.float64, (None, 3)))
        if self.normals is not None:
            set_(self, "normals", frozen(self.normals, np.float64, (len(self.points), 3)))
        if self.colors is not None:
            set_(self, "colors", frozen(self.colors, np.uint8, (len(self.points), 3)))

    @property
    def positions(self) -> Float64[np.ndarray, "n 3"]:
        """The points."""
        return self.points

    @property
    def faces(self) -> Int64[np.ndarray, "0 3"]:
        """No face."""
        return frozen(np.empty((0, 3)), np.int64)

    @cached_property
    def bounds(self) -> Float64[np.ndarray, "2 3"]:
        """Lower and upper corner of the bounding box."""
        if not len(self.points):
            return frozen(np.zeros((2, 3)))
        return frozen(np.stack([self.points.min(0), self.points.max(0)]))

    @cached_property
    def diagonal(self) -> float:
        """Length of the diagonal of the bounding box."""
        return float(np.linalg.norm(self.bounds[1] - self.bounds[0]))
