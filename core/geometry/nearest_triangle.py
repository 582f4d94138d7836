"""Exact distances from points to a set of triangles."""

from dataclasses import dataclass

import numba
import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen

_LEAF = 4
"""Most triangles in a leaf of the tree."""


@dataclass(frozen=True, eq=False)
class TriangleTree:
    """A tree of boxes around triangles.

    Parameters
    ----------
    corners : (f, 3, 3) float64 array
        The triangles in the order of the leaves.
    order : (f,) int64 array
        The index of each of them in the array that the tree was built from.
    boxes : (m, 2, 3) float64 array
        Lower and upper corner of the box of each node.
    children : (m, 2) int64 array
        For an inner node its two children; for a leaf -1 minus the first, and the number of its triangles.
    """

    corners: Float64[np.ndarray, "f 3 3"]
    order: Int64[np.ndarray, " f"]
    boxes: Float64[np.ndarray, "m 2 3"]
    children: Int64[np.ndarray, "m 2"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "corners", frozen(self.corners, np.float64, (None, 3, 3)))
        object.__setattr__(self, "order", frozen(self.order, np.int64, (len(self.corners),)))
        object.__setattr__(self, "boxes", frozen(self.boxes, np.float64, (None, 2, 3)))
        object.__setattr__(self, "children", frozen(self.children, np.int64, (len(self.boxes), 2)))

    def query(
        self, points: Float64[np.ndarray, "n 3"]
    ) -> tuple[Float64[np.ndarray, " n"], Int64[np.ndarray, " n"], Float64[np.ndarray, "n 3"]]:
        """Return for each point its distance to the triangles, the index of a nearest one, and the nearest point.

        Notes
        -----
        Exact up to rounding: a branch is left out only if its box is farther than a triangle already found.
        """
        points = np.ascontiguousarray(points, np.float64)
        # Neighbours one after the other: the nearest triangle of one point is a bound for the next.
        order = _along_a_curve(points)
        squared, found, nearest = _query(points, order, self.corners, self.boxes, self.children)
        return np.sqrt(squared), self.order[found], nearest

    def meeting_boxes(self) -> Int64[np.ndarray, "p 2"]:
        """Return the pairs of triangles whose boxes, parallel to the axes, have a point in common."""
        pairs = _meeting(self.corners, self.boxes, self.children)
        return self.order[pairs].reshape(-1, 2)


def triangle_tree(corners: Float64[np.ndarray, "f 3 3"]) -> TriangleTree:
    """Build the tree of some triangles, halving by the median along the longest side of the box.

    Raises
    ------
    ValueError
        If there is no triangle or a coordinate is not finite.
    """
    corners = np.ascontiguousarray(corners, np.float64)
    if not len(corners) or not np.isfinite(corners).all():
        raise ValueError("distances need at least one triangle, and finite coordinates")
    order, boxes, children, count = _build(corners, corners.mean(1))
    return TriangleTree(corners[order], order, boxes[:count], children[:count])


def _along_a_curve(points: np.ndarray) -> np.ndarray:
    """Order of the points along a Morton curve."""
    low, span = points.min(0), np.ptp(points, 0).max()
    place = ((points - low) / (span if span > 0 else 1.0) * 1023).astype(np.uint64)
    code = np.zeros(len(points), np.uint64)
    for bit in range(10):
        for axis in range(3):
            code |= ((place[:, axis] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(3 * bit + axis)
    return np.argsort(code, kind="stable")


@numba.njit(cache=True, nogil=True)
def _build(
    corners: Float64[np.ndarray, "f 3 3"], centres: Float64[np.ndarray, "f 3"]
) -> tuple[Int64[np.ndarray, " f"], Float64[np.ndarray, "n 2 3"], Int64[np.ndarray, "n 2"], int]:
    """Order of the triangles, boxes and children of the nodes, number of nodes."""
    n = len(corners)
    order = np.arange(n)
    boxes = np.empty((2 * n, 2, 3))
    children = np.empty((2 * n, 2), np.int64)
    stack = [(0, 0, n)]
    count = 1
    while len(stack) > 0:
        node, start, stop = stack.pop()
        for axis in range(3):
            low, high = np.inf, -np.inf
            for i in range(start, stop):
                for k in range(3):
                    value = corners[order[i], k, axis]
                    low, high = min(low, value), max(high, value)
            boxes[node, 0, axis], boxes[node, 1, axis] = low, high
        if stop - start <= _LEAF:
            children[node, 0], children[node, 1] = -1 - start, stop - start
            continue
        axis = np.argmax(boxes[node, 1] - boxes[node, 0])
        part = order[start:stop]
        part = part[np.argsort(centres[part, axis])]
        order[start:stop] = part
        middle = (start + stop) // 2
        children[node, 0], children[node, 1] = count, count + 1
        stack.append((count, start, middle))
        stack.append((count + 1, middle, stop))
        count += 2
    return order, boxes, children, count


@numba.njit(cache=True, nogil=True)
def _meeting(
    corners: Float64[np.ndarray, "f 3 3"], boxes: Float64[np.ndarray, "n 2 3"], children: Int64[np.ndarray, "n 2"]
) -> Int64[np.ndarray, "m 2"]:
    """Pairs of triangles, in the order of the leaves, whose boxes meet."""
    low, high = np.empty((len(corners), 3)), np.empty((len(corners), 3))
    for i in range(len(corners)):
        for axis in range(3):
            low[i, axis], high[i, axis] = corners[i, :, axis].min(), corners[i, :, axis].max()
    found = [(0, 0)]
    found.pop()
    for i in range(len(corners)):
        stack = [0]
        while len(stack) > 0:
            node = stack.pop()
            if (boxes[node, 0] > high[i]).any() or (boxes[node, 1] < low[i]).any():
                continue
            if children[node, 0] >= 0:
                stack.append(children[node, 0])
                stack.append(children[node, 1])
                continue
            start = -1 - children[node, 0]
            for j in range(max(start, i + 1), start + children[node, 1]):
                if (low[j] <= high[i]).all() and (high[j] >= low[i]).all():
                    found.append((i, j))
    pairs = np.empty((len(found), 2), np.int64)
    for k in range(len(found)):
        pairs[k, 0], pairs[k, 1] = found[k]
    return pairs


@numba.njit(cache=True, nogil=True, inline="always")
def _box_distance(box: Float64[np.ndarray, "2 3"], x: float, y: float, z: float) -> float:
    """Squared distance of a point from a box."""
    dx = max(box[0, 0] - x, 0.0, x - box[1, 0])
    dy = max(box[0, 1] - y, 0.0, y - box[1, 1])
    dz = max(box[0, 2] - z, 0.0, z - box[1, 2])
    return dx * dx + dy * dy + dz * dz


@numba.njit(cache=True, nogil=True)
def _triangle_weights(t: Float64[np.ndarray, "3 3"], x: float, y: float, z: float) -> tuple[float, float]:
    """Barycentric weights (v, w) of the second and third corner at the point of a triangle nearest to (x, y, z).

    By the regions of Ericson, *Real-Time Collision Detection* (2005), section 5.1.5. A side of no length has no region:
    what is nearest to it is nearest to one of the others.
    """
    abx, aby, abz = t[1, 0] - t[0, 0], t[1, 1] - t[0, 1], t[1, 2] - t[0, 2]
    acx, acy, acz = t[2, 0] - t[0, 0], t[2, 1] - t[0, 1], t[2, 2] - t[0, 2]
    apx, apy, apz = x - t[0, 0], y - t[0, 1], z - t[0, 2]
    d1 = abx * apx + aby * apy + abz * apz
    d2 = acx * apx + acy * apy + acz * apz
    if d1 <= 0.0 and d2 <= 0.0:
        return 0.0, 0.0
    bpx, bpy, bpz = x - t[1, 0], y - t[1, 1], z - t[1, 2]
    d3 = abx * bpx + aby * bpy + abz * bpz
    d4 = acx * bpx + acy * bpy + acz * bpz
    if d3 >= 0.0 and d4 <= d3:
        return 1.0, 0.0
    vc = d1 * d4 - d3 * d2
    if vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0 and d1 > d3:
        return d1 / (d1 - d3), 0.0
    cpx, cpy, cpz = x - t[2, 0], y - t[2, 1], z - t[2, 2]
    d5 = abx * cpx + aby * cpy + abz * cpz
    d6 = acx * cpx + acy * cpy + acz * cpz
    if d6 >= 0.0 and d5 <= d6:
        return 0.0, 1.0
    vb = d5 * d2 - d1 * d6
    if vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0 and d2 > d6:
        return 0.0, d2 / (d2 - d6)
    va = d3 * d6 - d5 * d4
    if va <= 0.0 and d4 - d3 >= 0.0 and d5 - d6 >= 0.0 and (d4 - d3) + (d5 - d6) > 0.0:
        w = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        return 1.0 - w, w
    total = va + vb + vc
    if total == 0.0:
        return 0.0, 0.0
    return vb / total, vc / total


@numba.njit(cache=True, nogil=True)
def _measure(t: Float64[np.ndarray, "3 3"], x: float, y: float, z: float, nearest: Float64[np.ndarray, " 3"]) -> float:
    """Squared distance of a point from a triangle; writes the nearest point."""
    v, w = _triangle_weights(t, x, y, z)
    for axis in range(3):
        nearest[axis] = t[0, axis] + v * (t[1, axis] - t[0, axis]) + w * (t[2, axis] - t[0, axis])
    return (x - nearest[0]) ** 2 + (y - nearest[1]) ** 2 + (z - nearest[2]) ** 2


@numba.njit(cache=True, nogil=True)
def _query(
    points: Float64[np.ndarray, "n 3"],
    order: Int64[np.ndarray, " n"],
    corners: Float64[np.ndarray, "f 3 3"],
    boxes: Float64[np.ndarray, "m 2 3"],
    children: Int64[np.ndarray, "m 2"],
) -> tuple[Float64[np.ndarray, " n"], Int64[np.ndarray, " n"], Float64[np.ndarray, "n 3"]]:
    """Squared distance, index of a nearest triangle in the tree's order, and nearest point, for each point."""
    n = len(points)
    squared, found, nearest = np.empty(n), np.empty(n, np.int64), np.empty((n, 3))
    stack, bounds = np.empty(128, np.int64), np.empty(128)
    here = np.empty(3)
    last = 0
    for i in order:
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        best, which = _measure(corners[last], x, y, z, here), last
        nearest[i] = here
        stack[0], bounds[0] = 0, _box_distance(boxes[0], x, y, z)
        height = 1
        while height > 0:
            height -= 1
            node = stack[height]
            if bounds[height] >= best:
                continue
            left, right = children[node]
            if left < 0:
                for k in range(-1 - left, -1 - left + right):
                    there = _measure(corners[k], x, y, z, here)
                    if there < best:
                        best, which = there, k
                        nearest[i] = here
                continue
            near, far = _box_distance(boxes[left], x, y, z), _box_distance(boxes[right], x, y, z)
            if near > far:
                left, right, near, far = right, left, far, near
            if far < best:
                stack[height], bounds[height] = right, far
                height += 1
            if near < best:
                stack[height], bounds[height] = left, near
                height += 1
        squared[i], found[i], last = best, which, which
    return squared, found, nearest


def weights_in_triangles(
    corners: Float64[np.ndarray, "n 3 3"], at: Float64[np.ndarray, "n 3"]
) -> Float64[np.ndarray, "n 3"]:
    """Return the weights of points in triangles of space; in one without area those of its first side."""
    a, b, p = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], at - corners[:, 0]
    aa, ab, bb, pa, pb = _dot(a, a), _dot(a, b), _dot(b, b), _dot(p, a), _dot(p, b)
    area = aa * bb - ab * ab
    is_flat = ~(area > 1e-24 * aa * bb)
    area = np.where(is_flat, 1.0, area)
    second = np.where(is_flat, pa / np.where(aa > 0.0, aa, 1.0), (bb * pa - ab * pb) / area)
    third = np.where(is_flat, 0.0, (aa * pb - ab * pa) / area)
    return np.clip(np.column_stack([1.0 - second - third, second, third]), 0.0, 1.0)


def _dot(x: Float64[np.ndarray, "n 3"], y: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, " n"]:
    return (x * y).sum(1)
