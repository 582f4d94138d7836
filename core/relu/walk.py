"""The walk over all cells of a network in a polygon: layer by layer in depth, cutting by one line at a time."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from jaxtyping import Float64, Int32, Int64
from numba import njit

from core.relu import local_network, packed_network, polygon_split
from core.relu.local_network import (
    BASE,
    CANDIDATES,
    FLOATS,
    FORMS,
    FRAME,
    INTS,
    LAYER,
    LINE_COLUMNS,
    LINE_FORMS,
    LINE_IDS,
    N_CANDIDATES,
    N_ROWS,
    POLYGON,
    REFINE,
    SIZE,
    Bench,
    Stacks,
    settle,
    settle_last,
)
from core.relu.packed_network import ENTRY, KERNEL, PackedNetwork, copy
from core.relu.polygon_split import (
    CHILD,
    END,
    LEFT,
    MIDDLE,
    N_CELLS,
    N_CORNERS,
    N_EDGES,
    N_MENDED,
    N_POINTS,
    RIGHT,
    START,
    Complex,
    Polygon,
    arc,
    crossings,
    passage,
    settle_signs,
    write_edge,
)

DONE, PAUSED, COMPLEX_FULL, STACKS_FULL = range(4)
"""Why the walk returned."""

TOP, NEXT_START, STARTS, VERSION = range(4)
"""Its position: number of waiting polygons, next start polygon, number of start polygons, version of the code."""


@njit(**KERNEL)
def evaluate(cx: Complex, st: Stacks, node: int, form: int, polygon: Polygon) -> tuple[float, float, float]:
    """Write the values of an affine form at the corners to ``polygon.trial``; return least, greatest, least size."""
    size = st.nodes[node, SIZE]
    low, high, least = np.inf, -np.inf, np.inf
    trial, vertices = polygon.trial, polygon.vertices
    if cx.points.shape[1] == 2:
        a, b, c = st.floats[form], st.floats[form + 1], st.floats[form + 2]
        for i in range(size):
            vertex = vertices[i]
            value = a * cx.points[vertex, 0] + b * cx.points[vertex, 1] + c
            trial[i] = value
            low, high, least = min(low, value), max(high, value), min(least, abs(value))
    else:
        a, b, c, d = st.floats[form], st.floats[form + 1], st.floats[form + 2], st.floats[form + 3]
        for i in range(size):
            vertex = vertices[i]
            value = a * cx.points[vertex, 0] + b * cx.points[vertex, 1] + c * cx.points[vertex, 2] + d
            trial[i] = value
            low, high, least = min(low, value), max(high, value), min(least, abs(value))
    return low, high, least


@njit(**KERNEL)
def unpack(st: Stacks, node: int, polygon: Polygon) -> None:
    """Copy edges and vertices of a node's polygon."""
    at = st.nodes[node, POLYGON]
    for i in range(st.nodes[node, SIZE]):
        polygon.edges[i] = st.ints[at + 2 * i]
        polygon.vertices[i] = st.ints[at + 2 * i + 1]


@njit(**KERNEL)
def is_active_where_flat(
    net: PackedNetwork, cx: Complex, st: Stacks, form: int, unit: int, polygon: Polygon, size: int
) -> bool:
    """Tell the state of a unit that vanishes at all corners: inactive if it is identically zero."""
    dimension: int = cx.points.shape[1]
    slope = 0.0
    for k in range(dimension):
        slope = max(slope, abs(st.floats[form + k]))
    if slope <= net.near[unit]:
        return False
    total: float = 0.0
    for i in range(size):
        total += st.floats[form + dimension]
        for k in range(dimension):
            total += st.floats[form + k] * cx.points[polygon.vertices[i], k]
    return total > 0.0


@njit(**KERNEL)
def add_forms(
    floats: Float64[np.ndarray, " m"], source: int, target: int, column: int, n: int, form: int, terms: int
) -> None:
    """Add an active unit to the forms of all rows behind it, from one place of the memory to another or the same."""
    weights = floats[column : column + n]
    for k in range(terms):
        factor = floats[form + k]
        given, out = floats[source + k * n : source + k * n + n], floats[target + k * n : target + k * n + n]
        for r in range(n):
            out[r] = given[r] + weights[r] * factor


@njit(**KERNEL)
def sift(net: PackedNetwork, cx: Complex, st: Stacks, node: int, polygon: Polygon) -> int:
    """Test the candidate lines of a node; return the first that cuts its polygon, with values left in ``polygon``.

    Lines that cut it too stay candidates; the units of the others are decided.
    """
    layer: int = st.nodes[node, LAYER]
    size, terms = st.nodes[node, SIZE], cx.points.shape[1] + 1
    frame = st.frames[st.nodes[node, FRAME]]
    candidates: int = st.nodes[node, CANDIDATES]
    kept, splitter = 0, -1
    for c in range(st.nodes[node, N_CANDIDATES]):
        line = st.ints[candidates + c]
        form = frame[LINE_FORMS] + line * terms
        unit = net.unit_start[layer] + st.ints[frame[LINE_IDS] + line]
        low, high, least = evaluate(cx, st, node, form, polygon)
        cuts, active = low < 0.0 and high > 0.0, low > 0.0
        if least <= net.near[unit]:
            above, below = settle_signs(net, cx, polygon, size, layer, unit)
            cuts, active = above and below, above
            if not (above or below):
                active = is_active_where_flat(net, cx, st, form, unit, polygon, size)
        if cuts:
            if splitter < 0:
                splitter = line
                copy(polygon.values, 0, polygon.trial, 0, size)
            else:
                st.ints[candidates + kept] = line
                kept += 1
        elif active:
            st.hashes[node] ^= net.keys[unit]
            n = frame[N_ROWS]
            if n:
                forms = st.nodes[node, FORMS]
                add_forms(st.floats, forms, forms, frame[LINE_COLUMNS] + line * n, n, form, terms)
    st.nodes[node, N_CANDIDATES] = kept
    return splitter


@njit(**KERNEL)
def mend(cx: Complex, st: Stacks, node: int, directed: int) -> None:
    """Replace a directed edge of a node's polygon, that is split out of order, by its halves, at the end of memory."""
    at, size, base = st.nodes[node, POLYGON], st.nodes[node, SIZE], st.nodes[node, INTS]
    n = 0
    for i in range(size):
        edge, vertex = st.ints[at + 2 * i], st.ints[at + 2 * i + 1]
        if edge == directed:
            backwards = edge & 1
            child, middle = cx.edges[edge >> 1, CHILD], cx.edges[edge >> 1, MIDDLE]
            st.ints[base + 2 * n], st.ints[base + 2 * n + 1] = 2 * (child + backwards) + backwards, vertex
            n += 1
            edge, vertex = 2 * (child + 1 - backwards) + backwards, middle
        st.ints[base + 2 * n], st.ints[base + 2 * n + 1] = edge, vertex
        n += 1
    st.nodes[node, POLYGON], st.nodes[node, SIZE] = base, n
    st.nodes[node, INTS] = st.nodes[node, BASE] = base + 2 * n
    cx.counts[N_MENDED] += 1


@njit(**KERNEL)
def put_back(st: Stacks, node: int, line: int) -> None:
    """Make a line the first candidate of a node again."""
    at, n = st.nodes[node, CANDIDATES], st.nodes[node, N_CANDIDATES]
    for c in range(n, 0, -1):
        st.ints[at + c] = st.ints[at + c - 1]
    st.ints[at] = line
    st.nodes[node, N_CANDIDATES] = n + 1


@njit(**KERNEL)
def place_child(
    st: Stacks,
    parent: int,
    node: int,
    polygon_at: int,
    size: int,
    candidates: Int32[np.ndarray, " n"],
    n_candidates: int,
) -> int:
    """Make a node of a part whose polygon is written already; append the candidates. Return the end of memory."""
    end = polygon_at + 2 * size
    nodes = st.nodes
    nodes[node, LAYER], nodes[node, FRAME] = nodes[parent, LAYER], nodes[parent, FRAME]
    nodes[node, REFINE] = nodes[parent, REFINE]
    nodes[node, POLYGON] = nodes[node, BASE] = polygon_at
    nodes[node, SIZE] = size
    nodes[node, CANDIDATES], nodes[node, N_CANDIDATES] = end, n_candidates
    for c in range(n_candidates):
        st.ints[end + c] = candidates[c]
    nodes[node, INTS] = end + n_candidates
    return end + n_candidates


@njit(**KERNEL)
def split(net: PackedNetwork, cx: Complex, st: Stacks, node: int, line: int, polygon: Polygon) -> bool:
    """Cut the polygon of a node along a line: the node keeps the negative part, the next one is the positive part.

    Return False where an edge turns out to be split by another unit; that edge is replaced by its halves.
    """
    layer: int = st.nodes[node, LAYER]
    size = st.nodes[node, SIZE]
    frame = st.frames[st.nodes[node, FRAME]]
    unit = net.unit_start[layer] + st.ints[frame[LINE_IDS] + line]
    down, up = crossings(polygon.values, size)
    first = passage(cx, polygon, size, down, unit)
    if first < 0:
        mend(cx, st, node, polygon.edges[down])
        return False
    second = passage(cx, polygon, size, up, unit)
    if second < 0:
        mend(cx, st, node, polygon.edges[up])
        return False
    n_candidates = st.nodes[node, N_CANDIDATES]
    for c in range(n_candidates):
        polygon.spare[c] = st.ints[st.nodes[node, CANDIDATES] + c]
    cut = cx.counts[N_EDGES]
    cx.counts[N_EDGES] += 1
    write_edge(cx, cut, first, second, unit)
    at = st.nodes[node, BASE]
    n = arc(cx, polygon, size, down, up, st.ints, at)
    st.ints[at + 2 * n], st.ints[at + 2 * n + 1] = 2 * cut + 1, second
    at_positive = place_child(st, node, node, at, n + 1, polygon.spare, n_candidates)
    n = arc(cx, polygon, size, up, down, st.ints, at_positive)
    st.ints[at_positive + 2 * n], st.ints[at_positive + 2 * n + 1] = 2 * cut, first
    place_child(st, node, node + 1, at_positive, n + 1, polygon.spare, n_candidates)
    rows, terms, end = frame[N_ROWS], cx.points.shape[1] + 1, st.nodes[node, FLOATS]
    st.nodes[node + 1, FORMS], st.nodes[node + 1, FLOATS] = end, end + rows * terms
    st.hashes[node + 1] = st.hashes[node] ^ net.keys[unit]
    if rows:
        column, form = frame[LINE_COLUMNS] + line * rows, frame[LINE_FORMS] + line * terms
        add_forms(st.floats, st.nodes[node, FORMS], end, column, rows, form, terms)
    return True


@njit(**KERNEL)
def emit(cx: Complex, st: Stacks, node: int, owner: int) -> None:
    """Write a finished cell."""
    at, size, cell, corner = st.nodes[node, POLYGON], st.nodes[node, SIZE], cx.counts[N_CELLS], cx.counts[N_CORNERS]
    for i in range(size):
        directed = st.ints[at + 2 * i]
        cx.cell_edges[corner + i] = directed
        cx.edges[directed >> 1, RIGHT if directed & 1 else LEFT] = cell
    rows, terms = st.frames[st.nodes[node, FRAME], N_ROWS], cx.points.shape[1] + 1
    for r in range(cx.maps.shape[1] // terms):
        for k in range(terms):
            cx.maps[cell, r * terms + k] = st.floats[st.nodes[node, FORMS] + k * rows + r]
    cx.hashes[cell] = st.hashes[node]
    cx.owner[cell] = owner
    cx.counts[N_CELLS] = cell + 1
    cx.counts[N_CORNERS] = corner + size
    cx.offsets[cell + 1] = corner + size


@njit(**KERNEL)
def begin(
    cx: Complex, st: Stacks, start_edges: Int32[np.ndarray, " n"], start_offsets: Int64[np.ndarray, " m"], start: int
) -> None:
    """Put a start polygon on the empty stack."""
    first, last = start_offsets[start], start_offsets[start + 1]
    for i in range(last - first):
        directed = start_edges[first + i]
        st.ints[2 * i] = directed
        st.ints[2 * i + 1] = cx.edges[directed >> 1, END if directed & 1 else START]
    size = last - first
    for column in range(st.nodes.shape[1]):
        st.nodes[0, column] = 0
    st.nodes[0, SIZE] = size
    st.nodes[0, CANDIDATES] = st.nodes[0, INTS] = st.nodes[0, BASE] = 2 * size
    st.nodes[0, N_CANDIDATES] = 0
    st.hashes[0] = np.uint64(0)


@njit(**KERNEL)
def has_room(cx: Complex, st: Stacks, node: int) -> int:
    """Tell whether the complex and the stacks have room for one more step; write what the stacks want."""
    size, terms = st.nodes[node, SIZE], cx.points.shape[1] + 1
    st.wanted[0] = st.nodes[node, INTS] + 4 * (size + 3) + 2 * st.nodes[node, N_CANDIDATES]
    st.wanted[1] = st.nodes[node, FLOATS] + st.frames[st.nodes[node, FRAME], N_ROWS] * terms
    if (
        cx.counts[N_POINTS] + 2 > len(cx.points)
        or cx.counts[N_EDGES] + 5 > len(cx.edges)
        or cx.counts[N_CELLS] + 1 > len(cx.hashes)
        or cx.counts[N_CORNERS] + size > len(cx.cell_edges)
    ):
        return COMPLEX_FULL
    return STACKS_FULL if st.wanted[0] > len(st.ints) or st.wanted[1] > len(st.floats) else DONE


@njit(**KERNEL)
def cut(net: PackedNetwork, cx: Complex, st: Stacks, node: int, polygon: Polygon) -> int:
    """Decide candidate lines of a node and cut its polygon by the first that crosses it.

    Return how many nodes there are more, or -1 where it is worth while to make a smaller system first.
    """
    unpack(st, node, polygon)
    line = sift(net, cx, st, node, polygon)
    if line < 0:
        return 0
    if 0 < st.nodes[node, N_CANDIDATES] < st.nodes[node, REFINE]:
        put_back(st, node, line)
        return -1
    if split(net, cx, st, node, line, polygon):
        return 1
    put_back(st, node, line)
    return 0


def kernel_version() -> int:
    """Return a number that changes with the source of any compiled part."""
    parts = (packed_network, polygon_split, local_network)
    return zlib.crc32(b"".join(Path(str(part.__file__)).read_bytes() for part in parts))


def compiled_walk(version: int) -> Callable[..., int]:
    """Return the walk; a version of its own keeps a compiled copy from outliving a change in what it calls."""

    @njit(**ENTRY)
    def walk(
        net: PackedNetwork,
        cx: Complex,
        st: Stacks,
        polygon: Polygon,
        bench: Bench,
        start_edges: Int32[np.ndarray, " n"],
        start_offsets: Int64[np.ndarray, " m"],
        position: Int64[np.ndarray, " 4"],
        limit: int,
    ) -> int:
        """Go on until ``limit`` cells exist, memory is short, or all is done; say which."""
        depth, pitch = len(net.widths) - 2, len(bench.rows)
        position[VERSION] = version
        while True:
            if position[TOP] == 0:
                if position[NEXT_START] == position[STARTS]:
                    return DONE
                begin(cx, st, start_edges, start_offsets, position[NEXT_START])
                position[TOP] = 1
                position[NEXT_START] += 1
            node = position[TOP] - 1
            if cx.counts[N_CELLS] >= limit:
                return PAUSED
            reason = has_room(cx, st, node)
            if reason != DONE:
                return reason
            layer = st.nodes[node, LAYER]
            target = layer + 1
            if st.nodes[node, N_CANDIDATES]:
                more = cut(net, cx, st, node, polygon)
                if more >= 0:
                    position[TOP] += more
                    continue
                target = layer
            elif layer == depth:
                emit(cx, st, node, position[NEXT_START] - 1)
                position[TOP] -= 1
                continue
            if target == depth and 0 < layer < target:
                settled = settle_last(net, cx, st, node, bench)
            else:
                settled = settle(net, cx, st, node, bench, pitch, target)
            if not settled:
                return STACKS_FULL

    return walk


walk = compiled_walk(kernel_version())
