"""How far an embedding keeps neighbours: trustworthiness and continuity."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from scipy.spatial.distance import cdist

NEIGHBOURS = 12
"""Neighbours that are compared."""
ALL = 5_000
"""Up to so many rows all are looked at, of more a random part."""
SAMPLE = 2_000
"""Rows of that part."""
_NUMBERS = 4_000_000
"""Distances that are held at a time."""


@dataclass(frozen=True)
class Trust:
    """How far neighbours are kept; 1 is perfect.

    Parameters
    ----------
    trustworthiness : float
        1 less what neighbours in the embedding are no neighbours of the rows.
    continuity : float
        The same with both exchanged.
    """

    trustworthiness: float
    continuity: float


def looked_at(count: int, rng: np.random.Generator) -> Int64[np.ndarray, " m"]:
    """Return the rows that are looked at, of so many."""
    return np.arange(count) if count <= ALL else np.sort(rng.choice(count, SAMPLE, replace=False))


def trust(
    rows: Float64[np.ndarray, "n D"], points: Float64[np.ndarray, "n d"], chosen: Int64[np.ndarray, " m"]
) -> Trust | None:
    """Return how far an embedding keeps the 12 nearest neighbours; None where there are too few rows.

    Parameters
    ----------
    rows : (n, D) float64 array
        The rows.
    points : (n, d) float64 array
        The embedding.
    chosen : (m,) int64 array
        The rows that are looked at; their neighbours are among all.

    Notes
    -----
    Venna and Kaski (2001), *ICANN*: with k = 12 neighbours, 1 - 2 / (n k (2n - 3k - 1)) times the sum, over rows i and
    the k nearest j of i in the embedding, of max(0, rank of j among the rows as seen from i, less k). O(m n D).
    """
    n, k = len(rows), NEIGHBOURS
    if n <= 2 * k:
        return None
    sums = np.zeros(2)
    for block in np.array_split(chosen, len(chosen) * n // _NUMBERS + 1):
        orders = [_order(values, block) for values in (rows, points)]
        ranks = [_ranks(order) for order in orders]
        near = [order[:, 1 : k + 1] for order in orders]
        sums += [np.maximum(0, np.take_along_axis(ranks[a], near[1 - a], 1) - k).sum() for a in (0, 1)]
    parts = 1.0 - 2.0 / (len(chosen) * k * (2 * n - 3 * k - 1)) * sums
    return Trust(float(parts[0]), float(parts[1]))


def _order(values: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Return all rows as seen from some, the nearest first: each sees itself first."""
    squared = cdist(values[block], values, "sqeuclidean")
    squared[np.arange(len(block)), block] = -1.0
    return np.argsort(squared, axis=1, kind="stable")


def _ranks(order: np.ndarray) -> np.ndarray:
    """Return the place of each row in an order, 0 for the row that looks."""
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(int(order.shape[1]))[None].repeat(len(order), 0), 1)
    return ranks
