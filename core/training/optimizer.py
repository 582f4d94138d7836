"""The optimizer: Muon on matrices between hidden layers, Adam on everything else."""

from collections.abc import Sequence

import torch

from core.training.network import Network

_MOMENTUM = 0.95
_BETAS = 0.9, 0.99
_NEWTON_SCHULZ = (
    (4.0848, -6.8946, 2.9270),
    (3.9505, -6.3029, 2.6377),
    (3.7418, -5.5913, 2.3037),
    (2.8769, -3.1427, 1.2046),
    (2.8366, -3.0525, 1.2012),
)
"""Coefficients of the iteration; with these every singular value from 0.002 to 1 comes near 1 in five rounds."""


class Optimizer:
    """Updates the weights of a network from their derivatives.

    Parameters
    ----------
    network : Network
        What is trained.

    Notes
    -----
    Muon moves a matrix along the nearest orthogonal matrix of its averaged derivative: Jordan and others, *Muon: an
    optimizer for hidden layers in neural networks* (2024). Matrices of one shape are updated together.
    """

    def __init__(self, network: Network) -> None:
        last = len(network.weights) - 1
        hidden = range(1, last)
        shapes = sorted({network.weights[k].shape for k in hidden})
        self._groups = [[k for k in hidden if network.weights[k].shape == shape] for shape in shapes]
        self._parameters = network.parameters
        self._momenta = [torch.stack([torch.zeros_like(self._parameters[k]) for k in group]) for group in self._groups]
        self._others = [k for k in range(len(self._parameters)) if k not in hidden]
        self._means = [torch.zeros_like(self._parameters[k]) for k in self._others]
        self._squares = [torch.zeros_like(self._parameters[k]) for k in self._others]
        self._count = 0

    def step(self, gradients: Sequence[torch.Tensor], matrix_rate: float, rate: float) -> None:
        """Move all weights by one step.

        Parameters
        ----------
        gradients : sequence of tensors
            Derivatives in the order of the network's parameters.
        matrix_rate, rate : float
            Length of the step of the matrices between hidden layers, and of everything else.
        """
        self._count += 1
        for group, momentum in zip(self._groups, self._momenta, strict=True):
            gradient = torch.stack([gradients[k] for k in group])
            momentum.lerp_(gradient, 1.0 - _MOMENTUM)
            update = _orthogonal(gradient.lerp_(momentum, _MOMENTUM))
            rows, columns = momentum.shape[1:]
            factor = matrix_rate * max(1.0, rows / columns) ** 0.5
            torch._foreach_add_([self._parameters[k] for k in group], list(update.unbind()), alpha=-factor)
        others = [gradients[k] for k in self._others]
        first, second = _BETAS
        torch._foreach_lerp_(self._means, others, 1.0 - first)
        torch._foreach_mul_(self._squares, second)
        torch._foreach_addcmul_(self._squares, others, others, 1.0 - second)
        root = torch._foreach_sqrt(self._squares)
        torch._foreach_div_(root, (1.0 - second**self._count) ** 0.5)
        torch._foreach_add_(root, 1e-8)
        moved = [self._parameters[k] for k in self._others]
        torch._foreach_addcdiv_(moved, self._means, root, -rate / (1.0 - first**self._count))


def _orthogonal(matrices: torch.Tensor) -> torch.Tensor:
    """Nearly orthogonal matrices with the singular vectors of the given ones (Newton-Schulz iteration)."""
    wide = matrices.shape[1] < matrices.shape[2]
    value = matrices if wide else matrices.mT
    value = value / (value.norm(dim=(1, 2), keepdim=True) * 1.01 + 1e-20)
    for a, b, c in _NEWTON_SCHULZ:
        square = value @ value.mT
        value = torch.baddbmm(value, torch.baddbmm(square, square, square, beta=b, alpha=c), value, beta=a)
    return value if wide else value.mT
