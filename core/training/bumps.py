"""Pyramids in space as units of an encoder: local, piecewise linear corrections that leave it a plain ReLU network."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.relu.relu_map import ReluMap
from core.training.pose import single


@dataclass(frozen=True, eq=False)
class Bump:
    """The function relu(1 - |z1| - |z2| - |z3|) of space, with z = axes (x - centre) / sizes: an octahedral pyramid.

    Parameters
    ----------
    centre : (3,) float64 array
        Where it is 1, in normalized space.
    axes : (3, 3) float64 array
        Directions of its diagonals, orthonormal, in rows.
    sizes : (3,) float64 array
        Half lengths of the diagonals: outside it is 0.
    """

    centre: Float64[np.ndarray, " 3"]
    axes: Float64[np.ndarray, "3 3"]
    sizes: Float64[np.ndarray, " 3"]

    def coordinates(self, points: Float64[np.ndarray, "... 3"]) -> Float64[np.ndarray, "... 3"]:
        """Return z of points."""
        return (points - self.centre) @ self.axes.T / self.sizes

    def heights(self, points: Float64[np.ndarray, "... 3"]) -> Float64[np.ndarray, "..."]:
        """Return the value of the bump at points."""
        return np.maximum(0.0, 1.0 - np.abs(self.coordinates(points)).sum(-1))


def with_bumps(encoder: ReluMap, bumps: Sequence[Bump], extent: float) -> ReluMap:
    """Return an encoder with further units for some bumps, whose values do not reach the output yet.

    Parameters
    ----------
    encoder : ReluMap
        Of at least two hidden layers; its own units stay the first of each layer.
    bumps : sequence of Bump
        What is added. All numbers are rounded to float32, as those of the encoder are.
    extent : float
        Largest coordinate in which the bumps are to be exact.

    Returns
    -------
    ReluMap
        The same map. The last columns of its last matrix are for the values of the bumps, in their order.

    Notes
    -----
    |z| = 2 relu(z) - z. The first layer gets the three relu(z) of each bump, and x shifted to where it is positive,
    for the linear part; the second layer the bump; the others hand it on.
    """
    count, depth = len(bumps), len(encoder.weights)
    if depth < 3:
        raise ValueError("bumps need two hidden layers")
    slopes = single(np.concatenate([bump.axes / bump.sizes[:, None] for bump in bumps]))
    shifts = single(-np.concatenate([bump.axes @ bump.centre / bump.sizes for bump in bumps]))
    shift = float(np.ceil(2.0 * extent))
    first, second = encoder.weights[:2]
    weights: list[np.ndarray] = [np.concatenate([first, np.eye(3), slopes])]
    biases: list[np.ndarray] = [np.concatenate([encoder.biases[0], np.full(3, shift), shifts])]
    linear = single(slopes.reshape(count, 3, 3).sum(1))
    own = np.concatenate([second, np.zeros((len(second), 3 + 3 * count))], 1)
    bump_rows = [np.zeros((count, len(first))), linear, -2.0 * np.kron(np.eye(count), np.ones((1, 3)))]
    weights.append(np.concatenate([own, np.concatenate(bump_rows, 1)]))
    heights = 1.0 + shifts.reshape(count, 3).sum(1) - shift * linear.sum(1)
    biases.append(np.concatenate([encoder.biases[1], single(heights)]))
    for weight, bias in zip(encoder.weights[2:-1], encoder.biases[2:-1], strict=True):
        rows, columns = weight.shape
        wider = np.zeros((rows + count, columns + count))
        wider[:rows, :columns], wider[rows:, columns:] = weight, np.eye(count)
        weights.append(wider)
        biases.append(np.concatenate([bias, np.zeros(count)]))
    weights.append(np.concatenate([encoder.weights[-1], np.zeros((len(encoder.weights[-1]), count))], 1))
    return ReluMap(weights, [*biases, encoder.biases[-1]])


def with_values(encoder: ReluMap, values: Float64[np.ndarray, "k 2"]) -> ReluMap:
    """Return an encoder from `with_bumps` whose last bumps add these values to the code, rounded to float32."""
    last = encoder.weights[-1].copy()
    last[:, last.shape[1] - len(values) :] = single(values).T
    return ReluMap((*encoder.weights[:-1], last), encoder.biases)


def without_bumps(encoder: ReluMap, widths: Sequence[int]) -> ReluMap:
    """Return the encoder of some hidden widths that bumps were added to; the same one where none were."""
    chain = (encoder.widths[0], *widths, encoder.widths[-1])
    if encoder.widths == chain:
        return encoder
    weights = [weight[: chain[k + 1], : chain[k]] for k, weight in enumerate(encoder.weights)]
    return ReluMap(weights, [bias[: chain[k + 1]] for k, bias in enumerate(encoder.biases)])
