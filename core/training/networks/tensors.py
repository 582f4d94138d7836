"""Operations of torch whose types are open there, or whose names are private, under names with types."""
# pyright: reportPrivateUsage=false, reportPrivateImportUsage=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Callable, Iterable

import torch

add_to_each = torch._foreach_add_
"""Add a number, or one of other tensors, to each of some tensors, in place; the next five are alike."""
multiply_each = torch._foreach_mul_
divide_each = torch._foreach_div_
move_each_towards = torch._foreach_lerp_
add_products_to_each = torch._foreach_addcmul_
add_quotients_to_each = torch._foreach_addcdiv_
products_of_each = torch._foreach_mul
"""Each of some tensors times a number or one of other tensors, in new tensors."""
roots_of_each = torch._foreach_sqrt
"""The square roots of each of some tensors, in new tensors."""

unique: Callable[[torch.Tensor], torch.Tensor] = torch.unique
"""The different numbers of a tensor, rising."""
solve: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = torch.linalg.solve
"""The solution of a linear system: its matrix, its right-hand sides."""


def floats(tensor: torch.Tensor) -> list[float]:
    """Return the numbers of a vector."""
    return tensor.tolist()


def integers(tensor: torch.Tensor) -> list[int]:
    """Return the numbers of a vector of integers."""
    return tensor.tolist()


def frobenius_norms(matrices: torch.Tensor) -> torch.Tensor:
    """Return the norm of each of (K, m, n) matrices, as (K, 1, 1)."""
    return matrices.norm(dim=(1, 2), keepdim=True)


def eigenpairs(matrices: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return eigenvalues, rising, and eigenvectors of symmetric matrices, in double precision where single fails.

    Both ways of failing have been seen in training: LAPACK's iteration does not converge, or it ends without a word in
    numbers that are none, for matrices whose eigenvalues double precision finds. The look for them makes the host wait
    for a device.
    """
    try:
        values, vectors = torch.linalg.eigh(matrices)
        if not values.isfinite().all():
            raise torch.linalg.LinAlgError("eigenvalues are no numbers")
    except torch.linalg.LinAlgError:
        values, vectors = torch.linalg.eigh(matrices.double())
    return values.to(matrices.dtype), vectors.to(matrices.dtype)


def through_relu(slope: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """Return the derivative by what a ReLU was given, from that by the value it gave."""
    return torch.ops.aten.threshold_backward(slope, value, 0)


def total(tensors: Iterable[torch.Tensor]) -> torch.Tensor:
    """Return the sum of tensors of one shape, added in their order."""
    first, *others = tensors
    return sum(others, start=first)
