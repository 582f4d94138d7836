"""Activation patterns of cells, and their hashes."""

import numpy as np
from jaxtyping import Bool, Float64, UInt64

from core.relu.packed_network import pattern_keys
from core.relu.relu_map import ReluMap

_BLOCK = 4096
"""Patterns treated at a time."""


def pattern_hashes(patterns: Bool[np.ndarray, "n units"]) -> UInt64[np.ndarray, " n"]:
    """Return the hash of each activation pattern: the exclusive or of the words of its active units."""
    keys = pattern_keys(patterns.shape[1])
    result = np.empty(len(patterns), np.uint64)
    for start in range(0, len(patterns), _BLOCK):
        words = np.where(patterns[start : start + _BLOCK], keys, np.uint64(0))
        result[start : start + _BLOCK] = np.bitwise_xor.reduce(words, axis=1)
    return result


def preactivations(network: ReluMap, points: Float64[np.ndarray, "n in"]) -> Float64[np.ndarray, "n units"]:
    """Return the preactivations of all hidden units, layer by layer."""
    result, start, values = np.empty((len(points), network.n_hidden_units)), 0, np.asarray(points, np.float64)
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        layer = values @ weight.T + bias
        result[:, start : start + len(bias)] = layer
        values, start = np.maximum(layer, 0.0), start + len(bias)
    return result
