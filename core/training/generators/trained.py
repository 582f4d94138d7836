"""A model that has learned: what it draws, its likelihood, and what its critic takes for a distance."""

import math
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float64

from core.base.progress import Work
from core.training.generators.adversarial import Wasserstein
from core.training.generators.flows import ScoreMatching
from core.training.generators.model import Model

_STEADY, _MOST_ROUNDS = 0.02, 8
"""Relative change of a critic's distance between two rounds with which it has settled, and the most rounds."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A model that has learned, and where its units lie.

    Parameters
    ----------
    model : Model
        In normalized units.
    centre : (d,) float64 array
        Mean of the sample.
    scale : float
        What a normalized unit is.
    steps : int
        Steps that were taken.
    seconds : float
        Processor seconds that they took.
    diverged : bool
        Whether numbers became infinite or none; the model is then that of the last good report.
    losses : (k, 2) float64 array
        Step and loss at each report.
    """

    model: Model
    centre: Float64[np.ndarray, " d"]
    scale: float
    steps: int
    seconds: float
    diverged: bool
    losses: Float64[np.ndarray, "k 2"] = field(default_factory=lambda: np.zeros((0, 2)))

    def draw(self, count: int, seed: int = 0) -> Float64[np.ndarray, "n d"]:
        """Return new points, in input units."""
        with torch.no_grad():
            made = self.model.draw(count, torch.Generator().manual_seed(seed))
        return np.asarray(made.numpy(), np.float64) * self.scale + self.centre

    def log_likelihood(self, points: Float64[np.ndarray, "n d"]) -> float | None:
        """Return the mean logarithm of the density at some points, in input units; None where there is none."""
        with torch.no_grad():
            found = self.model.log_density(self.normalized(points))
        return None if found is None else float(found.mean()) - len(self.centre) * float(np.log(self.scale))

    @property
    def latent(self) -> int:
        """Standard Gaussian numbers that make one point; 0 where points are not made of such numbers alone."""
        return self.model.latent

    def image_of(self, noise: Float64[np.ndarray, "n k"]) -> Float64[np.ndarray, "n d"]:
        """Return the points, in input units, that are made of standard Gaussian noise."""
        with torch.no_grad():
            made = self.model.image_of(torch.as_tensor(noise, dtype=torch.float32))
        return np.asarray(made.numpy(), np.float64) * self.scale + self.centre

    def denoised(self, points: Float64[np.ndarray, "n d"], sigma: float) -> Float64[np.ndarray, "n d"] | None:
        """Return the points expected without noise of a size, in input units; None where no noise is taken away."""
        if not isinstance(self.model, ScoreMatching):
            return None
        with torch.no_grad():
            sizes = torch.full((len(points), 1), sigma / self.scale)
            found = self.model.denoised(self.normalized(points), sizes)
        return np.asarray(found.numpy(), np.float64) * self.scale + self.centre

    def critic_distance(
        self, points: Float64[np.ndarray, "n d"], others: Float64[np.ndarray, "n d"], steps: int = 1000
    ) -> Work[float | None]:
        """Let the critic go on between two samples, and return how far its means are then apart: what it takes for W1.

        It goes on for so many steps at a time, until that changes by less than a fiftieth. None where there is no
        critic whose slope is held to 1; in input units.
        """
        if not isinstance(self.model, Wasserstein) or not self.model.is_steady:
            return None
        first, second = self.normalized(points), self.normalized(others)
        rng, apart = torch.Generator().manual_seed(0), math.inf
        for _ in range(_MOST_ROUNDS):
            yield from self.model.settle(first, second, steps, rng)
            with torch.no_grad():
                former, apart = apart, float(self.model.potential(first).mean() - self.model.potential(second).mean())
            if abs(apart - former) <= _STEADY * abs(apart):
                break
        return apart * self.scale

    def normalized(self, points: Float64[np.ndarray, "n d"]) -> torch.Tensor:
        """Return points in the units of the model."""
        return torch.as_tensor((points - self.centre) / self.scale, dtype=torch.float32)
