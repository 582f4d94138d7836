"""Normals of points, and a side for each that agrees with its neighbours."""

import heapq

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree
from scipy.spatial import KDTree

from core.cloud.local_fits import in_threads
from core.cloud.moving_least_squares import Setting, moving_least_squares

_NEIGHBOURS = 12
"""Neighbours that a sign is carried over."""
_SURE = 0.03
"""Cost of a link below which its two points lie on one smooth sheet without doubt."""


def plane_normals(
    tree: KDTree, points: Float64[np.ndarray, "n 3"], neighbours: int
) -> tuple[Float64[np.ndarray, "n 3"], Float64[np.ndarray, "n 3"]]:
    """Return points moved onto the quadrics of their neighbourhoods, and unit normals there, of either sign."""
    place = moving_least_squares(tree, points, Setting(neighbours, 2))
    again = KDTree(place)
    k = min(max(_NEIGHBOURS, neighbours // 2), len(points))

    def some(rows: np.ndarray) -> tuple[np.ndarray, ...]:
        step = place[again.query(place[rows], k)[1].reshape(len(rows), -1)]
        step -= step.mean(1, keepdims=True)
        return (np.linalg.eigh(np.einsum("nki,nkj->nij", step, step))[1][:, :, 0],)

    return place, in_threads(some, np.arange(len(points)))[0]


def oriented_normals(
    points: Float64[np.ndarray, "n 3"],
    normals: Float64[np.ndarray, "n 3"],
    known: Float64[np.ndarray, "n 3"] | None = None,
) -> tuple[Float64[np.ndarray, "n 3"], float]:
    """Return normals with signs that agree from neighbour to neighbour, and the part of the evidence against them.

    Parameters
    ----------
    points, normals : (n, 3) float64 array
        Smooth points and their normals, of either sign.
    known : (n, 3) float64 array, optional
        Normals whose signs are right; those of length zero tell nothing.

    Notes
    -----
    Links of neighbours say whether two signs agree, the more surely the less the normal turns and the less one point
    lies above the other. Points of one smooth sheet get one sign along the tree on which normals turn least (Hoppe and
    others, *Surface reconstruction from unorganized points*, 1992); then the two groups whose links say most in sum are
    joined, again and again (greedy additive contraction: Keuper and others, *Efficient decomposition of image and mesh
    graphs by lifted multicuts*, 2015). A single link that misleads, as across a thin rim, is outvoted. O(n log n).
    Of each part that hangs together the outermost point looks outward.
    """
    normals = normals.copy()
    if known is not None:
        agree = (normals * known).sum(1)
        if (agree != 0.0).all():
            return normals * np.sign(agree)[:, None], 0.0
    n, k = len(points), min(_NEIGHBOURS, len(points))
    around = KDTree(points).query(points, k)[1].reshape(n, k)
    rows, columns = np.repeat(np.arange(n), k), around.ravel()
    rows, columns = rows[rows != columns], columns[rows != columns]
    agree = (normals[rows] * normals[columns]).sum(1)
    step = points[columns] - points[rows]
    step /= np.maximum(np.linalg.norm(step, axis=1, keepdims=True), np.finfo(float).tiny)
    above = np.maximum((step * normals[rows]).sum(1) ** 2, (step * normals[columns]).sum(1) ** 2)
    cost = 1.0 - np.abs(agree) + above
    sure = cost < _SURE
    tree = minimum_spanning_tree(csr_matrix((cost[sure] + 1e-9, (rows[sure], columns[sure])), (n, n)))
    label, sign = _sheets((tree + tree.T).tocsr(), normals)
    says = agree**3 * np.maximum(0.0, 1.0 - above) ** 8 * sign[rows] * sign[columns]
    turned, against = _joined(label, rows, columns, says)
    normals *= (sign * turned[label])[:, None]
    _, part = connected_components(csr_matrix((np.ones(len(rows)), (rows, columns)), (n, n)), directed=False)
    _face_outward(points, normals, part)
    return normals, against


def _sheets(tree: csr_matrix, normals: np.ndarray) -> tuple[Int64[np.ndarray, " n"], Float64[np.ndarray, " n"]]:
    """The tree that each point hangs on, and its sign relative to the first of that tree."""
    count, label = connected_components(tree, directed=False)
    sign = np.ones(len(normals))
    first = np.unique(label, return_index=True)[1]
    sizes = np.bincount(label, minlength=count)
    for start in first[sizes > 1]:
        order, before = breadth_first_order(tree, int(start), directed=False)
        _carry(normals, sign, order, before)
    return label.astype(np.int64), sign


@njit(cache=True, nogil=True)
def _carry(normals: np.ndarray, sign: np.ndarray, order: np.ndarray, before: np.ndarray) -> None:
    """Give every point the sign that agrees with the one before it."""
    for i in range(1, len(order)):
        here, there = order[i], before[order[i]]
        agree = (normals[here] * normals[there]).sum()
        sign[here] = sign[there] if agree >= 0.0 else -sign[there]


def _joined(
    label: np.ndarray, rows: np.ndarray, columns: np.ndarray, says: np.ndarray
) -> tuple[Float64[np.ndarray, " g"], float]:
    """The sign of each group, those whose links say most in sum joined first; part of the evidence against it."""
    count = int(label.max()) + 1
    sums = csr_matrix((says, (label[rows], label[columns])), (count, count))
    sums = (sums + sums.T).tocoo()
    links: list[dict[int, float]] = [{} for _ in range(count)]
    for a, b, w in zip(sums.row.tolist(), sums.col.tolist(), sums.data.tolist(), strict=True):
        if a != b:
            links[a][b] = w
    heap = [(-abs(w), a, b) for a in range(count) for b, w in links[a].items() if a < b]
    heapq.heapify(heap)
    parent, flip = list(range(count)), [1.0] * count
    while heap:
        key, a, b = heapq.heappop(heap)
        if parent[a] != a or parent[b] != b or -abs(links[a].get(b, 0.0)) != key or key == 0.0:
            continue
        if len(links[a]) < len(links[b]):
            a, b = b, a
        turn = 1.0 if links[a][b] > 0.0 else -1.0
        parent[b], flip[b] = a, turn
        del links[a][b]
        for c, w in links[b].items():
            if c == a:
                continue
            del links[c][b]
            total = links[a].get(c, 0.0) + turn * w
            links[a][c] = links[c][a] = total
            heapq.heappush(heap, (-abs(total), min(a, c), max(a, c)))
        links[b] = {}
    result = np.array([_followed(parent, flip, k) for k in range(count)])
    voted = says * result[label[rows]] * result[label[columns]]
    return result, float(-voted[voted < 0.0].sum() / max(np.abs(voted).sum(), np.finfo(float).tiny))


def _followed(parent: list[int], flip: list[float], k: int) -> float:
    """The product of the flips up to the root."""
    sign = 1.0
    while parent[k] != k:
        sign *= flip[k]
        k = parent[k]
    return sign


def _face_outward(points: np.ndarray, normals: np.ndarray, part: np.ndarray) -> None:
    """Turn each part so that the point of it that is farthest from its middle looks away from it."""
    for k in range(int(part.max()) + 1):
        some = np.flatnonzero(part == k)
        away = points[some] - points[some].mean(0)
        last = int(np.argmax((away**2).sum(1)))
        if normals[some[last]] @ away[last] < 0.0:
            normals[some] *= -1.0
