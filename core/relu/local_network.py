"""The network as one cell sees it: only units whose sign is open there, all others folded into affine forms.

On a cell where all units of layers 1 to t - 1 have one sign, unit v of a later layer has the preactivation

    z_v(x) = form_v(x) + sum over open units u of earlier layers (>= t) of weight_vu relu(z_u(x)),

with an affine form. Units whose sign is certain are folded in (active) or left out (inactive), so that the small system
of open units is exact, and its size does not depend on the widths of the network.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.relu.packed_network import KERNEL, PackedNetwork, copy
from core.relu.polygon_split import Complex

N_LINES, LINE_IDS, LINE_FORMS, LINE_COLUMNS, N_ROWS, ROW_IDS, FRONT, LAYERS = range(8)
"""Columns of a frame; then two for each layer: its first row, and where the columns of its units are."""

FRACTION = 0.15
"""A further layer is drawn in while at most this part of the last one is open."""

MOST_COLUMNS = 128
"""Columns up to which a further layer is drawn in."""

WORTH_REFINING = 24
"""Rows of a system from which it is made anew once half of its lines are decided."""

SPARE_FRAMES = 16
"""Systems that may be made anew, with fewer open units, on the way through one layer."""


class Stacks(NamedTuple):
    """Memory of the walk, last in, first out.

    Parameters
    ----------
    nodes : (n, 8) int64 array
        Polygons that wait, see `core.relu.walk`.
    hashes : (n,) uint64 array
        Hash of the units decided so far, for each of them.
    ints : (i,) int32 array
        Corners, candidate lines, unit numbers.
    floats : (f,) float64 array
        Affine forms and columns.
    frames : (L + 2, 8 + 2 (L + 3)) int64 array
        The local network at work in each layer.
    wanted : (3,) int64 array
        Sizes of ``ints`` and ``floats``, and of the bench's ``system``, that the next step needs.
    """

    nodes: np.ndarray
    hashes: np.ndarray
    ints: np.ndarray
    floats: np.ndarray
    frames: np.ndarray
    wanted: np.ndarray


class Bench(NamedTuple):
    """Scratch memory for making a local network from its parent's.

    Parameters
    ----------
    system : (columns * rows,) float64 array
        Affine forms (one column for each coordinate, one for the constant), then a column for each open unit.
    rows : (rows,) int64 array
        Unit of each row within its layer.
    kind : (rows,) int8 array
        0 inactive, 1 active, 2 open, 3 active for long.
    low, high : (rows,) float64 array
        Bounds of the preactivation on the polygon.
    start : (L + 3,) int64 array
        First row of each layer.
    peak : (columns,) float64 array
        Upper bound of the unit that a column belongs to.
    kept : (rows,) int64 array
        Rows of the new system.
    active, places : (rows + 4,) int64 array
        Units to fold in, and where their columns start.
    box : (2, dimension) float64 array
        Centre and half extents of the polygon.
    """

    system: np.ndarray
    rows: np.ndarray
    kind: np.ndarray
    low: np.ndarray
    high: np.ndarray
    start: np.ndarray
    peak: np.ndarray
    kept: np.ndarray
    active: np.ndarray
    places: np.ndarray
    box: np.ndarray


INACTIVE, ACTIVE, OPEN, SETTLED = range(4)
"""Kinds of rows; a settled one has been active since an ancestor, and waits to be folded into a further layer."""

LAYER, POLYGON, SIZE, CANDIDATES, N_CANDIDATES, FORMS, INTS, FLOATS, BASE, FRAME, REFINE = range(11)
NODE_COLUMNS = 11
"""Columns of a node: a polygon that waits. See `core.relu.walk`."""


@njit(**KERNEL)
def add_two_columns(
    system: Float64[np.ndarray, " m"],
    first: int,
    second: int,
    n: int,
    source: Float64[np.ndarray, " k"],
    places: Int64[np.ndarray, " p"],
    i: int,
    f: tuple[float, float, float, float],
    g: tuple[float, float, float, float],
) -> None:
    """Add four multiples of stretches of ``source`` to each of two stretches of the system."""
    out, other = system[first : first + n], system[second : second + n]
    a, b = source[places[i] : places[i] + n], source[places[i + 1] : places[i + 1] + n]
    c, d = source[places[i + 2] : places[i + 2] + n], source[places[i + 3] : places[i + 3] + n]
    f0, f1, f2, f3 = f
    g0, g1, g2, g3 = g
    for r in range(n):
        out[r] += a[r] * f0 + b[r] * f1 + c[r] * f2 + d[r] * f3
        other[r] += a[r] * g0 + b[r] * g1 + c[r] * g2 + d[r] * g3


@njit(**KERNEL)
def add_column(
    system: Float64[np.ndarray, " m"],
    first: int,
    n: int,
    source: Float64[np.ndarray, " k"],
    places: Int64[np.ndarray, " p"],
    i: int,
    f: tuple[float, float, float, float],
) -> None:
    """Add four multiples of stretches of ``source`` to a stretch of the system."""
    out = system[first : first + n]
    a, b = source[places[i] : places[i] + n], source[places[i + 1] : places[i + 1] + n]
    c, d = source[places[i + 2] : places[i + 2] + n], source[places[i + 3] : places[i + 3] + n]
    f0, f1, f2, f3 = f
    for r in range(n):
        out[r] += a[r] * f0 + b[r] * f1 + c[r] * f2 + d[r] * f3


@njit(**KERNEL)
def four(
    system: Float64[np.ndarray, " n"], base: int, active: Int64[np.ndarray, " m"], i: int
) -> tuple[float, float, float, float]:
    """Return the coefficients of four units in one column; a unit -1 stands for none."""
    a: int = active[i]
    b: int = active[i + 1]
    c: int = active[i + 2]
    d: int = active[i + 3]
    return (
        system[base + a],
        system[base + b] if b >= 0 else 0.0,
        system[base + c] if c >= 0 else 0.0,
        system[base + d] if d >= 0 else 0.0,
    )


@njit(**KERNEL)
def fold(
    bench: Bench, pitch: int, source: Float64[np.ndarray, " m"], count: int, columns: int, row: int, n: int
) -> None:
    """Fold ``count`` active units into ``n`` rows, column by column; ``places`` say where their weights start."""
    system, active, places = bench.system, bench.active, bench.places
    for i in range(count, (count + 3) // 4 * 4):
        active[i] = -1
        places[i] = places[0]
    for i in range(0, count, 4):
        for k in range(0, columns - 1, 2):
            f = four(system, k * pitch, active, i)
            g = four(system, (k + 1) * pitch, active, i)
            add_two_columns(system, k * pitch + row, (k + 1) * pitch + row, n, source, places, i, f, g)
        if columns % 2:
            f = four(system, (columns - 1) * pitch, active, i)
            add_column(system, (columns - 1) * pitch + row, n, source, places, i, f)


@njit(**KERNEL)
def bound(bench: Bench, pitch: int, dimension: int, columns: int, first: int, last: int) -> None:
    """Bound the preactivations of rows over the box of the polygon; open units lie between 0 and their peaks."""
    n = last - first
    low, high = bench.low[first:last], bench.high[first:last]
    constant = bench.system[dimension * pitch + first : dimension * pitch + last]
    for r in range(n):
        low[r] = high[r] = constant[r]
    for k in range(dimension):
        form = bench.system[k * pitch + first : k * pitch + last]
        centre, extent = bench.box[0, k], bench.box[1, k]
        for r in range(n):
            middle, reach = form[r] * centre, abs(form[r]) * extent
            low[r] += middle - reach
            high[r] += middle + reach
    for k in range(dimension + 1, columns):
        column = bench.system[k * pitch + first : k * pitch + last]
        peak = bench.peak[k]
        for r in range(n):
            bump = column[r] * peak
            low[r] += min(bump, 0.0)
            high[r] += max(bump, 0.0)


@njit(**KERNEL)
def measure_box(cx: Complex, st: Stacks, node: int, bench: Bench) -> None:
    """Write centre and half extents of the polygon of a node."""
    at, size = st.nodes[node, POLYGON], st.nodes[node, SIZE]
    for k in range(cx.points.shape[1]):
        low = high = cx.points[st.ints[at + 1], k]
        for i in range(1, size):
            x = cx.points[st.ints[at + 2 * i + 1], k]
            low, high = min(low, x), max(high, x)
        bench.box[0, k] = 0.5 * (low + high)
        bench.box[1, k] = 0.5 * (high - low)


@njit(**KERNEL)
def tighten(cx: Complex, st: Stacks, node: int, bench: Bench, pitch: int, row: int) -> None:
    """Replace the bounds of a row that is affine on the polygon by its values at the corners."""
    at, size = st.nodes[node, POLYGON], st.nodes[node, SIZE]
    dimension = cx.points.shape[1]
    low, high = np.inf, -np.inf
    for i in range(size):
        vertex = st.ints[at + 2 * i + 1]
        value = bench.system[dimension * pitch + row]
        for k in range(dimension):
            value += bench.system[k * pitch + row] * cx.points[vertex, k]
        low, high = min(low, value), max(high, value)
    bench.low[row] = low
    bench.high[row] = high


@njit(**KERNEL)
def classify(
    net: PackedNetwork,
    cx: Complex,
    st: Stacks,
    node: int,
    bench: Bench,
    pitch: int,
    columns: int,
    layer: int,
    affine: bool,
) -> np.uint64:
    """Decide which units of a layer are active, inactive, open; return the hash of those newly active."""
    first, last = bench.start[layer], bench.start[layer + 1]
    bound(bench, pitch, cx.points.shape[1], columns, first, last)
    word = np.uint64(0)
    for row in range(first, last):
        if bench.kind[row] == SETTLED:
            continue
        unit: int = net.unit_start[layer] + bench.rows[row]
        near = net.near[unit]
        if affine and bench.low[row] < near and bench.high[row] > -near:
            tighten(cx, st, node, bench, pitch, row)
        if bench.high[row] <= -near or max(bench.high[row], -bench.low[row]) <= 0.5 * net.zero[unit]:
            bench.kind[row] = INACTIVE
        elif bench.low[row] >= near:
            bench.kind[row] = ACTIVE
            word ^= net.keys[unit]
        else:
            bench.kind[row] = OPEN
    return word


@njit(**KERNEL)
def load(st: Stacks, node: int, bench: Bench, pitch: int, dimension: int, offset: int) -> tuple[int, int]:
    """Start from the system at work, its forms being those of the polygon; return its last layer and its rows' end."""
    frame, forms = st.frames[st.nodes[node, FRAME]], st.nodes[node, FORMS]
    n = frame[N_ROWS]
    for k in range(dimension + 1):
        copy(bench.system, k * pitch + offset, st.floats, forms + k * n, n)
    for row in range(n):
        entry = st.ints[frame[ROW_IDS] + row]
        bench.rows[offset + row] = entry >> 1
        bench.kind[offset + row] = SETTLED if entry & 1 else OPEN
    for later in range(st.nodes[node, LAYER] + 1, frame[FRONT] + 2):
        bench.start[later] = offset + frame[LAYERS + 2 * later]
    return frame[FRONT], offset + n


@njit(**KERNEL)
def load_lines(st: Stacks, node: int, bench: Bench, pitch: int, dimension: int) -> int:
    """Enter the candidate lines of a node as rows; return how many they are."""
    frame = st.frames[st.nodes[node, FRAME]]
    lines = st.nodes[node, N_CANDIDATES]
    for row in range(lines):
        line = st.ints[st.nodes[node, CANDIDATES] + row]
        bench.rows[row] = st.ints[frame[LINE_IDS] + line]
        bench.kind[row] = OPEN
        for k in range(dimension + 1):
            bench.system[k * pitch + row] = st.floats[frame[LINE_FORMS] + line * (dimension + 1) + k]
    return lines


@njit(**KERNEL)
def column_of(st: Stacks, node: int, layer: int, index: int, length: int) -> int:
    """Return where the column of an open unit starts in the system at work."""
    frame = st.frames[st.nodes[node, FRAME]]
    if layer == st.nodes[node, LAYER]:
        return frame[LINE_COLUMNS] + st.ints[st.nodes[node, CANDIDATES] + index] * length
    return frame[LAYERS + 2 * layer + 1] + index * length


@njit(**KERNEL)
def pass_on(st: Stacks, node: int, bench: Bench, pitch: int, layer: int, columns: int, n: int) -> int:
    """Fold the newly active units of a layer into the later layers of the system; give each open one a column."""
    first, last = bench.start[layer], bench.start[layer + 1]
    length = n - last
    count = 0
    for row in range(first, last):
        if bench.kind[row] == ACTIVE:
            bench.active[count] = row
            bench.places[count] = column_of(st, node, layer, row - first, length)
            count += 1
    fold(bench, pitch, st.floats, count, columns, last, length)
    for row in range(first, last):
        if bench.kind[row] == OPEN:
            at = column_of(st, node, layer, row - first, length)
            copy(bench.system, columns * pitch + last, st.floats, at, length)
            bench.peak[columns] = bench.high[row]
            columns += 1
    return columns


@njit(**KERNEL)
def fill_zero(target: Float64[np.ndarray, " m"], at: int, n: int) -> None:
    """Set a stretch of an array to 0."""
    out = target[at : at + n]
    for r in range(n):
        out[r] = 0.0


@njit(**KERNEL)
def draw_in(net: PackedNetwork, bench: Bench, pitch: int, dimension: int, layer: int, columns: int) -> int:
    """Add all units of a layer to the system; the open units of the former layer become columns. Return their end."""
    first, width = bench.start[layer], net.widths[layer]
    last = first + width
    bench.start[layer + 1] = last
    for r in range(width):
        bench.rows[first + r] = r
        bench.kind[first + r] = OPEN
    for k in range(columns):
        fill_zero(bench.system, k * pitch + first, width)
    copy(bench.system, dimension * pitch + first, net.biases, net.unit_start[layer], width)
    if layer == 1:
        for k in range(dimension):
            copy(bench.system, k * pitch + first, net.weights, k * width, width)
        return columns
    count, former = 0, bench.start[layer - 1]
    for row in range(former, first):
        if bench.kind[row] == ACTIVE or bench.kind[row] == SETTLED:
            bench.active[count] = row
            bench.places[count] = net.weight_start[layer] + bench.rows[row] * width
            count += 1
    fold(bench, pitch, net.weights, count, columns, first, width)
    for row in range(former, first):
        if bench.kind[row] == OPEN:
            at = net.weight_start[layer] + bench.rows[row] * width
            copy(bench.system, columns * pitch + first, net.weights, at, width)
            bench.peak[columns] = bench.high[row]
            columns += 1
    return columns


@njit(**KERNEL)
def classify_lines(cx: Complex, st: Stacks, node: int, bench: Bench, pitch: int, lines: int) -> None:
    """Bound the values of lines that are known to cut the polygon."""
    for row in range(lines):
        tighten(cx, st, node, bench, pitch, row)


@njit(**KERNEL)
def assemble(
    net: PackedNetwork, cx: Complex, st: Stacks, node: int, bench: Bench, pitch: int, target: int
) -> tuple[int, int, np.uint64]:
    """Build a system of a polygon on the bench; return its last layer, its columns, and the hash of what is decided.

    The layer is -1 where the bench is too small.

    It begins with the target layer: the next one, where the polygon is a cell of the layers before, else the layer
    that is being cut, with the lines that are left.
    """
    dimension, depth, lines = cx.points.shape[1], len(net.widths) - 2, 0
    measure_box(cx, st, node, bench)
    columns, n = dimension + 1, 0
    bench.start[target] = 0
    if target == st.nodes[node, LAYER]:
        lines = load_lines(st, node, bench, pitch, dimension)
        classify_lines(cx, st, node, bench, pitch, lines)
    if st.nodes[node, LAYER] > 0:
        entered, n = load(st, node, bench, pitch, dimension, lines)
    else:
        entered = 1
        columns = draw_in(net, bench, pitch, dimension, 1, columns)
    layer, word = target, np.uint64(0)
    while True:
        if layer > target or not lines:
            word ^= classify(net, cx, st, node, bench, pitch, columns, layer, layer == target)
        if layer == depth and cx.maps.shape[1] == 0:
            return layer, columns, word
        n_open = 0
        for row in range(bench.start[layer], bench.start[layer + 1]):
            n_open += bench.kind[row] == OPEN
        st.wanted[2] = (columns + n_open) * pitch
        if st.wanted[2] > len(bench.system):
            return -1, columns, word
        if layer < entered:
            columns = pass_on(st, node, bench, pitch, layer, columns, n)
        else:
            few = n_open <= FRACTION * net.widths[layer] and columns + n_open <= MOST_COLUMNS
            if target < layer < depth and not few:
                return layer, columns, word
            columns = draw_in(net, bench, pitch, dimension, layer + 1, columns)
        layer += 1
        if layer > depth:
            for row in range(bench.start[layer], bench.start[layer + 1]):
                bench.kind[row] = SETTLED
            return layer, columns, word


@njit(**KERNEL)
def select_rows(bench: Bench, frame: Int64[np.ndarray, " n"], target: int, front: int, settled: bool) -> int:
    """List the rows of the new system, all behind those of the target layer, and where each layer starts."""
    n = 0
    for layer in range(target + 1, front + 1):
        frame[LAYERS + 2 * layer] = n
        for row in range(bench.start[layer], bench.start[layer + 1]):
            kind = bench.kind[row]
            if kind == OPEN or (settled and layer == front and kind != INACTIVE):
                bench.kept[n] = row
                n += 1
    frame[LAYERS + 2 * (front + 1)] = n
    return n


@njit(**KERNEL)
def gather(
    bench: Bench, pitch: int, column: int, first: int, n: int, floats: Float64[np.ndarray, " m"], at: int
) -> None:
    """Copy the kept rows from ``first`` on of a column."""
    values = bench.system[column * pitch : (column + 1) * pitch]
    kept, out = bench.kept[first:n], floats[at : at + n - first]
    for i in range(n - first):
        out[i] = values[kept[i]]


@njit(**KERNEL)
def settle(net: PackedNetwork, cx: Complex, st: Stacks, node: int, bench: Bench, pitch: int, target: int) -> bool:
    """Give a node a system of its own that begins with the target layer.

    Return False, with nothing changed but `Stacks.wanted`, where memory is short.
    """
    terms = cx.points.shape[1] + 1
    front, columns, word = assemble(net, cx, st, node, bench, pitch, target)
    if front < 0:
        return False
    frame = st.frames[st.nodes[node, FRAME] + 1]
    n = select_rows(bench, frame, target, front, front != len(net.widths) - 2)
    lines = 0
    for row in range(bench.start[target], bench.start[target + 1]):
        if bench.kind[row] == OPEN:
            bench.active[lines] = row
            lines += 1
    ints, floats = st.nodes[node, INTS], st.nodes[node, FLOATS]
    st.wanted[0] = ints + 2 * lines + n
    st.wanted[1] = floats + lines * terms + columns * n
    if st.wanted[0] > len(st.ints) or st.wanted[1] > len(st.floats):
        return False
    frame[N_LINES], frame[N_ROWS], frame[FRONT] = lines, n, front
    frame[LINE_IDS], frame[ROW_IDS], frame[LINE_FORMS] = ints, ints + 2 * lines, floats
    for i in range(lines):
        st.ints[ints + i] = bench.rows[bench.active[i]]
        st.ints[ints + lines + i] = i
        for k in range(terms):
            st.floats[floats + i * terms + k] = bench.system[k * pitch + bench.active[i]]
    for i in range(n):
        row = bench.kept[i]
        st.ints[ints + 2 * lines + i] = 2 * bench.rows[row] + (bench.kind[row] != OPEN)
    floats += lines * terms
    nodes = st.nodes
    nodes[node, FORMS] = floats
    for k in range(terms):
        gather(bench, pitch, k, 0, n, st.floats, floats)
        floats += n
    nodes[node, FLOATS] = commit_columns(bench, pitch, terms, target, front, lines, frame, st.floats, floats)
    nodes[node, LAYER] = target
    nodes[node, CANDIDATES], nodes[node, N_CANDIDATES] = ints + lines, lines
    nodes[node, INTS] = nodes[node, BASE] = st.wanted[0]
    nodes[node, FRAME] += 1
    nodes[node, REFINE] = lines // 2 if n > WORTH_REFINING else 0
    st.hashes[node] ^= word
    return True


@njit(**KERNEL)
def commit_columns(
    bench: Bench,
    pitch: int,
    column: int,
    target: int,
    front: int,
    lines: int,
    frame: Int64[np.ndarray, " n"],
    floats: Float64[np.ndarray, " m"],
    at: int,
) -> int:
    """Copy the columns of the open units, those of the target layer first; return where they end."""
    n = frame[N_ROWS]
    frame[LINE_COLUMNS] = at
    if front > target:
        for i in range(lines):
            gather(bench, pitch, column + i, 0, n, floats, at)
            at += n
    column += lines
    for layer in range(target + 1, front):
        first, last = frame[LAYERS + 2 * layer], frame[LAYERS + 2 * (layer + 1)]
        frame[LAYERS + 2 * layer + 1] = at
        for _ in range(first, last):
            gather(bench, pitch, column, last, n, floats, at)
            at += n - last
            column += 1
    return at


@njit(**KERNEL)
def settle_last(net: PackedNetwork, cx: Complex, st: Stacks, node: int, bench: Bench) -> bool:
    """Do what `settle` does for a cell of all layers but the last, the most frequent case by far."""
    dimension, depth = cx.points.shape[1], len(net.widths) - 2
    terms, nodes, floats, ints = dimension + 1, st.nodes, st.floats, st.ints
    frame, target = st.frames[nodes[node, FRAME]], st.frames[nodes[node, FRAME] + 1]
    n, forms = frame[N_ROWS], nodes[node, FORMS]
    units = frame[LAYERS + 2 * (depth + 1)]
    out = n - units
    room_ints, room_floats = nodes[node, INTS], nodes[node, FLOATS]
    st.wanted[0] = room_ints + 2 * units
    st.wanted[1] = room_floats + units * (terms + out) + out * terms
    if st.wanted[0] > len(ints) or st.wanted[1] > len(floats):
        return False
    measure_box(cx, st, node, bench)
    lines, word, at = 0, np.uint64(0), room_floats + out * terms
    for row in range(units):
        value, reach = floats[forms + dimension * n + row], 0.0
        for k in range(dimension):
            slope = floats[forms + k * n + row]
            value += slope * bench.box[0, k]
            reach += abs(slope) * bench.box[1, k]
        unit = net.unit_start[depth] + (ints[frame[ROW_IDS] + row] >> 1)
        if value + reach <= -net.near[unit] or abs(value) + reach <= 0.5 * net.zero[unit]:
            continue
        column = frame[LAYERS + 2 * depth + 1] + row * out
        if value - reach >= net.near[unit]:
            word ^= net.keys[unit]
            for k in range(terms):
                for q in range(out):
                    floats[forms + k * n + units + q] += floats[forms + k * n + row] * floats[column + q]
        else:
            ints[room_ints + lines] = row
            lines += 1
    for k in range(terms):
        for q in range(out):
            floats[room_floats + k * out + q] = floats[forms + k * n + units + q]
    for line in range(lines):
        row = ints[room_ints + line]
        for k in range(terms):
            floats[at + line * terms + k] = floats[forms + k * n + row]
        column = frame[LAYERS + 2 * depth + 1] + row * out
        for q in range(out):
            floats[at + lines * terms + line * out + q] = floats[column + q]
        ints[room_ints + line] = ints[frame[ROW_IDS] + row] >> 1
        ints[room_ints + lines + line] = line
    target[N_LINES], target[N_ROWS] = lines, out
    target[LINE_IDS], target[LINE_FORMS], target[LINE_COLUMNS] = room_ints, at, at + lines * terms
    nodes[node, FORMS], nodes[node, FLOATS] = room_floats, at + lines * (terms + out)
    nodes[node, LAYER], nodes[node, REFINE] = depth, 0
    nodes[node, CANDIDATES], nodes[node, N_CANDIDATES] = room_ints + lines, lines
    nodes[node, INTS] = nodes[node, BASE] = room_ints + 2 * lines
    nodes[node, FRAME] += 1
    st.hashes[node] ^= word
    return True
