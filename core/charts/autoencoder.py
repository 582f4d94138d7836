"""Encoder and decoder, with the frame that carries them to the units of the file."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.charts.detail_layer import DetailLayer
from core.relu.relu_map import ReluMap


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """A pair of ReLU networks between R^D and a latent R^d, and perhaps a detail layer behind the decoder.

    On surfaces D is 3 and d is 2; codes of what was learned lie in the closed unit ball.

    Parameters
    ----------
    encoder : ReluMap
        From normalized space (D) to latent space (d).
    decoder : ReluMap
        From latent space (d) to normalized space (D).
    centre : (D,) float64 array
        Point of space, in input units, that is the origin of normalized space.
    scale : float
        Length, in input units, of the unit of normalized space.
    detail : DetailLayer, optional
        What is added to the decoder; only where d is 2 and D is 3.

    Raises
    ------
    ValueError
        If the dimensions do not fit each other, or a number is not finite.
    """

    encoder: ReluMap
    decoder: ReluMap
    centre: Float64[np.ndarray, " D"]
    scale: float
    detail: DetailLayer | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", frozen(self.centre, np.float64, (None,)))
        object.__setattr__(self, "scale", float(self.scale))
        ends = self.ambient_dimension, self.latent_dimension
        if len(self.centre) != ends[0]:
            raise ValueError(f"the centre has {len(self.centre)} coordinates, the encoder takes {ends[0]}")
        if (self.decoder.widths[-1], self.decoder.widths[0]) != ends:
            raise ValueError("the decoder must lead back from where the encoder leads")
        if self.detail is not None and ends != (3, 2):
            raise ValueError("a detail layer lies between the plane (2) and space (3)")
        if not (np.isfinite(self.scale) and self.scale > 0 and np.isfinite(self.centre).all()):
            raise ValueError("centre and scale must be finite, the scale positive")

    @property
    def ambient_dimension(self) -> int:
        """Number D of coordinates of a point."""
        return self.encoder.widths[0]

    @property
    def latent_dimension(self) -> int:
        """Number d of coordinates of a code."""
        return self.encoder.widths[-1]

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases of both networks; the values of a detail layer are not among them."""
        return self.encoder.n_parameters + self.decoder.n_parameters

    def encode(self, points: Float64[np.ndarray, "n D"]) -> Float64[np.ndarray, "n d"]:
        """Return the latent codes of points given in input units."""
        return self.encoder((np.asarray(points, np.float64) - self.centre) / self.scale)

    def decode(self, codes: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n D"]:
        """Return the points, in input units, of latent codes: network and detail layer."""
        image = self.decoder(codes)
        if self.detail is not None:
            image += self.detail.evaluate(codes)
        return image * self.scale + self.centre

    def decode_network(self, codes: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n D"]:
        """Return the points, in input units, that the decoder network alone gives to latent codes."""
        return self.decoder(codes) * self.scale + self.centre

    def decode_jacobian(self, codes: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n D d"]:
        """Return the derivative of `decode` at codes, that of their piece, in input units per latent unit."""
        slope = self.decoder.jacobian(codes)
        if self.detail is not None:
            slope += self.detail.jacobian(codes)
        return slope * self.scale

    def with_detail(self, detail: DetailLayer | None) -> "Autoencoder":
        """Return the same networks with another detail layer, or with none."""
        return replace(self, detail=detail)
