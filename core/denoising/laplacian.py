"""Laplacian smoothing of a cloud: a classical rival that moves points towards their neighbours."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float64
from scipy.sparse import csr_matrix
from scipy.spatial import KDTree

from core.base.clock import n_cores

NEIGHBOURS = 12
STEPS = (1, 2, 3, 5, 8, 12, 20, 30)
"""Numbers of steps at which the result is looked at."""


def laplacian_smoothing(points: Float64[np.ndarray, "n 3"]) -> Iterator[tuple[int, Float64[np.ndarray, "n 3"]]]:
    """Yield points after so many steps half-way towards the mean of their neighbours, for each of `STEPS`.

    Parameters
    ----------
    points : (n, 3) float64 array
        The cloud.

    Notes
    -----
    The neighbours are the nearest 12 points of the noisy cloud, made symmetric.
    """
    n = len(points)
    k = min(NEIGHBOURS + 1, n)
    around = KDTree(points).query(points, k, workers=n_cores())[1].reshape(n, -1)
    rows = np.repeat(np.arange(n), k)
    graph = csr_matrix((np.ones(n * k), (rows, around.ravel())), (n, n))
    graph = graph.maximum(graph.T)
    graph.setdiag(0.0)
    degree = np.asarray(graph.sum(1)).ravel()
    share = np.where(degree > 0.0, 0.5 / np.where(degree > 0.0, degree, 1.0), 0.0)
    here = np.array(points, np.float64)
    for step in range(1, max(STEPS) + 1):
        here = here + share[:, None] * (graph @ here - degree[:, None] * here)
        if step in STEPS:
            yield step, here
