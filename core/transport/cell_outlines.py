"""Outlines of power cells in the unit disk as polygons, for drawing and export."""

import math

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.geometry.convex_domain import angle_between
from core.transport.green import clip, direction, line_of_pair


@njit(cache=True, nogil=True)
def _incident_edges(
    n: int,
    x: Float64[np.ndarray, " m"],
    y: Float64[np.ndarray, " m"],
    tail: Int64[np.ndarray, " k"],
    head: Int64[np.ndarray, " k"],
) -> tuple[Int64[np.ndarray, " p"], Int64[np.ndarray, " q"]]:
    """Return for each site its dual edges, counter-clockwise by the direction to the other site: starts and edges."""
    starts = np.zeros(n + 1, np.int64)
    for k in range(len(tail)):
        starts[tail[k] + 1] += 1
        starts[head[k] + 1] += 1
    for i in range(n):
        starts[i + 1] += starts[i]
    place, edges, angles = starts[:-1].copy(), np.empty(2 * len(tail), np.int64), np.empty(2 * len(tail))
    for k in range(len(tail)):
        for i, j in ((tail[k], head[k]), (head[k], tail[k])):
            angle = math.atan2(y[j] - y[i], x[j] - x[i])
            at = place[i]
            place[i] += 1
            while at > starts[i] and angles[at - 1] > angle:
                angles[at], edges[at] = angles[at - 1], edges[at - 1]
                at -= 1
            angles[at], edges[at] = angle, k
    return starts, edges


@njit(cache=True, nogil=True)
def _write_arc(points: Float64[np.ndarray, "n 2"], count: int, ax: float, ay: float, turn: float, step: float) -> int:
    """Write points strictly inside the arc that begins at a and turns by an angle; return the new count."""
    pieces = math.ceil(turn / step)
    start = math.atan2(ay, ax)
    for m in range(1, pieces):
        angle = start + turn * m / pieces
        points[count, 0], points[count, 1] = math.cos(angle), math.sin(angle)
        count += 1
    return count


@njit(cache=True, nogil=True)
def outlines(
    x: Float64[np.ndarray, " n"],
    y: Float64[np.ndarray, " n"],
    w: Float64[np.ndarray, " n"],
    tail: Int64[np.ndarray, " m"],
    head: Int64[np.ndarray, " m"],
    first: Float64[np.ndarray, " m"],
    last: Float64[np.ndarray, " m"],
    areas: Float64[np.ndarray, " n"],
    step: float,
) -> tuple[Float64[np.ndarray, "k 2"], Int64[np.ndarray, " p"]]:
    """Return the corners of all cells and the offsets of each."""
    n = len(x)
    starts, edges = _incident_edges(n, x, y, tail, head)
    points = np.empty((6 * len(tail) + 2 * n + int(2.0 * math.pi / step) + 16, 2))
    offsets = np.zeros(n + 1, np.int64)
    count = 0
    for i in range(n):
        pieces, opening_x, opening_y, open_x, open_y, is_open = 0, 0.0, 0.0, 0.0, 0.0, False
        for at in range(starts[i], starts[i + 1]):
            k: int = edges[at]
            nx, ny, offset, _ = line_of_pair(x, y, w, tail[k], head[k])
            enter, leave = clip(offset, first[k], last[k])
            if leave <= enter:
                continue
            begin, end = (leave, enter) if tail[k] == i else (enter, leave)
            reached = end == first[k] or end == last[k]
            ax, ay = direction(nx, ny, offset, begin)
            bx, by = direction(nx, ny, offset, end)
            if pieces == 0:
                opening_x, opening_y = ax, ay
            if is_open:
                turned = angle_between(open_x, open_y, ax, ay) % (2.0 * math.pi)
                count = _write_arc(points, count, open_x, open_y, turned, step)
            points[count, 0], points[count, 1] = ax, ay
            count += 1
            pieces += 1
            is_open = not reached
            if is_open:
                points[count, 0], points[count, 1] = bx, by
                count += 1
                open_x, open_y = bx, by
        if pieces > 0 and is_open:
            turned = angle_between(open_x, open_y, opening_x, opening_y) % (2.0 * math.pi)
            count = _write_arc(points, count, open_x, open_y, turned, step)
        elif pieces == 0 and areas[i] > 0.5 * math.pi:
            points[count, 0], points[count, 1] = 1.0, 0.0
            count = _write_arc(points, count + 1, 1.0, 0.0, 2.0 * math.pi, step)
        offsets[i + 1] = count
    return points[:count].copy(), offsets
