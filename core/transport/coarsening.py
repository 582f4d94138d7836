"""Coarser levels of an algebraic multigrid method for graph Laplacians: which vertices, and how they stand for others.

Ruge and Stueben (1987), *Algebraic Multigrid*, in *Multigrid Methods*, sections 4.3 and 4.6. Matrices are given as in
`GraphLaplacian`: minus the entries beside the diagonal, and the diagonal apart.
"""

import numpy as np
from jaxtyping import Bool, Float64, Int32, UInt32
from numba import njit

_STRENGTH = 0.25  # of the largest entry of a row, from which an entry counts as strong


@njit(cache=True, nogil=True)
def strong_entries(starts: UInt32[np.ndarray, " n"], values: Float64[np.ndarray, " m"]) -> Bool[np.ndarray, " m"]:
    """Mark the entries at least a quarter as large as the largest of their row."""
    strong = np.zeros(len(values), np.bool_)
    for i in range(len(starts) - 1):
        largest = 0.0
        for k in range(starts[i], starts[i + 1]):
            largest = max(largest, values[k])
        for k in range(starts[i], starts[i + 1]):
            strong[k] = values[k] > 0.0 and values[k] >= _STRENGTH * largest
    return strong


@njit(cache=True, nogil=True)
def _transposed(
    starts: UInt32[np.ndarray, " n"], columns: UInt32[np.ndarray, " m"], strong: Bool[np.ndarray, " m"]
) -> tuple[UInt32[np.ndarray, " n"], UInt32[np.ndarray, " k"]]:
    """Return for each vertex those that depend on it strongly: starts and rows."""
    n = len(starts) - 1
    first = np.zeros(n + 1, np.uint32)
    for k in range(len(columns)):
        if strong[k]:
            first[columns[k] + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    place, rows = first[:-1].copy(), np.empty(first[n], np.uint32)
    for i in range(n):
        for k in range(starts[i], starts[i + 1]):
            if strong[k]:
                rows[place[columns[k]]] = i
                place[columns[k]] += 1
    return first, rows


@njit(cache=True, nogil=True)
def _unlink(
    head: Int32[np.ndarray, " n"],
    after: Int32[np.ndarray, " m"],
    before: Int32[np.ndarray, " m"],
    count: Int32[np.ndarray, " m"],
    i: int,
) -> None:
    """Take vertex i out of the list of its count."""
    if before[i] >= 0:
        after[before[i]] = after[i]
    else:
        head[count[i]] = after[i]
    if after[i] >= 0:
        before[after[i]] = before[i]


@njit(cache=True, nogil=True)
def _link(
    head: Int32[np.ndarray, " n"],
    after: Int32[np.ndarray, " m"],
    before: Int32[np.ndarray, " m"],
    count: Int32[np.ndarray, " m"],
    i: int,
) -> None:
    """Put vertex i at the front of the list of its count."""
    after[i], before[i] = head[count[i]], -1
    if after[i] >= 0:
        before[after[i]] = i
    head[count[i]] = i


@njit(cache=True, nogil=True)
def split(
    starts: UInt32[np.ndarray, " n"], columns: UInt32[np.ndarray, " m"], strong: Bool[np.ndarray, " m"]
) -> Int32[np.ndarray, " k"]:
    """Choose the coarse vertices; return their numbers, and -1 for the others."""
    n = len(starts) - 1
    first, rows = _transposed(starts, columns, strong)
    count, most = np.empty(n, np.int32), 0
    for i in range(n):
        count[i] = first[i + 1] - first[i]
        most = max(most, count[i])
    limit = 2 * most + 2
    head, after, before = np.full(limit + 1, -1, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    for i in range(n - 1, -1, -1):
        _link(head, after, before, count, i)
    state = np.zeros(n, np.int8)  # 1 coarse, 2 fine
    top = limit
    while top >= 0:
        if head[top] < 0:
            top -= 1
            continue
        i = head[top]
        _unlink(head, after, before, count, i)
        state[i] = 1
        for k in range(first[i], first[i + 1]):
            j = rows[k]
            if state[j] != 0:
                continue
            _unlink(head, after, before, count, j)
            state[j] = 2
            for m in range(starts[j], starts[j + 1]):
                other = columns[m]
                if strong[m] and state[other] == 0 and count[other] < limit:
                    _unlink(head, after, before, count, other)
                    count[other] += 1
                    _link(head, after, before, count, other)
                    top = max(top, count[other])
        for k in range(starts[i], starts[i + 1]):
            other = columns[k]
            if strong[k] and state[other] == 0 and count[other] > 0:
                _unlink(head, after, before, count, other)
                count[other] -= 1
                _link(head, after, before, count, other)
    numbers, n_coarse = np.full(n, -1, np.int32), 0
    for i in range(n):
        if state[i] == 1:
            numbers[i] = n_coarse
            n_coarse += 1
    return numbers


@njit(cache=True, nogil=True)
def interpolation(
    starts: UInt32[np.ndarray, " n"],
    columns: UInt32[np.ndarray, " m"],
    values: Float64[np.ndarray, " m"],
    diagonal: Float64[np.ndarray, " k"],
    strong: Bool[np.ndarray, " m"],
    coarse: Int32[np.ndarray, " k"],
) -> tuple[UInt32[np.ndarray, " n"], UInt32[np.ndarray, " p"], Float64[np.ndarray, " p"]]:
    """Return the interpolation from coarse vertices, rows summing to one: starts, columns, weights."""
    n = len(starts) - 1
    p_starts = np.zeros(n + 1, np.uint32)
    for i in range(n):
        size = 1 if coarse[i] >= 0 else 0
        if coarse[i] < 0:
            for k in range(starts[i], starts[i + 1]):
                if strong[k] and coarse[columns[k]] >= 0:
                    size += 1
        p_starts[i + 1] = p_starts[i] + size
    p_columns, weights = np.empty(p_starts[n], np.uint32), np.empty(p_starts[n])
    slot = np.full(n, -1, np.int64)
    for i in range(n):
        begin, end = p_starts[i], p_starts[i + 1]
        if coarse[i] >= 0:
            p_columns[begin], weights[begin] = coarse[i], 1.0
            continue
        at = begin
        for k in range(starts[i], starts[i + 1]):
            j = columns[k]
            if strong[k] and coarse[j] >= 0:
                slot[j], p_columns[at], weights[at] = at, coarse[j], values[k]
                at += 1
        for k in range(starts[i], starts[i + 1]):
            j = columns[k]
            if not strong[k] or coarse[j] >= 0:
                continue
            common = 0.0  # a strong fine neighbour passes its share on to the coarse ones both have
            for m in range(starts[j], starts[j + 1]):
                if slot[columns[m]] >= 0:
                    common += max(values[m], 0.0)
            if common > 0.0:
                for m in range(starts[j], starts[j + 1]):
                    if slot[columns[m]] >= 0:
                        weights[slot[columns[m]]] += values[k] * max(values[m], 0.0) / common
        total = 0.0
        for at in range(begin, end):
            total += weights[at]
        for at in range(begin, end):
            weights[at] /= total
        for k in range(starts[i], starts[i + 1]):
            slot[columns[k]] = -1
    return p_starts, p_columns, weights


@njit(cache=True, nogil=True)
def galerkin(
    starts: UInt32[np.ndarray, " n"],
    columns: UInt32[np.ndarray, " m"],
    values: Float64[np.ndarray, " m"],
    diagonal: Float64[np.ndarray, " k"],
    p_starts: UInt32[np.ndarray, " n"],
    p_columns: UInt32[np.ndarray, " p"],
    weights: Float64[np.ndarray, " p"],
    n_coarse: int,
) -> tuple[UInt32[np.ndarray, " q"], UInt32[np.ndarray, " r"], Float64[np.ndarray, " r"], Float64[np.ndarray, " s"]]:
    """Return the coarse Laplacian, interpolation transposed times matrix times interpolation."""
    n = len(starts) - 1
    first = np.zeros(n_coarse + 1, np.uint32)  # the interpolation by columns
    for k in range(len(p_columns)):
        first[p_columns[k] + 1] += 1
    for i in range(n_coarse):
        first[i + 1] += first[i]
    place, rows, shares = first[:-1].copy(), np.empty(len(p_columns), np.uint32), np.empty(len(p_columns))
    for i in range(n):
        for k in range(p_starts[i], p_starts[i + 1]):
            at = place[p_columns[k]]
            rows[at], shares[at] = i, weights[k]
            place[p_columns[k]] += 1
    c_starts, c_diagonal = np.zeros(n_coarse + 1, np.uint32), np.zeros(n_coarse)
    room, count = max(2 * len(columns), 64), 0
    c_columns, c_values = np.empty(room, np.uint32), np.empty(room)
    sums, stamps, reached = np.empty(n_coarse), np.full(n_coarse, -1, np.int32), np.empty(n_coarse, np.uint32)
    for row in range(n_coarse):
        size = 0
        for k in range(first[row], first[row + 1]):
            i = rows[k]
            size = _spread(row, -shares[k] * diagonal[i], i, p_starts, p_columns, weights, sums, stamps, reached, size)
            for m in range(starts[i], starts[i + 1]):
                j = columns[m]
                value = shares[k] * values[m]
                size = _spread(row, value, j, p_starts, p_columns, weights, sums, stamps, reached, size)
        if count + size > room:
            room = 2 * (count + size)
            wider_columns, wider_values = np.empty(room, np.uint32), np.empty(room)
            wider_columns[:count], wider_values[:count] = c_columns[:count], c_values[:count]
            c_columns, c_values = wider_columns, wider_values
        total = 0.0
        for at in range(size):
            column = reached[at]
            if column != row:
                c_columns[count], c_values[count] = column, sums[column]
                total += sums[column]
                count += 1
        c_diagonal[row] = total
        c_starts[row + 1] = count
    return c_starts, c_columns[:count].copy(), c_values[:count].copy(), c_diagonal


@njit(cache=True, nogil=True)
def _spread(
    row: int,
    value: float,
    j: int,
    p_starts: UInt32[np.ndarray, " n"],
    p_columns: UInt32[np.ndarray, " m"],
    weights: Float64[np.ndarray, " m"],
    sums: Float64[np.ndarray, " k"],
    stamps: Int32[np.ndarray, " k"],
    reached: UInt32[np.ndarray, " k"],
    size: int,
) -> int:
    """Add value times row j of the interpolation to the sums of a coarse row; return how many columns it reaches."""
    for q in range(p_starts[j], p_starts[j + 1]):
        column = p_columns[q]
        if stamps[column] != row:
            stamps[column], sums[column], reached[size] = row, 0.0, column
            size += 1
        sums[column] += value * weights[q]
    return size
