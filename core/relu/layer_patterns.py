"""Patterns of some layers alone: which cells differ in what these layers do."""

import numpy as np
from jaxtyping import Bool, Int64, UInt64
from numba import njit

from core.relu.cell_patterns import pattern_hashes
from core.relu.packed_network import pattern_keys
from core.relu.polygonal_complex import PolygonalComplex


def layer_hashes(cells: PolygonalComplex, layers: tuple[int, ...]) -> UInt64[np.ndarray, " F"]:
    """Return the hash of the part of each cell's activation pattern that belongs to some hidden layers.

    Parameters
    ----------
    cells : PolygonalComplex
        The cells.
    layers : tuple of int
        Hidden layers, from 0.

    Returns
    -------
    (F,) uint64 array
        Equal where the patterns agree on these layers.

    Notes
    -----
    Across an edge exactly its unit changes, so hashes spread from one cell to all by exclusive or: O(F), where
    evaluating the network at every cell would take seconds. Edges beside merged slivers, which change more, are known
    by the full hashes and not crossed; what they cut off is evaluated.
    """
    widths = cells.network.widths[1:-1]
    if not widths:
        return np.zeros(cells.n_polygons, np.uint64)
    ends = np.cumsum(widths)
    keys = pattern_keys(int(ends[-1]))
    chosen = np.isin(np.searchsorted(ends, np.arange(len(keys)), side="right"), layers)
    pairs, unit, full = cells.edge_cells, cells.edge_unit, cells.pattern_hash
    inner = cells.is_interior & (unit >= 0)
    change = np.where(inner, full[pairs[:, 0]] ^ full[pairs[:, 1]], np.uint64(0))
    same = cells.is_interior & (full[pairs[:, 0]] == full[pairs[:, 1]])
    sound = np.flatnonzero(same | (inner & (change == keys[np.where(inner, unit, 0)])))
    step = np.where(same[sound] | ~chosen[np.maximum(unit[sound], 0)], np.uint64(0), change[sound])
    first, ahead, steps = _neighbours(cells.n_polygons, pairs[sound].astype(np.int64), step)
    result, known = np.zeros(cells.n_polygons, np.uint64), np.zeros(cells.n_polygons, np.bool_)
    while not known.all():
        root = int(np.argmin(known))
        pattern = cells.activation_pattern(np.array([root]))
        result[root] = pattern_hashes(pattern & chosen)[0]
        _spread(first, ahead, steps, result, known, root)
    return result


def _neighbours(n: int, pairs: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, in rows, the neighbours of each cell and how the hash changes on the way there."""
    start, end = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])
    order = np.argsort(start, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=n))])
    return first, end[order], np.concatenate([step, step])[order]


@njit(cache=True, nogil=True)
def _spread(
    first: Int64[np.ndarray, " n"],
    ahead: Int64[np.ndarray, " m"],
    steps: UInt64[np.ndarray, " m"],
    result: UInt64[np.ndarray, " k"],
    known: Bool[np.ndarray, " k"],
    root: int,
) -> None:
    """Carry the hash of a cell to all that hang together with it."""
    stack = [root]
    known[root] = True
    while stack:
        cell = stack.pop()
        for k in range(first[cell], first[cell + 1]):
            other = ahead[k]
            if not known[other]:
                known[other] = True
                result[other] = result[cell] ^ steps[k]
                stack.append(other)
