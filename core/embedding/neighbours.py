"""Nearest neighbours and distances among rows, exactly, in blocks that fit into memory."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.spatial.distance import cdist

from core.geometry.scatter import row_hashes

_NUMBERS = 4_000_000
"""Distances that are held at a time."""


def distinct(rows: Float64[np.ndarray, "n D"]) -> Bool[np.ndarray, " n"]:
    """Mark the first of each set of equal rows."""
    marks = np.zeros(len(rows), bool)
    marks[np.unique(row_hashes(rows), return_index=True)[1]] = True
    return marks


def squared_distances(
    rows: Float64[np.ndarray, "n D"], chosen: Int64[np.ndarray, " m"]
) -> Iterator[tuple[Int64[np.ndarray, " b"], Float64[np.ndarray, "b n"]]]:
    """Yield squared distances of chosen rows to all rows, block by block, with which rows these are.

    Notes
    -----
    O(m n D) time, from the differences: |x|^2 - 2 x.y + |y|^2 loses half of the digits where rows are close.
    """
    for block in np.array_split(chosen, len(chosen) * len(rows) // _NUMBERS + 1):
        yield block, cdist(rows[block], rows, "sqeuclidean")


def sorted_distances(
    rows: Float64[np.ndarray, "n D"], chosen: Int64[np.ndarray, " m"], count: int
) -> Float64[np.ndarray, "m k"]:
    """Return the distances of chosen rows to their nearest other rows, the least first.

    Parameters
    ----------
    rows : (n, D) float64 array
        Distinct rows.
    chosen : (m,) int64 array
        Which of them.
    count : int
        How many neighbours; below n.
    """
    found: list[np.ndarray] = []
    for block, squared in squared_distances(rows, chosen):
        squared[np.arange(len(block)), block] = -1.0
        near = np.sort(np.partition(squared, count, axis=1)[:, : count + 1], axis=1)[:, 1:]
        found.append(np.sqrt(near))
    return np.concatenate(found)
