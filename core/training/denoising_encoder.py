"""An encoder trained on noisy points, kept apart from the one that is certified."""

from dataclasses import dataclass

import numpy as np
import torch

from core.base.clock import ActiveClock
from core.base.progress import Progress, Work
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.geometry.sampling import sample_by_area
from core.relu.relu_map import ReluMap
from core.training.networks.network import Network, backward, forward
from core.training.networks.optimizer import Optimizer
from core.training.schedule import one_cycle

_SAMPLES = 20_000
"""Points of the surface that noise is added to, anew in every step."""
_BATCH = 1024
_RATES = 5e-3, 1e-3
"""Largest rates of Muon and of Adam: half of those of the training that began at random weights."""
_BETWEEN_REPORTS = 0.2


@dataclass(frozen=True, eq=False)
class DenoisingEncoder:
    """An encoder that has seen noise.

    Parameters
    ----------
    encoder : ReluMap
        Of the same widths as the certified one.
    noise_rel : float
        Deviation of the noise that it was trained for, in each coordinate, over the diagonal.
    steps : int
        Steps taken.
    seconds : float
        Time worked, preparations not counted.
    """

    encoder: ReluMap
    noise_rel: float
    steps: int
    seconds: float


def train_denoising_encoder(
    surface: Surface, autoencoder: Autoencoder, noise_rel: float, seconds: float, seed: int
) -> Work[DenoisingEncoder]:
    """Train a copy of the encoder to give noisy points the codes of the points they came from.

    Parameters
    ----------
    surface : Surface
        What the autoencoder was trained on.
    autoencoder : Autoencoder
        The start; it stays as it is.
    noise_rel : float
        Deviation of Gaussian noise in each coordinate, over the diagonal.
    seconds : float
        How long to train.
    seed : int
        Start of all random choices.

    Notes
    -----
    Small is made the mean squared distance between what the decoder network makes of the two codes, so that a
    difference of codes counts as far as it moves the point. The best such encoder gives the mean of all points that
    the noise may have come from; it folds where the certified one does not, and is used for nothing else.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # threads that wait for each other at every operation stall on a busy computer
    try:
        rng = np.random.default_rng(seed)
        points = sample_by_area(surface.corners, _SAMPLES, rng).points
        clean = torch.as_tensor(((points - autoencoder.centre) / autoencoder.scale).astype(np.float32))
        encoder, decoder = _network(autoencoder.encoder), _network(autoencoder.decoder)
        optimizer, generator = Optimizer(encoder.parameters), torch.Generator().manual_seed(seed)
        targets = decoder(encoder(clean))
        deviation = noise_rel * surface.diagonal / autoencoder.scale
        steps, told, clock = 0, 0.0, ActiveClock()
        while clock.seconds < seconds:
            factor = one_cycle(clock.seconds / seconds)
            chosen = torch.randint(len(clean), (_BATCH,), generator=generator)
            noise = torch.randn(_BATCH, 3, generator=generator) * deviation
            gradients = _gradients(encoder, decoder, clean[chosen] + noise, targets[chosen])
            optimizer.step(gradients, _RATES[0] * factor, _RATES[1] * factor)
            steps += 1
            if clock.seconds - told > _BETWEEN_REPORTS:
                told = clock.seconds
                yield from clock.pause(Progress(told / seconds, "Training an encoder on noise"))
        return DenoisingEncoder(encoder.relu_map(), noise_rel, steps, clock.seconds)
    finally:
        torch.set_num_threads(threads)


def _network(network: ReluMap) -> Network:
    """The same network in float32, which holds all its numbers exactly."""
    result = Network(network.widths, torch.device("cpu"))
    for ours, theirs in zip(result.parameters, (*network.weights, *network.biases), strict=True):
        ours.copy_(torch.as_tensor(theirs.astype(np.float32)))
    return result


def _gradients(encoder: Network, decoder: Network, points: torch.Tensor, targets: torch.Tensor) -> list[torch.Tensor]:
    """Derivatives of the mean squared distance by the weights of the encoder."""
    encoded = forward(encoder.layers(), points)
    decoded = forward(decoder.layers(), encoded[-1])
    slope = 2.0 / len(points) * (decoded[-1] - targets)
    _, by_codes = backward(decoder.layers(), decoded, slope, to_input=True)
    assert by_codes is not None
    return backward(encoder.layers(), encoded, by_codes)[0]
