"""Small networks of the same widths that learn at once, each from first weights of its own."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from core.base.progress import Progress, Work
from core.claims.figure import Figure

Layers = list[np.ndarray]
Slope = Callable[[np.ndarray], np.ndarray]
"""Called with the (K, out, n) outputs; returns the derivative of each network's loss by them."""


class Ensemble:
    """K fully connected networks in float32, with tanh or ReLU between layers and none after the last.

    Parameters
    ----------
    widths : sequence of int
        Sizes of input, hidden layers and output.
    seeds : int
        K; network k is drawn from seed k.
    activation : "tanh" or "relu"
        What bends.

    Attributes
    ----------
    weights : list of (K, out, in) float32 arrays
        Of each layer.
    biases : list of (K, out, 1) float32 arrays
        Of each layer.

    Notes
    -----
    Points are columns, so that a layer is one product. Derivatives are written out: the graph never changes, and that
    needs no library which takes seconds to import.
    """

    def __init__(self, widths: Sequence[int], seeds: int, activation: str = "tanh") -> None:
        self.activation = activation
        self.weights: Layers = []
        self.biases: Layers = []
        randoms = [np.random.default_rng(seed) for seed in range(seeds)]
        for k, (size, image) in enumerate(pairwise(widths)):
            gain = 1.5 if activation == "tanh" and k < len(widths) - 2 else np.sqrt(2.0)
            drawn = [rng.normal(size=(image, size + 1)) for rng in randoms]
            both = np.stack(drawn).astype(np.float32) * np.float32(gain / np.sqrt(size))
            self.weights.append(both[:, :, :-1].copy())
            self.biases.append(both[:, :, -1:] * np.float32(0.7))
        self._adam = Adam(self.parameters)

    @property
    def parameters(self) -> Layers:
        """All weights, then all biases."""
        return [*self.weights, *self.biases]

    def values(self, points: np.ndarray) -> Layers:
        """Return the input and what every layer gives, (K, width, n) each; the last is the output.

        Parameters
        ----------
        points : (in, n) or (K, in, n) array
            The same for all networks, or for each its own.
        """
        made = [np.asarray(points, np.float32)]
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            value = np.matmul(weight, made[-1])
            value += bias
            if k < len(self.weights) - 1:
                value = np.tanh(value, out=value) if self.activation == "tanh" else np.maximum(value, 0.0, out=value)
            made.append(value)
        return made

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return the (K, out, n) outputs."""
        return self.values(points)[-1]

    def derivatives(self, values: Layers, slope: np.ndarray) -> tuple[Layers, np.ndarray]:
        """Return the derivatives by all weights, then all biases, and by the input, (K, in, n)."""
        by_weight, by_bias = list[np.ndarray](), list[np.ndarray]()
        for k in range(len(self.weights) - 1, -1, -1):
            by_weight.append(np.matmul(slope, np.swapaxes(values[k], -1, -2)))
            by_bias.append(slope.sum(-1, keepdims=True))
            slope = np.matmul(np.swapaxes(self.weights[k], -1, -2), slope)
            if k:
                slope *= (1.0 - values[k] ** 2) if self.activation == "tanh" else (values[k] > 0)
        return [*by_weight[::-1], *by_bias[::-1]], slope

    def descend(self, gradients: Layers, rate: float) -> None:
        """Take one step against the derivatives."""
        self._adam.step(gradients, rate)


class Adam:
    """Steps of Adam (Kingma and Ba 2015), in place.

    Parameters
    ----------
    parameters : list of float32 arrays
        What is changed.
    """

    def __init__(self, parameters: Layers) -> None:
        self._parameters, self._steps = parameters, 0
        self._moments = [(np.zeros_like(own), np.zeros_like(own)) for own in parameters]

    def step(self, gradients: Layers, rate: float) -> None:
        """Take one step."""
        self._steps += 1
        scale = rate * np.sqrt(1.0 - 0.999**self._steps) / (1.0 - 0.9**self._steps)
        for own, by, (mean, square) in zip(self._parameters, gradients, self._moments, strict=True):
            mean += 0.1 * (by - mean)
            square += 0.001 * (by * by - square)
            own -= np.float32(scale) * mean / (np.sqrt(square) + 1e-8)


class Learner(Protocol):
    """What `learn` trains."""

    def values(self, points: np.ndarray) -> Layers:
        """Return what every layer gives."""
        ...

    def derivatives(self, values: Layers, slope: np.ndarray) -> tuple[Layers, np.ndarray]:
        """Return the derivatives by all parameters, and by the input."""
        ...

    def descend(self, gradients: Layers, rate: float) -> None:
        """Take one step."""
        ...


def rate_at(place: float, largest: float) -> float:
    """Return the rate at a place of a training from 0 to 1: up for a twentieth, then down like a cosine."""
    rise = min(1.0, place / 0.05)
    return largest * rise * (0.02 + 0.98 * 0.5 * (1.0 + np.cos(np.pi * place)))


def logistic(labels: np.ndarray) -> Slope:
    """Return the derivative of the mean logistic loss for labels 0 and 1, by the one output."""

    def slope(outputs: np.ndarray) -> np.ndarray:
        return ((0.5 + 0.5 * np.tanh(0.5 * outputs)) - labels) / np.float32(outputs.shape[-1])

    return slope


def squares(targets: np.ndarray) -> Slope:
    """Return the derivative of half the mean squared distance from targets, (out, n)."""

    def slope(outputs: np.ndarray) -> np.ndarray:
        return (outputs - targets) / np.float32(outputs.shape[-1])

    return slope


def learn(
    networks: Learner,
    points: np.ndarray,
    slope: Slope,
    steps: int,
    rate: float = 0.03,
    words: str = "Learning",
    look: Callable[[int], tuple[bool, Figure | None]] | None = None,
    every: int = 50,
) -> Work[int]:
    """Train networks on all points at each step.

    Parameters
    ----------
    networks : Learner
        What learns, in place.
    points : (in, n) array
        Inputs.
    slope : callable
        Derivative of the loss by the outputs.
    steps : int
        The most that are taken.
    rate : float
        Largest rate.
    words : str
        What a report says.
    look : callable, optional
        Called with the number of steps at each report; returns whether that is enough, and what to show.
    every : int
        Steps between reports.

    Returns
    -------
    int
        Steps taken.
    """
    points = np.ascontiguousarray(points, np.float32)
    for step in range(steps):
        values = networks.values(points)
        networks.descend(networks.derivatives(values, slope(values[-1]))[0], rate_at(step / steps, rate))
        if (step + 1) % every == 0:
            enough, figure = (False, None) if look is None else look(step + 1)
            yield Progress((step + 1) / steps, f"{words}, step {step + 1:,}", figure)
            if enough:
                return step + 1
    return steps


def correct(networks: Ensemble, points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return for each network the part of points (in, n) that it puts on the side of their label, (K,)."""
    return ((networks(points)[:, 0] > 0) == (labels > 0.5)).mean(-1)
