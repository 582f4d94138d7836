"""Classes told by the nearest neighbours."""

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.spatial import KDTree

NEIGHBOURS = 5
"""Points that vote on a class."""


def knn_accuracy(
    points: Float64[np.ndarray, "n d"], labels: Int64[np.ndarray, " n"] | None, learned: Bool[np.ndarray, " n"]
) -> float | None:
    """Return the share of the rows that were not learned from that their nearest neighbours give their class.

    Each gets the most frequent label of the five nearest points of rows that were learned from; among equally frequent
    ones that which occurs nearest. None where there are no labels, no such rows, or fewer than five others.
    """
    if labels is None or learned.all() or learned.sum() < NEIGHBOURS:
        return None
    near = KDTree(points[learned]).query(points[~learned], k=NEIGHBOURS)[1]
    votes = labels[learned][near]
    counts = (votes[:, :, None] == votes[:, None, :]).sum(2)
    chosen = votes[np.arange(len(votes)), counts.argmax(1)]  # the first, so the nearest, of equals
    return float((chosen == labels[~learned]).mean())
