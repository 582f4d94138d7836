"""Sets of faces: whether they are disks, and how much a map of them to the round disk distorts."""

import numba
import numpy as np
from jaxtyping import Float64, Int64

from core.charts.relaxation import metric_of, move_vertex
from core.geometry.merging import rings_of

_SHORTEST = 1e-3
"""Least part of the mean length that a side of the rim counts on the circle: two vertices may lie in one place."""
_TRIMS = 3
"""How often faces with two sides on the rim are taken away before a disk is judged."""
_MANY = 700
"""Inner vertices up to which the equations of the first map are solved directly."""
_STEPS = 300
"""Steps of relaxation where there are more."""


@numba.njit(cache=True, nogil=True)
def rim_of(
    members: Int64[np.ndarray, " m"],
    faces: Int64[np.ndarray, "f 3"],
    across: Int64[np.ndarray, "f 3"],
    slot: Int64[np.ndarray, " f"],
    mark: Int64[np.ndarray, " v"],
) -> tuple[bool, Int64[np.ndarray, "m 3"], Int64[np.ndarray, " n"], Int64[np.ndarray, " b"]]:
    """Return whether a set of faces is a disk, its faces with local vertices wound one way, its vertices, its rim.

    `slot` (a number for each face) and `mark` (for each vertex) hold -1 throughout, before and after.
    """
    m = len(members)
    local, vertices = np.full((m, 3), -1, np.int64), np.empty(3 * m, np.int64)
    for i in range(m):
        slot[members[i]] = i
    turned, queue, seen = np.zeros(m, np.bool_), np.empty(m, np.int64), np.zeros(m, np.bool_)
    queue[0], seen[0], length, reached = 0, True, 1, 0
    while reached < length:
        i = queue[reached]
        reached += 1
        f = members[i]
        for k in range(3):
            other = across[f, k]
            if other < 0:
                continue
            j = slot[other // 3]
            if j >= 0 and not seen[j]:
                seen[j] = True
                turned[j] = turned[i] ^ (faces[f, k] == faces[other // 3, other % 3])
                queue[length] = j
                length += 1
    n, n_rim = 0, 0
    for i in range(m):
        for k in range(3):
            v = faces[members[i], k]
            if mark[v] < 0:
                mark[v] = n
                vertices[n] = v
                n += 1
    following = np.full(n, -1, np.int64)
    good, first = length == m, -1
    for i in range(m):
        f = members[i]
        for k in range(3):
            local[i, 2 - k if turned[i] else k] = mark[faces[f, k]]
            other = across[f, k]
            if other < 0 or slot[other // 3] < 0:
                a, b = mark[faces[f, k]], mark[faces[f, (k + 1) % 3]]
                if turned[i]:
                    a, b = b, a
                if following[a] >= 0:
                    good = False
                following[a] = b
                first = a
                n_rim += 1
    for i in range(m):
        slot[members[i]] = -1
    for i in range(n):
        mark[vertices[i]] = -1
    rim = np.empty(n_rim, np.int64)
    # V - E + F with E = (3 F + rim) / 2
    if not good or n_rim == 0 or 2 * n - m - n_rim != 2:
        return False, local, vertices[:n], rim
    v = first
    for i in range(n_rim):
        rim[i] = v
        v = following[v]
        if v < 0:
            return False, local, vertices[:n], rim
    return v == first, local, vertices[:n], rim


@numba.njit(cache=True, nogil=True)
def _on_circle(
    codes: Float64[np.ndarray, "n 2"], rim: Int64[np.ndarray, " b"], points: Float64[np.ndarray, "n 3"]
) -> None:
    """Put the rim on the unit circle by arc length."""
    b = len(rim)
    place, total = np.zeros(b + 1), 0.0
    lengths = np.empty(b)
    for i in range(b):
        p, q = points[rim[i]], points[rim[(i + 1) % b]]
        lengths[i] = np.sqrt((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2)
        total += lengths[i]
    for i in range(b):
        place[i + 1] = place[i] + max(lengths[i], _SHORTEST * total / b)
    for i in range(b):
        angle = 2.0 * np.pi * place[i] / place[b]
        codes[rim[i], 0], codes[rim[i], 1] = np.cos(angle), np.sin(angle)


@numba.njit(cache=True, nogil=True)
def _balance(
    codes: Float64[np.ndarray, "n 2"],
    local: Int64[np.ndarray, "m 3"],
    inner: Int64[np.ndarray, " i"],
    index: Int64[np.ndarray, " n"],
) -> None:
    """Put the inner vertices at the means of their neighbours (Tutte)."""
    n = len(inner)
    if n > _MANY:
        rings, counts = rings_of(local, len(codes))
        for step in range(_STEPS):
            ahead = 1.8 if step < 0.9 * _STEPS else 1.0
            for v in inner:
                x, y = 0.0, 0.0
                for i in range(counts[v]):
                    for k in range(3):
                        w = local[rings[v, i], k]
                        if w != v:
                            x += codes[w, 0]
                            y += codes[w, 1]
                codes[v, 0] += ahead * (0.5 * x / counts[v] - codes[v, 0])
                codes[v, 1] += ahead * (0.5 * y / counts[v] - codes[v, 1])
        return
    matrix, right = np.zeros((n, n)), np.zeros((n, 2))
    for f in range(len(local)):
        for k in range(3):
            a, b = local[f, k], local[f, (k + 1) % 3]
            for v, w in ((a, b), (b, a)):
                i = index[v]
                if i >= 0:
                    matrix[i, i] += 1.0
                    j = index[w]
                    if j >= 0:
                        matrix[i, j] -= 1.0
                    else:
                        right[i, 0] += codes[w, 0]
                        right[i, 1] += codes[w, 1]
    found = np.linalg.solve(matrix, right)
    for i in range(n):
        codes[inner[i], 0], codes[inner[i], 1] = found[i, 0], found[i, 1]


@numba.njit(cache=True, nogil=True)
def flattened(
    local: Int64[np.ndarray, "m 3"],
    rim: Int64[np.ndarray, " b"],
    points: Float64[np.ndarray, "n 3"],
    sweeps: int,
    free_sweeps: int,
) -> tuple[Float64[np.ndarray, "n 2"], Float64[np.ndarray, "n 2"]]:
    """Return two maps of a disk of faces to the plane of low distortion: to the unit disk, and with a free rim.

    On the unit disk the rim lies by arc length.
    """
    n = len(points)
    codes, index = np.zeros((n, 2)), np.zeros(n, np.int64)
    index[rim] = -1
    inner = np.flatnonzero(index == 0)
    index[inner] = np.arange(len(inner))
    _on_circle(codes, rim, points)
    if len(inner):
        _balance(codes, local, inner, index)
    rings, counts = rings_of(local, n)
    metrics, area = np.zeros((len(local), 3)), 0.0
    for f in range(len(local)):
        a, b, c = points[local[f, 0]], points[local[f, 1]], points[local[f, 2]]
        metrics[f, 0], metrics[f, 1], metrics[f, 2] = metric_of(a, b, c, 1.0)
        area += 0.5 * np.sqrt(metrics[f, 0] * metrics[f, 2] - metrics[f, 1] ** 2)
    metrics *= np.pi / area
    for _ in range(sweeps):
        for i in range(len(inner)):
            v: int = inner[i]
            move_vertex(v, codes, rings[v], counts[v], local, metrics)
    free = codes.copy()
    for _ in range(free_sweeps):
        for v in range(n):
            move_vertex(v, free, rings[v], counts[v], local, metrics)
    return codes, free


@numba.njit(cache=True, nogil=True)
def distortion_of(
    codes: Float64[np.ndarray, "n 2"], local: Int64[np.ndarray, "m 3"], points: Float64[np.ndarray, "n 3"]
) -> tuple[float, float, float]:
    """Return distortion, area distortion and L2 stretch of a map to the plane, each 1 for an isometry.

    Distortion: root of the product of the mean squared norms of the map and of its inverse, halved, so that the scale
    does not count. Area distortion: mean over the area of the larger of the relative area and its inverse.
    """
    there, back, area, image, ratio = 0.0, 0.0, 0.0, 0.0, 0.0
    m = len(local)
    doubled, sizes = np.empty(m), np.empty(m)
    for f in range(m):
        a, b, c = local[f, 0], local[f, 1], local[f, 2]
        p, q, r = metric_of(points[a], points[b], points[c], 1.0)
        ux, uy, vx, vy = (
            codes[b, 0] - codes[a, 0], codes[b, 1] - codes[a, 1],
            codes[c, 0] - codes[a, 0], codes[c, 1] - codes[a, 1],
        )  # fmt: skip
        doubled[f], sizes[f] = ux * vy - uy * vx, np.sqrt(p * r - q * q)
        if not doubled[f] > 0.0:
            return np.inf, np.inf, np.inf
        norm = r * (ux * ux + uy * uy) - 2.0 * q * (ux * vx + uy * vy) + p * (vx * vx + vy * vy)
        there += 0.5 * norm / sizes[f]
        back += 0.5 * norm * sizes[f] / (doubled[f] * doubled[f])
        area += 0.5 * sizes[f]
        image += 0.5 * doubled[f]
    for f in range(m):
        relative = doubled[f] / sizes[f] * area / image
        ratio += 0.5 * sizes[f] * max(relative, 1.0 / relative)
    return 0.5 * np.sqrt(there * back) / area, ratio / area, np.sqrt(0.5 * back * image / area) / np.sqrt(area)


@numba.njit(cache=True, nogil=True)
def without_ears(
    members: Int64[np.ndarray, " m"], across: Int64[np.ndarray, "f 3"], slot: Int64[np.ndarray, " f"]
) -> Int64[np.ndarray, " k"]:
    """Return the members that do not have two sides on the rim."""
    for f in members:
        slot[f] = 0
    kept = np.empty(len(members), np.int64)
    n = 0
    for f in members:
        outside = 0
        for k in range(3):
            if across[f, k] < 0 or slot[across[f, k] // 3] < 0:
                outside += 1
        if outside < 2:
            kept[n] = f
            n += 1
    for f in members:
        slot[f] = -1
    return kept[:n]


@numba.njit(cache=True, nogil=True)
def judged(
    members: Int64[np.ndarray, " m"],
    faces: Int64[np.ndarray, "f 3"],
    across: Int64[np.ndarray, "f 3"],
    vertices: Float64[np.ndarray, "v 3"],
    slot: Int64[np.ndarray, " f"],
    mark: Int64[np.ndarray, " v"],
    sweeps: int,
    free_sweeps: int,
) -> tuple[float, float, float]:
    """Return distortion with a free rim, stretch on the round disk, and area distortion with a free rim.

    All are infinite where the faces are no disk. What the coarseness of the triangles does to the maps is left out:
    faces with two sides on the rim are taken away before, as long as the rest is a disk.
    """
    good, local, ids, rim = rim_of(members, faces, across, slot, mark)
    if not good:
        return np.inf, np.inf, np.inf
    for _ in range(_TRIMS):
        kept = without_ears(members, across, slot)
        if len(kept) == len(members) or len(kept) == 0:
            break
        is_disk, trimmed, kept_ids, kept_rim = rim_of(kept, faces, across, slot, mark)
        if not is_disk:
            break
        members, local, ids, rim = kept, trimmed, kept_ids, kept_rim
    points = vertices[ids]
    on_disk, free = flattened(local, rim, points, sweeps, free_sweeps)
    distortion, area, _ = distortion_of(free, local, points)
    _, _, stretch = distortion_of(on_disk, local, points)
    return distortion, stretch, area
