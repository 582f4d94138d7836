"""How far each vertex or row arrives from where it should."""

import numpy as np
from jaxtyping import Float64
from scipy.spatial import KDTree

from core.maps.manifold_map import ManifoldMap


def arrival_errors(made: ManifoldMap) -> Float64[np.ndarray, " n"] | None:
    """Return how far each row arrives from its partner, over the diagonal of the second manifold; None without pairs.

    Parameters
    ----------
    made : ManifoldMap
        The map.
    """
    if made.networks is None:
        return None
    return np.linalg.norm(made.arrived - made.second.source.positions, axis=1) / made.second.source.data.diagonal


def nearest_sample_errors(made: ManifoldMap) -> Float64[np.ndarray, " w"] | None:
    """Return the same for the withheld rows where the nearest learned row lends its partner; None without any.

    Parameters
    ----------
    made : ManifoldMap
        The map.
    """
    held = made.withheld
    if made.networks is None or not held.any() or held.all():
        return None
    points, aims = made.first.source.positions, made.second.source.positions
    nearest = KDTree(points[~held]).query(points[held])[1]
    return np.linalg.norm(aims[~held][nearest] - aims[held], axis=1) / made.second.source.data.diagonal
