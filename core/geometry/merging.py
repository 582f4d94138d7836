"""Taking vertices away from a surface one by one, each merged into a neighbour, without changing its topology."""

import heapq
from typing import Any

import numba
import numpy as np
from jaxtyping import Bool, Float64, Int64

_LARGEST_RING = 40
"""Most faces around a vertex."""
_EVENNESS = 1e-3
"""Weight of the squared length of a side against the squared distance from planes, when a vertex is taken away."""
_UPRIGHT = 0.2
"""Least cosine of the angle by which a face may turn."""

Heap = list[tuple[float, Any, Any, Any]]
"""Cost, vertex, target and stamp of each offer: three int64, as all entries of a list must have one compiled type."""


@numba.njit(cache=True, nogil=True)
def rings_of(faces: Int64[np.ndarray, "f 3"], n: int) -> tuple[Int64[np.ndarray, "n m"], Int64[np.ndarray, " n"]]:
    """Faces around each vertex, in no order, and their number."""
    counts = np.zeros(n, np.int64)
    for f in range(len(faces)):
        for k in range(3):
            counts[faces[f, k]] += 1
    rings = np.full((n, max(_LARGEST_RING + 2, counts.max() + 2)), -1, np.int64)
    counts[:] = 0
    for f in range(len(faces)):
        for k in range(3):
            v = faces[f, k]
            rings[v, counts[v]] = f
            counts[v] += 1
    return rings, counts


@numba.njit(cache=True, nogil=True)
def drop_face(rings: Int64[np.ndarray, "n m"], counts: Int64[np.ndarray, " n"], v: int, f: int) -> None:
    """Take face f away from the ring of v."""
    for i in range(counts[v]):
        if rings[v, i] == f:
            counts[v] -= 1
            rings[v, i] = rings[v, counts[v]]
            return


@numba.njit(cache=True, nogil=True)
def after(faces: Int64[np.ndarray, "n 3"], f: int, v: int) -> tuple[int, int]:
    """The two corners of face f after v, in its orientation."""
    if faces[f, 0] == v:
        return faces[f, 1], faces[f, 2]
    if faces[f, 1] == v:
        return faces[f, 2], faces[f, 0]
    return faces[f, 0], faces[f, 1]


@numba.njit(cache=True, nogil=True)
def quadrics_of(vertices: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"]) -> Float64[np.ndarray, "n 10"]:
    """Sum over the faces around each vertex of area times squared distance from their planes, as 10 coefficients."""
    quadrics = np.zeros((len(vertices), 10))
    for f in range(len(faces)):
        a, b, c = vertices[faces[f, 0]], vertices[faces[f, 1]], vertices[faces[f, 2]]
        normal = np.cross(b - a, c - a)
        length = np.sqrt((normal * normal).sum())
        if length == 0.0:
            continue
        x, y, z = normal / length
        w = -(x * a[0] + y * a[1] + z * a[2])
        area = 0.5 * length
        terms = (x * x, x * y, x * z, x * w, y * y, y * z, y * w, z * z, z * w, w * w)
        for k in range(3):
            for i in range(10):
                quadrics[faces[f, k], i] += area * terms[i]
    return quadrics


@numba.njit(cache=True, nogil=True)
def _distance(q: Float64[np.ndarray, " 10"], r: Float64[np.ndarray, " 10"], p: Float64[np.ndarray, " 3"]) -> float:
    """Value of the sum of two quadrics at a point."""
    x, y, z = p[0], p[1], p[2]
    return (
        (q[0] + r[0]) * x * x + (q[4] + r[4]) * y * y + (q[7] + r[7]) * z * z + (q[9] + r[9])
        + 2.0 * (
            (q[1] + r[1]) * x * y + (q[2] + r[2]) * x * z + (q[3] + r[3]) * x
            + (q[5] + r[5]) * y * z + (q[6] + r[6]) * y + (q[8] + r[8]) * z
        )
    )  # fmt: skip


@numba.njit(cache=True, nogil=True)
def _mergeable(
    v: int, u: int, faces: Int64[np.ndarray, "f 3"], rings: Int64[np.ndarray, "n m"], counts: Int64[np.ndarray, " n"]
) -> bool:
    """Whether v can be merged into u: they share exactly two neighbours, and the ring of u stays small."""
    if counts[u] + counts[v] - 4 > _LARGEST_RING or (counts[u] == 3 and counts[v] == 3):  # or a tetrahedron
        return False
    shared = 0
    for i in range(counts[v]):
        w, _ = after(faces, rings[v, i], v)
        for j in range(counts[u]):
            a, b = after(faces, rings[u, j], u)
            if w in (a, b):
                shared += 1
                break
    return shared == 2


@numba.njit(cache=True, nogil=True)
def _normal(
    a: Float64[np.ndarray, " 3"], b: Float64[np.ndarray, " 3"], c: Float64[np.ndarray, " 3"]
) -> tuple[float, float, float]:
    """Normal of a triangle, as long as twice its area, number by number: small arrays cost more than what they hold."""
    px, py, pz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    qx, qy, qz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    return py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx


@numba.njit(cache=True, nogil=True)
def _turns(
    v: int,
    u: int,
    vertices: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    rings: Int64[np.ndarray, "n m"],
    counts: Int64[np.ndarray, " n"],
) -> bool:
    """Whether a face around v would turn by most of a right angle, or more, if v were merged into u."""
    for i in range(counts[v]):
        a, b = after(faces, rings[v, i], v)
        if u in (a, b):
            continue
        x, y, z = _normal(vertices[v], vertices[a], vertices[b])
        r, s, t = _normal(vertices[u], vertices[a], vertices[b])
        if x * r + y * s + z * t < _UPRIGHT * np.sqrt((x * x + y * y + z * z) * (r * r + s * s + t * t)):
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _best_target(
    v: int,
    vertices: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    rings: Int64[np.ndarray, "n m"],
    counts: Int64[np.ndarray, " n"],
    quadrics: Float64[np.ndarray, "n 10"],
    upright: bool,
) -> tuple[int, float]:
    """The neighbour that v is merged into at the least cost, and that cost; -1 if there is none."""
    best, target = np.inf, -1
    for i in range(counts[v]):
        u, _ = after(faces, rings[v, i], v)
        p, q = vertices[u], vertices[v]
        side = (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2
        cost = _distance(quadrics[v], quadrics[u], vertices[u])
        cost += _EVENNESS * side * (quadrics[v, 0] + quadrics[v, 4] + quadrics[v, 7])
        if (
            cost < best
            and _mergeable(v, u, faces, rings, counts)
            and not (upright and _turns(v, u, vertices, faces, rings, counts))
        ):
            best, target = cost, u
    return target, best


@numba.njit(cache=True, nogil=True)
def _offer(
    v: int,
    heap: Heap,
    stamps: Int64[np.ndarray, " n"],
    vertices: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    rings: Int64[np.ndarray, "n m"],
    counts: Int64[np.ndarray, " n"],
    quadrics: Float64[np.ndarray, "n 10"],
    upright: bool,
) -> None:
    """Put v into the heap with the best vertex to merge it into."""
    stamps[v] += 1
    u, cost = _best_target(v, vertices, faces, rings, counts, quadrics, upright)
    if u >= 0:
        heapq.heappush(heap, (cost, np.int64(v), np.int64(u), stamps[v]))


@numba.njit(cache=True, nogil=True)
def merge_cheapest(
    most: int,
    vertices: Float64[np.ndarray, "n 3"],
    faces: Int64[np.ndarray, "f 3"],
    alive: Bool[np.ndarray, " f"],
    rings: Int64[np.ndarray, "n m"],
    counts: Int64[np.ndarray, " n"],
    inside: Bool[np.ndarray, " n"],
    quadrics: Float64[np.ndarray, "n 10"],
    upright: bool,
) -> tuple[Int64[np.ndarray, " k"], Int64[np.ndarray, " k"], Int64[np.ndarray, " p"], Int64[np.ndarray, " q"]]:
    """Merge up to `most` vertices, the cheapest first; return (vertices, targets, starts, faces changed).

    The faces of the k-th vertex are ``changed[starts[k]:starts[k + 1]]``, the two that vanished first.
    """
    stamps = np.zeros(len(vertices), np.int64)
    heap: Heap = [(0.0, np.int64(0), np.int64(-1), np.int64(-1))]
    heap.pop()
    for v in range(len(vertices)):
        if inside[v]:
            _offer(v, heap, stamps, vertices, faces, rings, counts, quadrics, upright)
    merged, targets, starts = np.empty(most, np.int64), np.empty(most, np.int64), np.zeros(most + 1, np.int64)
    changed = np.empty(8 * most + rings.shape[1], np.int64)
    done, used = 0, 0
    while done < most and len(heap) > 0:
        _, v, u, stamp = heapq.heappop(heap)
        if stamps[v] != stamp:
            continue
        if not _mergeable(v, u, faces, rings, counts) or (upright and _turns(v, u, vertices, faces, rings, counts)):
            _offer(v, heap, stamps, vertices, faces, rings, counts, quadrics, upright)
            continue
        if used + counts[v] > len(changed):
            changed = np.concatenate((changed, np.empty(len(changed), np.int64)))
        merged[done], targets[done] = v, u
        used = _merge(v, u, faces, alive, rings, counts, changed, used)
        done += 1
        starts[done] = used
        quadrics[u] += quadrics[v]
        inside[v] = False
        stamps[v] += 1
        for i in range(counts[u]):
            first, second = after(faces, rings[u, i], u)
            if inside[first]:
                _offer(first, heap, stamps, vertices, faces, rings, counts, quadrics, upright)
            if inside[second] and not inside[first]:
                _offer(second, heap, stamps, vertices, faces, rings, counts, quadrics, upright)
        if inside[u]:
            _offer(u, heap, stamps, vertices, faces, rings, counts, quadrics, upright)
    return merged[:done], targets[:done], starts[: done + 1], changed[:used]


@numba.njit(cache=True, nogil=True)
def _merge(
    v: int,
    u: int,
    faces: Int64[np.ndarray, "f 3"],
    alive: Bool[np.ndarray, " f"],
    rings: Int64[np.ndarray, "n m"],
    counts: Int64[np.ndarray, " n"],
    changed: Int64[np.ndarray, " k"],
    used: int,
) -> int:
    """Merge v into u; note the faces around v, the two that vanish first. Return the new length of the notes."""
    first = used
    for vanishing in (True, False):
        for i in range(counts[v]):
            f = rings[v, i]
            a, b = after(faces, f, v)
            if (a == u or b == u) == vanishing:
                changed[used] = f
                used += 1
    for i in range(first, first + 2):
        f = changed[i]
        alive[f] = False
        a, b = after(faces, f, v)
        drop_face(rings, counts, a, f)
        drop_face(rings, counts, b, f)
    for i in range(first + 2, used):
        f = changed[i]
        for k in range(3):
            if faces[f, k] == v:
                faces[f, k] = u
        rings[u, counts[u]] = f
        counts[u] += 1
    return used
