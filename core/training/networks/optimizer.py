"""The optimizer: whitened momentum for matrices between hidden layers, Adam for everything else."""

from collections.abc import Sequence

import torch

from core.training.networks.tensors import (
    add_products_to_each,
    add_quotients_to_each,
    add_to_each,
    divide_each,
    eigenpairs,
    frobenius_norms,
    move_each_towards,
    multiply_each,
    products_of_each,
    roots_of_each,
)

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
_POWER = -0.6
"""Power of the mean squares of the derivatives, on either side, that a derivative is multiplied by."""
_FLOOR = 1e-8
"""Least mean square, relative to the largest: about what float32 can tell apart."""
_EVERY = 20
"""Steps between two times that these powers are computed; at first after 1, 2, 4, 8 and 16."""


class Optimizer:
    """Updates the weights of a network from their derivatives.

    Parameters
    ----------
    parameters : list of tensors
        Weights of all layers, then biases: of one network, or of a stack of them, which then come first in each shape.
        They are moved in place.
    low : torch.dtype
        Type of the products on an accelerator.

    Notes
    -----
    On the CPU a matrix moves along its averaged derivative G, whitened on both sides: along L^p G R^p, where L and R
    are the running means of G G^T and G^T G, scaled to the length of an orthogonal matrix. These are the two factors
    of Shampoo (Gupta, Koren and Singer 2018), whose powers are -1/4; p = -0.6 was found by trial. L^p and R^p change
    slowly and are kept for 20 steps, so that a step costs four products.

    On an accelerator it moves along the orthogonal matrix nearest to the averaged derivative: Muon, Jordan and others,
    *Muon: an optimizer for hidden layers in neural networks* (2024). That is fifteen products, which are cheap there,
    where eigenvalues are slow.
    """

    def __init__(self, parameters: Sequence[torch.Tensor], low: torch.dtype = torch.float32) -> None:
        hidden = range(1, len(parameters) // 2 - 1)
        shapes = sorted({parameters[k].shape for k in hidden})
        groups = [[k for k in hidden if parameters[k].shape == shape] for shape in shapes]
        self._parameters = list(parameters)
        kind = _Whitened if self._parameters[0].device.type == "cpu" else _Orthogonal
        self._groups = [(group, kind(_matrices(self._parameters, group), low)) for group in groups]
        self._others = [k for k in range(len(self._parameters)) if k not in hidden]
        self._means = [torch.zeros_like(self._parameters[k]) for k in self._others]
        self._squares = [torch.zeros_like(self._parameters[k]) for k in self._others]
        self._count = 0
        self._paces: torch.Tensor | None = None

    def slow_down(self, k: int, factor: float) -> None:
        """Let one network of a stack take shorter steps from now on, and forget what was averaged of it."""
        n = len(self._parameters[0])
        if self._paces is None:
            self._paces = torch.ones(n, 1, 1, device=self._parameters[0].device)
        self._paces[k] *= factor
        for tensor in (*self._means, *self._squares):
            tensor[k] = 0.0
        for _, direction in self._groups:
            direction.forget(slice(k, None, n))

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
        for group, direction in self._groups:
            update = direction(_matrices(gradients, group))
            rows, columns = update.shape[1:]
            factor = matrix_rate * max(1.0, rows / columns) ** 0.5
            moved = [self._parameters[k] for k in group]
            parts = [part.view_as(matrix) for part, matrix in zip(update.chunk(len(group)), moved, strict=True)]
            if self._paces is not None:
                multiply_each(parts, [self._paces] * len(parts))
            add_to_each(moved, parts, alpha=-factor)
        others = [gradients[k] for k in self._others]
        first, second = _BETAS
        move_each_towards(self._means, others, 1.0 - first)
        multiply_each(self._squares, second)
        add_products_to_each(self._squares, others, others, 1.0 - second)
        root = roots_of_each(self._squares)
        divide_each(root, (1.0 - second**self._count) ** 0.5)
        add_to_each(root, 1e-8)
        moved, means = [self._parameters[k] for k in self._others], self._means
        if self._paces is not None:
            means = products_of_each(means, [self._paces] * len(means))
        add_quotients_to_each(moved, means, root, -rate / (1.0 - first**self._count))


def _matrices(tensors: Sequence[torch.Tensor], group: Sequence[int]) -> torch.Tensor:
    """Some of the tensors as one batch of matrices, of one network or of a stack of them alike."""
    return torch.cat([tensors[k].reshape(-1, *tensors[k].shape[-2:]) for k in group])


class _Whitened:
    """Directions for matrices of one shape on the CPU."""

    def __init__(self, matrices: torch.Tensor, low: torch.dtype) -> None:
        self._momentum = torch.zeros_like(matrices)
        self._squares: tuple[torch.Tensor, torch.Tensor] | None = None
        count, rows, columns = matrices.shape
        self._powers = tuple(torch.eye(side).to(matrices).repeat(count, 1, 1) for side in (rows, columns))
        self._count = 0

    def forget(self, which: slice) -> None:
        """Forget the averages of some matrices; their directions begin again when the powers are next computed."""
        self._momentum[which] = 0.0
        for averages in self._squares or ():
            averages[which] = 0.0
        for power in self._powers:
            power[which] = 0.0

    def __call__(self, gradient: torch.Tensor) -> torch.Tensor:
        """Return where to move, from the derivatives at one step."""
        self._count += 1
        self._momentum.lerp_(gradient, 1.0 - _MOMENTUM)
        squares = gradient @ gradient.mT, gradient.mT @ gradient
        if self._squares is None:
            self._squares = squares
        else:
            move_each_towards(list(self._squares), list(squares), 1.0 - _MOMENTUM)
        if self._count % _EVERY == 0 or self._count in (1, 2, 4, 8, 16):
            self._powers = tuple(_power(*pair) for pair in zip(self._squares, self._powers, strict=True))
        left, right = self._powers
        update = left @ gradient.lerp_(self._momentum, _MOMENTUM) @ right
        length = min(update.shape[1:]) ** 0.5
        return update * (length / frobenius_norms(update).clamp_min(1e-20))


class _Orthogonal:
    """Directions for matrices of one shape on an accelerator."""

    def __init__(self, matrices: torch.Tensor, low: torch.dtype) -> None:
        self._momentum, self._low = torch.zeros_like(matrices), low

    def forget(self, which: slice) -> None:
        """Forget the averages of some matrices."""
        self._momentum[which] = 0.0

    def __call__(self, gradient: torch.Tensor) -> torch.Tensor:
        """Return where to move, from the derivatives at one step."""
        self._momentum.lerp_(gradient, 1.0 - _MOMENTUM)
        return _orthogonal(gradient.lerp_(self._momentum, _MOMENTUM), self._low)


def _power(squares: torch.Tensor, former: torch.Tensor) -> torch.Tensor:
    """Symmetric positive matrices, over their largest eigenvalue, to the power that whitens.

    Only their direction counts, and without that division small derivatives overflow. What is no number counts as 0,
    and is told elsewhere. Where LAPACK tells no numbers, the former power serves.
    """
    squares = squares.nan_to_num(0.0, 0.0, 0.0)
    values, vectors = eigenpairs(squares / squares.abs().amax((1, 2), keepdim=True).clamp_min(1e-30))
    values = values.clamp_min(0.0) / values[:, -1:].clamp_min(1e-30) + _FLOOR
    powers = (vectors * values.pow(_POWER)[:, None, :]) @ vectors.mT
    return torch.where(powers.isfinite().all(dim=2, keepdim=True).all(dim=1, keepdim=True), powers, former)


def _orthogonal(matrices: torch.Tensor, low: torch.dtype) -> torch.Tensor:
    """Nearly orthogonal matrices with the singular vectors of the given ones (Newton-Schulz iteration)."""
    wide = matrices.shape[1] < matrices.shape[2]
    value = matrices if wide else matrices.mT
    value = (value / (frobenius_norms(value) * 1.01 + 1e-20)).to(low)
    for a, b, c in _NEWTON_SCHULZ:
        square = value @ value.mT
        value = torch.baddbmm(value, torch.baddbmm(square, square, square, beta=b, alpha=c), value, beta=a)
    value = value.to(torch.float32)
    return value if wide else value.mT
