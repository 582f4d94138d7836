"""Many networks of the same widths that learn at once, each its own data, in batched products."""

from collections.abc import Sequence

import numpy as np
import torch

from core.relu.relu_map import ReluMap
from core.training.networks.network import Network
from core.training.networks.tensors import through_relu


class NetworkStack:
    """K ReLU networks in float32.

    Parameters
    ----------
    networks : sequence of Network
        Of the same widths, on the same device; they are copied.

    Attributes
    ----------
    weights : list of (K, out, in) tensors
        Of each layer.
    biases : list of (K, 1, out) tensors
        Of each layer.
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        layers = range(len(networks[0].weights))
        self.weights = [torch.stack([network.weights[k] for network in networks]) for k in layers]
        self.biases = [torch.stack([network.biases[k] for network in networks])[:, None] for k in layers]

    def __len__(self) -> int:
        """Number of networks."""
        return len(self.weights[0])

    @property
    def parameters(self) -> list[torch.Tensor]:
        """All weights, then all biases."""
        return [*self.weights, *self.biases]

    def part(self, start: int, stop: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Return weight and bias of each layer of some of the networks, without a copy."""
        return [(weight[start:stop], bias[start:stop]) for weight, bias in zip(self.weights, self.biases, strict=True)]

    def state(self, k: int) -> list[torch.Tensor]:
        """Return copies of weights and biases of one network, as `Network.restore` takes them."""
        return [*(weight[k].clone() for weight in self.weights), *(bias[k, 0].clone() for bias in self.biases)]

    def relu_map(self, k: int) -> ReluMap:
        """Return one network in float64; every number is one of float32."""
        arrays = [tensor.cpu().numpy().astype(np.float64) for tensor in self.state(k)]
        return ReluMap(arrays[: len(self.weights)], arrays[len(self.weights) :])


def stack_forward(layers: Sequence[tuple[torch.Tensor, torch.Tensor]], points: torch.Tensor) -> list[torch.Tensor]:
    """Return the input and what every layer gives; the last is the image.

    Parameters
    ----------
    layers : sequence of pairs of tensors
        From `NetworkStack.part`.
    points : (K, n, in) tensor
        Where to evaluate each network.
    """
    values, last = [points], len(layers) - 1
    for k, (weight, bias) in enumerate(layers):
        value = torch.baddbmm(bias, values[-1], weight.mT)
        values.append(value.relu_() if k < last else value)
    return values


def stack_backward(
    layers: Sequence[tuple[torch.Tensor, torch.Tensor]],
    values: Sequence[torch.Tensor],
    slope: torch.Tensor,
    to_input: bool = False,
) -> tuple[list[torch.Tensor], torch.Tensor | None]:
    """Return the derivatives of the loss by weights and biases, and by the input.

    Parameters
    ----------
    layers : sequence of pairs of tensors
        What `stack_forward` was given.
    values : sequence of tensors
        What it returned.
    slope : (K, n, out) tensor
        Derivative of the loss by the image.
    to_input : bool
        Whether the derivative by the input is wanted; None is returned for it otherwise.
    """
    by_weight, by_bias = list[torch.Tensor](), list[torch.Tensor]()
    for k in range(len(layers) - 1, -1, -1):
        by_weight.append(slope.mT @ values[k])
        by_bias.append(slope.sum(1, keepdim=True))
        if k or to_input:
            slope = slope @ layers[k][0]
        if k:
            slope = through_relu(slope, values[k])
    return [*by_weight[::-1], *by_bias[::-1]], slope if to_input else None
