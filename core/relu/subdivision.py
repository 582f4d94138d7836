"""The kernel's memory: made, enlarged where the walk asks for it, and turned into plain arrays at the end."""

from dataclasses import dataclass

import numpy as np
import psutil
from jaxtyping import Float64, Int64

from core.base.errors import BudaiError, SolveError
from core.relu.local_network import LAYERS, MOST_COLUMNS, N_ROWS, NODE_COLUMNS, SPARE_FRAMES, Bench, Stacks
from core.relu.packed_network import PackedNetwork
from core.relu.polygon_split import (
    EDGE_COLUMNS,
    END,
    N_CELLS,
    N_CORNERS,
    N_EDGES,
    N_POINTS,
    START,
    Complex,
    Polygon,
    count_whole_edges,
    planar_area,
    replace_by_vertices,
    write_whole_edges,
)
from core.relu.walk import COMPLEX_FULL, DONE, NEXT_START, STACKS_FULL, STARTS, walk

BYTES_PER_CELL = 300
"""Memory that a cell takes while the complex is made, with what is enlarged on the way."""

MEMORY_SHARE = 0.7
"""Part of the free memory that a complex may take."""


def cells_that_fit() -> int:
    """Return how many cells the free memory holds."""
    return int(MEMORY_SHARE * psutil.virtual_memory().available / BYTES_PER_CELL)


@dataclass(frozen=True, eq=False)
class StartPolygons:
    """Convex polygons that share edges: what is to be subdivided.

    Parameters
    ----------
    points : (n, dimension) float64 array
        Vertices, in the network's own units.
    edges : (e, 2) int64 array
        Start and end of each edge.
    directed : (m,) int32 array
        Edges of the polygons, counter-clockwise: twice their number, plus 1 where walked backwards.
    offsets : (p + 1,) int64 array
        Where the edges of a polygon start.
    """

    points: Float64[np.ndarray, "n dimension"]
    edges: Int64[np.ndarray, "e 2"]
    directed: np.ndarray
    offsets: Int64[np.ndarray, " p1"]


@dataclass(frozen=True, eq=False)
class Subdivided:
    """A finished complex as plain arrays; see `core.relu.cell_complex.CellComplex` for their meaning."""

    points: np.ndarray
    offsets: np.ndarray
    corners: np.ndarray
    edges: np.ndarray
    edge_cells: np.ndarray
    edge_unit: np.ndarray
    pattern_hash: np.ndarray
    owner: np.ndarray
    maps: np.ndarray


class Subdivision:
    """A subdivision at work: owns the kernel's memory.

    Parameters
    ----------
    network : PackedNetwork
        The network.
    start : StartPolygons
        What to subdivide.
    with_maps : bool
        Whether to keep the affine map of every cell.
    room : int
        Cells to make room for at first.
    """

    def __init__(self, network: PackedNetwork, start: StartPolygons, with_maps: bool, room: int = 4096) -> None:
        n, dimension = start.points.shape
        room = max(room, len(start.offsets) - 1)
        self._network, self._start = network, start
        self._complex = Complex(
            np.empty((n + room, dimension)),
            np.empty((len(start.edges) + 3 * room, EDGE_COLUMNS), np.int32),
            np.empty(len(start.directed) + 4 * room, np.int32),
            np.zeros(room + 1, np.int64),
            np.empty(room, np.uint64),
            np.empty(room, np.int32),
            np.empty((room, int(network.widths[-1]) * (dimension + 1) if with_maps else 0)),
            np.zeros(5, np.int64),
        )
        self._complex.points[:n] = start.points
        edges = self._complex.edges[: len(start.edges)]
        edges[:] = -1
        edges[:, START], edges[:, END] = start.edges.T
        self._complex.counts[[N_POINTS, N_EDGES]] = n, len(edges)
        depth, units = len(network.widths) - 2, max(1, len(network.near))
        size = int(np.diff(start.offsets).max(initial=0)) + 2 * units + 16
        columns = dimension + 1 + MOST_COLUMNS
        self._stacks = Stacks(
            np.empty((units + 4, NODE_COLUMNS), np.int64),
            np.empty(units + 4, np.uint64),
            np.empty(max(1 << 16, 2 * size), np.int32),
            np.empty(1 << 18),
            np.zeros(((SPARE_FRAMES + 1) * (depth + 2), LAYERS + 2 * (depth + 4)), np.int64),
            np.zeros(3, np.int64),
        )
        self._polygon = Polygon(
            np.empty(size, np.int32),
            np.empty(size, np.int32),
            np.empty(size),
            np.empty(size),
            np.empty(units),
            np.full(2, -1, np.int64),
            np.empty(units, np.int32),
        )
        rows = units + int(network.widths[-1])
        self._bench = Bench(
            np.empty(columns * rows),
            np.empty(rows, np.int64),
            np.empty(rows, np.int8),
            np.empty(rows),
            np.empty(rows),
            np.zeros(depth + 4, np.int64),
            np.empty(rows + dimension + 1),
            np.empty(rows, np.int64),
            np.empty(rows + 4, np.int64),
            np.empty(rows + 4, np.int64),
            np.empty((2, dimension)),
        )
        if depth == 0 and with_maps:
            # The only cell is the start polygon itself, and its map the network.
            self._stacks.frames[0, N_ROWS] = network.widths[-1]
            self._stacks.floats[: len(network.weights)] = network.weights
            self._stacks.floats[len(network.weights) : len(network.weights) + len(network.biases)] = network.biases
        self._position = np.array([0, 0, len(start.offsets) - 1, 0], np.int64)

    @property
    def n_cells(self) -> int:
        """Cells found so far."""
        return int(self._complex.counts[N_CELLS])

    @property
    def fraction_started(self) -> float:
        """Part of the start polygons that was begun."""
        return float(self._position[NEXT_START] / max(1, self._position[STARTS]))

    def pieces(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return start polygon, affine map and an inner point of each cell found so far, without gluing them."""
        complex_, n = self._complex, self.n_cells
        offsets = complex_.offsets[: n + 1]
        directed = complex_.cell_edges[: offsets[-1]]
        edges = complex_.edges[directed >> 1]
        corners = complex_.points[np.where(directed & 1, edges[:, END], edges[:, START])]
        middles = np.add.reduceat(corners, offsets[:-1]) / np.diff(offsets)[:, None]
        return complex_.owner[:n].copy(), complex_.maps[:n].copy(), middles

    def covered(self, first: int) -> float:
        """Return the area of the cells from ``first`` on, in the plane."""
        return float(planar_area(self._complex, first))

    def advance(self, limit: int, most: int) -> bool:
        """Go on until there are ``limit`` cells; return whether all are found.

        Raises
        ------
        BudaiError
            If there are more than ``most`` cells.
        """
        while True:
            reason = walk(
                self._network,
                self._complex,
                self._stacks,
                self._polygon,
                self._bench,
                self._start.directed,
                self._start.offsets,
                self._position,
                limit,
            )
            if reason == COMPLEX_FULL:
                if self.n_cells > most:
                    raise too_many(self.n_cells, most)
                self._enlarge_complex()
            elif reason == STACKS_FULL:
                self._enlarge_stacks()
            else:
                return reason == DONE

    def _enlarge_complex(self) -> None:
        """Double the memory of the complex, one array at a time."""
        for name in ("points", "edges", "cell_edges", "offsets", "hashes", "owner", "maps"):
            self._complex = self._complex._replace(**{name: enlarged(getattr(self._complex, name), 2)})

    def _enlarge_stacks(self) -> None:
        """Make the stacks as large as the walk wants them, and half as much again."""
        for name, wanted in zip(("ints", "floats"), self._stacks.wanted[:2], strict=True):
            array = getattr(self._stacks, name)
            if wanted > len(array):
                self._stacks = self._stacks._replace(**{name: enlarged(array, 1.5 * wanted / len(array))})
        system, wanted = self._bench.system, self._stacks.wanted[2]
        if wanted > len(system):
            self._bench = self._bench._replace(system=enlarged(system, 1.5 * wanted / len(system)))

    def result(self) -> Subdivided:
        """Return the finished complex; its arrays look into the kernel's memory where they can.

        Raises
        ------
        SolveError
            If neighbours disagree on where a line crosses their common edge.
        """
        cx = self._complex
        counts = cx.counts
        cells, corners, n_edges = counts[N_CELLS], counts[N_CORNERS], counts[N_EDGES]
        whole = count_whole_edges(cx.edges[:n_edges])
        edges, edge_cells = np.empty((whole, 2), np.int32), np.empty((whole, 2), np.int32)
        edge_unit = np.empty(whole, np.int32)
        write_whole_edges(cx.edges[:n_edges], edges, edge_cells, edge_unit)
        corner_vertices = cx.cell_edges[:corners]
        torn = replace_by_vertices(cx.edges, corner_vertices)
        if torn:
            raise SolveError(
                f"The cells of this network do not fit together at {torn:,} edges: its numbers lie too far apart for "
                "64-bit arithmetic. Train it a little longer, or with another seed."
            )
        dimension = cx.points.shape[1]
        found = Subdivided(
            cx.points[: counts[N_POINTS]],
            cx.offsets[: cells + 1],
            corner_vertices,
            edges,
            edge_cells,
            edge_unit,
            cx.hashes[:cells],
            cx.owner[:cells],
            cx.maps[:cells].reshape(cells, -1, dimension + 1),
        )
        for array in vars(found).values():
            array.flags.writeable = False
        return found


def too_many(found: float, most: int) -> BudaiError:
    """Return the error that says that there are more cells than memory."""
    return BudaiError(
        f"There are at least {found:,.0f} cells here, and the free memory holds {most:,}. "
        "Zoom in, use a smaller network, or draw them pixel by pixel: export the cells as PNG."
    )


def enlarged(array: np.ndarray, factor: float) -> np.ndarray:
    """Return a longer copy of an array; what is new is not set."""
    longer = np.empty((int(factor * len(array)) + 1, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer
