"""From a coarse plan to the faces of a surface: which part each lies in, and borders that are short and smooth."""

import numba
import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from core.atlas.coarse import Coarse
from core.atlas.disk_kernels import rim_of
from core.atlas.face_graph import FaceGraph
from core.atlas.growth import grow
from core.atlas.joining import members_of
from core.base.progress import Progress, Work
from core.geometry.topology import edge_table, groups

_ON_CREASE = 6.0
"""How much less a side counts that lies on a fold of a right angle."""
_FINEST, _MOST = 1e5, 2**28
"""Capacity of a side of mean length, and the most: flows are whole numbers of 32 bits."""
_SHARE = 0.3
"""Part of its depth that a part may lose on one side."""
_ROUNDS = 2
"""How often each border is straightened."""
_FLIPS = 20
"""Most rounds in which single faces go to a neighbour."""


def carried_over(graph: FaceGraph, coarse: Coarse, owner: np.ndarray) -> np.ndarray:
    """Return the part of each fine face, given those of the coarse ones.

    Parameters
    ----------
    graph : FaceGraph
        The fine surface.
    coarse : Coarse
        The coarse one and how the fine one lies over it.
    owner : (c,) int64 array
        The part of each coarse face.

    Notes
    -----
    A fine face lies over a coarse face, edge or vertex. Where all coarse faces there belong to one part, so does the
    fine one; the others go to the nearest.
    """
    faces, table = coarse.graph.faces, edge_table(coarse.graph.faces)
    of_vertex = _shared(faces.ravel(), np.repeat(owner, 3), len(coarse.graph.vertices))
    of_edge = _shared(table.edge_of_side, np.repeat(owner, 3), len(table.edges))
    under = np.sort(coarse.vertex[graph.faces], axis=1)
    one, two = under[:, 0] == under[:, 2], (under[:, 0] == under[:, 1]) ^ (under[:, 1] == under[:, 2])
    found = np.full(len(graph.faces), -1)
    found[one] = of_vertex[under[one, 0]]
    n = len(coarse.graph.vertices)
    found[two] = of_edge[np.searchsorted(table.edges @ [n, 1], under[two][:, [0, 2]] @ [n, 1])]
    found[coarse.fine_face] = owner
    grow(graph.across, graph.steps, found, np.zeros(len(found)), np.inf)
    return in_one_piece(graph, found)


def _shared(places: np.ndarray, owner: np.ndarray, n: int) -> np.ndarray:
    """Return the owner that all at a place have, -1 where they differ."""
    low, high = np.full(n, np.iinfo(np.int64).max), np.full(n, -1)
    np.minimum.at(low, places, owner)
    np.maximum.at(high, places, owner)
    return np.where(low == high, high, -1)


def in_one_piece(graph: FaceGraph, owner: np.ndarray) -> np.ndarray:
    """Return owners of whom each has one piece: the largest; the rest goes to the nearest."""
    inner = np.flatnonzero(graph.across.ravel() >= 0)
    here, there = inner // 3, graph.across.ravel()[inner] // 3
    same = owner[here] == owner[there]
    count, piece = groups(np.column_stack([here[same], there[same]]), len(owner))
    label = np.empty(count, np.int64)
    label[piece] = owner
    order = np.lexsort((np.arange(count), -np.bincount(piece, graph.areas, count), label))
    largest = order[np.searchsorted(label[order], np.unique(label))]
    kept = np.isin(piece, largest)
    if kept.all():
        return owner
    result = np.where(kept, owner, -1)
    grow(graph.across, graph.steps, result, np.zeros(len(result)), np.inf)
    return result


class Borders:
    """The borders of parts, which are moved to where they are short while all parts stay disks.

    Parameters
    ----------
    graph : FaceGraph
        The faces.
    owner : (f,) int64 array
        The part of each; changed in place.
    """

    def __init__(self, graph: FaceGraph, owner: np.ndarray) -> None:
        self.graph, self.owner = graph, owner
        self._slot, self._mark = np.full(len(graph.faces), -1), np.full(len(graph.vertices), -1)
        self._cost = graph.lengths / (1.0 + _ON_CREASE * graph.bends)
        self._capacity = np.clip(np.ceil(_FINEST / graph.lengths.mean() * self._cost), 1, _MOST).astype(np.int32)

    def is_disk(self, faces: np.ndarray) -> bool:
        """Return whether faces are a disk."""
        return bool(rim_of(faces, self.graph.faces, self.graph.across, self._slot, self._mark)[0])

    def pairs(self) -> list[list[int]]:
        """Return the pairs of parts that share a border."""
        inner = self.graph.across >= 0
        here = np.broadcast_to(self.owner[:, None], inner.shape)[inner]
        there = self.owner[self.graph.across[inner] // 3]
        return np.unique(np.column_stack([here, there])[here < there], axis=0).tolist()

    def straighten(self, width: float) -> Work[None]:
        """Make all borders short within bands of some width to both sides.

        Yields
        ------
        Progress
            After each border.
        """
        for round_ in range(_ROUNDS):
            pairs = self.pairs()
            for k, (a, b) in enumerate(pairs):
                self._straighten_between(a, b, width)
                yield Progress((round_ + k / len(pairs)) / _ROUNDS, "Straightening borders")
            self._flip_faces()

    def absorb(self, count: int, least: int) -> None:
        """Give the smallest parts to neighbours while there are more than some number, or ones of few faces.

        Parameters
        ----------
        count : int
            Most parts wanted; more are left where no two of them make a disk.
        least : int
            Fewest faces of a part wanted.
        """
        kept: set[int] = set()
        while True:
            members = members_of(self.owner)
            areas = {k: float(self.graph.areas[faces].sum()) for k, faces in members.items() if k not in kept}
            small = [k for k in areas if len(members[k]) < least]
            if not areas or (len(members) <= count and not small):
                return
            smallest = min(small or areas, key=lambda label: (areas[label], label))
            kept.add(smallest)
            for other in self._neighbours(smallest):
                if self.is_disk(np.concatenate([members[smallest], members[other]])):
                    self.owner[members[smallest]] = other
                    break

    def _neighbours(self, label: int) -> list[int]:
        """Return the parts beside one, that of the longest border first."""
        faces = np.flatnonzero(self.owner == label)
        inner = self.graph.across[faces] >= 0
        there = self.owner[self.graph.across[faces][inner] // 3]
        length = np.bincount(there, self.graph.lengths[faces][inner], minlength=label + 1)
        length[label] = 0.0
        return [int(k) for k in np.argsort(-length, kind="stable") if length[k] > 0.0]

    def _straighten_between(self, a: int, b: int, width: float) -> None:
        """Make the border between two parts short, if both stay disks."""
        graph, owner = self.graph, self.owner
        both = np.flatnonzero((owner == a) | (owner == b))
        mine: np.ndarray = owner[both] == a
        local = np.full(len(owner), -1)
        local[both] = np.arange(len(both))
        across = np.where(graph.across[both] >= 0, local[graph.across[both] // 3], -1)
        beside = np.where(across >= 0, mine[across], mine[:, None])
        away = np.zeros(len(both))
        at_border = np.where((beside != mine[:, None]).any(axis=1), 0, -1)
        grow(np.where(across >= 0, 3 * across, -1), graph.steps[both], at_border, away, np.inf)
        depth: tuple[float, float] = away[mine].max(), away[~mine].max()
        deepest = np.where(mine, *depth)
        core = away >= np.minimum(width, _SHARE * deepest)
        core |= away == deepest
        new = _shortest_cut(across, self._capacity[both], core & mine, core & ~mine)
        if (new != mine).any() and self.is_disk(both[new]) and self.is_disk(both[~new]):
            owner[both[new]], owner[both[~new]] = a, b

    def _flip_faces(self) -> None:
        """Give single faces to a neighbour where that makes the border shorter."""
        corners = self.graph.faces.ravel()
        around = np.argsort(corners, kind="stable")
        first = np.searchsorted(corners[around], np.arange(len(self.graph.vertices) + 1))
        on_boundary, edge = np.zeros(len(self.graph.vertices), bool), self.graph.across < 0
        on_boundary[self.graph.faces[edge]] = on_boundary[np.roll(self.graph.faces, -1, axis=1)[edge]] = True
        _flip_faces(self.graph.faces, self.graph.across, self._cost, self.owner, around // 3, first, on_boundary)


def _shortest_cut(across: np.ndarray, capacity: np.ndarray, source: np.ndarray, sink: np.ndarray) -> np.ndarray:
    """Return which faces are on the side of the source of the shortest cut between source and sink."""
    free = ~(source | sink)
    n = int(free.sum())
    number = np.where(source, n, n + 1)
    number[free] = np.arange(n)
    i, k = np.nonzero(across >= 0)
    tail, head, size = number[i], number[across[i, k]], capacity[i, k]
    apart = tail != head
    network = coo_array((size[apart], (tail[apart], head[apart])), (n + 2, n + 2)).tocsr()
    left = network - maximum_flow(network, n, n + 1).flow
    left.eliminate_zeros()
    reached = np.zeros(n + 2, bool)
    reached[breadth_first_order(left, n, return_predecessors=False)] = True
    return np.where(free, reached[number], source)


@numba.njit(cache=True, nogil=True)
def meets_in_arc(
    f: int,
    label: int,
    faces: Int64[np.ndarray, "m 3"],
    across: Int64[np.ndarray, "m 3"],
    owner: Int64[np.ndarray, " m"],
    around: Int64[np.ndarray, " c"],
    first: Int64[np.ndarray, " v"],
) -> bool:
    """Whether a face and all others of a part have an arc of sides in common, and nothing else.

    ``around[first[v]:first[v + 1]]`` are the faces around vertex v.
    """
    shared, side = 0, -1
    for k in range(3):
        if across[f, k] >= 0 and owner[across[f, k] // 3] == label:
            shared += 1
            side = k
    if shared != 1:
        return shared == 2
    v = faces[f, (side + 2) % 3]
    others = 0
    for i in range(first[v], first[v + 1]):
        others += around[i] != f and owner[around[i]] == label
    return others == 0


@numba.njit(cache=True, nogil=True)
def _may_leave(
    f: int,
    label: int,
    faces: Int64[np.ndarray, "m 3"],
    across: Int64[np.ndarray, "m 3"],
    owner: Int64[np.ndarray, " m"],
    around: Int64[np.ndarray, " c"],
    first: Int64[np.ndarray, " v"],
    on_boundary: Bool[np.ndarray, " n"],
) -> bool:
    """Whether a disk of more than one face stays one without a face at its rim."""
    shared, apart = 0, 0
    for k in range(3):
        if across[f, k] >= 0 and owner[across[f, k] // 3] == label:
            shared += 1
        else:
            apart = k
    if shared != 2:
        return shared == 1
    v = faces[f, (apart + 2) % 3]  # comes to lie on the rim, where it must not lie already
    others = 0
    for i in range(first[v], first[v + 1]):
        others += owner[around[i]] != label
    return others == 0 and not on_boundary[v]


@numba.njit(cache=True, nogil=True)
def _flip_faces(
    faces: Int64[np.ndarray, "m 3"],
    across: Int64[np.ndarray, "m 3"],
    cost: Float64[np.ndarray, "m 3"],
    owner: Int64[np.ndarray, " m"],
    around: Int64[np.ndarray, " c"],
    first: Int64[np.ndarray, " v"],
    on_boundary: Bool[np.ndarray, " n"],
) -> None:
    """Give faces to neighbours, in place."""
    for _ in range(_FLIPS):
        moved = False
        for f in range(len(faces)):
            a = owner[f]
            for k in range(3):
                b = owner[across[f, k] // 3] if across[f, k] >= 0 else a
                if b == a:
                    continue
                gain = 0.0
                for j in range(3):
                    if across[f, j] >= 0:
                        other = owner[across[f, j] // 3]
                        gain += cost[f, j] * ((other == b) - (other == a))
                if (
                    gain > 1e-9
                    and _may_leave(f, a, faces, across, owner, around, first, on_boundary)
                    and meets_in_arc(f, b, faces, across, owner, around, first)
                ):
                    owner[f], moved = b, True
                    break
        if not moved:
            return
