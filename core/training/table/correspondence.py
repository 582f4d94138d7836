"""Training a map between the codes of two charts, and one back, from pairs of codes."""

import math

import numpy as np
import torch
from jaxtyping import Float64

from core.base.clock import ActiveClock
from core.base.errors import TrainingError
from core.base.progress import Progress, Work
from core.relu.relu_map import ReluMap
from core.training.general_learner import GeneralLearner, Loss, Pair

_BETWEEN_REPORTS = 0.1
"""Seconds of work between two reports."""
_BATCH = 512


def loss_of(dimension: int) -> Loss:
    """Return what is made small: the errors both ways, and what is lost on the way there and back.

    Parameters
    ----------
    dimension : int
        Numbers of a code of the first chart; in a batch those of the second stand behind them.
    """

    def loss(pair: Pair, both: torch.Tensor) -> torch.Tensor:
        first, second = both[:, :dimension], both[:, dimension:]
        there = pair.encode(first)
        errors = (there - second, pair.decode(second) - first, pair.decode(there) - first)
        return torch.stack([error.square().sum(1).mean() for error in errors]).sum()

    return loss


def learn_correspondence(
    first: Float64[np.ndarray, "n d"],
    second: Float64[np.ndarray, "n e"],
    widths: tuple[int, ...],
    seconds: float,
    seed: int,
    steps: int = 0,
) -> Work[tuple[ReluMap, ReluMap]]:
    """Train a ReLU network from the codes of one chart to those of another, and one back.

    Parameters
    ----------
    first, second : (n, d) and (n, e) float64 arrays
        Codes of the same rows in both charts.
    widths : tuple of int
        Hidden widths of either network.
    seconds : float
        How long to train; the clock stands while a report waits.
    seed : int
        Start of all random choices.
    steps : int
        Take exactly so many steps, whatever their time; 0 to go by the clock.

    Yields
    ------
    Progress
        Sending "stop" ends training early with the networks as they are.

    Raises
    ------
    TrainingError
        If the networks diverge.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # batches are small: threads that wait for each other take longer
    try:
        return (yield from _trained(first, second, widths, seconds, seed, steps))
    finally:
        torch.set_num_threads(threads)


def _trained(
    first: Float64[np.ndarray, "n d"],
    second: Float64[np.ndarray, "n e"],
    widths: tuple[int, ...],
    seconds: float,
    seed: int,
    steps: int,
) -> Work[tuple[ReluMap, ReluMap]]:
    clock, dimension = ActiveClock(), first.shape[1]
    learner = GeneralLearner(
        first, (widths, widths), second.shape[1], torch.device("cpu"), seed, loss_of(dimension), _BATCH, targets=second
    )
    since, answer, taken = clock.seconds, None, 0
    position = 0.0
    while position < 1.0 and answer != "stop":
        loss = learner.step(position)
        taken += 1
        position = taken / steps if steps else clock.seconds / seconds
        if clock.seconds - since > _BETWEEN_REPORTS:
            error = math.sqrt(max(float(loss[0]), 0.0) / 3.0)
            message = f"Learning the map: step {taken:,}, codes off by {error:.2g}"
            answer = yield from clock.pause(Progress(min(position, 1.0), message))
            since = clock.seconds
    if not learner.is_sound:
        raise TrainingError("The map between the codes diverged. Choose narrower layers, or another seed.")
    return learner.maps()
