"""Cells too thin for float64: found, and merged with a neighbour so that the complex stays one."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float64, Int32, Int64
from numba import njit

from core.relu.subdivision import Subdivided

Coordinates = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Gives plane coordinates (n, 2) of vertices, each in the plane of a start polygon."""

THIN = 1e-13
"""Area over squared perimeter below which a cell is looked at in extended precision."""


def merge_slivers(
    found: Subdivided, coordinates: Coordinates, n_fixed: int, normals: Float64[np.ndarray, "p 3"] | None = None
) -> tuple[Subdivided, int]:
    """Merge the cells that have no positive area, or a side of no length, with a neighbour.

    Parameters
    ----------
    found : Subdivided
        The complex.
    coordinates : callable
        Gives plane coordinates of vertices, given their numbers and those of start polygons.
    n_fixed : int
        The first vertices, those of the start polygons, which are kept.
    normals : (p, 3) float64 array, optional
        In space, the unit normal of each start polygon.

    Returns
    -------
    Subdivided, int
        The complex without slivers, and how many there were.

    Notes
    -----
    Vertices are rounded to float64, so a cell narrower than that may turn inside out. It is merged across its longest
    side with a cell of the same start polygon: along a sliver all its long sides lie on top of each other, so that the
    patterns beside every remaining edge differ in units that vanish there. Vertices that only two edges meet at are
    removed.
    """
    suspects = np.empty(len(found.owner), np.int64)
    normals = np.empty((0, 3)) if normals is None else normals
    suspects = suspects[: find_thin(found.points, found.offsets, found.corners, found.owner, normals, suspects)]
    if not len(suspects):
        return found, 0
    editor = _Editor(found, coordinates, n_fixed)
    for cell in suspects:
        editor.mend(int(cell))
    return (editor.result(), editor.n_merged) if editor.has_changed else (found, 0)


@njit(cache=True, nogil=True, error_model="numpy")
def find_thin(
    points: Float64[np.ndarray, "n d"],
    offsets: Int64[np.ndarray, " m"],
    corners: Int32[np.ndarray, " c"],
    owner: Int32[np.ndarray, " k"],
    normals: Float64[np.ndarray, "p 3"],
    found: Int64[np.ndarray, " k"],
) -> int:
    """Write the polygons that are thin, or have a side of no length, to ``found``; return how many there are."""
    n, plane = 0, points.shape[1] == 2
    for k in range(len(offsets) - 1):
        first, last = offsets[k], offsets[k + 1]
        a = corners[first]
        around, area, degenerate = 0.0, 0.0, False
        for i in range(first, last):
            p, q = corners[i], corners[i + 1] if i + 1 < last else a
            ux, uy = points[p, 0] - points[a, 0], points[p, 1] - points[a, 1]
            vx, vy = points[q, 0] - points[a, 0], points[q, 1] - points[a, 1]
            if plane:
                length = np.sqrt((vx - ux) ** 2 + (vy - uy) ** 2)
                area += ux * vy - uy * vx
            else:
                uz, vz = points[p, 2] - points[a, 2], points[q, 2] - points[a, 2]
                length = np.sqrt((vx - ux) ** 2 + (vy - uy) ** 2 + (vz - uz) ** 2)
                normal = normals[owner[k]]
                area += (uy * vz - uz * vy) * normal[0] + (uz * vx - ux * vz) * normal[1]
                area += (ux * vy - uy * vx) * normal[2]
            around += length
            degenerate |= length == 0.0
        if degenerate or area <= 2.0 * THIN * around**2:
            found[n] = k
            n += 1
    return n


def is_sound(xy: Float64[np.ndarray, "n 2"]) -> bool:
    """Tell whether a polygon has positive area, sides of positive length, and winds once around."""
    if len(xy) < 3:
        return False
    points = xy.astype(np.longdouble)
    here = points - points[0]
    there = np.roll(here, -1, 0)
    side = there - here
    after = np.roll(side, -1, 0)
    turn = np.arctan2(side[:, 0] * after[:, 1] - side[:, 1] * after[:, 0], (side * after).sum(1))
    area = (here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]).sum()
    return bool(area > 0 and (side != 0).any(1).all() and abs(turn.sum() - 2 * np.pi) < 1e-9)


class _Editor:
    """A complex as edges alone, edited edge by edge; so few are touched that searches may be slow."""

    def __init__(self, found: Subdivided, coordinates: Coordinates, n_fixed: int) -> None:
        self._found, self._coordinates, self._n_fixed = found, coordinates, n_fixed
        self._edges, self._beside = found.edges.copy(), found.edge_cells.copy()
        self._touched: set[int] = set()
        self._gone: set[int] = set()
        self.n_merged = 0

    @property
    def has_changed(self) -> bool:
        """Whether anything was edited."""
        return bool(self._touched)

    def mend(self, cell: int) -> None:
        """Collapse sides of no length; merge the cell with neighbours until what it became is sound."""
        if cell in self._gone:
            return
        self._collapse(cell)
        while not is_sound(self._xy(cell)):
            other = self._neighbour(cell)
            if other < 0:
                return
            self._merge(cell, other)
            cell = other

    def _sides(self, cell: int) -> tuple[list[int], list[int]]:
        """Return the vertices of a cell in order, and the edges that start from each."""
        edges = np.flatnonzero((self._beside == cell).any(1))
        ahead: dict[int, int] = {}
        for edge in edges.tolist():
            start, end = self._edges[edge].tolist()
            ahead[start if self._beside[edge, 0] == cell else end] = edge
        vertex = next(iter(ahead))
        vertices: list[int] = []
        sides: list[int] = []
        while vertex not in vertices:
            vertices.append(vertex)
            sides.append(ahead[vertex])
            vertex = int(self._edges[ahead[vertex]].sum()) - vertex
        return vertices, sides

    def _xy(self, cell: int) -> np.ndarray:
        """Return the corners of a cell in its plane."""
        vertices = np.array(self._sides(cell)[0])
        return self._coordinates(vertices, np.full(len(vertices), self._found.owner[cell]))

    def _neighbour(self, cell: int) -> int:
        """Return the cell of the same start polygon beside the longest side, -1 if there is none."""
        xy, sides = self._xy(cell), self._sides(cell)[1]
        lengths = np.hypot(*(np.roll(xy, -1, 0) - xy).T)
        for i in np.argsort(-lengths, kind="stable").tolist():
            other = int(self._beside[sides[i]].sum()) - cell
            if other >= 0 and self._found.owner[other] == self._found.owner[cell]:
                return other
        return -1

    def _drop(self, edge: int) -> None:
        """Remove an edge."""
        self._edges[edge] = self._beside[edge] = -2

    def _collapse(self, cell: int) -> None:
        """Join the ends of the sides of a cell that have no length."""
        vertices, sides = self._sides(cell)
        xy = self._xy(cell)
        for i in np.flatnonzero((xy == np.roll(xy, -1, 0)).all(1)).tolist():
            kept, lost = sorted((vertices[i], vertices[(i + 1) % len(vertices)]))
            if lost >= self._n_fixed:
                self._touched |= set(self._beside[(self._edges == lost).any(1)].ravel().tolist())
                self._drop(sides[i])
                self._edges[self._edges == lost] = kept

    def _merge(self, cell: int, other: int) -> None:
        """Give a cell to another: their common edges go, and so do vertices where only two edges meet then."""
        vertices = self._sides(cell)[0]
        self._beside[self._beside == cell] = other
        for edge in np.flatnonzero((self._beside == other).all(1)).tolist():
            self._drop(edge)
        for vertex in vertices:
            self._dissolve(vertex)
        self._gone.add(cell)
        self._touched.add(other)
        self.n_merged += 1

    def _dissolve(self, vertex: int) -> None:
        """Join the two edges at a vertex into one, if there are just two and it is no corner of a start polygon."""
        at = np.flatnonzero((self._edges == vertex).any(1)).tolist()
        if len(at) != 2 or vertex < self._n_fixed:
            return
        kept, lost = at
        self._touched |= set(self._beside[kept].tolist())
        self._edges[kept][self._edges[kept] == vertex] = int(self._edges[lost].sum()) - vertex
        self._drop(lost)

    def result(self) -> Subdivided:
        """Return the edited complex, its cells, edges and vertices numbered anew in the former order."""
        found = self._found
        cells = np.array([c for c in range(len(found.offsets) - 1) if c not in self._gone])
        cycles = {c: self._sides(c)[0] for c in self._touched if c >= 0 and c not in self._gone}
        parts = [cycles.get(c, found.corners[found.offsets[c] : found.offsets[c + 1]]) for c in cells.tolist()]
        sizes = np.array([len(part) for part in parts])
        corners = np.concatenate(parts)
        alive = np.flatnonzero(self._edges[:, 0] >= 0)
        used = np.unique(corners)
        vertex_number = np.zeros(len(found.points), np.int32)
        vertex_number[used] = np.arange(len(used))
        cell_number = np.full(len(found.offsets), -1, np.int32)  # the last entry stands for the outside, number -1
        cell_number[cells] = np.arange(len(cells))
        return Subdivided(
            found.points[used],
            np.concatenate([[0], np.cumsum(sizes)]),
            vertex_number[corners],
            vertex_number[self._edges[alive]],
            cell_number[self._beside[alive]],
            found.edge_unit[alive],
            found.pattern_hash[cells],
            found.owner[cells],
            found.maps[cells],
        )
