"""From trained networks to an autoencoder: last layer in closed form, codes in the disk, numbers of float32."""

import numpy as np

from core.base.errors import TrainingError
from core.base.progress import Progress, Work
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.geometry.enclosing_circle import enclosing_circle
from core.relu.relu_map import ReluMap
from core.training.learner import Learner
from core.training.pose import single

_FITTED = 30_000
"""Random points, besides the vertices, that the decoder's last layer is fitted to."""
_POINT = 1e-12
"""Extent of the codes, relative to their size, that is none."""


def finished(learner: Learner, surface: Surface, mended: ReluMap | None = None) -> Work[tuple[Autoencoder, np.ndarray]]:
    """Make the autoencoder of a learner and the codes of the vertices, all in the closed unit disk.

    Parameters
    ----------
    learner : Learner
        The trained networks; the decoder's last layer is fitted anew.
    surface : Surface
        What they were trained on.
    mended : ReluMap, optional
        The encoder to take instead, from normalized space: with local corrections.

    Returns
    -------
    Autoencoder, (n, 2) float64 array
        Every weight and bias is a number of float32; the codes are computed from exactly these.

    Raises
    ------
    TrainingError
        If all codes or all their images are the same.
    """
    for fraction in learner.refit_decoder(_FITTED):
        yield Progress(fraction, "Fitting the last layer")
    (encoder, decoder), frame = learner.maps(), learner.pose.frame
    encoder = mended or encoder
    codes = encoder(frame.normalize(surface.vertices))
    if np.ptp(codes, axis=0).max() <= _POINT * max(1.0, np.abs(codes).max()):
        raise TrainingError(
            "The encoder takes the whole surface to one point of the latent plane. Choose wider layers, another seed, "
            "or guided training."
        )
    # A chart has its centre at the origin already, and the codes shall stay comparable with it.
    centre, radius = (np.zeros(2), np.linalg.norm(codes, axis=1).max()) if learner.guided else enclosing_circle(codes)
    while True:
        yield Progress(1.0, "Bringing the codes into the disk")
        autoencoder = Autoencoder(*into_ball(encoder, decoder, centre, radius), frame.centre, frame.scale)
        codes = autoencoder.encode(surface.vertices)
        if np.linalg.norm(codes, axis=1).max() <= 1.0:
            if np.ptp(decoder(codes * radius + centre), axis=0).max() <= _POINT:
                raise TrainingError(
                    "The decoder takes all codes to one point. Choose wider layers, another seed, or guided training."
                )
            return autoencoder, codes
        radius *= 1.0 + 1e-7  # rounding to float32 left a code just outside


def into_ball(encoder: ReluMap, decoder: ReluMap, centre: np.ndarray, radius: float) -> tuple[ReluMap, ReluMap]:
    """The same networks with codes (code - centre) / radius, every number rounded to float32."""
    weight, bias = encoder.weights[-1] / radius, (encoder.biases[-1] - centre) / radius
    first, shift = decoder.weights[0] * radius, decoder.biases[0] + decoder.weights[0] @ centre
    return (
        ReluMap((*encoder.weights[:-1], single(weight)), (*encoder.biases[:-1], single(bias))),
        ReluMap((single(first), *decoder.weights[1:]), (single(shift), *decoder.biases[1:])),
    )
