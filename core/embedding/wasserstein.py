"""Exact Wasserstein distances between sets of points."""

import numpy as np
from jaxtyping import Float64, Int64
from scipy.spatial.distance import cdist

MOST_ROWS = 500
"""Points of a set that are looked at: the first of them."""
BUDGET = 3e8
"""Pairs of points of all distances together; more are not computed."""


def wasserstein2(x: Float64[np.ndarray, "n d"], y: Float64[np.ndarray, "m d"]) -> float:
    """Return W2, not squared, between the uniform probability measures on two sets of points.

    Notes
    -----
    An assignment where both sets have the same size, else the network simplex of POT (Bonneel, van de Panne, Paris,
    Heidrich 2011); both are exact. The distance of the means is split off, so that little is lost where sets are far
    apart.
    """
    from scipy.optimize import linear_sum_assignment  # asked for rarely: the window need not wait for its import

    apart = x.mean(0) - y.mean(0)
    cost = cdist(x - x.mean(0), y - y.mean(0), "sqeuclidean")
    if len(x) == len(y):
        inner = cost[linear_sum_assignment(cost)].mean()
    else:
        from ot.lp import emd2  # takes a second: only where it is needed

        measures = np.full(len(x), 1.0 / len(x)), np.full(len(y), 1.0 / len(y))
        inner = float(emd2(*measures, cost, numItermax=10_000_000))
    return float(np.sqrt(max(inner, 0.0) + apart @ apart))


def cost_of_classes(labels: Int64[np.ndarray, " n"]) -> float:
    """Return how many pairs of points the distances between all classes look at."""
    sizes = np.minimum(np.unique(labels, return_counts=True)[1], MOST_ROWS).astype(float)
    return float((sizes.sum() ** 2 - np.square(sizes).sum()) / 2)


def within(points: Float64[np.ndarray, "n d"]) -> float | None:
    """Return W2 between the first half of some points and the others; None where there is one alone."""
    half = len(points) // 2
    return wasserstein2(points[:half][:MOST_ROWS], points[half:][:MOST_ROWS]) if half else None
