"""Balls on a surface, distances measured along its edges."""

import numpy as np
from jaxtyping import Bool, Int64
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from core.data.surface import Surface

_BALL = 0.005
"""Part of the area in each ball that is withheld from a training."""
_FACES = 40
"""Faces that such a ball has about, at least."""
_GROWTH = 1.25
"""By what factor the number of balls grows until they cover enough."""


def withheld_faces(surface: Surface, share: float, rng: np.random.Generator) -> Bool[np.ndarray, " f"]:
    """Return faces in geodesic balls that cover at least a given part of a surface, to test what was not learned.

    Parameters
    ----------
    surface : Surface
        The surface.
    share : float
        Part of the area wanted, below 1.
    rng : Generator
        Chooses the centres.
    """
    ball = min(share, max(_BALL, _FACES / max(1, len(surface.faces))))
    centres = rng.permutation(np.unique(surface.faces))
    count = share / ball
    while True:
        inside = np.all(_within(surface, centres[: int(np.ceil(count))], ball)[surface.faces], 1)
        if surface.face_areas[inside].sum() >= share * surface.area or count >= len(centres):
            return inside
        count *= _GROWTH


def geodesic_balls(surface: Surface, share: float, count: int, rng: np.random.Generator) -> Bool[np.ndarray, " n"]:
    """Return which vertices lie in balls around random vertices.

    Parameters
    ----------
    surface : Surface
        The surface.
    share : float
        Part of the area that a ball in the plane of this radius would have.
    count : int
        Number of balls, or of vertices where there are fewer.
    rng : Generator
        Chooses the centres.
    """
    used = np.unique(surface.faces)
    return _within(surface, rng.choice(used, min(count, len(used)), replace=False), share)


def _within(surface: Surface, centres: Int64[np.ndarray, " c"], share: float) -> Bool[np.ndarray, " n"]:
    """Vertices in balls around given ones, of the radius that a disk with a part of the area has in the plane."""
    first, second = surface.edges.T
    length = np.linalg.norm(surface.vertices[first] - surface.vertices[second], axis=1)
    n = len(surface.vertices)
    graph = coo_matrix((length, (first, second)), (n, n)).tocsr()
    radius = np.sqrt(share * surface.area / np.pi)
    return np.isfinite(dijkstra(graph, directed=False, indices=centres, limit=radius, min_only=True))
