"""Polygons on shared edges, and how a line cuts one: the compiled part that knows geometry."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int32
from numba import njit

from core.relu.packed_network import ENTRY, KERNEL, PackedNetwork, evaluate_layers

START, END, LABEL, CHILD, MIDDLE, SPLITTER = range(6)
"""Columns of an edge. A whole edge keeps its left and right cell where a split one keeps child and middle."""

LEFT, RIGHT = CHILD, MIDDLE

EDGE_COLUMNS = 6

N_POINTS, N_EDGES, N_CELLS, N_CORNERS, N_MENDED = range(5)
"""What `Complex.counts` holds."""


class Complex(NamedTuple):
    """The complex under construction; arrays have room to spare.

    Parameters
    ----------
    points : (p, dimension) float64 array
        Vertices.
    edges : (e, 6) int32 array
        Start, end, unit, and either left and right cell (or -1), or first child and middle vertex; last the unit that
        split it (-1: whole). The second child follows the first.
    cell_edges : (m,) int32 array
        Directed edges of the cells: 2 edge + 1 where it is walked backwards.
    offsets : (c + 1,) int64 array
        Where the edges of a cell start.
    hashes : (c,) uint64 array
        Hash of the activation pattern of a cell.
    owner : (c,) int32 array
        Start polygon that a cell lies in.
    maps : (c, out * (dimension + 1)) float64 array
        Affine map of the network on a cell, row by row, the constant last; or no columns, where it is not wanted.
    counts : (5,) int64 array
        Numbers of points, edges, cells, directed edges; and of edges found split out of order.
    """

    points: np.ndarray
    edges: np.ndarray
    cell_edges: np.ndarray
    offsets: np.ndarray
    hashes: np.ndarray
    owner: np.ndarray
    maps: np.ndarray
    counts: np.ndarray


class Polygon(NamedTuple):
    """The polygon at hand, unpacked.

    Parameters
    ----------
    edges, vertices : (n,) int32 array
        Directed edges, and the vertex each starts from.
    values : (n,) float64 array
        Preactivation, at the vertices, of the unit that cuts the polygon; 0 where the vertex lies on its line.
    trial : (n,) float64 array
        The same for the unit under test.
    layers : (units,) float64 array
        Preactivations of all units at one vertex.
    known : (2,) int64 array
        That vertex, and how many layers are evaluated.
    spare : (units,) int32 array
        Candidate lines on their way from a polygon to its parts.
    """

    edges: np.ndarray
    vertices: np.ndarray
    values: np.ndarray
    trial: np.ndarray
    layers: np.ndarray
    known: np.ndarray
    spare: np.ndarray


@njit(**KERNEL)
def certain_value(net: PackedNetwork, cx: Complex, polygon: Polygon, layer: int, unit: int, vertex: int) -> float:
    """Return the preactivation of a unit at a vertex, 0 where the vertex lies on its line; depends on nothing else."""
    if polygon.known[0] != vertex or polygon.known[1] < layer:
        evaluate_layers(net, cx.points[vertex], layer, polygon.layers)
        polygon.known[0] = vertex
        polygon.known[1] = layer
    value = polygon.layers[unit]
    return 0.0 if abs(value) <= net.zero[unit] else value


@njit(**KERNEL)
def settle_signs(
    net: PackedNetwork, cx: Complex, polygon: Polygon, size: int, layer: int, unit: int
) -> tuple[bool, bool]:
    """Decide the doubtful signs in ``polygon.trial``; return whether some are positive, some negative."""
    above, below = False, False
    for i in range(size):
        if abs(polygon.trial[i]) <= net.near[unit]:
            polygon.trial[i] = certain_value(net, cx, polygon, layer, unit, polygon.vertices[i])
        above |= polygon.trial[i] > 0.0
        below |= polygon.trial[i] < 0.0
    return above, below


@njit(**KERNEL)
def split_edge(cx: Complex, directed: int, splitter: int, value: float, following: float) -> int:
    """Cut a directed edge where an affine function with these end values vanishes; return the new vertex.

    The cut is made once: the polygon on the other side finds it. Return -1 where the edge is already cut by another
    unit.
    """
    edge = directed >> 1
    if cx.edges[edge, SPLITTER] >= 0:
        return cx.edges[edge, MIDDLE] if cx.edges[edge, SPLITTER] == splitter else -1
    start, end = cx.edges[edge, START], cx.edges[edge, END]
    if directed & 1:
        value, following = following, value
    middle, child = cx.counts[N_POINTS], cx.counts[N_EDGES]
    if abs(value) < abs(following):
        t = value / (value - following)
        for k in range(cx.points.shape[1]):
            cx.points[middle, k] = cx.points[start, k] + t * (cx.points[end, k] - cx.points[start, k])
    else:
        t = following / (following - value)
        for k in range(cx.points.shape[1]):
            cx.points[middle, k] = cx.points[end, k] + t * (cx.points[start, k] - cx.points[end, k])
    cx.counts[N_POINTS] += 1
    cx.counts[N_EDGES] += 2
    label = cx.edges[edge, LABEL]
    cx.edges[edge, CHILD] = child
    cx.edges[edge, MIDDLE] = middle
    cx.edges[edge, SPLITTER] = splitter
    write_edge(cx, child, start, middle, label)
    write_edge(cx, child + 1, middle, end, label)
    return middle


@njit(**KERNEL)
def write_edge(cx: Complex, edge: int, start: int, end: int, label: int) -> None:
    """Enter a whole edge without cells."""
    cx.edges[edge, START] = start
    cx.edges[edge, END] = end
    cx.edges[edge, LABEL] = label
    cx.edges[edge, LEFT] = -1
    cx.edges[edge, RIGHT] = -1
    cx.edges[edge, SPLITTER] = -1


@njit(**KERNEL)
def half(cx: Complex, directed: int, second: int) -> int:
    """Return the first or second half of a directed edge that is split."""
    backwards = directed & 1
    return 2 * (cx.edges[directed >> 1, CHILD] + (second ^ backwards)) + backwards


@njit(**KERNEL)
def crossings(values: Float64[np.ndarray, " n"], size: int) -> tuple[int, int]:
    """Return the edges on which the values pass from positive to not positive, from negative to not negative.

    Where a run of zeros lies between, the first zero is the place of passage: the edge returned ends there.
    """
    down, up = -1, -1
    last = size - 1
    while values[last] == 0.0:
        last -= 1
    for i in range(size):
        if values[i] == 0.0:
            continue
        if values[last] > 0.0 and values[i] < 0.0:
            down = last
        elif values[last] < 0.0 and values[i] > 0.0:
            up = last
        last = i
    return down, up


@njit(**KERNEL)
def arc(cx: Complex, polygon: Polygon, size: int, first: int, last: int, ints: Int32[np.ndarray, " n"], at: int) -> int:
    """Write the part of a polygon after the passage on edge ``first`` up to that on edge ``last``; return its length.

    A passage lies within its edge, or at its end where the value there is 0.
    """
    n = 0
    i = first + 1 if first + 1 < size else 0
    if polygon.values[i] != 0.0:
        edge = polygon.edges[first]
        ints[at] = half(cx, edge, 1)
        ints[at + 1] = cx.edges[edge >> 1, MIDDLE]
        n = 1
    while i != last:
        ints[at + 2 * n] = polygon.edges[i]
        ints[at + 2 * n + 1] = polygon.vertices[i]
        n += 1
        i = i + 1 if i + 1 < size else 0
    following = last + 1 if last + 1 < size else 0
    edge = polygon.edges[last]
    ints[at + 2 * n] = half(cx, edge, 0) if polygon.values[following] != 0.0 else edge
    ints[at + 2 * n + 1] = polygon.vertices[last]
    return n + 1


@njit(**KERNEL)
def passage(cx: Complex, polygon: Polygon, size: int, edge: int, splitter: int) -> int:
    """Return the vertex where the cut passes on an edge, made where need be; -1 where another unit cut the edge."""
    following = edge + 1 if edge + 1 < size else 0
    if polygon.values[following] == 0.0:
        return polygon.vertices[following]
    return split_edge(cx, polygon.edges[edge], splitter, polygon.values[edge], polygon.values[following])


@njit(**ENTRY)
def count_whole_edges(edges: Int32[np.ndarray, "e 6"]) -> int:
    """Return how many edges are not split."""
    n = 0
    for e in range(len(edges)):
        n += edges[e, SPLITTER] < 0
    return n


@njit(**ENTRY)
def write_whole_edges(
    edges: Int32[np.ndarray, "e 6"],
    ends: Int32[np.ndarray, "n 2"],
    cells: Int32[np.ndarray, "n 2"],
    unit: Int32[np.ndarray, " n"],
) -> None:
    """Copy the edges that are not split."""
    k = 0
    for e in range(len(edges)):
        if edges[e, SPLITTER] < 0:
            ends[k, 0] = edges[e, START]
            ends[k, 1] = edges[e, END]
            cells[k, 0] = edges[e, LEFT]
            cells[k, 1] = edges[e, RIGHT]
            unit[k] = edges[e, LABEL]
            k += 1


@njit(**ENTRY)
def replace_by_vertices(edges: Int32[np.ndarray, "e 6"], corners: Int32[np.ndarray, " c"]) -> int:
    """Replace each directed edge by the vertex it starts from; return how many of them are split."""
    torn = 0
    for i in range(len(corners)):
        directed = corners[i]
        torn += edges[directed >> 1, SPLITTER] >= 0
        corners[i] = edges[directed >> 1, END if directed & 1 else START]
    return torn


@njit(**ENTRY)
def planar_area(cx: Complex, first: int) -> float:
    """Return the area of the cells from ``first`` on."""
    total = 0.0
    for cell in range(first, cx.counts[N_CELLS]):
        start, stop = cx.offsets[cell], cx.offsets[cell + 1]
        directed = cx.cell_edges[start]
        a = cx.edges[directed >> 1, END if directed & 1 else START]
        for i in range(start + 1, stop - 1):
            directed = cx.cell_edges[i]
            b = cx.edges[directed >> 1, END if directed & 1 else START]
            c = cx.edges[directed >> 1, START if directed & 1 else END]
            total += 0.5 * (
                (cx.points[b, 0] - cx.points[a, 0]) * (cx.points[c, 1] - cx.points[a, 1])
                - (cx.points[c, 0] - cx.points[a, 0]) * (cx.points[b, 1] - cx.points[a, 1])
            )
    return total
