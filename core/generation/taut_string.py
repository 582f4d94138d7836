"""The shortest path within a strip of triangles, and strips that let it become shorter.

Side k of triangle t, from its corner k to the next, has the number 3 t + k. Crossing it from inside, with the corners
counter-clockwise, its first end lies to the right and its second to the left.
"""

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

ROUNDS = 50_000
"""Strips that are tried at most; each lets the path become shorter than the one before."""
STRAIGHT = 1e-9
"""Angle, in radians, below pi that the other side of a vertex must have before the path is pulled over it."""


@njit(cache=True, nogil=True)
def straightened(
    points: Float64[np.ndarray, "V 3"],
    triangles: Int64[np.ndarray, "f 3"],
    twins: Int64[np.ndarray, " s"],
    strip: Int64[np.ndarray, " m"],
    start: int,
    stop: int,
) -> tuple[Int64[np.ndarray, " k"], Float64[np.ndarray, " k"], int, int]:
    """Pull a path straight, moving its strip over the vertices that it turns around, until it turns nowhere too much.

    Parameters
    ----------
    points : (V, 3) float64 array
        Positions; only lengths of sides count.
    triangles : (f, 3) int64 array
        Corners, counter-clockwise.
    twins : (3 f,) int64 array
        The same side seen from the other triangle, -1 at the rim.
    strip : (m,) int64 array
        Sides crossed from a triangle of the start to one of the stop.
    start, stop : int
        Vertices: the corners opposite to the first side crossed, and beyond the last.

    Returns
    -------
    strip : (k,) int64 array
        Sides crossed by the final path; none where it runs along a side.
    parts : (k,) float64 array
        Where, from 0 at the first end of the side to 1 at the second.
    rounds : int
        How often the strip was moved.
    bends : int
        Vertices over which the path could still be pulled: 0 unless rounds ran out.

    Notes
    -----
    A path that cannot be shortened over any vertex is a geodesic: Xin and Wang, *Efficiently determining a locally
    exact shortest path on polyhedral surfaces* (2007), section 4. The funnel is that of Lee and Preparata (1984).
    """
    strip, rounds = _trimmed(triangles, twins, strip, start, stop), 0
    while True:
        if len(strip) == 0:
            return strip, np.zeros(0), rounds, 0
        left, right, first, last = _unfolded(points, triangles, twins, strip, start, stop)
        chain, portal, places = _taut(triangles, strip, left, right, first, last, start, stop)
        chosen, worst, bends = -1, 0.0, 0
        for k in range(1, len(chain) - 1):
            excess = _excess(points, triangles, twins, strip, left, right, portal[k], places, k)
            if excess < -STRAIGHT:
                bends += 1
                if excess < worst:
                    chosen, worst = k, excess
        if chosen < 0 or rounds == ROUNDS:
            return strip, _crossings(left, right, portal, places), rounds, bends
        strip = _moved(triangles, twins, strip, portal[chosen])
        strip = _trimmed(triangles, twins, strip, start, stop)
        rounds += 1


@njit(cache=True, nogil=True)
def _corner(triangles: Int64[np.ndarray, "f 3"], side: int, step: int) -> int:
    """Corner of the triangle of a side: step 0 its first end, 1 its second, 2 the opposite corner."""
    return triangles[side // 3, (side % 3 + step) % 3]


@njit(cache=True, nogil=True)
def _next(side: int) -> int:
    """The side that begins where this one ends, in the same triangle."""
    return side - side % 3 + (side % 3 + 1) % 3


@njit(cache=True, nogil=True)
def _trimmed(
    triangles: Int64[np.ndarray, "f 3"],
    twins: Int64[np.ndarray, " s"],
    strip: Int64[np.ndarray, " m"],
    start: int,
    stop: int,
) -> Int64[np.ndarray, " k"]:
    """The strip without turning back, and without sides at which start or stop themselves lie."""
    kept = np.empty_like(strip)
    n = 0
    for side in strip:
        if n > 0 and kept[n - 1] == twins[side]:
            n -= 1
        else:
            kept[n] = side
            n += 1
    first = 0
    while first < n and (_corner(triangles, kept[first], 0) == start or _corner(triangles, kept[first], 1) == start):
        first += 1
    while n > first and (_corner(triangles, kept[n - 1], 0) == stop or _corner(triangles, kept[n - 1], 1) == stop):
        n -= 1
    return kept[first:n].copy()


@njit(cache=True, nogil=True)
def _apex(
    points: Float64[np.ndarray, "V 3"],
    a: int,
    b: int,
    c: int,
    pa: Float64[np.ndarray, " 2"],
    pb: Float64[np.ndarray, " 2"],
    sign: float,
) -> tuple[float, float]:
    """Place c in the plane beside pa and pb as it lies beside a and b: to the left (sign 1) or right (-1) of a to b."""
    uu, uv = 0.0, 0.0
    for k in range(3):
        u = points[b, k] - points[a, k]
        uu += u * u
        uv += u * (points[c, k] - points[a, k])
    along = uv / uu if uu > 0.0 else 0.0
    height = 0.0
    for k in range(3):
        gap = points[c, k] - points[a, k] - along * (points[b, k] - points[a, k])
        height += gap * gap
    height = sign * np.sqrt(height / uu) if uu > 0.0 else 0.0
    du, dv = pb[0] - pa[0], pb[1] - pa[1]
    return pa[0] + along * du - height * dv, pa[1] + along * dv + height * du


@njit(cache=True, nogil=True)
def _unfolded(
    points: Float64[np.ndarray, "V 3"],
    triangles: Int64[np.ndarray, "f 3"],
    twins: Int64[np.ndarray, " s"],
    strip: Int64[np.ndarray, " m"],
    start: int,
    stop: int,
) -> tuple[
    Float64[np.ndarray, "m 2"], Float64[np.ndarray, "m 2"], Float64[np.ndarray, " 2"], Float64[np.ndarray, " 2"]
]:
    """Lay the triangles of a strip into the plane: left and right ends of its sides, and start and stop."""
    n = len(strip)
    left, right = np.empty((n, 2)), np.empty((n, 2))
    a, b = _corner(triangles, strip[0], 0), _corner(triangles, strip[0], 1)
    length = 0.0
    for k in range(3):
        length += (points[b, k] - points[a, k]) ** 2
    right[0, 0], right[0, 1], left[0, 0], left[0, 1] = 0.0, 0.0, np.sqrt(length), 0.0
    first, last = np.empty(2), np.empty(2)
    first[0], first[1] = _apex(points, a, b, start, right[0], left[0], 1.0)
    for i in range(n):
        a, b = _corner(triangles, strip[i], 0), _corner(triangles, strip[i], 1)
        beyond: int = strip[i]
        opposite = _corner(triangles, twins[beyond], 2)
        x, y = _apex(points, a, b, opposite, right[i], left[i], -1.0)
        if i == n - 1:
            last[0], last[1] = x, y
        elif _corner(triangles, strip[i + 1], 0) == a:  # from a to the new corner, which lies to the left
            right[i + 1], left[i + 1, 0], left[i + 1, 1] = right[i], x, y
        else:
            left[i + 1], right[i + 1, 0], right[i + 1, 1] = left[i], x, y
    return left, right, first, last


@njit(cache=True, nogil=True)
def _turn(o: Float64[np.ndarray, " 2"], p: Float64[np.ndarray, " 2"], q: Float64[np.ndarray, " 2"]) -> float:
    """Twice the signed area of a triangle in the plane: positive where q lies to the left of o to p."""
    return (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])


@njit(cache=True, nogil=True)
def _taut(
    triangles: Int64[np.ndarray, "f 3"],
    strip: Int64[np.ndarray, " m"],
    left: Float64[np.ndarray, "m 2"],
    right: Float64[np.ndarray, "m 2"],
    first: Float64[np.ndarray, " 2"],
    last: Float64[np.ndarray, " 2"],
    start: int,
    stop: int,
) -> tuple[list[int], list[int], list[Float64[np.ndarray, " 2"]]]:
    """Corners of the shortest path: vertex, 2 times the side at which it lies + 1 where to the right, place."""
    n = len(strip)
    chain, portal, places = [start], [-1], [first]
    apex, near, far = first, first, first  # the funnel: its tip, its left and its right arm
    tip, near_tip, far_tip = start, start, start
    at_near, at_far, i = -1, -1, 0
    while i <= n:
        if i < n:
            to_left, to_right = left[i], right[i]
            left_vertex, right_vertex = _corner(triangles, strip[i], 1), _corner(triangles, strip[i], 0)
        else:
            to_left, to_right, left_vertex, right_vertex = last, last, stop, stop
        if far_tip == tip or _turn(apex, far, to_right) >= 0.0:
            if near_tip == tip or _turn(apex, near, to_right) <= 0.0:
                far, far_tip, at_far = to_right, right_vertex, i
            else:
                chain.append(near_tip)
                portal.append(2 * at_near)
                places.append(near)
                apex, tip, i = near, near_tip, at_near + 1
                far, far_tip, at_far = apex, tip, at_near
                continue
        if near_tip == tip or _turn(apex, near, to_left) <= 0.0:
            if far_tip == tip or _turn(apex, far, to_left) >= 0.0:
                near, near_tip, at_near = to_left, left_vertex, i
            else:
                chain.append(far_tip)
                portal.append(2 * at_far + 1)
                places.append(far)
                apex, tip, i = far, far_tip, at_far + 1
                near, near_tip, at_near = apex, tip, at_far
                continue
        i += 1
    chain.append(stop)
    portal.append(2 * n)
    places.append(last)
    return chain, portal, places


@njit(cache=True, nogil=True)
def _range(triangles: Int64[np.ndarray, "f 3"], strip: Int64[np.ndarray, " m"], portal: int) -> tuple[int, int, int]:
    """First and last side of the strip that end in the vertex of a corner on its side."""
    index, end = portal // 2, 0 if portal % 2 else 1
    vertex = _corner(triangles, strip[index], end)
    low, high = index, index
    while low > 0 and _corner(triangles, strip[low - 1], end) == vertex:
        low -= 1
    while high < len(strip) - 1 and _corner(triangles, strip[high + 1], end) == vertex:
        high += 1
    return vertex, low, high


@njit(cache=True, nogil=True)
def _angle(ux: float, uy: float, vx: float, vy: float) -> float:
    """Angle between two directions in the plane."""
    return np.abs(np.arctan2(ux * vy - uy * vx, ux * vx + uy * vy))


@njit(cache=True, nogil=True)
def _angle_at(points: Float64[np.ndarray, "V 3"], vertex: int, p: int, q: int) -> float:
    """Angle of a triangle at a vertex."""
    uu, uv, vv = 0.0, 0.0, 0.0
    for k in range(3):
        u, v = points[p, k] - points[vertex, k], points[q, k] - points[vertex, k]
        uu, uv, vv = uu + u * u, uv + u * v, vv + v * v
    return np.arctan2(np.sqrt(max(uu * vv - uv * uv, 0.0)), uv)


@njit(cache=True, nogil=True)
def _excess(
    points: Float64[np.ndarray, "V 3"],
    triangles: Int64[np.ndarray, "f 3"],
    twins: Int64[np.ndarray, " s"],
    strip: Int64[np.ndarray, " m"],
    left: Float64[np.ndarray, "m 2"],
    right: Float64[np.ndarray, "m 2"],
    portal: int,
    places: list[Float64[np.ndarray, " 2"]],
    k: int,
) -> float:
    """Angle on the other side of a corner of the path, less pi; 0 where there is no other side."""
    vertex, low, high = _range(triangles, strip, portal)
    total, side, beginning = 0.0, strip[low] if portal % 2 else _next(strip[low]), strip[low] // 3
    # side begins at the vertex; the next one around it is the twin of the side that ends there
    while True:
        total += _angle_at(points, vertex, _corner(triangles, side, 1), _corner(triangles, side, 2))
        side = twins[_next(_next(side))]
        if side < 0:
            return 0.0
        if side // 3 == beginning:
            break
    here, far = (right, left) if portal % 2 else (left, right)
    w = here[low]
    inside = _angle(places[k - 1][0] - w[0], places[k - 1][1] - w[1], far[low][0] - w[0], far[low][1] - w[1])
    for i in range(low, high):
        inside += _angle(far[i][0] - w[0], far[i][1] - w[1], far[i + 1][0] - w[0], far[i + 1][1] - w[1])
    inside += _angle(far[high][0] - w[0], far[high][1] - w[1], places[k + 1][0] - w[0], places[k + 1][1] - w[1])
    return total - inside - np.pi


@njit(cache=True, nogil=True)
def _moved(
    triangles: Int64[np.ndarray, "f 3"], twins: Int64[np.ndarray, " s"], strip: Int64[np.ndarray, " m"], portal: int
) -> Int64[np.ndarray, " k"]:
    """The strip that passes a corner of the path on its other side."""
    _, low, high = _range(triangles, strip, portal)
    goal = twins[strip[high]] // 3
    around: list[int] = []
    # the other side of the triangle before the corner that has the vertex
    side = _next(_next(strip[low])) if portal % 2 else _next(strip[low])
    while side // 3 != goal:
        around.append(side)
        there = twins[side]
        side = _next(_next(there)) if portal % 2 else _next(there)
    result = np.empty(low + len(around) + len(strip) - high - 1, np.int64)
    result[:low] = strip[:low]
    for i in range(len(around)):
        result[low + i] = around[i]
    result[low + len(around) :] = strip[high + 1 :]
    return result


@njit(cache=True, nogil=True)
def _crossings(
    left: Float64[np.ndarray, "m 2"],
    right: Float64[np.ndarray, "m 2"],
    portal: list[int],
    places: list[Float64[np.ndarray, " 2"]],
) -> Float64[np.ndarray, " m"]:
    """Where the path crosses each side, from 0 at its right end to 1 at its left end."""
    parts, k = np.empty(len(left)), 0
    for i in range(len(left)):
        while i > portal[k + 1] // 2:
            k += 1
        p, q = places[k], places[k + 1]
        dx, dy = q[0] - p[0], q[1] - p[1]
        sx, sy = left[i, 0] - right[i, 0], left[i, 1] - right[i, 1]
        across = sx * dy - sy * dx
        part = ((p[0] - right[i, 0]) * dy - (p[1] - right[i, 1]) * dx) / across if across != 0.0 else 0.0
        parts[i] = min(max(part, 0.0), 1.0)
    return parts
