"""A ReLU network as plain float64 matrices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64

from core.base.arrays import frozen

_BLOCK = 4096
"""Points evaluated at a time: the hidden layers of that many points fit into the cache."""


@dataclass(frozen=True, eq=False)
class ReluMap:
    """A fully connected network with ReLU between consecutive layers and none after the last.

    Parameters
    ----------
    weights : sequence of (out, in) float64 arrays
        Matrix of each layer.
    biases : sequence of (out,) float64 arrays
        Bias of each layer.

    Raises
    ------
    ValueError
        If there is no layer, the layers do not chain, or a number is not finite.

    Notes
    -----
    Definition 4.1 of Lei, Luo, Yau and Gu, *Geometric Understanding of Deep Learning* (arXiv 1805.10451).
    """

    weights: tuple[Float64[np.ndarray, "_ _"], ...]
    biases: tuple[Float64[np.ndarray, " out"], ...]

    def __init__(self, weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]) -> None:
        if not weights or len(weights) != len(biases):
            raise ValueError("a network needs at least one layer, and a bias for each matrix")
        matrices = tuple(frozen(w, np.float64, (None, None)) for w in weights)
        for k in range(1, len(matrices)):
            if matrices[k].shape[1] != matrices[k - 1].shape[0]:
                raise ValueError(
                    f"layer {k} takes {matrices[k].shape[1]} values, layer {k - 1} gives {matrices[k - 1].shape[0]}"
                )
        offsets = tuple(frozen(b, np.float64, (len(w),)) for w, b in zip(matrices, biases, strict=True))
        if not all(np.isfinite(a).all() for a in (*matrices, *offsets)):
            raise ValueError("a weight or bias is not finite")
        object.__setattr__(self, "weights", matrices)
        object.__setattr__(self, "biases", offsets)

    @property
    def widths(self) -> tuple[int, ...]:
        """Sizes of input, hidden layers and output."""
        return (self.weights[0].shape[1], *(len(w) for w in self.weights))

    @property
    def n_hidden_units(self) -> int:
        """Number of units that can be on or off."""
        return sum(self.widths[1:-1])

    @cached_property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return sum(w.size + b.size for w, b in zip(self.weights, self.biases, strict=True))

    def __call__(self, points: Float64[np.ndarray, "n inp"]) -> Float64[np.ndarray, "n out"]:
        """Return the images of points, evaluated in float64."""
        points = np.asarray(points, np.float64)
        result = np.empty((len(points), self.widths[-1]))
        for start in range(0, len(points), _BLOCK):
            block = slice(start, start + _BLOCK)
            *_, result[block] = self._layers(points[block])
        return result

    def activation_pattern(self, points: Float64[np.ndarray, "n inp"]) -> Bool[np.ndarray, "n units"]:
        """Return which hidden units are on (preactivation > 0) at each point, layer by layer.

        Notes
        -----
        The *activated path* of definition 4.6 (arXiv 1805.10451).
        """
        points = np.asarray(points, np.float64)
        pattern = np.empty((len(points), self.n_hidden_units), bool)
        for start in range(0, len(points), _BLOCK):
            block = slice(start, start + _BLOCK)
            *hidden, _ = self._layers(points[block])
            if hidden:
                pattern[block] = np.concatenate([values > 0 for values in hidden], axis=1)
        return pattern

    def affine_map(
        self, pattern: Bool[np.ndarray, " units"]
    ) -> tuple[Float64[np.ndarray, "out inp"], Float64[np.ndarray, " out"]]:
        """Return (A, b) with network(x) = A x + b wherever the activation pattern is the given one."""
        matrix, offset = self.weights[0], self.biases[0]
        start = 0
        for weight, bias in zip(self.weights[1:], self.biases[1:], strict=True):
            active = np.asarray(pattern[start : start + len(offset)], bool)
            start += len(offset)
            matrix, offset = weight[:, active] @ matrix[active], weight[:, active] @ offset[active] + bias
        return matrix, offset

    def jacobian(self, points: Float64[np.ndarray, "n inp"]) -> Float64[np.ndarray, "n out inp"]:
        """Return the derivative at each point, that of its cell."""
        points = np.asarray(points, np.float64)
        result = np.empty((len(points), self.widths[-1], self.widths[0]))
        for start in range(0, len(points), 512):
            block = slice(start, start + 512)
            *hidden, _ = self._layers(points[block])
            slope = np.broadcast_to(self.weights[0], (len(points[block]), *self.weights[0].shape))
            for values, weight in zip(hidden, self.weights[1:], strict=True):
                slope = weight @ (slope * (values > 0)[:, :, None])
            result[block] = slope
        return result

    def _layers(self, points: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the preactivations of every layer; the last are the images."""
        value = points
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            value = (np.maximum(value, 0.0) if k else value) @ weight.T + bias
            yield value
