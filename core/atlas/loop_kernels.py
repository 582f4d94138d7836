"""What finds short loops around handles: classes of loops as bits, and loops through a vertex, compiled."""

import heapq

import numba
import numpy as np
from jaxtyping import Bool, Float64, Int64, UInt64


@numba.njit(cache=True, nogil=True)
def classes_of_edges(
    edge_of_side: Int64[np.ndarray, " s"], twin: Int64[np.ndarray, " s"], in_tree: Bool[np.ndarray, " e"]
) -> tuple[UInt64[np.ndarray, "e w"], int]:
    """Return bits of each edge whose sum along a loop is the loop's class, and how many bits there are.

    Parameters
    ----------
    edge_of_side, twin : (3 f,) int64 arrays
        The edge that each side of the faces of a closed surface in one piece lies on, and the side across it.
    in_tree : (e,) bool array
        A spanning tree of the edges.

    Notes
    -----
    A tree of faces crosses edges that are not in the tree; edges that neither needs have a bit each. The bits around a
    face sum to zero, which gives those of the edges that the tree of faces crosses, from its leaves on: loops that
    bound together have the same bits (Busaryev et al., *Annotating simplices with a homology basis*, 2012).
    """
    n = len(edge_of_side) // 3
    seen, crossed = np.zeros(n, np.bool_), np.zeros(len(in_tree), np.bool_)
    order, by = np.zeros(n, np.int64), np.full(n, -1)
    seen[0], count = True, 1
    for k in range(n):
        f = order[k]
        for side in range(3 * f, 3 * f + 3):
            g = twin[side] // 3
            if not in_tree[edge_of_side[side]] and not seen[g]:
                seen[g], crossed[edge_of_side[side]] = True, True
                by[g], order[count] = edge_of_side[side], g
                count += 1
    n_bits = 0
    for e in range(len(in_tree)):
        n_bits += not in_tree[e] and not crossed[e]
    bits = np.zeros((len(in_tree), n_bits // 64 + 1), np.uint64)
    bit = 0
    for e in range(len(in_tree)):
        if not in_tree[e] and not crossed[e]:
            bits[e, bit // 64] = np.uint64(1) << np.uint64(bit % 64)
            bit += 1
    for k in range(n - 1, 0, -1):
        f = order[k]
        for side in range(3 * f, 3 * f + 3):
            if edge_of_side[side] != by[f]:
                bits[by[f]] ^= bits[edge_of_side[side]]
    return bits, n_bits


@numba.njit(cache=True, nogil=True)
def independent(bits: UInt64[np.ndarray, "m w"], most: int) -> Int64[np.ndarray, " k"]:
    """Return which rows of bits are no sum of rows before them, `most` of them at most."""
    kept = np.empty(most, np.int64)
    rows, pivots = np.zeros((most, bits.shape[1]), np.uint64), np.zeros(most, np.int64)
    count = 0
    for k in range(len(bits)):
        if count == most:
            break
        row = bits[k].copy()
        for j in range(count):
            if row[pivots[j] // 64] >> np.uint64(pivots[j] % 64) & np.uint64(1):
                row ^= rows[j]
        for bit in range(64 * len(row)):
            if row[bit // 64] >> np.uint64(bit % 64) & np.uint64(1):
                rows[count], pivots[count], kept[count] = row, bit, k
                count += 1
                break
    return kept[:count]


@numba.njit(cache=True, nogil=True)
def loops_through(
    root: int,
    reach: float,
    first: Int64[np.ndarray, " v"],
    beside: Int64[np.ndarray, " a"],
    edge: Int64[np.ndarray, " a"],
    length: Float64[np.ndarray, " e"],
    bits: UInt64[np.ndarray, "e w"],
    distance: Float64[np.ndarray, " n"],
    before: Int64[np.ndarray, " n"],
    carried: UInt64[np.ndarray, "n w"],
) -> tuple[Int64[np.ndarray, "c 2"], Float64[np.ndarray, " c"], UInt64[np.ndarray, "c w"], Int64[np.ndarray, " t"]]:
    """Return the edges that close a loop that bounds nothing with the shortest ways to a vertex.

    Parameters
    ----------
    root : int
        The vertex.
    reach : float
        Length of the longest way.
    first, beside, edge : integer arrays
        Neighbours of vertex v, and the edges to them, stand from first[v] to first[v + 1].
    length, bits : arrays
        Length and bits of each edge.
    distance, before, carried : arrays
        Infinite, and room for the ways; the caller clears the distances of the vertices that are returned last.

    Returns
    -------
    pairs : (c, 2) int64 array
        The two ends of each such edge.
    lengths : (c,) float64 array
        Of both ways and the edge.
    classes : (c, w) uint64 array
        Bits of the loops.
    touched : (t,) int64 array
        All vertices that were reached.
    """
    heap, touched = [(0.0, root)], [root]
    distance[root], before[root], carried[root] = 0.0, -1, 0
    while heap:
        away, v = heapq.heappop(heap)
        if away > distance[v]:
            continue
        for k in range(first[v], first[v + 1]):
            u, farther = int(beside[k]), away + float(length[edge[k]])
            if farther <= reach and farther < distance[u]:
                if distance[u] == np.inf:
                    touched.append(u)
                distance[u], before[u], carried[u] = farther, v, carried[v] ^ bits[edge[k]]
                heapq.heappush(heap, (farther, u))
    pairs, lengths, rows = [(0, 0)], [0.0], [0]
    for v in touched:
        for k in range(first[v], first[v + 1]):
            u = beside[k]
            if u < v or distance[u] == np.inf or before[v] == u or before[u] == v:
                continue
            if ((carried[u] ^ carried[v] ^ bits[edge[k]]) != 0).any():
                pairs.append((v, u))
                lengths.append(distance[v] + distance[u] + length[edge[k]])
                rows.append(edge[k])
    n = len(pairs) - 1
    ends, classes = np.empty((n, 2), np.int64), np.empty((n, bits.shape[1]), np.uint64)
    for k in range(n):
        ends[k] = pairs[k + 1]
        classes[k] = carried[ends[k, 0]] ^ carried[ends[k, 1]] ^ bits[rows[k + 1]]
    return ends, np.array(lengths[1:]), classes, np.array(touched)
