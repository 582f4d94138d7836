"""The variational autoencoder."""

import torch
from torch import Tensor, nn

from core.training.generators.model import Model, normal
from core.training.generators.networks import Adam, Plain

_LATENT = 2


class VariationalAutoencoder(Model):
    """Kingma and Welling 2014, with one learned variance for all outputs; new points are means of the decoder.

    Parameters
    ----------
    dimension : int
        Of the points.
    beta : float
        Weight of the divergence from the prior.
    """

    def __init__(self, dimension: int, beta: float = 1.0) -> None:
        super().__init__(dimension)
        self.encoder, self.decoder = Plain(dimension, 2 * _LATENT), Plain(_LATENT, dimension)
        self.log_variance, self._beta = nn.Parameter(torch.zeros(())), beta
        self._adam = Adam(list(self.parameters()), 1e-3)

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

    def draw(self, count: int, rng: torch.Generator) -> Tensor:
        """Return (count, d) new points."""
        return self.decoder(normal(count, _LATENT, rng))
