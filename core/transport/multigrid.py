"""Solver for weighted graph Laplacians of planar diagrams: conjugate gradients, preconditioned by algebraic multigrid.

The second derivative of the transport energy is such a Laplacian: edge length over twice the distance of the sites. Its
coefficients vary by many powers of ten between dense and sparse parts of a chart, so the coarse levels are chosen from
the matrix itself: Ruge and Stueben (1987), *Algebraic Multigrid*, in *Multigrid Methods*, sections 4.3 and 4.6.
"""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float64, UInt32
from numba import njit

from core.transport.coarsening import galerkin, interpolation, split, strong_entries

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
    levels, weights = [laplacian], []
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
    return _conjugate_gradients(matrix, right, tolerance, most_iterations, preconditioner.arrays, start)


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
def _by_length(lengths, window):
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
def _assembled(origins, twins, conductances, order):
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
def _reordered(starts, columns, values, diagonal, order, rank):
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


@njit(cache=True, nogil=True)
def _smooth_and_restrict(starts, columns, values, inverse, right, x, residual, p_starts, p_columns, weights, coarse):
    """One forward sweep of Gauss and Seidel from zero, and the residual it leaves, carried to the coarser level.

    Three plain loops over whole rows are faster than one that touches only the entries that matter: rows of one length
    follow each other, so the processor guesses where each loop ends.
    """
    n = len(inverse)
    x[:] = 0.0
    for i in range(n):
        total = right[i]
        for k in range(starts[i], starts[i + 1]):
            total += values[k] * x[columns[k]]
        x[i] = total * inverse[i]
    for i in range(n):
        total = right[i]
        for k in range(starts[i], starts[i + 1]):
            total += values[k] * x[columns[k]]
        residual[i] = total - x[i] / inverse[i] if inverse[i] > 0.0 else total
    coarse[:] = 0.0
    for i in range(n):
        for k in range(p_starts[i], p_starts[i + 1]):
            coarse[p_columns[k]] += weights[k] * residual[i]


@njit(cache=True, nogil=True)
def _prolong_and_smooth(starts, columns, values, inverse, right, x, p_starts, p_columns, weights, coarse):
    """Add the interpolated coarse solution, then one backward sweep of Gauss and Seidel."""
    n = len(inverse)
    for i in range(n):
        for k in range(p_starts[i], p_starts[i + 1]):
            x[i] += weights[k] * coarse[p_columns[k]]
    for i in range(n - 1, -1, -1):
        total = right[i]
        for k in range(starts[i], starts[i + 1]):
            total += values[k] * x[columns[k]]
        x[i] = total * inverse[i]


@njit(cache=True, nogil=True)
def _cycle(levels, right, x):
    """Apply one symmetric V-cycle to ``right[: rows[1]]``, all levels side by side in ``right`` and ``x``."""
    rows, entries, shares, starts, columns, values, inverse, p_starts, p_columns, weights, factor = levels
    n_levels = len(rows) - 1
    residual = np.empty(rows[1], x.dtype)
    for level in range(n_levels - 1):
        a, b, c = rows[level], rows[level + 1], rows[level + 2]
        e, q = slice(entries[level], entries[level + 1]), slice(shares[level], shares[level + 1])
        s, ps = starts[a + level : b + level + 1], p_starts[a + level : b + level + 1]
        _smooth_and_restrict(
            s,
            columns[e],
            values[e],
            inverse[a:b],
            right[a:b],
            x[a:b],
            residual,
            ps,
            p_columns[q],
            weights[q],
            right[b:c],
        )
    a, b = rows[n_levels - 1], rows[n_levels]
    for i in range(b - a):
        total = right[a] * 0
        for j in range(b - a):
            total += factor[i, j] * right[a + j]
        x[a + i] = total
    for level in range(n_levels - 2, -1, -1):
        a, b, c = rows[level], rows[level + 1], rows[level + 2]
        e, q = slice(entries[level], entries[level + 1]), slice(shares[level], shares[level + 1])
        s, ps = starts[a + level : b + level + 1], p_starts[a + level : b + level + 1]
        _prolong_and_smooth(
            s, columns[e], values[e], inverse[a:b], right[a:b], x[a:b], ps, p_columns[q], weights[q], x[b:c]
        )


@njit(cache=True, nogil=True)
def _multiply(starts, columns, values, diagonal, x, product):
    """Write L x into ``product`` and return the scalar product of both."""
    total = 0.0
    for i in range(len(diagonal)):
        row = diagonal[i] * x[i]
        for k in range(starts[i], starts[i + 1]):
            row -= values[k] * x[columns[k]]
        product[i] = row
        total += row * x[i]
    return total


@njit(cache=True, nogil=True)
def _excess(r, tolerance):
    """Return the largest residual over its tolerance, and the largest residual."""
    excess, largest = 0.0, 0.0
    for i in range(len(r)):
        excess, largest = max(excess, abs(r[i]) / tolerance[i]), max(largest, abs(r[i]))
    return excess, largest


@njit(cache=True, nogil=True)
def _precondition(levels, r, largest, right, x):
    """Apply the V-cycle to a residual; return the mean of the answer and its product with the residual."""
    n = len(r)
    for i in range(n):
        right[i] = r[i] / largest
    _cycle(levels, right, x)
    mean, product = 0.0, 0.0
    for i in range(n):
        mean += x[i]
    mean /= n
    for i in range(n):
        product += r[i] * (x[i] - mean)
    return mean, product * largest


@njit(cache=True, nogil=True)
def _conjugate_gradients(matrix, right, tolerance, most, levels, start):
    """Return solution, iterations and largest residual over its tolerance, by preconditioned conjugate gradients."""
    n = len(right)
    x, p, product = start.copy(), np.zeros(n), np.empty(n)
    _multiply(matrix[0], matrix[1], matrix[2], matrix[3], x, product)
    r = right - tolerance * (right.sum() / tolerance.sum()) - product  # a mean would drown the smallest rows
    level_right, z = np.zeros(levels[0][-1], levels[5].dtype), np.zeros(levels[0][-1], levels[5].dtype)
    old, iteration = 1.0, 0
    excess, largest = _excess(r, tolerance)
    while excess > 1.0 and iteration < most:
        mean, new = _precondition(levels, r, largest, level_right, z)
        if not new > 0.0:
            break
        again = new / old if iteration > 0 else 0.0
        for i in range(n):
            p[i] = (z[i] - mean) * largest + again * p[i]
        curvature = _multiply(matrix[0], matrix[1], matrix[2], matrix[3], p, product)
        if not curvature > 0.0:
            break
        step = new / curvature
        for i in range(n):
            x[i] += step * p[i]
            r[i] -= step * product[i]
        old = new
        iteration += 1
        excess, largest = _excess(r, tolerance)
    return x, iteration, excess
