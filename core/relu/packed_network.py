"""A ReLU network laid out for the compiled kernel: flat arrays, tolerances, and the sign at a vertex."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64
from numba import njit

from core.relu.relu_map import ReluMap

NEAR = 1e-12
"""Preactivations below this, times the scale of their unit, are evaluated again from the vertex alone."""

ZERO = 1e-13
"""Preactivations below this, times the scale of their unit, count as zero at a vertex."""

KERNEL: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract", "nnan", "ninf", "nsz"},
    "forceinline": True,
    "_nrt": False,
}
"""How the kernel is compiled: sums keep their order; arrays are not reference-counted, so none can be made in it.

Everything is inlined into the function that is called from Python: to pass all arrays on costs more than most calls do.
Only that function is kept on disk, under a version that covers the sources of all it calls.
"""

ENTRY: dict[str, Any] = KERNEL | {"cache": True, "forceinline": False}
"""How a function is compiled that is called from Python, and calls nothing outside its own file."""


class PackedNetwork(NamedTuple):
    """A `ReluMap` with its layers counted from 1; layer 0 is the input, the last one the output.

    Parameters
    ----------
    widths : (L + 2,) int64 array
        Units of each layer, L of them hidden.
    unit_start : (L + 2,) int64 array
        Number of the first unit of a layer, units being numbered layer by layer from layer 1.
    weight_start : (L + 2,) int64 array
        Where the matrix of a layer starts.
    weights : (m,) float64 array
        Transposed matrices: what a unit of the former layer sends to all units of the layer lies side by side.
    biases : (units + out,) float64 array
        Biases of all units, then those of the output.
    near, zero : (units,) float64 array
        The two tolerances of each hidden unit.
    keys : (units,) uint64 array
        Random words; the hash of an activation pattern is the exclusive or of those of its active units.
    """

    widths: np.ndarray
    unit_start: np.ndarray
    weight_start: np.ndarray
    weights: np.ndarray
    biases: np.ndarray
    near: np.ndarray
    zero: np.ndarray
    keys: np.ndarray


def pattern_keys(n_units: int) -> np.ndarray:
    """Return one 64-bit word per unit, the same in every run (the splitmix64 sequence)."""
    state = np.arange(1, n_units + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def pack(network: ReluMap, sample: Float64[np.ndarray, "n inp"], precision: float = 0.0) -> PackedNetwork:
    """Lay out a network for the kernel.

    Parameters
    ----------
    network : ReluMap
        The network.
    sample : (n, inp) float64 array
        Points that represent the domain. They give each unit a scale, the size that its rounding errors are measured
        against: abs(bias) + sum of abs(weight) times the largest abs(input).
    precision : float
        Relative precision of the coordinates, where it is worse than that of float64; raises the tolerances.
    """
    widths = np.array(network.widths, np.int64)
    matrices = [np.ascontiguousarray(w.T).ravel() for w in network.weights]
    sizes = np.array([len(m) for m in matrices])
    n_units = network.n_hidden_units
    packed = PackedNetwork(
        widths,
        np.concatenate([[0], np.cumsum(widths[1:]) - widths[1:]]),
        np.concatenate([[0], np.cumsum(sizes) - sizes]),
        np.concatenate(matrices),
        np.concatenate(network.biases),
        np.empty(n_units),
        np.empty(n_units),
        pattern_keys(n_units),
    )
    scales = np.empty(n_units)
    measure_scales(packed, np.ascontiguousarray(sample), np.empty(n_units), np.empty(n_units), scales)
    packed.near[:] = max(NEAR, 16 * precision) * scales
    packed.zero[:] = max(ZERO, 4 * precision) * scales
    return packed


@njit(**KERNEL)
def copy(target: Float64[np.ndarray, " m"], at: int, source: Float64[np.ndarray, " k"], start: int, n: int) -> None:
    """Copy a stretch of one array to another."""
    given, out = source[start : start + n], target[at : at + n]
    for r in range(n):
        out[r] = given[r]


@njit(**KERNEL)
def evaluate_layers(
    net: PackedNetwork, point: Float64[np.ndarray, " n"], depth: int, values: Float64[np.ndarray, " m"]
) -> None:
    """Write the preactivations of layers 1 to ``depth`` at a point to ``values``, a function of the point alone."""
    for layer in range(1, depth + 1):
        width = net.widths[layer]
        out = values[net.unit_start[layer] : net.unit_start[layer] + width]
        copy(values, net.unit_start[layer], net.biases, net.unit_start[layer], width)
        start = net.weight_start[layer]
        for s in range(net.widths[layer - 1]):
            value = point[s] if layer == 1 else values[net.unit_start[layer - 1] + s]
            if layer > 1 and value <= 0.0:
                continue
            column = net.weights[start + s * width : start + (s + 1) * width]
            for r in range(width):
                out[r] += column[r] * value


@njit(**ENTRY)
def measure_scales(
    net: PackedNetwork,
    sample: Float64[np.ndarray, "n d"],
    values: Float64[np.ndarray, " m"],
    largest: Float64[np.ndarray, " m"],
    scales: Float64[np.ndarray, " m"],
) -> None:
    """Write the scale of each unit: its value, were all inputs as large as anywhere in the sample and added up."""
    depth = len(net.widths) - 2
    for u in range(len(largest)):
        largest[u] = 0.0
        scales[u] = abs(net.biases[u])
    for p in range(len(sample)):
        evaluate_layers(net, sample[p], depth, values)
        for u in range(len(largest)):
            largest[u] = max(largest[u], values[u])
    for layer in range(1, depth + 1):
        first, width = net.unit_start[layer], net.widths[layer]
        for s in range(net.widths[layer - 1]):
            size = 0.0
            if layer == 1:
                for p in range(len(sample)):
                    size = max(size, abs(sample[p, s]))
            else:
                size = largest[net.unit_start[layer - 1] + s]
            for r in range(width):
                scales[first + r] += abs(net.weights[net.weight_start[layer] + s * width + r]) * size
