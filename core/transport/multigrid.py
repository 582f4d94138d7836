"""Solver for weighted graph Laplacians of planar diagrams: conjugate gradients, preconditioned by algebraic multigrid.

The second derivative of the transport energy is such a Laplacian: edge length over twice the distance of the sites. Its
coefficients vary by many powers of ten between dense and sparse parts of a chart, so the coarse levels are chosen from
the matrix itself: Ruge and Stueben (1987), *Algebraic Multigrid*, in *Multigrid Methods*, sections 4.3 and 4.6.
"""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float64, Int32, Int64, UInt32
from numba import njit

from core.transport.coarsening import galerkin, interpolation, split, strong_entries
from core.transport.conjugate_gradients import conjugate_gradients

_COARSEST = 80
_WINDOW = 4096  # rows that are sorted by their length, at a time: loops of one length are predicted by the processor
_MOST_LEVELS = 24


@dataclass(frozen=True, eq=False)
class GraphLaplacian:
    """Symmetric matrix with zero row sums: row i holds minus ``values`` at ``columns``, and their sum on the diagonal.

    Parameters
    ----------
    starts : (n + 1,) uint32 array
        Row i holds the entries ``starts[i]`` to ``starts[i + 1]``.
    columns : (m,) uint32 array
        The other vertex of each entry.
    values : (m,) float64 array
        Conductance of each entry; positive for an ordinary network.
    diagonal : (n,) float64 array
        Sum of the conductances of each row.
    """

    starts: UInt32[np.ndarray, " n1"]
    columns: UInt32[np.ndarray, " m"]
    values: Float64[np.ndarray, " m"]
    diagonal: Float64[np.ndarray, " n"]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Levels of a multigrid preconditioner, all in one set of arrays.

    Level k has the rows ``row_offsets[k]`` to ``row_offsets[k + 1]``; ``entry_offsets`` and ``weight_offsets`` are the
    same for matrix entries and for the entries of the interpolation to the next coarser level. Numbers are float32
    where that will do: the cycle is bound by memory, and what it returns is only a direction.
    """

    row_offsets: np.ndarray
    entry_offsets: np.ndarray
    weight_offsets: np.ndarray
    starts: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    inverse_diagonal: np.ndarray
    weight_starts: np.ndarray
    weight_columns: np.ndarray
    weights: np.ndarray
    factor: np.ndarray

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """All arrays, in the order in which they are listed here."""
        return tuple(getattr(self, field.name) for field in fields(self))

    @property
    def n_levels(self) -> int:
        """Number of levels, the finest included."""
        return len(self.row_offsets) - 1

    @property
    def complexity(self) -> float:
        """Entries of all levels over those of the finest."""
        return float(self.entry_offsets[-1] / max(self.entry_offsets[1], 1))


def laplacian_of_half_edges(
    origins: np.ndarray, twins: np.ndarray, conductances: Float64[np.ndarray, " h"], order: UInt32[np.ndarray, " n"]
) -> GraphLaplacian:
    """Laplacian whose row k is that of vertex ``order[k]``; half-edges without conductance are left out."""
    return GraphLaplacian(*_assembled(origins, twins, conductances, order))


def rows_by_length(origins: np.ndarray, conductances: Float64[np.ndarray, " h"], n: int) -> UInt32[np.ndarray, " n"]:
    """Order n vertices so that rows of one length stand together, near to where they stood."""
    return _by_length(np.bincount(origins[conductances > 0.0], minlength=n)[:n], _WINDOW)


def hierarchy(laplacian: GraphLaplacian, precise: bool = False) -> Hierarchy:
    """Build the coarse levels for a Laplacian.

    Parameters
    ----------
    laplacian : GraphLaplacian
        The matrix.
    precise : bool
        Whether the cycle works in float64: needed where conductances at one vertex differ by more than 10^7.

    Notes
    -----
    About linear in the number of entries.
    """
    levels = [laplacian]
    weights: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    while len(levels) < _MOST_LEVELS and len(levels[-1].diagonal) > _COARSEST:
        fine = levels[-1]
        strong = strong_entries(fine.starts, fine.values)
        coarse = split(fine.starts, fine.columns, strong)
        n_coarse = int(coarse.max()) + 1
        if n_coarse >= 0.9 * len(coarse):
            break
        p = interpolation(fine.starts, fine.columns, fine.values, fine.diagonal, strong, coarse)
        coarser = galerkin(fine.starts, fine.columns, fine.values, fine.diagonal, *p, n_coarse)
        order = _by_length(np.diff(coarser[0].astype(np.int64)), _WINDOW)
        rank = np.empty_like(order)
        rank[order] = np.arange(n_coarse)
        levels.append(GraphLaplacian(*_reordered(*coarser, order, rank)))
        weights.append((p[0], rank[p[1]], p[2]))
    kind = np.float64 if precise else np.float32
    with np.errstate(divide="ignore"):
        inverse = [np.where(a.diagonal > 0, 1.0 / a.diagonal, 0.0).astype(kind) for a in levels]
    return Hierarchy(
        row_offsets=np.cumsum([0] + [len(a.diagonal) for a in levels]),
        entry_offsets=np.cumsum([0] + [len(a.values) for a in levels]),
        weight_offsets=np.cumsum([0] + [len(p[1]) for p in weights]),
        starts=np.concatenate([a.starts for a in levels]),
        columns=np.concatenate([a.columns for a in levels]),
        values=np.concatenate([a.values for a in levels]).astype(kind),
        inverse_diagonal=np.concatenate(inverse),
        weight_starts=np.concatenate([np.zeros(0, np.uint32)] + [p[0] for p in weights]),
        weight_columns=np.concatenate([np.zeros(0, np.uint32)] + [p[1] for p in weights]),
        weights=np.concatenate([np.zeros(0)] + [p[2] for p in weights]).astype(kind),
        factor=_coarsest_factor(levels[-1]).astype(kind),
    )


def solve_laplacian(
    laplacian: GraphLaplacian,
    preconditioner: Hierarchy,
    right: Float64[np.ndarray, " n"],
    tolerance: Float64[np.ndarray, " n"],
    most_iterations: int = 200,
    start: Float64[np.ndarray, " n"] | None = None,
) -> tuple[Float64[np.ndarray, " n"], int, float]:
    """Solve L x = right for the x of mean zero.

    Parameters
    ----------
    laplacian : GraphLaplacian
        The matrix.
    preconditioner : Hierarchy
        Built for this matrix or for one close to it.
    right : (n,) float64 array
        Right-hand side; what its sum differs from 0 is taken away, in proportion to the tolerances.
    tolerance : (n,) float64 array
        Largest residual wanted in each row. A norm would not do: small cells have small rows, and matter as much.
    most_iterations : int
        Where to give up.
    start : (n,) float64 array, optional
        An approximate solution to begin from.

    Returns
    -------
    solution : (n,) float64 array
    iterations : int
    residual : float
        Largest residual over its tolerance, at most 1 on success; more where rounding or the limit stopped it.
    """
    a = laplacian
    matrix = (a.starts, a.columns, a.values, a.diagonal)
    start = np.zeros(len(right)) if start is None else start
    return conjugate_gradients(matrix, right, tolerance, most_iterations, preconditioner.arrays, start)


def _coarsest_factor(level: GraphLaplacian) -> np.ndarray:
    """Return the inverse of the coarsest matrix with its first vertex held at zero (dense)."""
    n = len(level.diagonal)
    dense = np.zeros((n, n))
    rows = np.repeat(np.arange(n), np.diff(level.starts))
    np.add.at(dense, (rows, level.columns), -level.values)
    dense[np.arange(n), np.arange(n)] += level.diagonal
    inverse = np.zeros((n, n))
    if n > 1:
        scale = level.diagonal.max()
        dense[np.arange(n), np.arange(n)] += 1e-13 * (scale if scale > 0 else 1.0)  # a part may hang on nothing
        inverse[1:, 1:] = np.linalg.inv(dense[1:, 1:])
    return inverse


@njit(cache=True, nogil=True)
def _by_length(lengths: Int64[np.ndarray, " n"], window: int) -> UInt32[np.ndarray, " n"]:
    """Return the rows sorted by length within windows, otherwise in their order."""
    n = len(lengths)
    order = np.empty(n, np.uint32)
    for begin in range(0, n, window):
        end = min(begin + window, n)
        place = np.zeros(lengths[begin:end].max() + 2, np.int64)
        for i in range(begin, end):
            place[lengths[i] + 1] += 1
        for length in range(1, len(place)):
            place[length] += place[length - 1]
        for i in range(begin, end):
            order[begin + place[lengths[i]]] = i
            place[lengths[i]] += 1
    return order


@njit(cache=True, nogil=True)
def _assembled(
    origins: Int32[np.ndarray, " n"],
    twins: Int32[np.ndarray, " n"],
    conductances: Float64[np.ndarray, " n"],
    order: UInt32[np.ndarray, " m"],
) -> tuple[UInt32[np.ndarray, " k"], UInt32[np.ndarray, " p"], Float64[np.ndarray, " p"], Float64[np.ndarray, " m"]]:
    """Return starts, columns, values and diagonal, rows in the order given."""
    n = len(order)
    rank = np.empty(n, np.uint32)
    for k in range(n):
        rank[order[k]] = k
    starts = np.zeros(n + 1, np.uint32)
    for e in range(len(origins)):
        if conductances[e] > 0.0:
            starts[rank[origins[e]] + 1] += 1
    for i in range(n):
        starts[i + 1] += starts[i]
    place, diagonal = starts[:-1].copy(), np.zeros(n)
    columns, values = np.empty(starts[n], np.uint32), np.empty(starts[n])
    for e in range(len(origins)):
        if conductances[e] > 0.0:
            i = rank[origins[e]]
            columns[place[i]], values[place[i]] = rank[origins[twins[e]]], conductances[e]
            place[i] += 1
            diagonal[i] += conductances[e]
    return starts, columns, values, diagonal


@njit(cache=True, nogil=True)
def _reordered(
    starts: UInt32[np.ndarray, " n"],
    columns: UInt32[np.ndarray, " m"],
    values: Float64[np.ndarray, " m"],
    diagonal: Float64[np.ndarray, " k"],
    order: UInt32[np.ndarray, " k"],
    rank: UInt32[np.ndarray, " k"],
) -> tuple[UInt32[np.ndarray, " n"], UInt32[np.ndarray, " m"], Float64[np.ndarray, " m"], Float64[np.ndarray, " k"]]:
    """Return a matrix with rows and columns in another order."""
    n = len(order)
    new_starts, new_diagonal = np.zeros(n + 1, np.uint32), np.empty(n)
    new_columns, new_values = np.empty_like(columns), np.empty_like(values)
    count = 0
    for k in range(n):
        i = order[k]
        new_diagonal[k] = diagonal[i]
        for m in range(starts[i], starts[i + 1]):
            new_columns[count], new_values[count] = rank[columns[m]], values[m]
            count += 1
        new_starts[k + 1] = count
    return new_starts, new_columns, new_values, new_diagonal
