"""A ReLU network evaluated in float32, on all cores: where many points matter more than the last digits."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float64

from core.base.clock import n_cores
from core.relu.relu_map import ReluMap

_CACHED = 1024
"""Points evaluated at a time: their hidden values stay in the cache."""


def evaluate_single(network: ReluMap, points: Float64[np.ndarray, "n inp"]) -> Float64[np.ndarray, "n out"]:
    """Return the images of points, rounded to float32 at every layer: a few millionths of the size of the values."""
    layers = [
        (np.ascontiguousarray(weight.T, np.float32), bias.astype(np.float32))
        for weight, bias in zip(network.weights, network.biases, strict=True)
    ]
    result = np.empty((len(points), network.widths[-1]))

    def fill(start: int) -> None:
        value = points[start : start + _CACHED].astype(np.float32)
        for k, (weight, bias) in enumerate(layers):
            value = (np.maximum(value, 0.0, out=value) if k else value) @ weight
            value += bias
        result[start : start + _CACHED] = value

    with ThreadPoolExecutor(n_cores()) as pool:
        list(pool.map(fill, range(0, len(points), _CACHED)))
    return result
