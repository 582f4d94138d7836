"""Generators that play against a discriminator, or against a critic that estimates W1."""

from typing import Literal

import torch
from torch import Tensor, nn

from core.base.progress import Progress, Work
from core.training.generators.model import Model, normal, uniform
from core.training.generators.networks import Adam, Plain

_RATE, _MOMENTUM = 1e-3, 0.5
_NOISE = 2
_SETTLING_BATCH = 512
PENALTY, CLIP = 10.0, 0.05
"""Weight of the gradient penalty; bound of clipped weights."""


class Adversarial(Model):
    """Goodfellow and others 2014: one step of the discriminator for one of the generator.

    Parameters
    ----------
    dimension : int
        Of the points.
    saturating : bool
        The generator makes log(1 - D) small, as in the game itself, instead of log D large.
    """

    def __init__(self, dimension: int, saturating: bool = False) -> None:
        super().__init__(dimension)
        self.generator, self.discriminator = Plain(_NOISE, dimension), Plain(dimension, 1)
        self._saturating = saturating
        self._adam = Adam(list(self.generator.parameters()), _RATE, _MOMENTUM)
        self._other = Adam(list(self.discriminator.parameters()), _RATE, _MOMENTUM)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        softplus = nn.functional.softplus
        fake = self.draw(len(real), rng).detach()
        loss = (softplus(-self.discriminator(real)) + softplus(self.discriminator(fake))).mean()
        self._other.step(loss)
        judged = self.discriminator(self.draw(len(real), rng))
        self._adam.step((-softplus(judged) if self._saturating else softplus(-judged)).mean())
        return float(loss.detach())

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Return (count, d) new points."""
        return self.generator(normal(count, _NOISE, rng))


class Wasserstein(Model):
    """Arjovsky and others 2017; Gulrajani and others 2017: five steps of the critic for one of the generator.

    Parameters
    ----------
    dimension : int
        Of the points.
    bound : "penalty" or "clipping"
        How the critic is kept from being steep.
    """

    def __init__(self, dimension: int, bound: Literal["penalty", "clipping"] = "penalty") -> None:
        super().__init__(dimension)
        self.generator, self.potential, self._bound = Plain(_NOISE, dimension), Plain(dimension, 1), bound
        self._adam = Adam(list(self.generator.parameters()), _RATE, _MOMENTUM)
        self._other = Adam(list(self.potential.parameters()), _RATE, _MOMENTUM)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        loss = torch.zeros(())
        for _ in range(5):
            loss = self.step_of_critic(real, self.draw(len(real), rng).detach(), rng)
            real = real[torch.randperm(len(real), generator=rng)]
        self._adam.step(-self.potential(self.draw(len(real), rng)).mean())
        return float(loss.detach())

    def step_of_critic(self, real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
        """Let the critic tell real points better from fake ones; return minus how far its means are apart."""
        loss = self.potential(fake).mean() - self.potential(real).mean()
        if self._bound == "clipping":
            self._other.step(loss)
            with torch.no_grad():
                for weight in self.potential.parameters():
                    weight.clamp_(-CLIP, CLIP)
            return loss.detach()
        between = torch.lerp(fake, real, uniform(len(real), rng)).requires_grad_()
        (slope,) = torch.autograd.grad(self.potential(between).sum(), between, create_graph=True)
        self._other.step(loss + PENALTY * (slope.square().sum(1).add(1e-12).sqrt() - 1.0).square().mean())
        return loss.detach()

    def settle(self, real: Tensor, fake: Tensor, steps: int, rng: torch.Generator) -> Work[None]:
        """Let the critic alone go on between two samples, (n, d) each, its steps ever shorter."""
        for k in range(steps):
            self._other.rate = _RATE * (1.0 - k / steps)
            rows, others = (torch.randint(len(one), (_SETTLING_BATCH,), generator=rng) for one in (real, fake))
            self.step_of_critic(real[rows], fake[others], rng)
            if k % 20 == 0:
                yield Progress(k / steps, "The critic settles")
        self._other.rate = _RATE

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Return (count, d) new points."""
        return self.generator(normal(count, _NOISE, rng))

    @property
    def is_steady(self) -> bool:
        """Whether the critic's slope is held to 1."""
        return self._bound == "penalty"
