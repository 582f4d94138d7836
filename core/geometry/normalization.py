"""The similarity that carries data into the unit frame, where networks are trained, and back."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.data.surface import Surface


@dataclass(frozen=True, eq=False)
class Frame:
    """Origin and unit of normalized space, in input units.

    Parameters
    ----------
    centre : (D,) float64 array
        The point that becomes the origin.
    scale : float
        The length that becomes 1.
    """

    centre: Float64[np.ndarray, " D"]
    scale: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", frozen(self.centre, np.float64, (None,)))
        if not (np.isfinite(self.scale) and self.scale > 0 and np.isfinite(self.centre).all()):
            raise ValueError("centre and scale must be finite, the scale positive")

    def normalize(self, points: Float64[np.ndarray, "n D"]) -> Float64[np.ndarray, "n D"]:
        """Return points of input space in normalized space."""
        return (points - self.centre) / self.scale

    def restore(self, points: Float64[np.ndarray, "n D"]) -> Float64[np.ndarray, "n D"]:
        """Return points of normalized space in input space."""
        return points * self.scale + self.centre


def unit_frame(surface: Surface) -> Frame:
    """Return the frame in which the area centroid is the origin and the root mean square radius is 1.

    Raises
    ------
    ValueError
        If the surface has no area.

    Notes
    -----
    Moments are taken by area, so that the frame does not depend on how finely a part is triangulated, and after
    division by the diagonal, so that coordinates near 1e30 or 1e-30 neither overflow nor vanish.
    """
    diagonal = surface.diagonal
    if not (np.isfinite(diagonal) and diagonal > 0):
        raise ValueError("the surface has no extent")
    origin = surface.bounds[0]
    corners = (surface.corners - origin) / diagonal
    a, b, c = np.moveaxis(corners, 1, 0)
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    if not areas.sum() > 0:
        raise ValueError("the surface has no area")
    share = areas / areas.sum()
    centre = share @ corners.mean(1)
    offset = corners - centre
    total = offset.sum(1)
    # The second moment of a triangle: (sum of squared corners + squared sum) / 12.
    second = ((offset**2).sum((1, 2)) + (total**2).sum(1)) / 12.0
    return Frame(origin + diagonal * centre, float(diagonal * np.sqrt(share @ second)))


def unit_frame_of_points(points: Float64[np.ndarray, "n D"]) -> Frame:
    """Return the frame in which the mean of points of R^D is the origin and the root mean square coordinate is 1.

    Raises
    ------
    ValueError
        If the points do not differ, or there is none.

    Notes
    -----
    Unlike `unit_frame` the unit is that of a coordinate, not of the radius: what a network takes in keeps the size that
    its first weights are made for, however many coordinates there are.
    """
    low, extent = (points.min(0), np.ptp(points, 0).max(initial=0.0)) if len(points) else (np.zeros(0), 0.0)
    if not (np.isfinite(extent) and extent > 0):
        raise ValueError("the points do not differ")
    relative = (points - low) / extent
    centre = relative.mean(0)
    return Frame(low + extent * centre, float(extent * np.sqrt(np.square(relative - centre).mean())))
