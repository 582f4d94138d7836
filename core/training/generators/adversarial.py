"""Generators that play against a discriminator, or against a critic that estimates W1."""

from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import softplus
from torch.nn.utils.parametrizations import spectral_norm

from core.base.progress import Progress, Work
from core.training.generators.model import Model, uniform
from core.training.generators.networks import Adam, Plain
from core.training.generators.settings import (
    CLIP,
    PENALTY,
    ClippingSettings,
    CriticSettings,
    GameSettings,
    PenaltySettings,
)

_NOISE = 2
_SETTLING_BATCH = 512

Game = Literal["non_saturating", "saturating", "relativistic"]
Bound = Literal["penalty", "clipping", "spectral"]


class Adversarial(Model):
    """Goodfellow and others 2014: one step of the discriminator for one of the generator.

    Parameters
    ----------
    dimension : int
        Of the points.
    game : "non_saturating", "saturating" or "relativistic"
        The generator makes log D large, or log(1 - D) small, as in the game itself; or both players compare a real
        point with a new one (Jolicoeur-Martineau 2019, the paired kind).
    settings : GameSettings, optional
        Its knobs; with the smoothing of labels of Salimans and others 2016, one-sided.
    """

    def __init__(self, dimension: int, game: Game = "non_saturating", settings: GameSettings | None = None) -> None:
        super().__init__(dimension, _NOISE)
        settings = settings or GameSettings()
        size = settings.width, settings.depth
        self.generator, self.discriminator = Plain(_NOISE, dimension, *size), Plain(dimension, 1, *size)
        self._game, self._smoothing = game, settings.smoothing
        self.rates = "critic" if game == "relativistic" else "discriminator"
        self._adam = Adam(list(self.generator.parameters()), settings.rate, settings.momentum)
        self._other = Adam(list(self.discriminator.parameters()), settings.rate, settings.momentum)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        loss = self._loss_of_discriminator(self.discriminator(real), self.draw(len(real), rng).detach())
        self._other.step(loss)
        self._adam.step(self.generator_loss(self.draw(len(real), rng), real).mean())
        return float(loss.detach())

    def rating(self, points: Tensor) -> Tensor:
        """Return the log odds that (n, d) points are real; where players compare, differences alone mean something."""
        return self.discriminator(points)[:, 0]

    def generator_loss(self, fake: Tensor, real: Tensor) -> Tensor:
        """Return what the generator wants to be small at each of (n, d) points, beside as many real ones."""
        judged = self.rating(fake)
        if self._game == "relativistic":
            judged = judged - self.rating(real).detach()
        return -softplus(judged) if self._game == "saturating" else softplus(-judged)

    @property
    def noise_network(self) -> Plain:
        """The generator."""
        return self.generator

    def _loss_of_discriminator(self, of_real: Tensor, fake: Tensor) -> Tensor:
        of_fake = self.discriminator(fake)
        if self._game == "relativistic":
            return softplus(of_fake - of_real).mean()
        as_real = torch.lerp(softplus(-of_real), softplus(of_real), self._smoothing)
        return (as_real + softplus(of_fake)).mean()

    def image_of(self, noise: Tensor) -> Tensor:
        """Return the points, (n, d), that are made of (n, latent) standard Gaussian numbers."""
        return self.generator(noise)


class Wasserstein(Model):
    """Arjovsky and others 2017: several steps of the critic for one of the generator.

    Parameters
    ----------
    dimension : int
        Of the points.
    bound : "penalty", "clipping" or "spectral"
        How the critic is kept from being steep: its slope is drawn to 1 between the points (Gulrajani and others 2017),
        its weights are clipped, or each layer is divided by its largest singular value (Miyato and others 2018).
    settings : CriticSettings, optional
        Its knobs.
    """

    rates = "critic"

    def __init__(self, dimension: int, bound: Bound = "penalty", settings: CriticSettings | None = None) -> None:
        super().__init__(dimension, _NOISE)
        self._settings = settings = settings or CriticSettings()
        self._penalty = settings.penalty if isinstance(settings, PenaltySettings) else PENALTY
        self._clip_at = settings.clip if isinstance(settings, ClippingSettings) else CLIP
        size = settings.width, settings.depth
        self.generator, self.potential = Plain(_NOISE, dimension, *size), Plain(dimension, 1, *size)
        self._bound = bound
        if bound == "spectral":
            for layer in self.potential.linear_layers():
                spectral_norm(layer)
        self._adam = Adam(list(self.generator.parameters()), settings.rate, settings.momentum)
        self._other = Adam(list(self.potential.parameters()), settings.rate, settings.momentum)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        loss = torch.zeros(())
        for _ in range(self._settings.critic_steps):
            loss = self.step_of_critic(real, self.draw(len(real), rng).detach(), rng)
            real = real[torch.randperm(len(real), generator=rng)]
        self._adam.step(-self.potential(self.draw(len(real), rng)).mean())
        return float(loss.detach())

    def step_of_critic(self, real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
        """Let the critic tell real points better from fake ones; return minus how far its means are apart."""
        loss = self.potential(fake).mean() - self.potential(real).mean()
        if self._bound != "penalty":
            self._other.step(loss)
            self._clip()
            return loss.detach()
        between = torch.lerp(fake, real, uniform(len(real), rng)).requires_grad_()
        (slope,) = torch.autograd.grad(self.potential(between).sum(), between, create_graph=True)
        self._other.step(loss + self._penalty * (slope.square().sum(1).add(1e-12).sqrt() - 1.0).square().mean())
        return loss.detach()

    def _clip(self) -> None:
        """Bring weights back within their bound, where that is what holds the critic."""
        with torch.no_grad():
            for weight in self.potential.parameters() if self._bound == "clipping" else ():
                weight.clamp_(-self._clip_at, self._clip_at)

    def settle(self, real: Tensor, fake: Tensor, steps: int, rng: torch.Generator) -> Work[None]:
        """Let the critic alone go on between two samples, (n, d) each, its steps ever shorter."""
        for k in range(steps):
            self._other.rate = self._settings.rate * (1.0 - k / steps)
            rows, others = (torch.randint(len(one), (_SETTLING_BATCH,), generator=rng) for one in (real, fake))
            self.step_of_critic(real[rows], fake[others], rng)
            if k % 20 == 0:
                yield Progress(k / steps, "The critic settles")
        self._other.rate = self._settings.rate

    def image_of(self, noise: Tensor) -> Tensor:
        """Return the points, (n, d), that are made of (n, latent) standard Gaussian numbers."""
        return self.generator(noise)

    def rating(self, points: Tensor) -> Tensor:
        """Return the critic at (n, d) points."""
        return self.potential(points)[:, 0]

    def generator_loss(self, fake: Tensor, real: Tensor) -> Tensor:
        """Return what the generator wants to be small at each of (n, d) points."""
        del real
        return -self.rating(fake)

    @property
    def noise_network(self) -> Plain:
        """The generator."""
        return self.generator

    @property
    def is_steady(self) -> bool:
        """Whether the critic's slope is held to 1."""
        return self._bound == "penalty"
