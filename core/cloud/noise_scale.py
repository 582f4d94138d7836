"""How thick the noise of a cloud is, found without knowing the surface."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.spatial import KDTree

_SCALES = (20, 35, 60, 100, 150, 220, 320, 450, 650, 950, 1400, 2000)
"""Numbers of neighbours that are tried."""
_FLAT = 0.4
"""Thickness over width below which a neighbourhood is flat: its radius is then five times the noise."""
_ASKED = 2_000
"""Points whose neighbourhoods are looked at."""


@dataclass(frozen=True)
class NoiseScale:
    """The smallest neighbourhoods in which a cloud looks like a surface.

    Parameters
    ----------
    neighbours : int
        How many points such a neighbourhood has.
    radius : float
        Root mean square radius, in the units of the cloud.
    thickness : float
        Root mean square distance of its points from its plane: the noise across the surface, and what the surface
        bends within the radius.
    """

    neighbours: int
    radius: float
    thickness: float


def noise_scale(points: Float64[np.ndarray, "n 3"], tree: KDTree | None = None) -> NoiseScale:
    """Find the scale at which points lie about a surface.

    Parameters
    ----------
    points : (n, 3) float64 array
        Two points at least.
    tree : KDTree, optional
        Of these points.

    Notes
    -----
    A neighbourhood narrower than the noise is as thick as wide, whatever surface it comes from. The first number of
    neighbours is taken at which the thickness (root mean square over the cloud) is at most 0.4 of the width; where
    none does, the last that there is.
    """
    tree = tree or KDTree(points)
    some = points[:: max(1, len(points) // _ASKED)]
    found = NoiseScale(1, 0.0, 0.0)
    for k in [k for k in _SCALES if k < len(points)] or [len(points)]:
        distance, around = (part.reshape(len(some), k) for part in tree.query(some, k))
        step = points[around] - points[around].mean(1, keepdims=True)
        spread = np.linalg.eigvalsh(np.einsum("nki,nkj->nij", step, step)).mean(0) / max(k - 3, 1)
        found = NoiseScale(k, float(np.sqrt((distance[:, -1] ** 2).mean())), float(np.sqrt(max(spread[0], 0.0))))
        if spread[0] <= _FLAT**2 * spread[1]:
            break
    return found
