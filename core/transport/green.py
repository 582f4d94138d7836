"""Areas and moments of power cells in the unit disk by Green's formula, edge by edge.

The area of a cell is the sum, over its edges, of the signed region that the edge sweeps as seen from the centre of the
disk (a triangle inside the circle, a sector outside), plus sectors between the normals of the sites' hull. Each edge
gives to one cell what it takes from the other, so the areas sum to pi.
"""

import math

import numpy as np
from jaxtyping import Float64, Int32, Int64
from numba import njit

from core.geometry.convex_domain import angle_between, half_chord
from core.geometry.double_double import double_add, double_multiply, two_sum

_CENTRE_ERROR = 1e-14  # a power centre less sure than this is computed again in double-double


@njit(cache=True, nogil=True)
def _careful_centre(
    bx: float,
    bx_low: float,
    by: float,
    by_low: float,
    bw: float,
    bw_low: float,
    cx: float,
    cx_low: float,
    cy: float,
    cy_low: float,
    cw: float,
    cw_low: float,
) -> tuple[float, float]:
    """Return the power centre of 0, b, c in double-double arithmetic."""
    p, p_low = double_multiply(bx, bx_low, bx, bx_low)
    q, q_low = double_multiply(by, by_low, by, by_low)
    p, p_low = double_add(p, p_low, q, q_low)
    rb, rb_low = double_add(p, p_low, -bw, -bw_low)
    p, p_low = double_multiply(cx, cx_low, cx, cx_low)
    q, q_low = double_multiply(cy, cy_low, cy, cy_low)
    p, p_low = double_add(p, p_low, q, q_low)
    rc, rc_low = double_add(p, p_low, -cw, -cw_low)
    p, p_low = double_multiply(bx, bx_low, cy, cy_low)
    q, q_low = double_multiply(by, by_low, cx, cx_low)
    area = 2.0 * double_add(p, p_low, -q, -q_low)[0]
    p, p_low = double_multiply(rb, rb_low, cy, cy_low)
    q, q_low = double_multiply(rc, rc_low, by, by_low)
    horizontal = double_add(p, p_low, -q, -q_low)[0]
    p, p_low = double_multiply(rc, rc_low, bx, bx_low)
    q, q_low = double_multiply(rb, rb_low, cx, cx_low)
    vertical = double_add(p, p_low, -q, -q_low)[0]
    if area <= 0.0:  # flatter than 2^-100: the centre is farther than anything in the disk
        area = 1e-300
    return min(max(horizontal / area, -1e150), 1e150), min(max(vertical / area, -1e150), 1e150)


@njit(cache=True, nogil=True)
def power_centres(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    centres_x: Float64[np.ndarray, " k"],
    centres_y: Float64[np.ndarray, " k"],
) -> None:
    """Write the power centre of every triangle; NaN for ghosts."""
    ghost = len(x)
    for t in range(len(origins) // 3):
        a: int = origins[3 * t]
        b: int = origins[3 * t + 1]
        c: int = origins[3 * t + 2]
        if a == ghost or b == ghost or c == ghost:
            centres_x[t] = np.nan
            centres_y[t] = np.nan
            continue
        bx, by, cx, cy = x[b] - x[a], y[b] - y[a], x[c] - x[a], y[c] - y[a]
        bb, cc, bw, cw = bx * bx + by * by, cx * cx + cy * cy, w[b] - w[a], w[c] - w[a]
        area = 2.0 * (bx * cy - by * cx)
        doubt = (bb + abs(bw)) * (abs(cx) + abs(cy)) + (cc + abs(cw)) * (abs(bx) + abs(by))
        if doubt * 4.5e-16 <= _CENTRE_ERROR * area:
            rb, rc = bb - bw, cc - cw
            centres_x[t] = x[a] + (rb * cy - rc * by) / area
            centres_y[t] = y[a] + (rc * bx - rb * cx) / area
            continue
        bx, bx_low = two_sum(x[b], -x[a])
        by, by_low = two_sum(y[b], -y[a])
        bw, bw_low = two_sum(w[b], -w[a])
        cx, cx_low = two_sum(x[c], -x[a])
        cy, cy_low = two_sum(y[c], -y[a])
        cw, cw_low = two_sum(w[c], -w[a])
        u, v = _careful_centre(bx, bx_low, by, by_low, bw, bw_low, cx, cx_low, cy, cy_low, cw, cw_low)
        centres_x[t], centres_y[t] = x[a] + u, y[a] + v


@njit(cache=True, nogil=True)
def line_of_pair(
    x: Float64[np.ndarray, " n"], y: Float64[np.ndarray, " n"], w: Float64[np.ndarray, " n"], i: int, j: int
) -> tuple[float, float, float, float]:
    """Return the unit normal from site i to site j and the distance from 0 of the line where both are equally far."""
    dx, dy = x[j] - x[i], y[j] - y[i]
    distance = math.sqrt(dx * dx + dy * dy)
    nx, ny = dx / distance, dy / distance
    offset = (x[i] + 0.5 * dx) * nx + (y[i] + 0.5 * dy) * ny - 0.5 * ((w[j] - w[i]) / distance)
    return nx, ny, offset, distance


@njit(cache=True, nogil=True)
def direction(nx: float, ny: float, offset: float, s: float) -> tuple[float, float]:
    """Return the point at s along a line; at infinity, its direction."""
    if s == np.inf:
        return ny, -nx
    if s == -np.inf:
        return -ny, nx
    return offset * nx + s * ny, offset * ny - s * nx


@njit(cache=True, nogil=True)
def clip(offset: float, first: float, last: float) -> tuple[float, float]:
    """Return where the piece of a line from first to last enters and leaves the disk; equal where it misses."""
    half = half_chord(offset)
    enter, leave = max(first, -half), min(last, half)
    if half == 0.0 or enter >= leave:
        place = min(max(first, -half), last)
        return place, place
    return enter, leave


@njit(cache=True, nogil=True)
def _swept_area(nx: float, ny: float, offset: float, first: float, last: float) -> tuple[float, float]:
    """Return the area swept by a piece of a line, cut by the disk, and the length inside."""
    sign = 1.0
    if last < first:  # only rounding turns a piece round, where four sites are cocircular
        first, last, sign = last, first, -1.0
    enter, leave = clip(offset, first, last)
    px, py = direction(nx, ny, offset, first)
    qx, qy = direction(nx, ny, offset, last)
    area = offset * (enter - leave)
    if first < enter:
        ax, ay = direction(nx, ny, offset, enter)
        area += angle_between(px, py, ax, ay)
    if leave < last:
        bx, by = direction(nx, ny, offset, leave)
        area += angle_between(bx, by, qx, qy)
    return sign * 0.5 * area, sign * (leave - enter)


@njit(cache=True, nogil=True)
def cell_areas(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
    centres_x: Float64[np.ndarray, " k"],
    centres_y: Float64[np.ndarray, " k"],
    areas: Float64[np.ndarray, " n"],
    conductances: Float64[np.ndarray, " m"],
) -> None:
    """Write the area of each cell, and for each half-edge length / (2 distance): minus the derivative of one area.

    The derivative is that of the area of one cell with respect to the weight of the other.
    """
    ghost = len(x)
    power_centres(x, y, w, origins, centres_x, centres_y)
    areas[:] = 0.0
    for e in range(len(origins)):
        f: int = twins[e]
        if f < e:
            continue
        i: int = origins[e]
        j: int = origins[f]
        if i == ghost or j == ghost:
            conductances[e] = 0.0
            conductances[f] = 0.0
            continue
        px, py, qx, qy = centres_x[e // 3], centres_y[e // 3], centres_x[f // 3], centres_y[f // 3]
        if px * px + py * py <= 1.0 and qx * qx + qy * qy <= 1.0:  # false for the NaN of a ghost
            dx, dy = x[j] - x[i], y[j] - y[i]
            swept = 0.5 * (px * (qy - py) - py * (qx - px))  # not px * qy - py * qx: that loses small cells
            slope = 0.5 * ((qx - px) * dy - (qy - py) * dx) / (dx * dx + dy * dy)
        else:
            nx, ny, offset, distance = line_of_pair(x, y, w, i, j)
            first = -np.inf if np.isnan(px) else px * ny - py * nx
            last = np.inf if np.isnan(qx) else qx * ny - qy * nx
            swept, length = _swept_area(nx, ny, offset, first, last)
            slope = 0.5 * length / distance
        areas[j] += swept
        areas[i] -= swept
        slope = max(slope, 0.0)
        conductances[e] = slope
        conductances[f] = slope
    for t in range(len(origins) // 3):
        if np.isnan(centres_x[t]):
            _, angle, _, _, _, _, site = _hull_corner(x, y, origins, twins, t)
            areas[site] += 0.5 * angle


@njit(cache=True, nogil=True)
def _hull_corner(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
    t: int,
) -> tuple[int, float, float, float, float, float, int]:
    """Return ghost, angle, the two outward directions and the site where a ghost triangle's side meets the next one."""
    ghost = len(x)
    k = 0
    while origins[3 * t + k] != ghost:
        k += 1
    side = 3 * t + (k + 1) % 3
    site: int = origins[side]
    other: int = origins[3 * t + (k + 2) % 3]
    across: int = twins[3 * t + k]  # from the site to the ghost, in the next ghost triangle
    after: int = origins[across - across % 3 + (across % 3 + 2) % 3]
    ux, uy = y[site] - y[other], x[other] - x[site]  # outward normals, counter-clockwise around the hull
    vx, vy = y[after] - y[site], x[site] - x[after]
    angle = angle_between(ux, uy, vx, vy)
    if angle < -0.5 * math.pi:  # the end of a hull so thin that rounding takes its half turn for one the other way
        angle += 2.0 * math.pi
    return ghost, angle, ux, uy, vx, vy, site


@njit(cache=True, nogil=True)
def add_hull_sectors(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
    closing: Float64[np.ndarray, "n 4"],
) -> None:
    """Add area and moments of the sector between consecutive normals of the hull to the site between them."""
    ghost = len(x)
    for t in range(len(origins) // 3):
        if origins[3 * t] != ghost and origins[3 * t + 1] != ghost and origins[3 * t + 2] != ghost:
            continue
        _, angle, ux, uy, vx, vy, site = _hull_corner(x, y, origins, twins, t)
        u, v = math.hypot(ux, uy), math.hypot(vx, vy)
        closing[site, 0] += angle / 2.0
        closing[site, 1] += (vy / v - uy / u) / 3.0
        closing[site, 2] += (ux / u - vx / v) / 3.0
        closing[site, 3] += angle / 4.0


@njit(cache=True, nogil=True)
def lines_of_triangles(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
) -> tuple[Int64[np.ndarray, " k"], Int64[np.ndarray, " k"], Float64[np.ndarray, " k"], Float64[np.ndarray, " k"]]:
    """Return tail, head, first and last of the dual edges of a triangulation."""
    ghost, n_triangles = len(x), len(origins) // 3
    centres_x, centres_y = np.empty(n_triangles), np.empty(n_triangles)
    power_centres(x, y, w, origins, centres_x, centres_y)
    tail, head = np.empty(len(origins) // 2, np.int64), np.empty(len(origins) // 2, np.int64)
    first, last = np.empty(len(origins) // 2), np.empty(len(origins) // 2)
    count = 0
    for e in range(len(origins)):
        f: int = twins[e]
        i: int = origins[e]
        j: int = origins[f]
        if f < e or i == ghost or j == ghost:
            continue
        nx, ny, _, _ = line_of_pair(x, y, w, i, j)
        px, py, qx, qy = centres_x[e // 3], centres_y[e // 3], centres_x[f // 3], centres_y[f // 3]
        tail[count], head[count] = i, j
        first[count] = -np.inf if np.isnan(px) else px * ny - py * nx
        last[count] = np.inf if np.isnan(qx) else qx * ny - qy * nx
        count += 1
    return tail[:count].copy(), head[:count].copy(), first[:count].copy(), last[:count].copy()


@njit(cache=True, nogil=True)
def _add_sector(
    swept: Float64[np.ndarray, "n 4"], k: int, ux: float, uy: float, vx: float, vy: float, sign: float
) -> None:
    """Add area and moments of the sector from direction u to direction v to row k."""
    angle = angle_between(ux, uy, vx, vy)
    u, v = math.hypot(ux, uy), math.hypot(vx, vy)
    swept[k, 0] += sign * angle / 2.0
    swept[k, 1] += sign * (vy / v - uy / u) / 3.0
    swept[k, 2] += sign * (ux / u - vx / v) / 3.0
    swept[k, 3] += sign * angle / 4.0


@njit(cache=True, nogil=True)
def swept_regions(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    tail: Int64[np.ndarray, " m"],
    head: Int64[np.ndarray, " m"],
    first: Float64[np.ndarray, " m"],
    last: Float64[np.ndarray, " m"],
) -> tuple[Float64[np.ndarray, "m 4"], Float64[np.ndarray, "m 2 2"]]:
    """Return area and moments swept by each dual edge, seen from 0, and the ends of its part inside the disk."""
    swept, ends = np.zeros((len(tail), 4)), np.empty((len(tail), 2, 2))
    for k in range(len(tail)):
        nx, ny, offset, _ = line_of_pair(x, y, w, tail[k], head[k])
        begin, end, sign = first[k], last[k], 1.0
        if end < begin:
            begin, end, sign = end, begin, -1.0
        enter, leave = clip(offset, begin, end)
        px, py = direction(nx, ny, offset, begin)
        qx, qy = direction(nx, ny, offset, end)
        ax, ay = direction(nx, ny, offset, enter)
        bx, by = direction(nx, ny, offset, leave)
        ends[k, 0, 0], ends[k, 0, 1], ends[k, 1, 0], ends[k, 1, 1] = ax, ay, bx, by
        if begin < enter:
            _add_sector(swept, k, px, py, ax, ay, sign)
        if leave < end:
            _add_sector(swept, k, bx, by, qx, qy, sign)
        twice = sign * offset * (enter - leave)
        swept[k, 0] += twice / 2.0
        swept[k, 1] += twice * (ax + bx) / 6.0
        swept[k, 2] += twice * (ay + by) / 6.0
        swept[k, 3] += twice * (ax * ax + ay * ay + bx * bx + by * by + ax * bx + ay * by) / 12.0
        if sign < 0.0:
            ends[k, 1, 0], ends[k, 1, 1] = ax, ay  # turned round by rounding: of no length
    return swept, ends


@njit(cache=True, nogil=True)
def measure_inner_cells(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    origins: Int32[np.ndarray, " m"],
    twins: Int32[np.ndarray, " m"],
    totals: Float64[np.ndarray, "n 4"],
) -> None:
    """Write area and moments of the cells inside the circle again, each as seen from one of its own corners.

    Seen from 0, a small cell far from it is the difference of large regions, and most of its digits are lost.
    """
    ghost, n_triangles = len(x), len(origins) // 3
    centres_x, centres_y = np.empty(n_triangles), np.empty(n_triangles)
    power_centres(x, y, w, origins, centres_x, centres_y)
    inner, corner = np.ones(ghost, np.bool_), np.full(ghost, -1)
    for e in range(len(origins)):
        site, t = origins[e], e // 3
        if site != ghost:
            corner[site] = t
            inner[site] &= centres_x[t] ** 2 + centres_y[t] ** 2 <= 1.0  # false for the NaN of a ghost
    seen = np.zeros((ghost, 3))
    for e in range(len(origins)):
        f = twins[e]
        site = origins[f]
        if site == ghost or not inner[site]:
            continue
        ax, ay = centres_x[corner[site]], centres_y[corner[site]]
        px, py = centres_x[e // 3] - ax, centres_y[e // 3] - ay
        qx, qy = centres_x[f // 3] - ax, centres_y[f // 3] - ay
        twice = px * (qy - py) - py * (qx - px)
        seen[site, 0] += twice / 2.0
        seen[site, 1] += twice * (px + qx) / 6.0
        seen[site, 2] += twice * (py + qy) / 6.0
    for site in range(ghost):
        if inner[site] and corner[site] >= 0:
            area = seen[site, 0]
            totals[site, 0] = area
            totals[site, 1] = centres_x[corner[site]] * area + seen[site, 1]
            totals[site, 2] = centres_y[corner[site]] * area + seen[site, 2]
