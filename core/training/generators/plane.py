"""The plane in which points of any dimension are seen."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen

_MOST_PLAIN = 3
"""Coordinates up to which the first two are seen as they are."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A view along all directions but two.

    Parameters
    ----------
    centre : (d,) float64 array
        What is seen at the origin.
    axes : (2, d) float64 array
        Unit vectors that are seen as the first and second coordinate.
    """

    centre: Float64[np.ndarray, " d"]
    axes: Float64[np.ndarray, "2 d"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", frozen(self.centre, np.float64, (None,)))
        object.__setattr__(self, "axes", frozen(self.axes, np.float64, (2, len(self.centre))))

    def places(self, points: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n 2"]:
        """Return where points are seen."""
        return (points - self.centre) @ self.axes.T

    def directions(self, vectors: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n 2"]:
        """Return how vectors are seen."""
        return vectors @ self.axes.T


def plane_of(sample: Float64[np.ndarray, "n d"]) -> Plane:
    """Return the plane in which a sample is seen: its first two coordinates; of more than three the principal two.

    Parameters
    ----------
    sample : (n, d) float64 array
        The true points, d at least 2.
    """
    d = int(sample.shape[1])
    if d <= _MOST_PLAIN:
        return Plane(np.zeros(d), np.eye(2, d))
    centre: Float64[np.ndarray, " d"] = np.mean(sample, axis=0)
    axes = np.linalg.svd(sample - centre, full_matrices=False)[2][:2]
    signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(1)])  # the largest entry is positive: one way to hold it
    return Plane(centre, axes * signs[:, None])
