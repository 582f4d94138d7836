"""Signs that decide the shape of a triangulation, and where triangles meet, without rounding error.

A filter in plain float64 settles nearly every case; the others are settled by expansions: sums of floats that do not
overlap and hold a number exactly. Shewchuk (1997), *Discrete Comput. Geom.* 18, sections 2 and 4.
"""

import numpy as np
from jaxtyping import Float64
from numba import njit

from core.geometry.double_double import double_add, double_multiply, two_product, two_sum

_EPSILON = 2.0**-53
_TURN_BOUND = (3.0 + 16.0 * _EPSILON) * _EPSILON
_POWER_BOUND = (16.0 + 256.0 * _EPSILON) * _EPSILON  # Shewchuk's 10 for the circle, and room for the weights
_VOLUME_BOUND = 1e-14
_DOUBLE_BOUND = 2.0**-96  # some thirty operations of double-double, each to 2^-102


@njit(cache=True, nogil=True)
def _grow(expansion: Float64[np.ndarray, " m"], n: int, b: float) -> int:
    """Add a float to an expansion of n components in place; return the new number of components (none is zero)."""
    q = b
    m = 0
    for k in range(n):
        q, low = two_sum(q, expansion[k])
        if low != 0.0:
            expansion[m] = low
            m += 1
    if q != 0.0:
        expansion[m] = q
        m += 1
    return m


@njit(cache=True, nogil=True)
def _add_product(expansion: Float64[np.ndarray, " m"], n: int, a: float, b: float) -> int:
    """Add a times b to an expansion in place; return the new number of components."""
    high, low = two_product(a, b)
    return _grow(expansion, _grow(expansion, n, low), high)


@njit(cache=True, nogil=True)
def _turn_expansion(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float
) -> tuple[Float64[np.ndarray, " n"], int]:
    """Return twice the signed area of a triangle as an expansion, and its number of components."""
    e = np.empty(16)
    n = _add_product(e, 0, ax, by)
    n = _add_product(e, n, -bx, ay)
    n = _add_product(e, n, bx, cy)
    n = _add_product(e, n, -cx, by)
    n = _add_product(e, n, cx, ay)
    n = _add_product(e, n, -ax, cy)
    return e, n


@njit(cache=True, nogil=True)
def _turn_exact(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Return the sign of the turn a, b, c, computed exactly."""
    e, n = _turn_expansion(ax, ay, bx, by, cx, cy)
    return e[n - 1] if n > 0 else 0.0


@njit(cache=True, nogil=True)
def turn(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Return a number with the sign of the turn a, b, c: positive if counter-clockwise, zero only if collinear."""
    left = (ax - cx) * (by - cy)
    right = (ay - cy) * (bx - cx)
    value = left - right
    if abs(value) > _TURN_BOUND * (abs(left) + abs(right)):
        return value
    return _turn_exact(ax, ay, bx, by, cx, cy)


@njit(cache=True, nogil=True)
def _scale(e: Float64[np.ndarray, " m"], n: int, b: float, out: Float64[np.ndarray, " k"]) -> int:
    """Write b times an expansion of n components into ``out``; return its number of components."""
    if n == 0 or b == 0.0:
        return 0
    q, low = two_product(e[0], b)
    m = 0
    if low != 0.0:
        out[m] = low
        m += 1
    for k in range(1, n):
        high, low = two_product(e[k], b)
        total, rest = two_sum(q, low)
        if rest != 0.0:
            out[m] = rest
            m += 1
        q, rest = two_sum(high, total)
        if rest != 0.0:
            out[m] = rest
            m += 1
    if q != 0.0:
        out[m] = q
        m += 1
    return m


@njit(cache=True, nogil=True)
def _merge(
    e: Float64[np.ndarray, " k"], n: int, f: Float64[np.ndarray, " p"], m: int, out: Float64[np.ndarray, " q"]
) -> int:
    """Write the sum of two expansions into ``out``; return its number of components."""
    if n == 0 or m == 0:
        for k in range(n):
            out[k] = e[k]
        for k in range(m):
            out[k] = f[k]
        return n + m
    i = j = k = 0
    q = 0.0
    while i < n or j < m:
        if j == m or (i < n and abs(e[i]) < abs(f[j])):
            term = e[i]
            i += 1
        else:
            term = f[j]
            j += 1
        q, rest = two_sum(q, term)
        if rest != 0.0:
            out[k] = rest
            k += 1
    if q != 0.0:
        out[k] = q
        k += 1
    return k


@njit(cache=True, nogil=True)
def _volume_exact(points: Float64[np.ndarray, "n 3"], a: int, b: int, c: int, d: int) -> float:
    """Return the sign of the volume of the tetrahedron a, b, c, d, computed exactly."""
    total, other, scaled = np.empty(128), np.empty(128), np.empty(32)
    n = 0
    for apex, p, q, r, sign in ((d, a, b, c, 1.0), (c, a, b, d, -1.0), (b, a, c, d, 1.0), (a, b, c, d, -1.0)):
        e, m = _turn_expansion(points[p, 0], points[p, 1], points[q, 0], points[q, 1], points[r, 0], points[r, 1])
        n = _merge(total, n, scaled, _scale(e, m, sign * points[apex, 2], scaled), other)
        total, other = other, total
    return total[n - 1] if n > 0 else 0.0


@njit(cache=True, nogil=True)
def volume(points: Float64[np.ndarray, "n 3"], a: int, b: int, c: int, d: int) -> float:
    """Return a number with the sign of det(b - a, c - a, d - a) of four points; zero only if they lie in a plane.

    Notes
    -----
    Shewchuk's bound for orientation in space is 8e-16 of the sum of the sizes of the terms; ours leaves room. Without
    any term, as of points in one place, it is zero. No product may underflow.
    """
    ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
    wx, wy, wz = points[d, 0] - points[a, 0], points[d, 1] - points[a, 1], points[d, 2] - points[a, 2]
    value = (uy * vz - uz * vy) * wx + (uz * vx - ux * vz) * wy + (ux * vy - uy * vx) * wz
    size = (abs(uy * vz) + abs(uz * vy)) * abs(wx) + (abs(uz * vx) + abs(ux * vz)) * abs(wy)
    size += (abs(ux * vy) + abs(uy * vx)) * abs(wz)
    if size == 0.0 or abs(value) > _VOLUME_BOUND * size:
        return value
    return _volume_exact(points, a, b, c, d)


@njit(cache=True, nogil=True)
def _lifted(
    e: Float64[np.ndarray, " n"], m: int, x: float, y: float, w: float, sign: float
) -> tuple[Float64[np.ndarray, " k"], int]:
    """Return sign * (x^2 + y^2 - w) times an expansion of m components, and its number of components."""
    lift = np.empty(6)
    k = _add_product(lift, 0, x, x)
    k = _add_product(lift, k, y, y)
    k = _grow(lift, k, -w)
    total, other, scaled = np.empty(192), np.empty(192), np.empty(32)
    n = 0
    for i in range(k):
        n = _merge(total, n, scaled, _scale(e, m, sign * lift[i], scaled), other)
        total, other = other, total
    return total, n


@njit(cache=True, nogil=True)
def _power_exact(
    ax: float,
    ay: float,
    aw: float,
    bx: float,
    by: float,
    bw: float,
    cx: float,
    cy: float,
    cw: float,
    dx: float,
    dy: float,
    dw: float,
) -> float:
    """Return the sign of the power test, computed exactly."""
    e, m = _turn_expansion(bx, by, cx, cy, dx, dy)
    a, na = _lifted(e, m, ax, ay, aw, 1.0)
    e, m = _turn_expansion(ax, ay, cx, cy, dx, dy)
    b, nb = _lifted(e, m, bx, by, bw, -1.0)
    e, m = _turn_expansion(ax, ay, bx, by, dx, dy)
    c, nc = _lifted(e, m, cx, cy, cw, 1.0)
    e, m = _turn_expansion(ax, ay, bx, by, cx, cy)
    d, nd = _lifted(e, m, dx, dy, dw, -1.0)
    ab, cd, total = np.empty(384), np.empty(384), np.empty(768)
    n = _merge(ab, _merge(a, na, b, nb, ab), cd, _merge(c, nc, d, nd, cd), total)
    return total[n - 1] if n > 0 else 0.0


@njit(cache=True, nogil=True)
def _double_lifted_minor(
    px: float,
    px_low: float,
    py: float,
    py_low: float,
    pw: float,
    pw_low: float,
    qx: float,
    qx_low: float,
    qy: float,
    qy_low: float,
    rx: float,
    rx_low: float,
    ry: float,
    ry_low: float,
) -> tuple[float, float]:
    """Return (p^2 - w) times the cross product of q and r, in double-double."""
    a, a_low = double_multiply(px, px_low, px, px_low)
    b, b_low = double_multiply(py, py_low, py, py_low)
    a, a_low = double_add(a, a_low, b, b_low)
    a, a_low = double_add(a, a_low, -pw, -pw_low)
    b, b_low = double_multiply(qx, qx_low, ry, ry_low)
    c, c_low = double_multiply(rx, rx_low, qy, qy_low)
    b, b_low = double_add(b, b_low, -c, -c_low)
    return double_multiply(a, a_low, b, b_low)


@njit(cache=True, nogil=True)
def _power_careful(
    ax: float,
    ay: float,
    aw: float,
    bx: float,
    by: float,
    bw: float,
    cx: float,
    cy: float,
    cw: float,
    dx: float,
    dy: float,
    dw: float,
    size: float,
) -> float:
    """Return the sign of the power test in double-double, and exactly where even that leaves it open."""
    ax2, ax1 = two_sum(ax, -dx)
    ay2, ay1 = two_sum(ay, -dy)
    aw2, aw1 = two_sum(aw, -dw)
    bx2, bx1 = two_sum(bx, -dx)
    by2, by1 = two_sum(by, -dy)
    bw2, bw1 = two_sum(bw, -dw)
    cx2, cx1 = two_sum(cx, -dx)
    cy2, cy1 = two_sum(cy, -dy)
    cw2, cw1 = two_sum(cw, -dw)
    p, p_low = _double_lifted_minor(ax2, ax1, ay2, ay1, aw2, aw1, bx2, bx1, by2, by1, cx2, cx1, cy2, cy1)
    q, q_low = _double_lifted_minor(bx2, bx1, by2, by1, bw2, bw1, cx2, cx1, cy2, cy1, ax2, ax1, ay2, ay1)
    r, r_low = _double_lifted_minor(cx2, cx1, cy2, cy1, cw2, cw1, ax2, ax1, ay2, ay1, bx2, bx1, by2, by1)
    p, p_low = double_add(p, p_low, q, q_low)
    p, p_low = double_add(p, p_low, r, r_low)
    if abs(p) > _DOUBLE_BOUND * size:
        return p
    return _power_exact(ax, ay, aw, bx, by, bw, cx, cy, cw, dx, dy, dw)


@njit(cache=True, nogil=True)
def power_test(
    ax: float,
    ay: float,
    aw: float,
    bx: float,
    by: float,
    bw: float,
    cx: float,
    cy: float,
    cw: float,
    dx: float,
    dy: float,
    dw: float,
) -> float:
    """Return a number that is positive where d, lifted to |d|^2 - w, lies below the plane of a, b, c.

    Then the triangle abc, counter-clockwise, is not regular. The number is zero only if the four are coplanar.
    """
    adx, ady, bdx, bdy, cdx, cdy = ax - dx, ay - dy, bx - dx, by - dy, cx - dx, cy - dy
    bc1, bc2 = bdx * cdy, cdx * bdy
    ca1, ca2 = cdx * ady, adx * cdy
    ab1, ab2 = adx * bdy, bdx * ady
    squares_a, squares_b, squares_c = adx * adx + ady * ady, bdx * bdx + bdy * bdy, cdx * cdx + cdy * cdy
    wa, wb, wc = aw - dw, bw - dw, cw - dw
    value = (squares_a - wa) * (bc1 - bc2) + (squares_b - wb) * (ca1 - ca2) + (squares_c - wc) * (ab1 - ab2)
    size = (
        (squares_a + abs(wa)) * (abs(bc1) + abs(bc2))
        + (squares_b + abs(wb)) * (abs(ca1) + abs(ca2))
        + (squares_c + abs(wc)) * (abs(ab1) + abs(ab2))
    )
    if abs(value) > _POWER_BOUND * size:
        return value
    return _power_careful(ax, ay, aw, bx, by, bw, cx, cy, cw, dx, dy, dw, size)
