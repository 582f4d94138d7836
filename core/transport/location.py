"""Finding the power cell of a point: a grid says where to begin, then from neighbour to neighbour."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.transport.brenier import plane_heights
from core.transport.power_diagram import PowerDiagram, dual_edges
from core.transport.regular_triangulation import hilbert_order


@dataclass(frozen=True, eq=False)
class CellLocator:
    """Everything that locating points needs, sites along a Hilbert curve so that neighbours are near in memory.

    Parameters
    ----------
    order : (n,) int64 array
        The site of the diagram that each place stands for.
    places : (n, 2) float64 array
        Sites.
    heights : (n,) float64 array
        Height of each site's plane: the cell of x is that of the greatest <x, y_i> + height.
    starts, neighbours : (n + 1,) and (m,) int64 arrays
        Neighbours of place i in the whole plane: ``neighbours[starts[i]:starts[i + 1]]``.
    grid : (k, k) int64 array
        The place whose cell holds the centre of each square of the grid over [-1, 1]^2.
    """

    order: Int64[np.ndarray, " n"]
    places: Float64[np.ndarray, "n 2"]
    heights: Float64[np.ndarray, " n"]
    starts: Int64[np.ndarray, " n1"]
    neighbours: Int64[np.ndarray, " m"]
    grid: Int64[np.ndarray, "k k"]

    def __call__(self, points: Float64[np.ndarray, "m 2"]) -> Int64[np.ndarray, " m"]:
        """Return the site in whose power cell each point lies; points on an edge go to one of its sides.

        Notes
        -----
        O(1) a point on average. The greatest plane is reached because every cell is cut out by its neighbours alone.
        """
        points = np.ascontiguousarray(points, np.float64)
        return _located(points, self.order, self.places, self.heights, self.starts, self.neighbours, self.grid)


def cell_locator(diagram: PowerDiagram) -> CellLocator:
    """Prepare a power diagram for locating points.

    Notes
    -----
    O(n log n).
    """
    n = len(diagram.sites)
    order = hilbert_order(diagram.sites)
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    tail, head = rank[dual_edges(diagram)].T
    starts, neighbours = _adjacency(tail, head, n)
    places = np.ascontiguousarray(diagram.sites[order])
    heights = plane_heights(diagram.sites, diagram.weights)[order]
    side = max(int(np.sqrt(1.5 * n)), 1)
    first = int(rank[np.argmax(diagram.areas)])  # a site that is not hidden
    grid = _filled_grid(side, first, places, heights, starts, neighbours)
    return CellLocator(order, places, heights, starts, neighbours, grid)


@njit(cache=True, nogil=True)
def _adjacency(
    tail: Int64[np.ndarray, " m"], head: Int64[np.ndarray, " m"], n: int
) -> tuple[Int64[np.ndarray, " k"], Int64[np.ndarray, " p"]]:
    """Return starts and neighbours of the undirected graph of these edges."""
    starts = np.zeros(n + 1, np.int64)
    for k in range(len(tail)):
        starts[tail[k] + 1] += 1
        starts[head[k] + 1] += 1
    for i in range(n):
        starts[i + 1] += starts[i]
    place, neighbours = starts[:-1].copy(), np.empty(2 * len(tail), np.int64)
    for k in range(len(tail)):
        neighbours[place[tail[k]]] = head[k]
        place[tail[k]] += 1
        neighbours[place[head[k]]] = tail[k]
        place[head[k]] += 1
    return starts, neighbours


@njit(cache=True, nogil=True)
def _walk(
    i: int,
    x: float,
    y: float,
    places: Float64[np.ndarray, "n 2"],
    heights: Float64[np.ndarray, " n"],
    starts: Int64[np.ndarray, " m"],
    neighbours: Int64[np.ndarray, " k"],
) -> int:
    """Go from place i to the neighbour with the greatest plane over (x, y) until none is greater."""
    best = x * places[i, 0] + y * places[i, 1] + heights[i]
    while True:
        reached = i
        for k in range(starts[i], starts[i + 1]):
            j = neighbours[k]
            value = x * places[j, 0] + y * places[j, 1] + heights[j]
            if value > best:
                best, reached = value, j
        if reached == i:
            return i
        i = reached


@njit(cache=True, nogil=True)
def _filled_grid(
    side: int,
    first: int,
    places: Float64[np.ndarray, "n 2"],
    heights: Float64[np.ndarray, " n"],
    starts: Int64[np.ndarray, " m"],
    neighbours: Int64[np.ndarray, " k"],
) -> Int64[np.ndarray, "p p"]:
    """Return the place of each grid square's centre, found row by row, to and fro."""
    grid = np.empty((side, side), np.int64)
    at = first
    for row in range(side):
        for step in range(side):
            column = step if row % 2 == 0 else side - 1 - step
            x, y = 2.0 * (column + 0.5) / side - 1.0, 2.0 * (row + 0.5) / side - 1.0
            at = _walk(at, x, y, places, heights, starts, neighbours)
            grid[row, column] = at
    return grid


@njit(cache=True, nogil=True)
def _located(
    points: Float64[np.ndarray, "n 2"],
    order: Int64[np.ndarray, " m"],
    places: Float64[np.ndarray, "m 2"],
    heights: Float64[np.ndarray, " m"],
    starts: Int64[np.ndarray, " k"],
    neighbours: Int64[np.ndarray, " p"],
    grid: Int64[np.ndarray, "q q"],
) -> Int64[np.ndarray, " n"]:
    """Return the site of each point."""
    side = len(grid)
    sites = np.empty(len(points), np.int64)
    for k in range(len(points)):
        x, y = points[k, 0], points[k, 1]
        column = min(max(int((x + 1.0) * 0.5 * side), 0), side - 1)
        row = min(max(int((y + 1.0) * 0.5 * side), 0), side - 1)
        sites[k] = order[_walk(grid[row, column], x, y, places, heights, starts, neighbours)]
    return sites
