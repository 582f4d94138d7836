"""Autoencoders whose codes are to be Gaussian: by a divergence, or by a game."""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from core.training.generators.model import Model, normal
from core.training.generators.networks import Adam, Plain
from core.training.generators.settings import NetworkSettings, VariationalSettings

_LATENT = 2


class _Decoding(Model):
    """Makes points by a decoder of Gaussian codes."""

    decoder: Plain

    def image_of(self, noise: Tensor) -> Tensor:
        """Return the points, (n, d), that are made of (n, latent) standard Gaussian numbers."""
        return self.decoder(noise)

    @property
    def noise_network(self) -> Plain:
        """The decoder."""
        return self.decoder


class VariationalAutoencoder(_Decoding):
    """Kingma and Welling 2014, with one learned variance for all outputs; new points are means of the decoder.

    Parameters
    ----------
    dimension : int
        Of the points.
    settings : VariationalSettings, optional
        Its knobs.
    """

    def __init__(self, dimension: int, settings: VariationalSettings | None = None) -> None:
        super().__init__(dimension, _LATENT)
        settings = settings or VariationalSettings()
        size = settings.width, settings.depth
        self.encoder, self.decoder = Plain(dimension, 2 * _LATENT, *size), Plain(_LATENT, dimension, *size)
        self.log_variance, self._beta = nn.Parameter(torch.zeros(())), settings.beta
        self._adam = Adam(list(self.parameters()), settings.rate)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        mean, spread = self.encoder(real).chunk(2, 1)
        codes = mean + torch.exp(0.5 * spread) * normal(len(real), _LATENT, rng)
        divergence = 0.5 * (mean.square() + spread.exp() - spread - 1.0).sum(1)
        squared = (self.decoder(codes) - real).square().sum(1)
        error = 0.5 * (squared * torch.exp(-self.log_variance) + self.dimension * self.log_variance)
        loss = (error + self._beta * divergence).mean()
        self._adam.step(loss)
        return float(loss.detach())


class AdversarialAutoencoder(_Decoding):
    """Makhzani and others 2016: an autoencoder whose encoder plays against a discriminator of codes and Gaussian noise.

    Parameters
    ----------
    dimension : int
        Of the points.
    settings : NetworkSettings, optional
        Its knobs.
    """

    def __init__(self, dimension: int, settings: NetworkSettings | None = None) -> None:
        super().__init__(dimension, _LATENT)
        settings = settings or NetworkSettings()
        size = settings.width, settings.depth
        self.encoder, self.decoder = Plain(dimension, _LATENT, *size), Plain(_LATENT, dimension, *size)
        self.discriminator = Plain(_LATENT, 1, *size)
        self._adam = Adam([*self.encoder.parameters(), *self.decoder.parameters()], settings.rate)
        self._other = Adam(list(self.discriminator.parameters()), settings.rate, 0.5)
        self._pretending = Adam(list(self.encoder.parameters()), settings.rate, 0.5)

    def step(self, real: Tensor, rng: torch.Generator) -> float:
        """Take one step on (b, d) real points; return the loss."""
        loss = (self.decoder(self.encoder(real)) - real).square().sum(1).mean()
        self._adam.step(loss)
        codes, wanted = self.encoder(real).detach(), normal(len(real), _LATENT, rng)
        self._other.step((softplus(-self.discriminator(wanted)) + softplus(self.discriminator(codes))).mean())
        self._pretending.step(softplus(-self.discriminator(self.encoder(real))).mean())
        return float(loss.detach())
