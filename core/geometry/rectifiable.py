"""Bounds of the number of linear charts that a surface needs: its rectified linear complexity."""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float64, Int64
from numba import njit

from core.base.progress import Progress, Work
from core.data.surface import Surface

DIRECTIONS = 96
"""Directions of projection that are tried for a chart."""

STEEPEST = 0.02
"""Least cosine between a face and the direction of its chart: steeper faces are left to other charts."""


@dataclass(frozen=True, eq=False)
class RectifiedComplexity:
    """Bounds of the least number of linear charts, and the charts that show the upper one.

    Parameters
    ----------
    at_least : int
        Lower bound, proved: 2 if no direction sees all faces from the front, else 1.
    at_most : int
        Upper bound, proved by the charts.
    chart : (f,) int64 array
        Chart of each face; faces of no area have -1.
    direction : (at_most, 3) float64 array
        Unit vector that each chart is projected along.

    Notes
    -----
    A set of faces has a linear chart if some affine map to the plane is injective on it (definition 4.8 of Lei, Luo,
    Yau and Gu, arXiv 1805.10451); the least number of such sets that make up the surface is its rectified linear
    complexity (definition 4.10). Here the sets are made of whole faces, and closed.
    """

    at_least: int
    at_most: int
    chart: Int64[np.ndarray, " f"]
    direction: Float64[np.ndarray, "c 3"]


def rectified_complexity(surface: Surface) -> Work[RectifiedComplexity]:
    """Bound the rectified linear complexity of a surface.

    Parameters
    ----------
    surface : Surface
        An oriented surface.

    Returns
    -------
    RectifiedComplexity
        A lower and an upper bound.

    Notes
    -----
    Lower bound: a projection along d is injective on a connected oriented surface only if all normals lie on one side,
    n . d > 0, which a linear program decides (lemma 4.13 is the smooth case). Upper bound: charts are taken greedily,
    the largest first; a chart is a set of faces with n . d > 0 whose projections along d do not meet, grown face by
    face from the greatest one, and on from the next where it ends.
    """
    area = surface.face_areas
    sound = area > 0
    normals = np.where(sound[:, None], surface.face_area_vectors / np.where(sound, area, 1.0)[:, None], 0.0)
    chart = np.where(sound, -2, -1)
    directions: list[np.ndarray] = []
    candidates = _directions(DIRECTIONS)
    facing = np.ascontiguousarray((normals @ candidates.T).T > STEEPEST)
    projection = _Projection(surface)
    # What a direction offers only shrinks, so its old value bounds the new one: look again only at the best.
    offer = facing @ area
    while (chart == -2).any():
        yield Progress(float(area[chart >= 0].sum() / surface.area), f"Linear charts: {len(directions)}")
        free = chart == -2
        best, faces = -1, np.empty(0, np.int64)
        while best != offer.argmax():
            best = int(offer.argmax())
            faces = projection.apart(facing[best] & free, candidates[best])
            offer[best] = area[faces].sum()
        chart[faces] = len(directions)
        directions.append(candidates[best])
    return RectifiedComplexity(
        1 if _one_direction_sees_all(normals[sound]) else 2, len(directions), chart, np.array(directions).reshape(-1, 3)
    )


def _directions(n: int) -> Float64[np.ndarray, "n 3"]:
    """Return unit vectors spread evenly over the sphere, by the golden angle."""
    height = 1.0 - (2.0 * np.arange(n) + 1.0) / n
    angle = np.pi * (3.0 - np.sqrt(5.0)) * np.arange(n)
    radius = np.sqrt(1.0 - height**2)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), height])


def _one_direction_sees_all(normals: np.ndarray) -> bool:
    """Tell whether some direction has a positive product with all normals: whether the best least product is one."""
    from scipy.optimize import linprog  # asked for rarely: the window need not wait for its import

    rows = np.column_stack([-normals, np.ones(len(normals))])
    best = linprog([0.0, 0.0, 0.0, -1.0], A_ub=rows, b_ub=np.zeros(len(rows)), bounds=[(-1, 1)] * 4)
    return bool(best.x[3] > 1e-6)


class _Projection:
    """Subsets of the faces of a surface whose projections along a direction do not meet."""

    def __init__(self, surface: Surface) -> None:
        self._vertices, self._corners = surface.vertices, np.ascontiguousarray(surface.faces, np.int64)
        self._starts, self._neighbours = _adjacency(self._corners)
        self._greatest_first = np.argsort(-surface.face_areas, kind="stable")

    def apart(self, allowed: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Return faces, among those allowed, whose projections along a direction do not meet."""
        seeds = self._greatest_first[allowed[self._greatest_first]]
        if not len(seeds):
            return seeds
        helper = np.eye(3)[np.abs(direction).argmin()]
        first = np.cross(helper, direction)
        first /= np.linalg.norm(first)
        plane = self._vertices @ np.column_stack([first, np.cross(direction, first)])
        triangles, boxes = _triangles(plane, self._corners, seeds)
        low, high = boxes[seeds, 0].min(0), boxes[seeds, 1].max(0)
        reach = (boxes[seeds, 1] - boxes[seeds, 0]).mean()
        side = max(2.0 * reach, np.sqrt((high - low).prod() / (4.0 * len(seeds) + 1.0)))
        shape = np.maximum(1, np.ceil((high - low) / side)).astype(np.int64)
        grid = low, float(side), shape
        return np.flatnonzero(
            _grow(triangles, boxes, self._corners, self._starts, self._neighbours, allowed, seeds, *grid)
        )


def _adjacency(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the faces beside each of some faces: where they start in a list, and the list."""
    sides = np.sort(np.stack([corners, np.roll(corners, -1, 1)], 2).reshape(-1, 2), axis=1)
    key = sides[:, 0] * (corners.max() + 1) + sides[:, 1]
    order = np.argsort(key, kind="stable")
    same = key[order][1:] == key[order][:-1]
    pairs = np.column_stack([order[:-1][same] // 3, order[1:][same] // 3])
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    return np.searchsorted(both[:, 0], np.arange(len(corners) + 1)), both[:, 1].copy()


@njit(cache=True, nogil=True)
@no_type_check
def _triangles(
    plane: Float64[np.ndarray, "n 2"], corners: Int64[np.ndarray, "f 3"], faces: Int64[np.ndarray, " m"]
) -> tuple[Float64[np.ndarray, "f 3 2"], Float64[np.ndarray, "f 2 2"]]:
    """Return the projections of some faces with the least and greatest coordinates of each; the others are zero."""
    triangles, boxes = np.zeros((len(corners), 3, 2)), np.zeros((len(corners), 2, 2))
    for t in faces:
        for k in range(2):
            x, y, z = plane[corners[t, 0], k], plane[corners[t, 1], k], plane[corners[t, 2], k]
            triangles[t, 0, k], triangles[t, 1, k], triangles[t, 2, k] = x, y, z
            boxes[t, 0, k], boxes[t, 1, k] = min(x, y, z), max(x, y, z)
    return triangles, boxes


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _overlap(a: Float64[np.ndarray, "3 2"], b: Float64[np.ndarray, "3 2"], apart: bool) -> bool:
    """Tell whether two triangles, counter-clockwise, have a point in common; where ``apart`` is off, an inner one."""
    for k in range(2):
        p, q = (a, b) if k == 0 else (b, a)
        for i in range(3):
            x, y = p[i, 0], p[i, 1]
            dx, dy = p[(i + 1) % 3, 0] - x, p[(i + 1) % 3, 1] - y
            most = -np.inf
            for j in range(3):
                most = max(most, dx * (q[j, 1] - y) - dy * (q[j, 0] - x))
            if most < 0.0 or (most <= 0.0 and not apart):
                return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _meets(
    triangles: Float64[np.ndarray, "f 3 2"],
    boxes: Float64[np.ndarray, "f 2 2"],
    corners: Int64[np.ndarray, "f 3"],
    t: int,
    i: int,
    j: int,
    columns: int,
    head: Int64[np.ndarray, " n"],
    following: Int64[np.ndarray, " m"],
    member: Int64[np.ndarray, " m"],
) -> bool:
    """Tell whether a triangle meets one that was entered into a square of the grid."""
    entry = head[i * columns + j]
    while entry >= 0:
        o = member[entry]
        entry = following[entry]
        if boxes[t, 1, 0] < boxes[o, 0, 0] or boxes[o, 1, 0] < boxes[t, 0, 0]:
            continue
        if boxes[t, 1, 1] < boxes[o, 0, 1] or boxes[o, 1, 1] < boxes[t, 0, 1]:
            continue
        shared = False
        for p in range(3):
            for q in range(3):
                shared |= corners[t, p] == corners[o, q]
        if _overlap(triangles[t], triangles[o], not shared):
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _square(x: float, low: float, side: float, size: int) -> int:
    """Return the row or column of the grid that a coordinate lies in."""
    return min(max(int((x - low) / side), 0), size - 1)


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _grow(
    triangles: Float64[np.ndarray, "f 3 2"],
    boxes: Float64[np.ndarray, "f 2 2"],
    corners: Int64[np.ndarray, "f 3"],
    starts: Int64[np.ndarray, " n"],
    neighbours: Int64[np.ndarray, " m"],
    allowed: Bool[np.ndarray, " f"],
    seeds: Int64[np.ndarray, " k"],
    low: Float64[np.ndarray, " 2"],
    side: float,
    shape: Int64[np.ndarray, " 2"],
) -> Bool[np.ndarray, " f"]:
    """Take in triangles from the first seed outwards, then from the next, where they meet none that was taken."""
    n = len(triangles)
    taken, asked, queue = np.zeros(n, np.bool_), ~allowed, np.empty(n, np.int64)
    head = np.full(shape[0] * shape[1], -1, np.int64)
    following, member, used = np.empty(4 * n + 64, np.int64), np.empty(4 * n + 64, np.int64), 0
    first = last = 0
    for seed in seeds:
        if not asked[seed]:
            asked[seed], queue[last] = True, seed
            last += 1
        while first < last:
            t = queue[first]
            first += 1
            top, bottom = (
                _square(boxes[t, 0, 0], low[0], side, shape[0]),
                _square(boxes[t, 1, 0], low[0], side, shape[0]),
            )
            left, right = (
                _square(boxes[t, 0, 1], low[1], side, shape[1]),
                _square(boxes[t, 1, 1], low[1], side, shape[1]),
            )
            free = True
            for i in range(top, bottom + 1):
                for j in range(left, right + 1):
                    free = free and not _meets(triangles, boxes, corners, t, i, j, shape[1], head, following, member)
            if not free:
                continue
            taken[t] = True
            for i in range(top, bottom + 1):
                for j in range(left, right + 1):
                    if used == len(member):
                        following = np.concatenate((following, np.empty(used, np.int64)))
                        member = np.concatenate((member, np.empty(used, np.int64)))
                    member[used], following[used] = t, head[i * shape[1] + j]
                    head[i * shape[1] + j] = used
                    used += 1
            for k in range(starts[t], starts[t + 1]):
                if not asked[neighbours[k]]:
                    asked[neighbours[k]], queue[last] = True, neighbours[k]
                    last += 1
    return taken
