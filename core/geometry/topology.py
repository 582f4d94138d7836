"""Topology certificate of a triangulated surface: what it is, and whether a planar chart of it can exist."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.base.errors import TopologyError
from core.data.surface import Surface
from core.data.topology import Topology, counted

LONGEST_WALK = 100
"""Corners around a vertex up to which they are walked around one by one."""
_FACES_AT_ONCE = 1 << 14


@dataclass(frozen=True, eq=False)
class EdgeTable:
    """The edges of a list of faces, which sides of which faces lie on each, and what follows from that alone.

    Side ``3 f + k`` of face ``f`` runs from its corner ``k`` to its corner ``(k + 1) % 3``.

    Parameters
    ----------
    faces : (f, 3) int64 array
        Corners of each face.
    edges : (e, 2) int64 array
        Vertex pairs, the smaller vertex first, in lexicographic order.
    edge_of_side : (3 f,) int64 array
        The edge that each side lies on.
    n_faces : (e,) int64 array
        How many sides lie on each edge: 1 on the boundary, 2 inside, more where the surface is not a manifold.
    order : (3 f,) int64 array
        The sides sorted by edge.
    first : (e,) int64 array
        Where the sides of each edge begin in ``order``.
    """

    faces: Int64[np.ndarray, "f 3"]
    edges: Int64[np.ndarray, "e 2"]
    edge_of_side: Int64[np.ndarray, " s"]
    n_faces: Int64[np.ndarray, " e"]
    order: Int64[np.ndarray, " s"]
    first: Int64[np.ndarray, " e"]

    @cached_property
    def pairs(self) -> Int64[np.ndarray, "p 2"]:
        """The two sides of each edge that lies in exactly two faces."""
        first = self.first[self.n_faces == 2]
        return np.column_stack([self.order[first], self.order[first + 1]])

    @cached_property
    def is_wound_one_way(self) -> bool:
        """Whether the two sides of each edge that lies in exactly two faces run opposite ways."""
        start = self.faces.ravel()[self.pairs]
        return bool((start[:, 0] != start[:, 1]).all())

    @cached_property
    def winding(self) -> tuple[Int64[np.ndarray, " f"], Bool[np.ndarray, " f"]]:
        """The part that each face lies in, and which faces to turn so that every part is wound one way.

        Parts are joined through the edges of exactly two faces. A part that cannot be oriented (a Moebius strip) gets
        the number -1, and none of its faces is turned.

        Notes
        -----
        Components of the orientation double cover: node ``f`` stands for face f as it is, node ``f + n`` for it turned.
        """
        n = len(self.faces)
        left, right = self.pairs[:, 0] // 3, self.pairs[:, 1] // 3
        if self.is_wound_one_way:
            # The sheets of the double cover are two copies of the surface.
            return groups(np.column_stack([left, right]), n)[1], np.zeros(n, bool)
        start = self.faces.ravel()[self.pairs]
        opposed = start[:, 0] != start[:, 1]
        as_it_is = np.column_stack([left, np.where(opposed, right, right + n)])
        turned = np.column_stack([left + n, np.where(opposed, right + n, right)])
        _, sheet = groups(np.concatenate([as_it_is, turned]), 2 * n)
        upper, lower = sheet[:n], sheet[n:]
        part = np.where(upper == lower, -1, np.minimum(upper, lower))
        return part, upper > lower


def edge_table(faces: Int64[np.ndarray, "f 3"]) -> EdgeTable:
    """Return the edges of a list of faces.

    Parameters
    ----------
    faces : (f, 3) int64 array
        Corners of each face, none negative.
    """
    ends = np.roll(faces, -1, axis=1)
    low, high = np.minimum(faces, ends).ravel(), np.maximum(faces, ends).ravel()
    key = low * (int(faces.max(initial=0)) + 1) + high
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    n_faces = np.diff(starts, append=len(key))
    edge_of_side = np.empty(len(key), np.int64)
    edge_of_side[order] = np.repeat(np.arange(len(starts)), n_faces)
    first_sides = order[starts]
    edges = np.column_stack([low[first_sides], high[first_sides]])
    return EdgeTable(faces, edges, edge_of_side, n_faces, order, starts)


def groups(pairs: Int64[np.ndarray, "p 2"], n: int) -> tuple[int, Int64[np.ndarray, " n"]]:
    """Return how many groups the pairs join n things into, and the group of each."""
    ones = np.ones(len(pairs), bool)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    return int(count), label.astype(np.int64)


def fans(faces: Int64[np.ndarray, "f 3"], table: EdgeTable) -> tuple[int, Int64[np.ndarray, "f 3"]]:
    """Return the number of fans and the fan that each corner belongs to.

    A fan is a largest set of faces around one vertex that are joined through edges at that vertex. A vertex with more
    than one fan is where parts of the surface touch in a point: a bow-tie or an hourglass.
    """
    inside = np.flatnonzero(np.diff(table.edge_of_side[table.order]) == 0)
    a, b = table.order[inside], table.order[inside + 1]
    start = faces.ravel()
    end_corner = (a // 3) * 3 + (a + 1) % 3, (b // 3) * 3 + (b + 1) % 3
    same = start[a] == start[b]
    first = np.column_stack([a, np.where(same, b, end_corner[1])])
    second = np.column_stack([end_corner[0], np.where(same, end_corner[1], b)])
    count, label = groups(np.concatenate([first, second]), faces.size)
    return count, label.reshape(-1, 3)


def topology(surface: Surface, table: EdgeTable | None = None) -> Topology:
    """Return the topology certificate of a surface.

    Parameters
    ----------
    surface : Surface
        Any triangles; vertices that no face uses do not count.
    table : EdgeTable, optional
        Its edges, where they are known already.

    Notes
    -----
    O(f log f). For an orientable manifold of c components with b boundary loops, V - E + F = 2c - 2g - b.

    Examples
    --------
    >>> triangle = Surface(np.eye(3), np.array([[0, 1, 2]]))
    >>> topology(triangle).verdict
    'A topological disk: a planar chart exists.'
    """
    faces = surface.faces
    table = edge_table(faces) if table is None else table
    used = np.flatnonzero(np.bincount(faces.ravel(), minlength=1))
    part, _ = table.winding
    n_fans_of_vertex = _fans_of_vertex(table)
    if (n_fans_of_vertex <= 1).all() and table.is_wound_one_way and (table.n_faces <= 2).all():
        n_components = int(part.max(initial=-1)) + 1  # what is joined at a vertex is joined through edges
    else:
        n_components, _ = groups(np.searchsorted(used, table.edges), len(used))
    ends, boundary = np.unique(table.edges[table.n_faces == 1], return_inverse=True)
    n_loops, _ = groups(boundary.reshape(-1, 2), len(ends))
    n_bad_edges = int(np.count_nonzero(table.n_faces > 2))
    n_bad_vertices = int(np.count_nonzero(n_fans_of_vertex > 1))
    euler = len(used) - len(table.edges) + len(faces)
    is_manifold, is_orientable = n_bad_edges == 0 and n_bad_vertices == 0, not bool((part < 0).any())
    handles = (2 * n_components - n_loops - euler) // 2 if is_manifold and is_orientable else None
    diagonal, area = _measures(surface.vertices, used, faces)
    return Topology(
        n_vertices=len(used),
        n_edges=len(table.edges),
        n_faces=len(faces),
        n_components=n_components,
        n_boundary_loops=n_loops,
        euler_characteristic=euler,
        genus=handles,
        is_manifold=is_manifold,
        is_orientable=is_orientable,
        is_closed=len(faces) > 0 and bool((table.n_faces == 2).all()),
        n_nonmanifold_edges=n_bad_edges,
        n_nonmanifold_vertices=n_bad_vertices,
        area=area,
        diagonal=diagonal,
    )


def _fans_of_vertex(table: EdgeTable) -> np.ndarray:
    """Return how many fans there are around each vertex."""
    if table.is_wound_one_way and (table.n_faces <= 2).all():
        walked = _walked_fans(table)
        if walked is not None:
            return walked
    count, label = fans(table.faces, table)
    vertex_of_fan = np.empty(count, np.int64)
    vertex_of_fan[label.ravel()] = table.faces.ravel()
    return np.bincount(vertex_of_fan, minlength=1)


def _walked_fans(table: EdgeTable) -> np.ndarray | None:
    """Return how many fans there are around each vertex: 1 where a walk around it meets all of its corners.

    None where a walk does not, or takes long. Only where no edge has more than two faces, all wound one way.
    """
    corners = table.faces.ravel()
    twin = np.full(len(corners), -1)
    first, second = table.pairs.T
    twin[first], twin[second] = second, first
    # The side that ends in a corner lies, beyond its edge, beside the next corner at the same vertex.
    beyond = twin.reshape(-1, 3)[:, [2, 0, 1]].ravel()
    start = np.full(int(corners.max(initial=-1)) + 1, -1)
    start[corners] = np.arange(len(corners))
    at_rim = np.flatnonzero(twin < 0)
    start[corners[at_rim]] = at_rim  # nothing lies before it
    vertices = np.flatnonzero(start >= 0)
    origin, left = start[vertices], np.bincount(corners)[vertices] - 1
    now = origin
    for _ in range(LONGEST_WALK):
        now = beyond[now]
        ended = (now < 0) | (now == origin)
        if (left[ended] != 0).any():
            return None
        if ended.all():
            return (start >= 0).astype(np.int64)
        now, origin, left = now[~ended], origin[~ended], left[~ended] - 1
    return None


def _measures(vertices: np.ndarray, used: np.ndarray, faces: np.ndarray) -> tuple[float, float]:
    """Return diagonal and area, computed at unit size so that no square leaves the range of float64."""
    if not len(used):
        return 0.0, 0.0
    taken = vertices if len(used) == len(vertices) else vertices[used]
    low, high = taken.min(0), taken.max(0)
    size = float((high - low).max())
    if size == 0.0:
        return 0.0, 0.0
    area = 0.5 * float(sum(double_areas(part).sum() for part in corners_in_parts(vertices, faces, low, size)))
    return float(np.linalg.norm((high - low) / size)) * size, area * size * size


def corners_in_parts(
    vertices: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], low: np.ndarray, size: float
) -> Iterator[Float64[np.ndarray, "3 k 3"]]:
    """Yield the corners of some faces after others, moved by `low` and divided by `size`.

    Of few faces at a time: what is computed of millions at once takes most of its time to get memory.
    """
    for begin in range(0, len(faces), _FACES_AT_ONCE):
        yield (vertices[faces[begin : begin + _FACES_AT_ONCE].T] - low) / size


def double_areas(corners: Float64[np.ndarray, "3 k 3"]) -> Float64[np.ndarray, " k"]:
    """Return twice the area of triangles by their first, second and third corners."""
    a, b, c = corners
    return np.linalg.norm(np.cross(b - a, c - a), axis=1)


def boundary_loops(faces: Int64[np.ndarray, "f 3"]) -> list[Int64[np.ndarray, " k"]]:
    """Return the boundary of a surface as ordered cycles of vertices, the one with the most vertices first.

    Each cycle runs the way the faces beside it are wound (where they agree). Where the surface only touches itself in a
    vertex, the cycles are those it has once the fans of faces there are parted, so the vertex occurs more than once.

    Parameters
    ----------
    faces : (f, 3) int64 array
        Triangles, at most two at each edge.

    Raises
    ------
    TopologyError
        If an edge has more than two faces: the boundary is then no set of cycles.
    """
    table = edge_table(faces)
    n_bad = int(np.count_nonzero(table.n_faces > 2))
    if n_bad:
        raise TopologyError(f"{counted(n_bad, 'edge')} with more than two faces; boundary loops need a manifold.")
    sides = table.order[table.first[table.n_faces == 1]]
    _, fan = fans(faces, table)
    corner_ends = np.column_stack([sides, (sides // 3) * 3 + (sides + 1) % 3])
    fan_ends, vertex_ends = fan.ravel()[corner_ends], faces.ravel()[corner_ends]
    by_fan = np.argsort(fan_ends.ravel(), kind="stable").reshape(-1, 2)
    other = np.empty(2 * len(sides), np.int64)
    other[by_fan[:, 0]], other[by_fan[:, 1]] = by_fan[:, 1], by_fan[:, 0]
    return _cycles(other.tolist(), vertex_ends.ravel())


def _cycles(other: list[int], vertex: np.ndarray) -> list[np.ndarray]:
    """Walk along boundary sides; end 2 s + 1 of side s is glued to the end ``other[2 s + 1]`` of its successor."""
    left = [True] * (len(other) // 2)
    cycles: list[np.ndarray] = []
    for side in range(len(left)):
        ends: list[int] = []
        end = 2 * side
        while left[end // 2]:
            left[end // 2] = False
            ends.append(end)
            end = other[end ^ 1]
        if ends:
            cycles.append(vertex[ends].astype(np.int64))
    return sorted(cycles, key=len, reverse=True)
