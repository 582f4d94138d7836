"""What the cards on generative models share: samples, training, and networks that are taken out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64, Int64

from core.base.progress import Progress, Work, part
from core.claims.figure import Figure, Panel, Points
from core.relu.relu_map import ReluMap

if TYPE_CHECKING:
    from core.training.generators.trained import Trained

MODES = np.stack([np.cos(np.arange(8) * np.pi / 4.0), np.sin(np.arange(8) * np.pi / 4.0)], 1)
SPREAD = 0.02
"""Middles of eight Gaussians, and their standard deviation."""
_REACH, _SHARE = 4.0, 0.1
"""Deviations within which a point is of a mode, and the part of its points that a covered mode has at least."""


def gaussians(count: int, rng: np.random.Generator) -> Float64[np.ndarray, "n 2"]:
    """Return points of eight Gaussians on a circle."""
    return MODES[rng.integers(8, size=count)] + SPREAD * rng.normal(size=(count, 2))


def modes_of(points: Float64[np.ndarray, "n 2"]) -> Int64[np.ndarray, " n"]:
    """Return the mode of each point; -1 between them."""
    apart = np.linalg.norm(points[:, None] - MODES[None], axis=2)
    return np.where(apart.min(1) <= _REACH * SPREAD, apart.argmin(1), -1)


def covered(points: Float64[np.ndarray, "n 2"]) -> int:
    """Return how many modes have at least a tenth of their share of points."""
    found = modes_of(points)
    return int((np.bincount(found[found >= 0], minlength=8) >= _SHARE * len(points) / 8.0).sum())


def learned(name: str, sample: Float64[np.ndarray, "n d"], steps: int, seed: int, words: str) -> "Work[Trained]":
    """Train a model of the bench for so many steps; reports show what it draws meanwhile."""
    from core.training.generators.models import Budget
    from core.training.generators.train import train_generator  # torch takes seconds to import

    def told(progress: Progress) -> Progress:
        points: Any = getattr(progress.payload, "points", None)
        figure = None if points is None else Figure((Panel(words, (Points(points[:, :2], "a"),), equal=True),))
        return Progress(progress.fraction, f"{words}: {progress.message}", figure)

    return (yield from part(train_generator(name, sample, Budget(steps=steps, seed=seed)), report=told))


def relu_map(network: Any) -> ReluMap:
    """Return a plain network of a model as matrices, as they are used: clipped, or divided by their norms."""
    layers: Sequence[Any] = network.linear_layers()
    weights = [layer.weight.detach().numpy().astype(np.float64) for layer in layers]
    return ReluMap(weights, [layer.bias.detach().numpy().astype(np.float64) for layer in layers])
