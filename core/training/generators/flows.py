"""Models that carry Gaussian noise to the points: by coupling layers, along straight lines, or against diffusion."""

import math

import torch
from torch import Tensor, nn

from core.training.generators.model import Model, normal, uniform
from core.training.generators.networks import Adam, Plain
from core.training.generators.settings import FlowSettings, PathSettings, ScoreSettings

_MOST_STRETCH = 2.0
_WAVES = 4
SHOWN_TIME, SHOWN_NOISE = 0.75, 0.3
"""Time, and standard deviation of the noise, at which a field is drawn."""


class CouplingFlow(Model):
    """Affine coupling layers (Dinh, Sohl-Dickstein and Bengio 2017): one to one, with a density in closed form."""

    rates = "density"

    def __init__(self, dimension: int, settings: FlowSettings | None = None) -> None:
        super().__init__(dimension, dimension)
        settings = settings or FlowSettings()
        self._kept = [[k % dimension for k in range(j, j + dimension // 2)] for j in range(settings.layers)]
        self._moved = [[k for k in range(dimension) if k not in kept] for kept in self._kept]
        self.layers = nn.ModuleList(
            [
                Plain(len(a), 2 * len(b), settings.width, settings.depth, smooth=True)
                for a, b in zip(self._kept, self._moved, strict=True)
            ]
        )
        self._adam = Adam(list(self.parameters()), settings.rate)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        loss = -self.log_density(real).mean()
        self._adam.step(loss)
        return float(loss.detach())

    def log_density(self, points: Tensor) -> Tensor:
        """Return the logarithm of the density at (n, d) points."""
        total = torch.zeros(len(points))
        for layer, kept, moved in zip(self.layers, self._kept, self._moved, strict=True):
            shift, log_scale = self._of(layer, points[:, kept])
            moved_points = (points[:, moved] - shift) * torch.exp(-log_scale)
            points = points.index_copy(1, torch.tensor(moved), moved_points)
            total = total - log_scale.sum(1)
        return total - 0.5 * points.square().sum(1) - 0.5 * self.dimension * math.log(2.0 * math.pi)

    def image_of(self, noise: Tensor) -> Tensor:
        """Return the points, (n, d), that are made of (n, latent) standard Gaussian numbers."""
        points = noise
        for layer, kept, moved in reversed(list(zip(self.layers, self._kept, self._moved, strict=True))):
            shift, log_scale = self._of(layer, points[:, kept])
            points = points.index_copy(1, torch.tensor(moved), points[:, moved] * torch.exp(log_scale) + shift)
        return points

    def rating(self, points: Tensor) -> Tensor:
        """Return the logarithm of the density at (n, d) points."""
        return self.log_density(points)

    def _of(self, layer: nn.Module, kept: Tensor) -> tuple[Tensor, Tensor]:
        shift, log_scale = layer(kept).chunk(2, 1)
        return shift, _MOST_STRETCH * torch.tanh(log_scale / _MOST_STRETCH)


class FlowMatching(Model):
    """Lipman and others 2023: velocities along straight lines from noise to points, followed by Heun's method."""

    def __init__(self, dimension: int, settings: PathSettings | None = None) -> None:
        super().__init__(dimension, dimension)
        settings = settings or PathSettings()
        self._draw_steps = settings.draw_steps
        self.velocity = Plain(dimension + 1 + 2 * _WAVES, dimension, settings.width, settings.depth, smooth=True)
        self._adam = Adam(list(self.parameters()), settings.rate)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        noise, time = normal(len(real), self.dimension, rng), uniform(len(real), rng)
        found = self._at(torch.lerp(noise, real, time), time)
        loss = (found - (real - noise)).square().sum(1).mean()
        self._adam.step(loss)
        return float(loss.detach())

    def image_of(self, noise: Tensor) -> Tensor:
        """Return the points, (n, d), that are made of (n, latent) standard Gaussian numbers."""
        points, length = noise, 1.0 / self._draw_steps
        for k in range(self._draw_steps):
            now, then = (torch.full((len(noise), 1), (k + end) * length) for end in (0, 1))
            first = self._at(points, now)
            points = points + 0.5 * length * (first + self._at(points + length * first, then))
        return points

    def direction(self, points: Tensor) -> Tensor:
        """Return the velocity at (n, d) points late on their way, where they are nearly what is drawn."""
        return self._at(points, torch.full((len(points), 1), SHOWN_TIME))

    def _at(self, points: Tensor, time: Tensor) -> Tensor:
        return self.velocity(torch.cat([points, waves(time)], 1))


class ScoreMatching(Model):
    """Denoising score matching (Vincent 2011; Song and Ermon 2019) with reverse diffusion (Song and others 2021).

    The network is asked for the clean point, between what the noise leaves of it and the noise itself, as in Karras
    and others 2022; the score is (clean - noisy) / sigma^2.
    """

    def __init__(self, dimension: int, settings: ScoreSettings | None = None) -> None:
        super().__init__(dimension)
        self._settings = settings = settings or ScoreSettings()
        self.network = Plain(dimension + 1 + 2 * _WAVES, dimension, settings.width, settings.depth, smooth=True)
        self._adam = Adam(list(self.parameters()), settings.rate)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        least, most = self._settings.nearest, self._settings.farthest
        sigma = least * (most / least) ** uniform(len(real), rng)
        found = self.denoised(real + sigma * normal(len(real), self.dimension, rng), sigma)
        weight = (1.0 + sigma.square()) / sigma.square()
        loss = (weight * (found - real).square()).sum(1).mean()
        self._adam.step(loss)
        return float(loss.detach())

    def denoised(self, noisy: Tensor, sigma: Tensor) -> Tensor:
        """Return the expected clean points, (n, d), of noisy ones with noise of size sigma, (n, 1)."""
        size = torch.sqrt(1.0 + sigma.square())
        least, most = self._settings.nearest, self._settings.farthest
        place = torch.log(sigma / least) / math.log(most / least)
        return noisy / size**2 + sigma / size * self.network(torch.cat([noisy / size, waves(place)], 1))

    def direction(self, points: Tensor) -> Tensor:
        """Return where the score carries (n, d) points of some noise: to the points expected without it."""
        return self.denoised(points, torch.full((len(points), 1), SHOWN_NOISE)) - points

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Return (count, d) new points."""
        least, most, steps = self._settings.nearest, self._settings.farthest, self._settings.draw_steps
        sizes = [most * (least / most) ** (k / steps) for k in range(steps + 1)]
        points = most * normal(count, self.dimension, rng)
        for now, then in zip(sizes, [*sizes[1:], 0.0], strict=True):
            kept = (then / now) ** 2
            clean = self.denoised(points, torch.full((count, 1), now))
            noise = then * math.sqrt(1.0 - kept) * normal(count, self.dimension, rng)
            points = clean + kept * (points - clean) + noise
        return points


def waves(place: Tensor) -> Tensor:
    """Return numbers from 0 to 1, (n, 1), with sines and cosines of them, so that a network tells them apart well."""
    turns = math.pi * place * 2.0 ** torch.arange(_WAVES)
    return torch.cat([place, turns.sin(), turns.cos()], 1)
