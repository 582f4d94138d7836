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
    latent : int
        Standard Gaussian numbers that make one point; 0 where points are not made of such numbers alone.
    has_ended : bool
        Whether further steps would change nothing.
    """

    def __init__(self, dimension: int, latent: int = 0) -> None:
        super().__init__()
        self.dimension, self.latent, self.has_ended = dimension, latent, False

    @abstractmethod
    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on a batch of (b, d) real points; return the loss."""

    def image_of(self, noise: Tensor) -> Tensor:
        """Return the points, (n, d), that are made of (n, latent) standard Gaussian numbers."""
        raise NotImplementedError(f"{type(self).__name__} makes no point of {noise.shape[1]} numbers alone")

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Return (count, d) new points."""
        return self.image_of(normal(count, self.latent, rng))

    def log_density(self, points: Tensor) -> Tensor | None:
        """Return the logarithm of the density at (n, d) points; None where the model has none."""
        del points


def normal(count: int, dimension: int, rng: torch.Generator) -> Tensor:
    """Return (count, dimension) standard Gaussian numbers."""
    return torch.randn((count, dimension), generator=rng)


def uniform(count: int, rng: torch.Generator) -> Tensor:
    """Return (count, 1) numbers from 0 to 1."""
    return torch.rand((count, 1), generator=rng)
