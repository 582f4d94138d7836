"""What the models are made of: plain networks and Adam."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from core.training.networks.tensors import (
    add_products_to_each,
    add_quotients_to_each,
    add_to_each,
    move_each_towards,
    multiply_each,
    roots_of_each,
)


class Plain(nn.Module):
    """A network of equal hidden layers.

    Parameters
    ----------
    inputs, outputs : int
        Numbers of either end.
    width, depth : int
        Units of each hidden layer, and how many there are.
    smooth : bool
        SiLU instead of ReLU.
    """

    def __init__(self, inputs: int, outputs: int, width: int = 96, depth: int = 3, smooth: bool = False) -> None:
        super().__init__()
        sizes = (inputs, *[width] * depth, outputs)
        layers: list[nn.Module] = []
        for one, other in pairwise(sizes):
            layers += [nn.Linear(one, other), nn.SiLU() if smooth else nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, x: Tensor) -> Tensor:
        """Return what the network makes of (n, inputs) numbers."""
        return self.layers(x)

    def linear_layers(self) -> list[nn.Linear]:
        """Return the layers that have weights, from the input on."""
        return [layer for layer in self.layers if isinstance(layer, nn.Linear)]


class Adam:
    """Adam (Kingma and Ba 2015), its constants the usual ones but for the two given.

    Parameters
    ----------
    parameters : sequence of tensors
        What moves, in place.
    rate : float
        Step length.
    momentum : float
        Share of the mean that is kept at a step.
    """

    def __init__(self, parameters: Sequence[Tensor], rate: float, momentum: float = 0.9) -> None:
        self.parameters, self.rate, self._betas, self._steps = list(parameters), rate, (momentum, 0.99), 0
        self._means = [torch.zeros_like(one) for one in self.parameters]
        self._squares = [torch.zeros_like(one) for one in self.parameters]

    def step(self, loss: Tensor) -> None:
        """Move against the derivative of a loss."""
        gradients = torch.autograd.grad(loss, self.parameters)
        self._steps += 1
        first, second = self._betas
        rate = self.rate * (1.0 - second**self._steps) ** 0.5 / (1.0 - first**self._steps)
        with torch.no_grad():
            move_each_towards(self._means, gradients, 1.0 - first)
            multiply_each(self._squares, second)
            add_products_to_each(self._squares, gradients, gradients, 1.0 - second)
            roots = roots_of_each(self._squares)
            add_to_each(roots, 1e-8)
            add_quotients_to_each(self.parameters, self._means, roots, -rate)
