"""Cutting a surface open along few short edges so that one disk is left."""

from dataclasses import dataclass

import numba
import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from core.atlas.coarse import one_way
from core.atlas.cut_open import CutMesh
from core.atlas.face_graph import face_graph
from core.base.arrays import frozen
from core.base.errors import TopologyError
from core.base.progress import Progress, Work
from core.charts.disk_chart import disk_chart
from core.data.surface import Surface
from core.geometry.distortion import planar_edges, squared_stretch
from core.geometry.topology import topology

_ROOTS = 24
"""Places from which loops are begun."""
_KEPT = 4
"""Shortest cuts that are shortened further."""
_TRIALS = 150
"""Pieces of a cut that are laid anew, at most."""
_TIPS = 6
"""Ends that the slit of a sphere may have, but one."""
_GOOD, _WORTH = 1.3, 0.95
"""L2 stretch of a slit sphere that is good enough, and the factor by which another end must lower it."""
_SHORTER = 1e-6
"""Part of the length by which a piece laid anew must be shorter."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A surface cut open to a disk.

    Parameters
    ----------
    edges : (c, 2) int64 array
        Pairs of vertices of the surface: the edges along which it is cut.
    surface : Surface
        The disk: the faces in their order, wound one way, a vertex for each side of the cut.
    vertices : (n,) int64 array
        The vertex of the surface that each vertex of the disk stands for.
    length : float
        Length of the cut, in input units.
    """

    edges: Int64[np.ndarray, "c 2"]
    surface: Surface
    vertices: Int64[np.ndarray, " n"]
    length: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", frozen(self.edges, np.int64, (None, 2)))
        object.__setattr__(self, "vertices", frozen(self.vertices, np.int64, (None,)))


def cut_to_disk(surface: Surface) -> Work[Cut]:
    """Cut a surface open to one disk along a short set of edges.

    Parameters
    ----------
    surface : Surface
        One piece, at most two faces at each edge; with or without boundary, handles, or two sides.

    Yields
    ------
    Progress
        After each try.

    Raises
    ------
    TopologyError
        If it is a disk already, has several pieces, or is no manifold.

    Notes
    -----
    From each of several roots: the tree of shortest ways, a tree of faces that crosses what is left, the longest loops
    first, and the loops of the edges that neither needs (Erickson and Whittlesey, *Greedy optimal homotopy and homology
    generators*, 2005); holes are joined by the same tree. Then pieces of the shortest cuts are laid anew: without one
    of them the surface is a ring, and the shortest way between the two rims of a ring is what cuts it best. A sphere
    has no loops: it is slit between two places far apart, and on to where the map to the disk is stretched most, while
    that helps. Along the boundary nothing has to be cut, so holes side by side cost little.
    """
    known = topology(surface)
    if known.is_disk:
        raise TopologyError("The surface is a disk already: it needs no cut.")
    if not known.is_manifold or known.n_components != 1:
        raise TopologyError(
            f"One cut needs one piece and a manifold; this surface has {known.n_components:,} pieces, "
            f"{known.n_nonmanifold_edges:,} edges of more than two faces and {known.n_nonmanifold_vertices:,} vertices "
            "where parts touch. Keep one component, split what touches, or choose an atlas."
        )
    graph = face_graph(surface)
    mesh = CutMesh(graph.faces, graph.vertices)
    if known.is_closed and known.euler_characteristic == 2:
        best = yield from _slit(mesh)
    else:
        best = yield from _shortest(mesh)
    opened, _ = one_way(*_beside(mesh, best))
    stands_for = np.empty(int(opened.max()) + 1, np.int64)
    stands_for[mesh.opened(best).ravel()] = graph.original[graph.faces].ravel()
    edges = graph.original[mesh.edges[best]]
    ends = surface.vertices[edges]
    length = float(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).sum())
    return Cut(edges, Surface(surface.vertices[stands_for], opened), stands_for, length)


def _beside(mesh: CutMesh, cut: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the faces of a mesh that was cut, and which side lies across each of their sides."""
    faces = mesh.opened(cut)
    pairs = mesh.table.pairs
    pairs = pairs[~cut[mesh.table.edge_of_side[pairs[:, 0]]]]
    across = np.full(faces.size, -1)
    across[pairs[:, 0]], across[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    return faces, across.reshape(-1, 3)


def _shortest(mesh: CutMesh) -> Work[np.ndarray]:
    """Return the edges of the shortest cut found."""
    found: list[tuple[float, int, np.ndarray]] = []
    ways = _Ways(mesh)
    roots = ways.spread_roots(_ROOTS)
    for k, root in enumerate(roots):
        cut = mesh.pruned(ways.loops(root))
        found.append((float(mesh.length[cut].sum()), k, cut))
        yield Progress(0.5 * (k + 1) / len(roots), "Looking for a short cut")
    found.sort(key=lambda row: row[:2])
    better: list[tuple[float, int, np.ndarray]] = []
    for k, (_, _, cut) in enumerate(found[:_KEPT]):
        shortened = yield from _shortened(mesh, cut)
        better.append((float(mesh.length[shortened].sum()), k, shortened))
        yield Progress(0.5 + 0.5 * (k + 1) / _KEPT, "Shortening the cut")
    return min(better, key=lambda row: row[:2])[2]


def _shortened(mesh: CutMesh, cut: np.ndarray) -> Work[np.ndarray]:
    """Return a cut whose pieces are laid anew as long as that makes it shorter."""
    trials, tried = 0, set[bytes]()
    while trials < _TRIALS:
        pieces = [piece for piece in mesh.stretches(cut) if piece.tobytes() not in tried]
        if not pieces:
            break
        piece = max(pieces, key=lambda edges: mesh.length[edges].sum())
        tried.add(piece.tobytes())
        trials += 1
        without = cut.copy()
        without[piece] = False
        without = mesh.pruned(without)
        way = mesh.shortest_between_sides(without)
        yield Progress(None, "Shortening the cut")
        if way is None:
            continue
        without[way] = True
        if mesh.length[without].sum() < (1.0 - _SHORTER) * mesh.length[cut].sum():
            cut = without
            tried.clear()
    return cut


class _Ways:
    """Shortest ways along the edges of a mesh; along its boundary they cost nothing."""

    def __init__(self, mesh: CutMesh) -> None:
        self._mesh = mesh
        n, tiny = mesh.n_vertices, 1e-12 * float(mesh.length.sum())
        self._size = np.where(mesh.on_boundary, tiny, np.maximum(mesh.length, tiny))
        self._graph = coo_array((self._size, (mesh.edges[:, 0], mesh.edges[:, 1])), (n, n)).tocsr()
        sides = mesh.table.edge_of_side
        self._faces = mesh.table.pairs // 3
        self._edge_of_pair: Int64[np.ndarray, " p"] = sides[mesh.table.pairs[:, 0]]

    def spread_roots(self, count: int) -> list[int]:
        """Return vertices far from each other."""
        roots = [0]
        nearest = self._distances(0)
        while len(roots) < min(count, self._mesh.n_vertices):
            roots.append(int(np.argmax(nearest)))
            nearest = np.minimum(nearest, self._distances(roots[-1]))
        return roots

    def _distances(self, root: int) -> Float64[np.ndarray, " n"]:
        return dijkstra(self._graph, directed=False, indices=[root], min_only=True)

    def loops(self, root: int) -> np.ndarray:
        """Return a cut of loops and ways to holes that begin at a root."""
        mesh = self._mesh
        distance, before, _ = dijkstra(
            self._graph, directed=False, indices=[root], return_predecessors=True, min_only=True
        )
        child = np.flatnonzero(before >= 0)
        in_tree = np.zeros(len(mesh.edges), bool)
        in_tree[mesh.numbers(np.column_stack([child, before[child]]))] = True
        loop = distance[mesh.edges].sum(axis=1) + self._size
        pairs = np.flatnonzero(~in_tree[self._edge_of_pair])
        pairs = pairs[np.argsort(-loop[self._edge_of_pair[pairs]], kind="stable")]
        crossed = _spanning(len(mesh.faces), self._faces[pairs])
        needed = ~in_tree
        needed[self._edge_of_pair[pairs[crossed]]] = False
        cut, seen = needed.copy(), np.zeros(mesh.n_vertices, bool)
        ways: list[tuple[int, int]] = []
        for v in mesh.edges[needed].ravel().tolist():
            while not seen[v] and before[v] >= 0:
                seen[v] = True
                ways.append((v, int(before[v])))
                v = int(before[v])
        if ways:
            cut[mesh.numbers(np.array(ways))] = True
        return cut

    def way(self, starts: np.ndarray, end: int) -> np.ndarray:
        """Return the edges of the shortest way from some vertices to another."""
        _, before, _ = dijkstra(self._graph, directed=False, indices=starts, return_predecessors=True, min_only=True)
        steps: list[tuple[int, int]] = []
        while before[end] >= 0:
            steps.append((end, int(before[end])))
            end = int(before[end])
        return self._mesh.numbers(np.array(steps, np.int64).reshape(-1, 2))

    def farthest(self, starts: np.ndarray) -> int:
        """Return the vertex farthest from some others."""
        return int(np.argmax(dijkstra(self._graph, directed=False, indices=starts, min_only=True)))


@numba.njit(cache=True, nogil=True)
def _spanning(n: int, pairs: Int64[np.ndarray, "p 2"]) -> Bool[np.ndarray, " p"]:
    """Return which pairs, taken in their order, join what was not joined yet."""
    parent, chosen = np.arange(n), np.zeros(len(pairs), np.bool_)
    for k in range(len(pairs)):
        a, b = pairs[k]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a != b:
            parent[a], chosen[k] = b, True
    return chosen


def _slit(mesh: CutMesh) -> Work[np.ndarray]:
    """Return edges from which a sphere can be opened to a disk of low stretch."""
    ways, cut = _Ways(mesh), np.zeros(len(mesh.edges), bool)
    first = ways.farthest(np.array([0]))
    last = ways.farthest(np.array([first]))
    cut[ways.way(np.array([first]), last)] = True
    if cut.sum() < 2:  # an edge alone cannot be opened
        beside = (mesh.edges == last).any(axis=1) & ~cut
        cut[np.flatnonzero(beside)[0]] = True
    best, stretch = cut.copy(), np.inf
    for k in range(_TIPS):
        yield Progress(k / _TIPS, "Looking for a short cut")
        faces, _ = one_way(*_beside(mesh, cut))
        stands_for = np.empty(int(faces.max()) + 1, np.int64)
        stands_for[mesh.opened(cut).ravel()] = mesh.faces.ravel()
        opened = Surface(mesh.vertices[stands_for], faces)
        chart = yield from disk_chart(opened)
        if not chart.stretch < _WORTH * stretch:
            return best
        best, stretch = cut.copy(), chart.stretch
        if stretch <= _GOOD:
            return best
        worst = squared_stretch(opened, planar_edges(chart.codes, faces)) * opened.face_areas
        tip = int(mesh.faces[np.argmax(worst), 0])
        cut[ways.way(np.unique(mesh.edges[cut]), tip)] = True
    return best
