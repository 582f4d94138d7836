"""A plane through a latent space of any dimension, in which codes are seen and cells are cut."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.charts.autoencoder import Autoencoder
from core.geometry.principal import principal_plane
from core.relu.relu_map import ReluMap


@dataclass(frozen=True, eq=False)
class Section:
    """A plane that meets the unit ball of codes in a disk.

    Parameters
    ----------
    axes : (2, d) float64 array
        Orthonormal directions that span it.
    through : (d,) float64 array
        A point of it, in the open unit ball.
    name : str
        What spans it, in words.

    Raises
    ------
    ValueError
        If the axes are not orthonormal, or the point lies outside the ball.
    """

    axes: Float64[np.ndarray, "2 d"]
    through: Float64[np.ndarray, " d"]
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "axes", frozen(self.axes, np.float64, (2, None)))
        object.__setattr__(self, "through", frozen(self.through, np.float64, (self.axes.shape[1],)))
        if np.abs(self.axes @ self.axes.T - np.eye(2)).max() > 1e-9:
            raise ValueError("the axes are not orthonormal")
        if not np.linalg.norm(self.origin) < 1.0:
            raise ValueError("the plane misses the ball")

    @property
    def origin(self) -> Float64[np.ndarray, " d"]:
        """Its point nearest to the origin of the latent space: the middle of the disk."""
        return self.through - (self.axes @ self.through) @ self.axes

    @property
    def radius(self) -> float:
        """Radius of the disk, in latent units."""
        return float(np.sqrt(max(1.0 - float(self.origin @ self.origin), 0.0)))

    def flat(self, codes: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n 2"]:
        """Return the coordinates of codes in the plane, those beside it by their feet."""
        return np.asarray(codes, np.float64) @ self.axes.T

    def codes(self, flat: Float64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n d"]:
        """Return the codes of points of the plane."""
        return self.origin + np.asarray(flat, np.float64) @ self.axes

    def distances(self, codes: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, " n"]:
        """Return how far codes lie from the plane."""
        return np.linalg.norm(codes - self.codes(self.flat(codes)), axis=1)

    def seen(self, autoencoder: Autoencoder) -> Autoencoder:
        """Return the autoencoder between data space and the plane: codes go to their feet, and decoding begins there.

        It is one of plain matrices again: the encoder's last layer is multiplied by the axes, the decoder's first one
        taken along them.
        """
        encoder, decoder = autoencoder.encoder, autoencoder.decoder
        last, first = encoder.weights[-1], decoder.weights[0]
        return Autoencoder(
            ReluMap((*encoder.weights[:-1], self.axes @ last), (*encoder.biases[:-1], self.axes @ encoder.biases[-1])),
            ReluMap(
                (first @ self.axes.T, *decoder.weights[1:]),
                (decoder.biases[0] + first @ self.origin, *decoder.biases[1:]),
            ),
            autoencoder.centre,
            autoencoder.scale,
        )


def widest_axes(codes: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "2 d"]:
    """Return the two directions in which codes spread most, each with its largest entry positive.

    Of codes of two numbers or one: the coordinates, the second 0 where there is one alone.
    """
    codes = np.asarray(codes, np.float64)
    if codes.shape[1] <= 2:
        return np.eye(2, codes.shape[1])
    found = principal_plane(codes, 2)[1]
    return found * np.sign(np.take_along_axis(found, np.abs(found).argmax(1)[:, None], 1))
