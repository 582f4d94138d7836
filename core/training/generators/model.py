"""What every generative model has: steps on batches, and new points."""

from abc import abstractmethod

import torch
from torch import Tensor, nn


class Model(nn.Module):
    """A generative model of points in R^d, normalized to mean 0 and mean square 1 a coordinate.

    Parameters
    ----------
    dimension : int
        d.

    Attributes
    ----------
    has_ended : bool
        Whether further steps would change nothing.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.dimension, self.has_ended = dimension, False

    @abstractmethod
    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on a batch of (b, d) real points; return the loss."""

    @abstractmethod
    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Return (count, d) new points."""

    def log_density(self, points: Tensor) -> Tensor | None:
        """Return the logarithm of the density at (n, d) points; None where the model has none."""
        del points


def normal(count: int, dimension: int, rng: torch.Generator) -> Tensor:
    """Return (count, dimension) standard Gaussian numbers."""
    return torch.randn((count, dimension), generator=rng)


def uniform(count: int, rng: torch.Generator) -> Tensor:
    """Return (count, 1) numbers from 0 to 1."""
    return torch.rand((count, 1), generator=rng)
