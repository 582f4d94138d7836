"""Nearest neighbours and distances among rows, exactly, in blocks that fit into memory."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.spatial.distance import cdist

_NUMBERS = 4_000_000
"""Distances that are held at a time."""


def distinct(rows: Float64[np.ndarray, "n D"]) -> Bool[np.ndarray, " n"]:
    """Mark the first of each set of equal rows.

    Notes
    -----
    Rows are compared by 64 bits that are made of all bits of all their numbers; that two of a million different rows
    agree has a chance below 1e-7.
    """
    bits = (np.ascontiguousarray(rows) + 0.0).view(np.uint64)  # 0.0 makes -0 and 0 equal
    factors = np.random.default_rng(0).integers(0, 2**63, rows.shape[1], np.uint64) * np.uint64(2) + np.uint64(1)
    hashes = np.zeros(len(rows), np.uint64)
    for column, factor in zip(bits.T, factors, strict=True):
        mixed = (column ^ (column >> np.uint64(29))) * factor
        hashes = (hashes ^ (hashes >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15) + (
            mixed ^ (mixed >> np.uint64(32))
        )
    marks = np.zeros(len(rows), bool)
    marks[np.unique(hashes, return_index=True)[1]] = True
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
