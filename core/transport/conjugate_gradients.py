"""Conjugate gradients for a Laplacian, preconditioned by the cycles of a multigrid hierarchy, compiled."""

import numpy as np
from jaxtyping import Float, Float64, UInt32
from numba import njit

Levels = tuple[np.ndarray, ...]
"""The arrays of a `core.transport.multigrid.Hierarchy`, in their order."""


@njit(cache=True, nogil=True)
def _smooth_and_restrict(
    starts: UInt32[np.ndarray, " n"],
    columns: UInt32[np.ndarray, " m"],
    values: Float[np.ndarray, " m"],
    inverse: Float[np.ndarray, " k"],
    right: Float[np.ndarray, " k"],
    x: Float[np.ndarray, " k"],
    residual: Float[np.ndarray, " p"],
    p_starts: UInt32[np.ndarray, " n"],
    p_columns: UInt32[np.ndarray, " q"],
    weights: Float[np.ndarray, " q"],
    coarse: Float[np.ndarray, " r"],
) -> None:
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
def _prolong_and_smooth(
    starts: UInt32[np.ndarray, " n"],
    columns: UInt32[np.ndarray, " m"],
    values: Float[np.ndarray, " m"],
    inverse: Float[np.ndarray, " k"],
    right: Float[np.ndarray, " k"],
    x: Float[np.ndarray, " k"],
    p_starts: UInt32[np.ndarray, " n"],
    p_columns: UInt32[np.ndarray, " p"],
    weights: Float[np.ndarray, " p"],
    coarse: Float[np.ndarray, " q"],
) -> None:
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
def _cycle(
    levels: Levels,
    right: Float[np.ndarray, " q"],
    x: Float[np.ndarray, " q"],
) -> None:
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
def _multiply(
    starts: UInt32[np.ndarray, " n"],
    columns: UInt32[np.ndarray, " m"],
    values: Float64[np.ndarray, " m"],
    diagonal: Float64[np.ndarray, " k"],
    x: Float64[np.ndarray, " k"],
    product: Float64[np.ndarray, " k"],
) -> float:
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
def _excess(r: Float64[np.ndarray, " n"], tolerance: Float64[np.ndarray, " n"]) -> tuple[float, float]:
    """Return the largest residual over its tolerance, and the largest residual."""
    excess, largest = 0.0, 0.0
    for i in range(len(r)):
        excess, largest = max(excess, abs(r[i]) / tolerance[i]), max(largest, abs(r[i]))
    return excess, largest


@njit(cache=True, nogil=True)
def _precondition(
    levels: Levels,
    r: Float64[np.ndarray, " v"],
    largest: float,
    right: Float[np.ndarray, " q"],
    x: Float[np.ndarray, " q"],
) -> tuple[float, float]:
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
def conjugate_gradients(
    matrix: tuple[
        UInt32[np.ndarray, " n"], UInt32[np.ndarray, " m"], Float64[np.ndarray, " m"], Float64[np.ndarray, " k"]
    ],
    right: Float64[np.ndarray, " k"],
    tolerance: Float64[np.ndarray, " k"],
    most: int,
    levels: Levels,
    start: Float64[np.ndarray, " k"],
) -> tuple[Float64[np.ndarray, " k"], int, float]:
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
