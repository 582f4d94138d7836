"""A surface cut open along some of its edges."""

import numpy as np
from jaxtyping import Bool, Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from core.geometry.topology import edge_table, groups


class CutMesh:
    """The triangles of a surface, which can be cut along edges.

    Parameters
    ----------
    faces : (f, 3) int64 array
        Corners of each face; at most two faces at each edge, one fan at each vertex.
    vertices : (n, 3) float64 array
        Positions.

    Attributes
    ----------
    edges : (e, 2) int64 array
        The edges, the smaller vertex first.
    length : (e,) float64 array
        How long they are.
    on_boundary : (e,) bool array
        Which lie in one face alone.
    """

    def __init__(self, faces: Int64[np.ndarray, "f 3"], vertices: np.ndarray) -> None:
        self.faces, self.vertices, self.table = faces, vertices, edge_table(faces)
        self.edges = self.table.edges
        self.length = np.linalg.norm(vertices[self.edges[:, 0]] - vertices[self.edges[:, 1]], axis=1)
        self.on_boundary = self.table.n_faces == 1
        self.n_vertices = len(vertices)
        self._pairs = self.table.pairs

    def opened(self, cut: Bool[np.ndarray, " e"]) -> Int64[np.ndarray, "f 3"]:
        """Return the faces with a vertex of their own for each fan that is left once some edges are cut."""
        pairs = self._pairs[~cut[self.table.edge_of_side[self._pairs[:, 0]]]]
        corner = self.faces.ravel()
        ends = 3 * (pairs // 3) + (pairs + 1) % 3
        same_way = (corner[pairs[:, 0]] == corner[pairs[:, 1]])[:, None]
        to_start = np.where(same_way, pairs[:, 1:], ends[:, 1:])
        to_end = np.where(same_way, ends[:, 1:], pairs[:, 1:])
        links = np.concatenate([np.hstack([pairs[:, :1], to_start]), np.hstack([ends[:, :1], to_end])])
        return groups(links, self.faces.size)[1].reshape(-1, 3)

    def pruned(self, cut: Bool[np.ndarray, " e"]) -> Bool[np.ndarray, " e"]:
        """Return a cut without the edges that lead nowhere: neither on to others nor to the boundary."""
        cut = cut & ~self.on_boundary
        ends = np.zeros(self.n_vertices, np.int64)
        np.add.at(ends, self.edges[cut].ravel(), 1)
        ends[self.edges[self.on_boundary].ravel()] += 2
        loose = [e for e in np.flatnonzero(cut) if (ends[self.edges[e]] == 1).any()]
        beside: dict[int, list[int]] = {}
        for e in np.flatnonzero(cut).tolist():
            for v in self.edges[e].tolist():
                beside.setdefault(v, []).append(e)
        while loose:
            e = loose.pop()
            if not cut[e] or not (ends[self.edges[e]] == 1).any():
                continue
            cut[e] = False
            for v in self.edges[e].tolist():
                ends[v] -= 1
                loose += [other for other in beside[v] if cut[other]]
        return cut

    def stretches(self, cut: Bool[np.ndarray, " e"]) -> list[np.ndarray]:
        """Return the pieces of a cut between its junctions and ends, as edges."""
        ends = np.zeros(self.n_vertices, np.int64)
        np.add.at(ends, self.edges[cut].ravel(), 1)
        ends[self.edges[self.on_boundary].ravel()] += 2
        chosen = np.flatnonzero(cut)
        flat = self.edges[chosen].ravel()
        order = np.argsort(flat, kind="stable")
        passed = order[ends[flat[order]] == 2].reshape(-1, 2) // 2
        count, piece = groups(passed, len(chosen))
        return [chosen[piece == k] for k in range(count)]

    def shortest_between_sides(self, cut: Bool[np.ndarray, " e"]) -> np.ndarray | None:
        """Return the edges of the shortest way between the two boundary loops of what a cut leaves; None if not two."""
        faces = self.opened(cut)
        n = int(faces.max()) + 1
        sides = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2)
        edge = self.table.edge_of_side
        at_rim = (cut | self.on_boundary)[edge]
        rim = sides[at_rim]
        ids, local = np.unique(rim, return_inverse=True)
        count, loop = groups(local.reshape(-1, 2), len(ids))
        if count != 2:
            return None
        key, first = np.unique(np.sort(sides, axis=1) @ [n, 1], return_index=True)
        size = np.maximum(self.length[edge[first]], np.finfo(float).tiny)  # two vertices may lie in one place
        graph = coo_array((size, (key // n, key % n)), (n, n)).tocsr()
        distance, before, _ = dijkstra(
            graph, directed=False, indices=ids[loop == 0], return_predecessors=True, min_only=True
        )
        other = ids[loop == 1]
        v = int(other[np.argmin(distance[other])])
        way: list[tuple[int, int]] = []
        while before[v] >= 0:
            way.append((v, int(before[v])))
            v = int(before[v])
        original = np.empty(n, np.int64)
        original[faces.ravel()] = self.faces.ravel()
        return self.numbers(original[np.array(way)])

    def numbers(self, pairs: np.ndarray) -> np.ndarray:
        """Return the numbers of edges given as pairs of vertices."""
        pairs = np.sort(pairs.reshape(-1, 2), axis=1)
        n = self.n_vertices
        return np.searchsorted(self.edges @ [n, 1], pairs @ [n, 1])
