"""Handles of a surface, each shown by a short loop along which it could be cut."""

import numpy as np
from jaxtyping import Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from core.atlas.coarse import one_way
from core.atlas.face_graph import face_graph
from core.atlas.loop_kernels import classes_of_edges, independent, loops_through
from core.base.progress import Progress, Work
from core.data.surface import Surface
from core.geometry.largest import part_of_faces
from core.geometry.topology import boundary_loops, edge_table, groups, topology

_ROUNDS = 4
"""How often loops are looked for through those that were found."""
_ROOTS = 3
"""Vertices of a loop through which shorter ones are looked for."""
_FARTHER = 1.02
"""How far beyond half of a loop's length ways are followed."""


def handle_loops(surface: Surface) -> Work[list[Int64[np.ndarray, " _"]]]:
    """Return short loops around the handles of a surface, the shortest first.

    Parameters
    ----------
    surface : Surface
        At most two faces at each edge. Parts that are one-sided have no handles that could be told.

    Returns
    -------
    list of (k,) int64 arrays
        The vertices of each loop in their order, closed by the way back to the first: one for each handle, where no two
        cross. Cut along all of them, a part without boundary is in one piece still.

    Notes
    -----
    Of each loop bits are known that tell whether it bounds a part of the surface, alone or with others. From one vertex
    the shortest independent loops are found; through vertices of these, shorter ones (Erickson and Whittlesey, 2005,
    with few roots in place of all). Among all that were met, the shortest are taken that are independent and cross none
    taken before: as many as there are handles.
    """
    graph = face_graph(surface)
    n = len(graph.faces)
    inner = np.flatnonzero(graph.across.ravel() >= 0)
    count, part = groups(np.column_stack([inner // 3, graph.across.ravel()[inner] // 3]), n)
    found: list[np.ndarray] = []
    whole = Surface(surface.vertices[graph.original], graph.faces)
    for k in np.flatnonzero(np.bincount(part, minlength=count) > 3):
        yield Progress(float(k) / count, "Looking for handles")
        faces = np.flatnonzero(part == k)
        one = part_of_faces(whole, faces)
        if topology(one).genus:
            own = yield from _loops_of_part(one)
            numbers = np.unique(graph.faces[faces])
            found += [graph.original[numbers[loop]] for loop in own]
    return sorted(found, key=lambda loop: loop_length(surface, loop))


def loop_length(surface: Surface, loop: Int64[np.ndarray, " k"]) -> float:
    """Return the length of a closed loop of vertices, in input units."""
    places = surface.vertices[loop]
    return float(np.linalg.norm(places - np.roll(places, -1, axis=0), axis=1).sum())


class _Closed:
    """A surface in one piece whose boundary loops are closed by cones that no way passes."""

    def __init__(self, surface: Surface) -> None:
        self.n = len(surface.vertices)
        faces, _ = one_way(surface.faces, face_graph(surface).across)
        cones = [
            np.column_stack([np.roll(loop, -1), loop, np.full(len(loop), self.n + k)])
            for k, loop in enumerate(boundary_loops(faces))
        ]
        faces = np.concatenate([faces, *cones])
        self.faces = faces
        table = edge_table(faces)
        self.edges = table.edges
        places = np.concatenate([surface.vertices, np.full((len(cones), 3), np.nan)])
        length = np.linalg.norm(places[self.edges[:, 0]] - places[self.edges[:, 1]], axis=1)
        tiny = 1e-12 * surface.diagonal
        self.length = np.asarray(np.where(np.isnan(length), 4.0 * np.nansum(length), np.maximum(length, tiny)), float)
        n_all = self.n + len(cones)
        tree = minimum_spanning_tree(coo_array((self.length, (self.edges[:, 0], self.edges[:, 1])), (n_all, n_all)))
        start, end = tree.nonzero()
        in_tree = np.zeros(len(self.edges), bool)
        in_tree[self.numbers(np.column_stack([start, end]))] = True
        twin = np.empty(faces.size, np.int64)
        twin[table.pairs[:, 0]], twin[table.pairs[:, 1]] = table.pairs[:, 1], table.pairs[:, 0]
        self.bits, self.n_bits = classes_of_edges(table.edge_of_side, twin, in_tree)
        ways = np.flatnonzero(self.edges[:, 1] < self.n)  # not to the tips of cones
        start, end = np.concatenate([self.edges[ways], self.edges[ways, ::-1]]).T
        order = np.argsort(start, kind="stable")
        self._first = np.searchsorted(start[order], np.arange(self.n + 1))
        self._beside, self._edge = end[order], np.tile(ways, 2)[order]
        self._distance = np.full(self.n, np.inf)
        self._before = np.full(self.n, -1)
        self._carried = np.zeros((self.n, self.bits.shape[1]), np.uint64)
        sides = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2) @ [n_all, 1]
        self._side_order = np.argsort(sides)
        self._sides, self._third = sides[self._side_order], np.roll(faces, -2, axis=1).ravel()[self._side_order]
        self._n_all = n_all

    def numbers(self, pairs: np.ndarray) -> np.ndarray:
        """Return the numbers of edges given as pairs of vertices."""
        pairs = np.sort(pairs.reshape(-1, 2), axis=1)
        n = int(self.faces.max()) + 1
        return np.searchsorted(self.edges @ [n, 1], pairs @ [n, 1])

    def edges_of(self, loop: np.ndarray) -> np.ndarray:
        """Return the edges of a closed loop of vertices."""
        return self.numbers(np.column_stack([loop, np.roll(loop, -1)]))

    def loops(self, root: int, reach: float) -> list[tuple[float, np.ndarray, np.ndarray]]:
        """Return independent loops near a vertex, the shortest first: length, bits and vertices of each."""
        pairs, lengths, classes, touched = loops_through(
            root,
            reach,
            *(self._first, self._beside, self._edge, self.length, self.bits),
            *(self._distance, self._before, self._carried),
        )
        order = np.argsort(lengths, kind="stable")
        found: list[tuple[float, np.ndarray, np.ndarray]] = []
        for k in order[independent(classes[order], self.n_bits)].tolist():
            loop = self._closed(*pairs[k].tolist())
            found.append((float(self.length[self.edges_of(loop)].sum()), classes[k], loop))
        self._distance[touched] = np.inf
        return found

    def _closed(self, v: int, u: int) -> np.ndarray:
        """Return the loop of two ways that begin at the ends of an edge, without what both have in common."""
        ways: list[list[int]] = []
        for end in (v, u):
            way = [end]
            while self._before[way[-1]] >= 0:
                way.append(int(self._before[way[-1]]))
            ways.append(way)
        one, other = ways
        while len(one) > 1 and len(other) > 1 and one[-2] == other[-2]:
            one.pop()
            other.pop()
        return np.array(one + other[-2::-1])

    def beside_left(self, loop: np.ndarray) -> np.ndarray:
        """Return the edges that leave a loop to its left, once for each end on it."""
        found: list[tuple[int, int]] = []
        for before, v, after in zip(np.roll(loop, 1).tolist(), loop.tolist(), np.roll(loop, -1).tolist(), strict=True):
            spoke = self._next_spoke(v, after)
            while spoke != before:
                found.append((v, spoke))
                spoke = self._next_spoke(v, spoke)
        return self.numbers(np.array(found, np.int64)) if found else np.zeros(0, np.int64)

    def _next_spoke(self, v: int, u: int) -> int:
        """Return the third corner of the face to the left of the way from one vertex to another."""
        return int(self._third[np.searchsorted(self._sides, v * self._n_all + u)])


def _loops_of_part(surface: Surface) -> Work[list[np.ndarray]]:
    """Return short loops around the handles of one piece."""
    closed = _Closed(surface)
    pool = closed.loops(0, np.inf)
    best, tried = np.inf, set[int]()
    for turn in range(_ROUNDS):
        basis = _basis(pool, closed.n_bits)
        total = sum(length for length, _, _ in basis)
        if total >= best * (1.0 - 1e-9):
            break
        best = total
        for done, (length, _, loop) in enumerate(basis):
            step = max(1, len(loop) // _ROOTS)
            for root in loop[turn % step :: step][:_ROOTS].tolist():
                if root not in tried:
                    tried.add(root)
                    pool += closed.loops(root, 0.5 * _FARTHER * length)
            if done % 16 == 0:
                yield Progress((turn + done / len(basis)) / _ROUNDS, "Shortening loops")
    return _apart(closed, pool)


def _basis(pool: list[tuple[float, np.ndarray, np.ndarray]], most: int) -> list[tuple[float, np.ndarray, np.ndarray]]:
    """Return the shortest loops that are independent."""
    pool.sort(key=lambda found: found[0])
    return [pool[k] for k in independent(np.array([bits for _, bits, _ in pool]), most)]


def _apart(closed: _Closed, pool: list[tuple[float, np.ndarray, np.ndarray]]) -> list[np.ndarray]:
    """Return short independent loops no two of which cross: half as many as there are bits."""
    half = closed.n_bits // 2
    pool.sort(key=lambda found: found[0])
    left = np.zeros((len(closed.edges), half // 64 + 1), np.uint64)
    taken: list[np.ndarray] = []
    bits: list[np.ndarray] = []
    for _, own, loop in pool:
        if len(taken) == half:
            break
        if np.bitwise_xor.reduce(left[closed.edges_of(loop)], axis=0).any():
            continue
        if len(independent(np.array([*bits, own]), half)) <= len(taken):
            continue
        word, bit = divmod(len(taken), 64)
        for e in closed.beside_left(loop).tolist():
            left[e, word] ^= np.uint64(1 << bit)
        taken.append(loop)
        bits.append(own)
    return taken
