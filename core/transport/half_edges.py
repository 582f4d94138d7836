"""The work behind regular triangulations: insertion of sites and flips of diagonals, on arrays of half-edges.

Half-edge 3 t + k is side k of triangle t; `origins` and `twins` are explained in `regular_triangulation`.
"""

import numpy as np
from jaxtyping import Bool, Float64, Int32, Int64
from numba import njit

from core.geometry.predicates import power_test, turn


@njit(cache=True, nogil=True)
def _next(e: int) -> int:
    """Return the following side of the same triangle."""
    return e - 2 if e % 3 == 2 else e + 1


@njit(cache=True, nogil=True)
def _finite_side(origins: Int32[np.ndarray, " n"], t: int, ghost: int) -> int:
    """Return the side of a ghost triangle that does not touch the ghost, or -1 for a triangle without ghost."""
    for k in range(3):
        if origins[3 * t + k] == ghost:
            return 3 * t + (k + 1) % 3
    return -1


@njit(cache=True, nogil=True)
def _in_conflict(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
    t: int,
    p: int,
) -> bool:
    """Tell whether site p lies below the lifted plane of triangle t (for a ghost: outside the boundary side)."""
    ghost = len(x)
    side = _finite_side(origins, t, ghost)
    if side >= 0:
        i: int = origins[side]
        j: int = origins[_next(side)]
        outside = turn(x[i], y[i], x[j], y[j], x[p], y[p])
        if outside != 0.0:
            return outside > 0.0
        t = twins[side] // 3  # on the line of the side both planes agree
    a: int = origins[3 * t]
    b: int = origins[3 * t + 1]
    c: int = origins[3 * t + 2]
    return power_test(x[a], y[a], w[a], x[b], y[b], w[b], x[c], y[c], w[c], x[p], y[p], w[p]) > 0.0


@njit(cache=True, nogil=True)
def _locate(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
    t: int,
    p: int,
) -> int:
    """Walk from triangle t to the triangle that holds site p, or to a ghost whose boundary side sees it."""
    ghost = len(x)
    came = -1
    while True:
        side = _finite_side(origins, t, ghost)
        if side >= 0:
            i: int = origins[side]
            j: int = origins[_next(side)]
            if turn(x[i], y[i], x[j], y[j], x[p], y[p]) > 0.0:
                return t
            came = twins[side]
            t = came // 3
        moved = False
        for k in range(3):
            e = 3 * t + k
            if e == came:
                continue
            a: int = origins[e]
            b: int = origins[_next(e)]
            if turn(x[a], y[a], x[b], y[b], x[p], y[p]) < 0.0:
                came = twins[e]
                t = came // 3
                moved = True
                break
        if not moved or _finite_side(origins, t, ghost) >= 0:
            return t


@njit(cache=True, nogil=True)
def _first_triangle(x: Float64[np.ndarray, " n"], y: Float64[np.ndarray, " n"], order: Int64[np.ndarray, " n"]) -> bool:
    """Move three sites that are not on a line to the front of the order; tell whether there are any."""
    n = len(order)
    for k in range(1, n):
        a, b = order[0], order[k]
        if x[a] != x[b] or y[a] != y[b]:
            order[1], order[k] = order[k], order[1]
            break
    i: int = order[0]
    j: int = order[1]
    for k in range(2, n):
        c: int = order[k]
        side = turn(x[i], y[i], x[j], y[j], x[c], y[c])
        if side != 0.0:
            order[2], order[k] = order[k], order[2]
            if side < 0.0:
                order[0], order[1] = order[1], order[0]
            return True
    return False


@njit(cache=True, nogil=True)
def _start(
    origins: Int32[np.ndarray, " n"], twins: Int32[np.ndarray, " n"], a: int, b: int, c: int, ghost: int
) -> None:
    """Write the first triangle and its three ghosts."""
    origins[0], origins[1], origins[2] = a, b, c
    for k in range(3):
        e = 3 + 3 * k  # ghost triangle: side against side k, then to the ghost and back
        origins[e], origins[e + 1], origins[e + 2] = origins[(k + 1) % 3], origins[k], ghost
        twins[e], twins[k] = k, e
    for k in range(3):
        e, after = 3 + 3 * k, 3 + 3 * ((k + 1) % 3)
        twins[e + 2], twins[after + 1] = after + 1, e + 2


@njit(cache=True, nogil=True)
def build(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    order: Int64[np.ndarray, " n"],
) -> tuple[Int32[np.ndarray, " m"], Int32[np.ndarray, " m"]]:
    """Return origins and twins of the regular triangulation, sites inserted in the given order."""
    n = len(x)
    order = order.copy()
    if n < 3 or not _first_triangle(x, y, order):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    most = 2 * (n + 1)
    origins, twins = np.empty(3 * most, np.int32), np.empty(3 * most, np.int32)
    _start(origins, twins, order[0], order[1], order[2], n)
    used, n_free = 4, 0
    free, mark = np.empty(most, np.int32), np.full(most, -1, np.int64)
    cavity, rim, slot = np.empty(most, np.int32), np.empty((n + 2, 3), np.int32), np.empty(n + 1, np.int32)
    last = 0
    for step in range(3, n):
        p: int = order[step]
        t = _locate(x, y, origins, twins, last, p)
        if not _in_conflict(x, y, w, origins, twins, t, p):
            last = t
            continue
        cavity[0], size, done, n_rim = t, 1, 0, 0
        mark[t] = 2 * step
        while done < size:
            t = cavity[done]
            done += 1
            for e in range(3 * t, 3 * t + 3):
                other = twins[e] // 3
                if mark[other] == 2 * step:
                    continue
                if mark[other] != 2 * step + 1:
                    if _in_conflict(x, y, w, origins, twins, other, p):
                        mark[other] = 2 * step
                        cavity[size] = other
                        size += 1
                        continue
                    mark[other] = 2 * step + 1
                rim[n_rim, 0], rim[n_rim, 1], rim[n_rim, 2] = origins[e], origins[_next(e)], twins[e]
                n_rim += 1
        for k in range(n_rim):
            if k < size:
                t = cavity[k]
            elif n_free > 0:
                n_free -= 1
                t = free[n_free]
            else:
                t = used
                used += 1
            origins[3 * t], origins[3 * t + 1], origins[3 * t + 2] = rim[k, 0], rim[k, 1], p
            twins[3 * t], twins[rim[k, 2]] = rim[k, 2], 3 * t
            slot[rim[k, 0]] = t
            mark[t] = -1
        for k in range(n_rim):
            e, back = 3 * slot[rim[k, 0]] + 1, 3 * slot[rim[k, 1]] + 2
            twins[e], twins[back] = back, e
        for k in range(n_rim, size):
            free[n_free] = cavity[k]
            n_free += 1
            mark[cavity[k]] = -2
        corner: int = rim[0, 0]
        last = slot[corner]
    return _compact(origins, twins, used, free[:n_free])


@njit(cache=True, nogil=True)
def _compact(
    origins: Int32[np.ndarray, " n"], twins: Int32[np.ndarray, " n"], used: int, free: Int32[np.ndarray, " m"]
) -> tuple[Int32[np.ndarray, " k"], Int32[np.ndarray, " k"]]:
    """Return the half-edges without the triangles that were given up."""
    if len(free) == 0:
        return origins[: 3 * used].copy(), twins[: 3 * used].copy()
    place = np.zeros(used, np.int32)
    for t in free:
        place[t] = -1
    count = 0
    for t in range(used):
        if place[t] == 0:
            place[t] = count
            count += 1
    new_origins, new_twins = np.empty(3 * count, np.int32), np.empty(3 * count, np.int32)
    for t in range(used):
        if place[t] >= 0:
            for k in range(3):
                new_origins[3 * place[t] + k] = origins[3 * t + k]
                twin = twins[3 * t + k]
                new_twins[3 * place[t] + k] = 3 * place[twin // 3] + twin % 3
    return new_origins, new_twins


@njit(cache=True, nogil=True)
def _against(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
    e: int,
) -> bool:
    """Tell whether the apex beyond half-edge e lies below the lifted plane of its triangle."""
    f: int = twins[e]
    u: int = origins[e]
    v: int = origins[_next(e)]
    a: int = origins[_next(_next(e))]
    b: int = origins[_next(_next(f))]
    ghost = len(x)
    if u == ghost or v == ghost or a == ghost or b == ghost:
        return False
    return power_test(x[u], y[u], w[u], x[v], y[v], w[v], x[a], y[a], w[a], x[b], y[b], w[b]) > 0.0


@njit(cache=True, nogil=True)
def _flip(origins: Int32[np.ndarray, " n"], twins: Int32[np.ndarray, " n"], e: int) -> None:
    """Exchange the diagonal e of its quadrilateral; the two triangles keep their numbers.

    Triangle of e: u v a, of its twin: v u b. Afterwards b v a and a u b, the diagonal being a b.
    """
    f = twins[e]
    e1, f1 = _next(e), _next(f)
    e2, f2 = _next(e1), _next(f1)
    beside_a, beside_b = twins[e2], twins[f2]  # beyond a-u and b-v
    origins[e], origins[f] = origins[f2], origins[e2]
    twins[e], twins[beside_b] = beside_b, e
    twins[f], twins[beside_a] = beside_a, f
    twins[e2], twins[f2] = f2, e2


@njit(cache=True, nogil=True)
def _push(stack: Int32[np.ndarray, " n"], size: int, waiting: Bool[np.ndarray, " n"], e: int) -> int:
    """Put a half-edge on the stack unless it waits there; return the size of the stack."""
    if waiting[e]:
        return size
    waiting[e] = True
    stack[size] = e
    return size + 1


@njit(cache=True, nogil=True)
def flip_to_regular(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
) -> bool:
    """Flip diagonals in place until all are regular; False as soon as a site is seen to be hidden."""
    n_half_edges = len(origins)
    stack, waiting = np.empty(n_half_edges, np.int32), np.zeros(n_half_edges, np.bool_)
    for first in range(n_half_edges):
        if twins[first] < first:
            continue
        stack[0], size = first, 1
        while size > 0:
            size -= 1
            e: int = stack[size]
            waiting[e] = False
            if not _against(x, y, w, origins, twins, e):
                continue
            f: int = twins[e]
            u: int = origins[e]
            v: int = origins[_next(e)]
            a: int = origins[_next(_next(e))]
            b: int = origins[_next(_next(f))]
            if turn(x[a], y[a], x[u], y[u], x[b], y[b]) <= 0.0 or turn(x[b], y[b], x[v], y[v], x[a], y[a]) <= 0.0:
                return False
            _flip(origins, twins, e)
            size = _push(stack, size, waiting, e)
            size = _push(stack, size, waiting, _next(e))
            size = _push(stack, size, waiting, f)
            size = _push(stack, size, waiting, _next(f))
    return True
