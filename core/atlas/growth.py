"""Patches of faces that grow around seeds at one speed, borders where fronts meet."""

import heapq

import numba
import numpy as np
from jaxtyping import Float64, Int64


@numba.njit(cache=True, nogil=True)
def grow(
    across: Int64[np.ndarray, "f 3"],
    steps: Float64[np.ndarray, "f 3"],
    owner: Int64[np.ndarray, " f"],
    distance: Float64[np.ndarray, " f"],
    limit: float,
) -> None:
    """Spread owners over faces without one (-1), the nearest first; `distance` is that of the faces with one.

    Faces farther than `limit` stay without.
    """
    heap = [(0.0, np.int64(0), np.int64(0))]
    heap.pop()
    for f in range(len(across)):
        if owner[f] >= 0:
            heapq.heappush(heap, (distance[f], np.int64(f), owner[f]))
        else:
            distance[f] = np.inf
    while len(heap) > 0:
        d, f, label = heapq.heappop(heap)
        if d > distance[f] or owner[f] != label:
            continue
        for k in range(3):
            if across[f, k] < 0:
                continue
            g = across[f, k] // 3
            there = d + steps[f, k]
            if there < distance[g] and there <= limit:
                distance[g], owner[g] = there, label
                heapq.heappush(heap, (there, g, label))


@numba.njit(cache=True, nogil=True)
def depths(
    across: Int64[np.ndarray, "f 3"], steps: Float64[np.ndarray, "f 3"], owner: Int64[np.ndarray, " f"]
) -> Float64[np.ndarray, " f"]:
    """How far each face is from the border of its patch."""
    n = len(across)
    distance = np.full(n, np.inf)
    heap = [(0.0, np.int64(0))]
    heap.pop()
    for f in range(n):
        for k in range(3):
            if across[f, k] < 0 or owner[across[f, k] // 3] != owner[f]:
                distance[f] = 0.0
                heapq.heappush(heap, (0.0, np.int64(f)))
                break
    while len(heap) > 0:
        d, f = heapq.heappop(heap)
        if d > distance[f]:
            continue
        for k in range(3):
            if across[f, k] < 0 or owner[across[f, k] // 3] != owner[f]:
                continue
            g = across[f, k] // 3
            there = d + steps[f, k]
            if there < distance[g]:
                distance[g] = there
                heapq.heappush(heap, (there, g))
    return distance


@numba.njit(cache=True, nogil=True)
def spread_seeds(
    across: Int64[np.ndarray, "f 3"], steps: Float64[np.ndarray, "f 3"], first: int, count: int
) -> Int64[np.ndarray, " k"]:
    """Return up to `count` faces far from each other, one at least in each component; `first` is one of them."""
    n = len(across)
    seeds = np.empty(n, np.int64)
    owner, distance = np.full(n, -1), np.full(n, np.inf)
    k, f = 0, first
    heap = [(0.0, np.int64(0))]
    heap.pop()
    while k < n:
        seeds[k], owner[f], distance[f] = f, k, 0.0
        k += 1
        heapq.heappush(heap, (0.0, np.int64(f)))
        while len(heap) > 0:
            d, g = heapq.heappop(heap)
            if d > distance[g]:
                continue
            for j in range(3):
                if across[g, j] < 0:
                    continue
                h, there = across[g, j] // 3, d + steps[g, j]
                if there < distance[h]:
                    distance[h] = there
                    heapq.heappush(heap, (there, h))
        f = np.argmax(distance)
        if k >= count and distance[f] < np.inf:
            break
    return seeds[:k]


def patches(
    across: Int64[np.ndarray, "f 3"], steps: Float64[np.ndarray, "f 3"], count: int, rounds: int
) -> Int64[np.ndarray, " f"]:
    """Return the patch of each face: compact ones of about one size (Lloyd's iteration along the surface)."""
    seeds = spread_seeds(across, steps, 0, count)
    for _ in range(rounds):
        owner = _grown(across, steps, seeds)
        deep = depths(across, steps, owner)
        order = np.lexsort((np.arange(len(across)), -deep, owner))
        seeds = order[np.searchsorted(owner[order], np.arange(len(seeds)))]
    return _grown(across, steps, seeds)


def _grown(
    across: Int64[np.ndarray, "f 3"], steps: Float64[np.ndarray, "f 3"], seeds: Int64[np.ndarray, " k"]
) -> Int64[np.ndarray, " f"]:
    """Return the seed that each face is nearest to."""
    owner, distance = np.full(len(across), -1), np.zeros(len(across))
    owner[seeds] = np.arange(len(seeds))
    grow(across, steps, owner, distance, np.inf)
    return owner
