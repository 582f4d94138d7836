"""What every generative model has: steps on batches, and new points."""

from abc import abstractmethod
from typing import Literal

import torch
from torch import Tensor, nn

from core.training.generators.networks import Plain

Rating = Literal["", "discriminator", "critic", "density"]
"""What a model says of a place: log odds that a point there is real, the value of its critic, the logarithm of its
density, or nothing."""


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
    rates : str
        What `rating` is.
    """

    rates: Rating = ""

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

    def rating(self, points: Tensor) -> Tensor | None:
        """Return what the model says of (n, d) points, (n,), as `rates` tells; None where it says nothing."""
        del points

    def generator_loss(self, fake: Tensor, real: Tensor) -> Tensor | None:
        """Return what the generator wants to be small at each of (n, d) points, (n,), beside (m, d) real ones.

        None where nobody plays against it.
        """
        del fake, real

    def direction(self, points: Tensor) -> Tensor | None:
        """Return where a field of the model carries (n, d) points, (n, d); None where there is none."""
        del points

    @property
    def noise_network(self) -> Plain | None:
        """The ReLU network that makes points of Gaussian noise of the plane; None where there is none."""


def normal(count: int, dimension: int, rng: torch.Generator) -> Tensor:
    """Return (count, dimension) standard Gaussian numbers."""
    return torch.randn((count, dimension), generator=rng)


def uniform(count: int, rng: torch.Generator) -> Tensor:
    """Return (count, 1) numbers from 0 to 1."""
    return torch.rand((count, 1), generator=rng)
