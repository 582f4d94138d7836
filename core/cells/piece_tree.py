"""A tree of boxes around the pieces of a surface, for nearest points."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.base.arrays import frozen

_BINS = 16
"""Places along an axis at which a set of pieces may be divided."""
_LEAF = 2
"""Pieces that are never divided."""


@dataclass(frozen=True, eq=False)
class PieceTree:
    """A tree of boxes around pieces, each a few triangles.

    Parameters
    ----------
    corners : (f, 3, 3) float64 array
        The triangles, those of a piece together, pieces in the order of the leaves.
    order : (f,) int64 array
        The number of each in the array that the tree was built from.
    starts : (p + 1,) int64 array
        Piece k of the leaves has the triangles from ``starts[k]`` to ``starts[k + 1]``.
    boxes : (m, 6) float64 array
        Lower and upper corner of the box of each node.
    children : (m, 2) int64 array
        For an inner node its two children; for a leaf -1 minus its first piece, and the number of its pieces.
    height : int
        Nodes on the longest way from the root to a leaf.
    """

    corners: Float64[np.ndarray, "f 3 3"]
    order: Int64[np.ndarray, " f"]
    starts: Int64[np.ndarray, " p1"]
    boxes: Float64[np.ndarray, "m 6"]
    children: Int64[np.ndarray, "m 2"]
    height: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "corners", frozen(self.corners, np.float64, (None, 3, 3)))
        object.__setattr__(self, "order", frozen(self.order, np.int64, (len(self.corners),)))
        object.__setattr__(self, "starts", frozen(self.starts, np.int64, (None,)))
        object.__setattr__(self, "boxes", frozen(self.boxes, np.float64, (None, 6)))
        object.__setattr__(self, "children", frozen(self.children, np.int64, (len(self.boxes), 2)))

    def nearest(self, points: Float64[np.ndarray, "n 3"]) -> Int64[np.ndarray, " n"]:
        """Return a triangle nearest to each point.

        Notes
        -----
        Exact up to rounding: a branch is left out only if its box is farther than a triangle already found. Points that
        follow each other closely are found sooner: the triangle of one is a bound for the next.
        """
        points = np.ascontiguousarray(points, np.float64)
        return self.order[_nearest(points, self.corners, self.starts, self.boxes, self.children, self.height)]


def piece_tree(corners: Float64[np.ndarray, "f 3 3"], piece: Int64[np.ndarray, " f"]) -> PieceTree:
    """Build the tree of pieces.

    Parameters
    ----------
    corners : (f, 3, 3) float64 array
        Triangles.
    piece : (f,) int64 array
        The piece of each.

    Raises
    ------
    ValueError
        If there is no triangle or a coordinate is not finite.

    Notes
    -----
    Divided where the areas of the two boxes, weighted by the pieces in them, are least: Wald, *On fast construction of
    SAH-based bounding volume hierarchies* (2007). A fan of slivers is one piece, for the box around all of it is
    hardly larger than that around one.
    """
    if not len(corners) or not np.isfinite(corners).all():
        raise ValueError("nearest points need at least one triangle, and finite coordinates")
    by_piece = np.argsort(piece, kind="stable")
    first = np.flatnonzero(np.concatenate([[True], np.diff(piece[by_piece]) != 0]))
    corners = np.ascontiguousarray(corners[by_piece])
    low = np.minimum.reduceat(corners.min(1), first)
    high = np.maximum.reduceat(corners.max(1), first)
    places, boxes, children, count, height = _build(low, high)
    sizes = np.diff(np.concatenate([first, [len(corners)]]))[places]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    triangles = np.repeat(first[places] - starts[:-1], sizes) + np.arange(len(corners))
    return PieceTree(corners[triangles], by_piece[triangles], starts, boxes[:count], children[:count], height)


@njit(cache=True, nogil=True)
def _build(
    low: Float64[np.ndarray, "p 3"], high: Float64[np.ndarray, "p 3"]
) -> tuple[Int64[np.ndarray, " p"], Float64[np.ndarray, "m 6"], Int64[np.ndarray, "m 2"], int, int]:
    """Order of the pieces, boxes and children of the nodes, number of nodes, height of the tree."""
    n = len(low)
    order = np.arange(n)
    table = np.empty((n, 6))  # moved together with the order, so that every pass reads forward
    table[:, :3], table[:, 3:] = low, high
    boxes, children = np.empty((2 * n, 6)), np.empty((2 * n, 2), np.int64)
    stack = np.empty((n + 2, 4), np.int64)
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = 0, 0, n, 1
    height, count, highest = 1, 1, 1
    while height > 0:
        height -= 1
        node, start, stop, level = stack[height]
        highest = max(highest, level)
        middle = _divide(table, order, start, stop, boxes[node])
        if middle < 0:
            children[node, 0], children[node, 1] = -1 - start, stop - start
            continue
        children[node, 0], children[node, 1] = count, count + 1
        for part, (begin, end) in enumerate(((start, middle), (middle, stop))):
            at = height + part
            stack[at, 0], stack[at, 1], stack[at, 2], stack[at, 3] = count + part, begin, end, level + 1
        height, count = height + 2, count + 2
    return order, boxes, children, count, highest


@njit(cache=True, nogil=True)
def _divide(
    table: Float64[np.ndarray, "p 6"],
    order: Int64[np.ndarray, " p"],
    start: int,
    stop: int,
    box: Float64[np.ndarray, " 6"],
) -> int:
    """Write the box of some pieces; divide them in two, return where the second part begins, -1 for a leaf."""
    centre = np.empty(6)
    for axis in range(3):
        box[axis], box[axis + 3], centre[axis], centre[axis + 3] = np.inf, -np.inf, np.inf, -np.inf
    for k in range(start, stop):
        for axis in range(3):
            low, high = table[k, axis], table[k, axis + 3]
            box[axis], box[axis + 3] = min(box[axis], low), max(box[axis + 3], high)
            centre[axis], centre[axis + 3] = min(centre[axis], low + high), max(centre[axis + 3], low + high)
    if stop - start <= _LEAF:
        return -1
    axis = 0
    for other in range(1, 3):
        if centre[other + 3] - centre[other] > centre[axis + 3] - centre[axis]:
            axis = other
    span = centre[axis + 3] - centre[axis]
    if not span > 0.0:
        return (start + stop) // 2  # all in one place: any order will do
    scale = _BINS * (1.0 - 1e-12) / span
    split = _best_bin(table, start, stop, axis, centre[axis], scale)
    here, there = start, stop - 1
    while here <= there:
        if int((table[here, axis] + table[here, axis + 3] - centre[axis]) * scale) <= split:
            here += 1
            continue
        for column in range(6):
            table[here, column], table[there, column] = table[there, column], table[here, column]
        order[here], order[there] = order[there], order[here]
        there -= 1
    return here


@njit(cache=True, nogil=True)
def _best_bin(table: Float64[np.ndarray, "p 6"], start: int, stop: int, axis: int, low: float, scale: float) -> int:
    """The bin after which a division costs least."""
    counts, bounds = np.zeros(_BINS, np.int64), np.empty((_BINS, 6))
    bounds[:, :3], bounds[:, 3:] = np.inf, -np.inf
    for k in range(start, stop):
        b = int((table[k, axis] + table[k, axis + 3] - low) * scale)
        counts[b] += 1
        for j in range(3):
            bounds[b, j] = min(bounds[b, j], table[k, j])
            bounds[b, j + 3] = max(bounds[b, j + 3], table[k, j + 3])
    right = np.empty(_BINS)
    box, total = np.empty(6), 0
    box[:3], box[3:] = np.inf, -np.inf
    for b in range(_BINS - 1, 0, -1):
        total += counts[b]
        for j in range(3):
            box[j], box[j + 3] = min(box[j], bounds[b, j]), max(box[j + 3], bounds[b, j + 3])
        right[b - 1] = total * _surface(box) if total else np.inf
    box[:3], box[3:] = np.inf, -np.inf
    best, split, total = np.inf, 0, 0
    for b in range(_BINS - 1):
        total += counts[b]
        for j in range(3):
            box[j], box[j + 3] = min(box[j], bounds[b, j]), max(box[j + 3], bounds[b, j + 3])
        cost = total * _surface(box) + right[b] if total else np.inf
        if cost < best:
            best, split = cost, b
    return split


@njit(cache=True, nogil=True)
def _surface(box: Float64[np.ndarray, " 6"]) -> float:
    """Half the area of a box."""
    x, y, z = box[3] - box[0], box[4] - box[1], box[5] - box[2]
    return x * y + y * z + z * x


@njit(cache=True, nogil=True, inline="always")
def _from_box(box: Float64[np.ndarray, " 6"], x: float, y: float, z: float) -> float:
    """Squared distance of a point from a box."""
    dx = max(box[0] - x, 0.0, x - box[3])
    dy = max(box[1] - y, 0.0, y - box[4])
    dz = max(box[2] - z, 0.0, z - box[5])
    return dx * dx + dy * dy + dz * dz


@njit(cache=True, nogil=True)
def _from_triangle(t: Float64[np.ndarray, "3 3"], x: float, y: float, z: float) -> float:
    """Squared distance of a point from a triangle, by the regions around it (Ericson 2005, section 5.1.5)."""
    ux, uy, uz = t[1, 0] - t[0, 0], t[1, 1] - t[0, 1], t[1, 2] - t[0, 2]
    vx, vy, vz = t[2, 0] - t[0, 0], t[2, 1] - t[0, 1], t[2, 2] - t[0, 2]
    px, py, pz = x - t[0, 0], y - t[0, 1], z - t[0, 2]
    d1, d2 = ux * px + uy * py + uz * pz, vx * px + vy * py + vz * pz
    uu, uv, vv = ux * ux + uy * uy + uz * uz, ux * vx + uy * vy + uz * vz, vx * vx + vy * vy + vz * vz
    d3, d4, d5, d6 = d1 - uu, d2 - uv, d1 - uv, d2 - vv
    a, b, c = d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2
    if d1 <= 0.0 and d2 <= 0.0:
        v, w = 0.0, 0.0
    elif d3 >= 0.0 and d4 <= d3:
        v, w = 1.0, 0.0
    elif c <= 0.0 and d1 >= 0.0 and d3 <= 0.0:
        v, w = d1 / uu if uu > 0.0 else 0.0, 0.0
    elif d6 >= 0.0 and d5 <= d6:
        v, w = 0.0, 1.0
    elif b <= 0.0 and d2 >= 0.0 and d6 <= 0.0:
        v, w = 0.0, d2 / vv if vv > 0.0 else 0.0
    elif a <= 0.0 and d4 - d3 >= 0.0 and d5 - d6 >= 0.0:
        total = (d4 - d3) + (d5 - d6)
        w = (d4 - d3) / total if total > 0.0 else 0.0
        v = 1.0 - w
    else:
        total = a + b + c
        v, w = (b / total, c / total) if total > 0.0 else (0.0, 0.0)
    px, py, pz = px - v * ux - w * vx, py - v * uy - w * vy, pz - v * uz - w * vz
    return px * px + py * py + pz * pz


@njit(cache=True, nogil=True)
def _nearest(
    points: Float64[np.ndarray, "n 3"],
    corners: Float64[np.ndarray, "f 3 3"],
    starts: Int64[np.ndarray, " p1"],
    boxes: Float64[np.ndarray, "m 6"],
    children: Int64[np.ndarray, "m 2"],
    most: int,
) -> Int64[np.ndarray, " n"]:
    """A nearest triangle, in the order of the leaves, for each point."""
    found = np.empty(len(points), np.int64)
    stack, bounds = np.empty(most, np.int64), np.empty(most)
    which = 0
    for i in range(len(points)):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        best = _from_triangle(corners[which], x, y, z)
        node, height = 0, 0
        while True:
            left, right = children[node, 0], children[node, 1]
            if left < 0:
                for k in range(starts[-1 - left], starts[-1 - left + right]):
                    gap = _from_triangle(corners[k], x, y, z)
                    if gap < best:
                        best, which = gap, k
            else:
                near, far = _from_box(boxes[left], x, y, z), _from_box(boxes[right], x, y, z)
                if near > far:
                    left, right, near, far = right, left, far, near
                if far < best:
                    stack[height], bounds[height] = right, far
                    height += 1
                if near < best:
                    node = left
                    continue
            while height > 0 and bounds[height - 1] >= best:
                height -= 1
            if height == 0:
                break
            height -= 1
            node = stack[height]
        found[i] = which
    return found
