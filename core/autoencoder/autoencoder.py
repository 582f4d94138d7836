"""Encoder and decoder, with the frame that carries them to the units of the file."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.arrays import frozen
from core.relu.relu_map import ReluMap


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """A pair of ReLU networks between space and the latent disk.

    Parameters
    ----------
    encoder : ReluMap
        From normalized space (3) to the latent plane (2).
    decoder : ReluMap
        From the latent plane (2) to normalized space (3).
    centre : (3,) float64 array
        Point of space, in input units, that is the origin of normalized space.
    scale : float
        Length, in input units, of the unit of normalized space.
    """

    encoder: ReluMap
    decoder: ReluMap
    centre: Float64[np.ndarray, " 3"]
    scale: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", frozen(self.centre, np.float64, (3,)))
        object.__setattr__(self, "scale", float(self.scale))
        if (self.encoder.widths[0], self.encoder.widths[-1]) != (3, 2):
            raise ValueError("the encoder must map space (3) to the plane (2)")
        if (self.decoder.widths[0], self.decoder.widths[-1]) != (2, 3):
            raise ValueError("the decoder must map the plane (2) to space (3)")
        if not (np.isfinite(self.scale) and self.scale > 0 and np.isfinite(self.centre).all()):
            raise ValueError("centre and scale must be finite, the scale positive")

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases of both networks."""
        return self.encoder.n_parameters + self.decoder.n_parameters

    def encode(self, points: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 2"]:
        """Return the latent codes of points given in input units."""
        return self.encoder((np.asarray(points, np.float64) - self.centre) / self.scale)

    def decode(self, codes: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3"]:
        """Return the points, in input units, of latent codes."""
        return self.decoder(codes) * self.scale + self.centre
