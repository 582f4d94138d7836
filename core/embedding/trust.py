"""How far an embedding keeps neighbours: trustworthiness and continuity."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from scipy.spatial.distance import cdist

NEIGHBOURS = 12
"""Neighbours that are compared."""
ALL = 5_000
"""Up to so many rows all are looked at, of more a random part."""
SAMPLE, _FEWEST, _PAIRS = 2_000, 200, 200_000_000
"""Rows of that part, at least and at most, and pairs that it should have with all rows in between."""
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
    if count <= ALL:
        return np.arange(count)
    return np.sort(rng.choice(count, min(SAMPLE, max(_FEWEST, _PAIRS // count)), replace=False))


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
        squared = [_squared(values, block) for values in (rows, points)]
        near = [_nearest(one, k) for one in squared]
        sums += [np.maximum(0, _ranks(squared[a], near[1 - a]) - k).sum() for a in (0, 1)]
    parts = 1.0 - 2.0 / (len(chosen) * k * (2 * n - 3 * k - 1)) * sums
    return Trust(float(parts[0]), float(parts[1]))


def _squared(values: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Return squared distances of some rows to all; each is nearest to itself."""
    squared = cdist(values[block], values, "sqeuclidean")
    squared[np.arange(len(block)), block] = -1.0
    return squared


def _nearest(squared: np.ndarray, count: int) -> np.ndarray:
    """Return the columns with the least entries of each row, the very least left out: that is the row itself."""
    found = np.argpartition(squared, count, axis=1)[:, : count + 1]
    order = np.argsort(np.take_along_axis(squared, found, 1), axis=1)
    return np.take_along_axis(found, order, 1)[:, 1:]


def _ranks(squared: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return the places of some columns in the order of each row; of equal ones that with the lower index is first."""
    places, every = np.empty_like(near), np.arange(int(squared.shape[1]))
    for c, which in enumerate(near.T):
        value = np.take_along_axis(squared, which[:, None], 1)
        places[:, c] = np.sum(squared < value, axis=1) + np.sum((squared == value) & (every < which[:, None]), axis=1)
    return places
