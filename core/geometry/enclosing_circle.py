"""A circle around points of the plane, and a ball around points of R^d."""

from contextlib import suppress

import numpy as np
from jaxtyping import Float64
from scipy.spatial import ConvexHull, QhullError

_ROUNDS = 1000
_MANY = 100
"""Points above which those inside their convex hull are left out."""


def enclosing_circle(points: Float64[np.ndarray, "n 2"]) -> tuple[Float64[np.ndarray, " 2"], float]:
    """Return centre and radius of nearly the smallest circle around points.

    Notes
    -----
    Bădoiu and Clarkson, *Smaller core-sets for balls*, SODA 2003: after k steps the radius is too large by a factor of
    1 + 1/√k at most.
    """
    if len(points) > _MANY:
        with suppress(QhullError):  # all on a line
            points = points[ConvexHull(points).vertices]
    return enclosing_ball(points)


def enclosing_ball(
    points: Float64[np.ndarray, "n d"], at_most: int = 20_000
) -> tuple[Float64[np.ndarray, " d"], float]:
    """Return centre and radius of nearly the smallest ball around points, found from so many of them at most.

    Notes
    -----
    As `enclosing_circle`; of more points every few are looked at for the centre, all for the radius.
    """
    some = points[:: len(points) // at_most + 1]
    centre = some.mean(0)
    for k in range(1, _ROUNDS):
        centre = centre + (some[np.square(some - centre).sum(1).argmax()] - centre) / (k + 1)
    return centre, float(np.linalg.norm(points - centre, axis=1).max())
