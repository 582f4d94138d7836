"""Encoder and decoder, with the frame that carries them to the units of the file."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.charts.detail_layer import DetailLayer
from core.relu.relu_map import ReluMap


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """A pair of ReLU networks between space and the latent disk, and perhaps a detail layer behind the decoder.

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
    detail : DetailLayer, optional
        What is added to the decoder.
    """

    encoder: ReluMap
    decoder: ReluMap
    centre: Float64[np.ndarray, " 3"]
    scale: float
    detail: DetailLayer | None = None

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
        """Number of weights and biases of both networks; the values of a detail layer are not among them."""
        return self.encoder.n_parameters + self.decoder.n_parameters

    def encode(self, points: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 2"]:
        """Return the latent codes of points given in input units."""
        return self.encoder((np.asarray(points, np.float64) - self.centre) / self.scale)

    def decode(self, codes: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3"]:
        """Return the points, in input units, of latent codes: network and detail layer."""
        image = self.decoder(codes)
        if self.detail is not None:
            image += self.detail.evaluate(codes)
        return image * self.scale + self.centre

    def decode_network(self, codes: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3"]:
        """Return the points, in input units, that the decoder network alone gives to latent codes."""
        return self.decoder(codes) * self.scale + self.centre

    def decode_jacobian(self, codes: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 2"]:
        """Return the derivative of `decode` at codes, that of their piece, in input units per latent unit."""
        slope = self.decoder.jacobian(codes)
        if self.detail is not None:
            slope += self.detail.jacobian(codes)
        return slope * self.scale

    def with_detail(self, detail: DetailLayer | None) -> "Autoencoder":
        """Return the same networks with another detail layer, or with none."""
        return replace(self, detail=detail)
