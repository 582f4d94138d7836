"""Fully connected ReLU networks on a device, trained by hand-written derivatives."""

from collections.abc import Sequence

import numpy as np
import torch

from core.relu.relu_map import ReluMap
from core.training.networks.tensors import solve, through_relu

Layers = list[tuple[torch.Tensor, torch.Tensor]]
"""Weight and bias of each layer of a network."""
_RIDGE = 1e-6
"""Weight of the penalty in a closed-form layer, relative to the mean square of its inputs."""

_BLOCK = 1024
"""Points that the CPU evaluates at a time."""


class Network:
    """A ReLU network in float32.

    Parameters
    ----------
    widths : sequence of int
        Sizes of input, hidden layers and output.
    device : torch.device
        Where it lives.

    """

    def __init__(self, widths: Sequence[int], device: torch.device) -> None:
        self.weights = [torch.zeros(widths[k + 1], widths[k], device=device) for k in range(len(widths) - 1)]
        self.biases = [torch.zeros(widths[k + 1], device=device) for k in range(len(widths) - 1)]
        self._full = torch.float32 if device.type == "mps" else torch.float64  # there are no doubles on MPS

    @property
    def widths(self) -> tuple[int, ...]:
        """Sizes of input, hidden layers and output."""
        return (self.weights[0].shape[1], *(len(weight) for weight in self.weights))

    def layers(self, dtype: torch.dtype = torch.float32) -> Layers:
        """Return weight and bias of each layer, those between hidden layers in `dtype`."""
        last = len(self.weights) - 1
        return [
            (weight.to(dtype), bias.to(dtype)) if 0 < k < last else (weight, bias)
            for k, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True))
        ]

    @property
    def parameters(self) -> list[torch.Tensor]:
        """All weights, then all biases."""
        return [*self.weights, *self.biases]

    def __call__(self, points: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Return the images of many points."""
        layers, block = self.layers(dtype), _BLOCK if points.device.type == "cpu" else max(len(points), 1)
        return torch.cat([forward(layers, part, dtype)[-1] for part in torch.split(points, block)])

    def initialize(self, points: torch.Tensor, targets: torch.Tensor | None, generator: torch.Generator) -> None:
        """Choose weights that suit the data: hinges through random points, unit slopes, the last layer in closed form.

        Parameters
        ----------
        points : (n, in) tensor
            Some inputs.
        targets : (n, out) tensor or None
            What the last layer is fitted to; None leaves it like a hidden one, without hinges.
        generator : torch.Generator
            Where randomness comes from, on the CPU.
        """
        value, last = points, len(self.weights) - 1
        for k, weight in enumerate(self.weights[: last if targets is not None else last + 1]):
            direction = torch.randn(weight.shape, generator=generator).to(value.device)
            through = torch.randint(len(value), (len(weight),), generator=generator).to(value.device)
            hinge = -(direction * value[through]).sum(1)
            drawn = value @ direction.T + hinge
            size = drawn.pow(2).mean(0).sqrt().clamp_min(1e-12)
            weight.copy_(direction / size[:, None])
            self.biases[k].copy_(hinge / size)
            value = (drawn / size).relu_() if k < last else drawn / size
        if targets is not None:
            self.fit_last_layer(points, targets)

    def fit_last_layer(self, points: torch.Tensor, targets: torch.Tensor) -> None:
        """Set the last layer to the least-squares solution for the images of some points.

        Parameters
        ----------
        points : (n, in) tensor
            Inputs of the network.
        targets : (n, out) tensor
            The images wanted.
        """
        self.solve_last_layer(*self.normal_equations(points, targets))

    def normal_equations(self, points: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return matrix and right-hand side of the least-squares problem of `fit_last_layer`; those of parts add up."""
        width = self.weights[-1].shape[1] + 1
        matrix = torch.zeros(width, width, dtype=self._full, device=points.device)
        right = torch.zeros(width, targets.shape[1], dtype=self._full, device=points.device)
        layers = self.layers()
        for part, aim in zip(torch.split(points, _BLOCK), torch.split(targets, _BLOCK), strict=True):
            features = forward(layers, part)[-2].to(self._full)
            features = torch.cat([features, torch.ones_like(features[:, :1])], 1)
            matrix += features.T @ features
            right += features.T @ aim.to(self._full)
        return matrix, right

    def solve_last_layer(self, matrix: torch.Tensor, right: torch.Tensor) -> None:
        """Set the last layer to the solution of its normal equations, with a slight penalty on the weights."""
        penalty = _RIDGE * matrix.diagonal()[:-1].mean() + 1e-30
        matrix.diagonal()[:-1].add_(penalty)
        solution = solve(matrix, right)
        self.weights[-1].copy_(solution[:-1].T)
        self.biases[-1].copy_(solution[-1])

    def state(self) -> list[torch.Tensor]:
        """Return copies of all weights and biases."""
        return [tensor.clone() for tensor in self.parameters]

    def restore(self, state: Sequence[torch.Tensor]) -> None:
        """Take back what `state` returned."""
        for tensor, kept in zip(self.parameters, state, strict=True):
            tensor.copy_(kept)

    def relu_map(self) -> ReluMap:
        """Return the same network in float64; every number is one of float32."""
        arrays = [[t.detach().cpu().numpy().astype(np.float64) for t in part] for part in (self.weights, self.biases)]
        return ReluMap(*arrays)


def forward(layers: Layers, points: torch.Tensor, dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    """Return the input and what every layer gives; the last is the image.

    Parameters
    ----------
    layers : list of pairs of tensors
        From `Network.layers`.
    points : (n, in) float32 tensor
        Where to evaluate.
    dtype : torch.dtype
        Type of the hidden values.

    Notes
    -----
    This and `backward` are written out: the graph never changes, so automatic differentiation would only cost time
    and memory. Hidden values may be of lower precision; coordinates, codes and the last layer never are.
    """
    weight, bias = layers[0]
    values = [points, _first_layer(points, weight, bias, dtype).relu_()]
    for weight, bias in layers[1:-1]:
        values.append(torch.addmm(bias, values[-1], weight.T).relu_())
    weight, bias = layers[-1]
    values.append(torch.addmm(bias, values[-1].to(torch.float32), weight.T))
    return values


def backward(
    layers: Layers, values: list[torch.Tensor], slope: torch.Tensor, to_input: bool = False
) -> tuple[list[torch.Tensor], torch.Tensor | None]:
    """Return the derivatives of the loss by weights and biases, and by the input.

    Parameters
    ----------
    layers : list of pairs of tensors
        What `forward` was given.
    values : list of tensors
        What it returned.
    slope : (n, out) float32 tensor
        Derivative of the loss by the image.
    to_input : bool
        Whether the derivative by the input is wanted; None is returned for it otherwise.

    Returns
    -------
    list of tensors, tensor or None
        Derivatives by all weights, then by all biases, in float32.
    """
    dtype, last = values[1].dtype, len(layers) - 1
    by_weight, by_bias = [slope.T @ values[-2].to(torch.float32)], [slope.sum(0)]
    slope = (slope @ layers[-1][0]).to(dtype)
    for k in range(last - 1, -1, -1):
        slope = through_relu(slope, values[k + 1])
        by_weight.append((slope.T @ values[k].to(dtype)).to(torch.float32))
        by_bias.append(slope.sum(0).to(torch.float32))
        if k or to_input:
            slope = slope @ layers[k][0].to(dtype)
    return [*by_weight[::-1], *by_bias[::-1]], slope.to(torch.float32) if to_input else None


def _first_layer(points: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Preactivations of the first layer; coordinates are not rounded to `dtype`, only what comes out."""
    if dtype == torch.float32:
        return torch.addmm(bias, points, weight.T)
    high, steep = points.to(dtype), weight.to(dtype)
    low, rest = (points - high).to(dtype), (weight - steep).to(dtype)
    # The product of two numbers in two halves each, without that of the lower halves.
    return torch.addmm(bias.to(dtype), torch.cat([high, low, high], 1), torch.cat([steep, steep, rest], 1).T)
