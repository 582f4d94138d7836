"""How networks are trained: what a user does not choose, and what a training begins with."""

from dataclasses import astuple, dataclass, field

import numpy as np

from core.relu.relu_map import ReluMap
from core.training.losses import LossWeights


@dataclass(frozen=True)
class Recipe:
    """Settings of the optimization, the same for every surface.

    Parameters
    ----------
    triangles : int
        Triangles in a batch.
    matrix_rate, rate : float
        Largest rate of the matrices between hidden layers, and of everything else.
    ramp : pair of float
        Where in the schedule the terms that compare edges begin to rise, and where they have their full weight.
    apart : pair of float
        Until the first place of the schedule the decoder learns from the chart, from the second one on from the codes
        of the encoder, in between from points between them.
    first, last : LossWeights
        Weight of each term before and after the change.
    change : pair of float
        Where in the schedule the weights begin and end to change.
    mend_from : float
        Where in the schedule mending begins.
    """

    triangles: int = 256
    matrix_rate: float = 0.014
    rate: float = 2e-3
    ramp: tuple[float, float] = (0.0, 0.2)
    apart: tuple[float, float] = (0.3, 0.6)
    first: LossWeights = field(default_factory=LossWeights)
    last: LossWeights = field(
        default_factory=lambda: LossWeights(guide=0.05, sobolev=0.002, edges=0.0005, mending=0.005)
    )
    change: tuple[float, float] = (0.4, 0.8)
    mend_from: float = 0.7

    def objective(self, position: float) -> "Objective":
        """Return what is made small at a place of the schedule."""
        part = _progress(position, *self.change)
        pairs = zip(astuple(self.first), astuple(self.last), strict=True)
        weights = LossWeights(*((1.0 - part) * first + part * last for first, last in pairs))
        return Objective(weights, _progress(position, *self.ramp), _progress(position, *self.apart))


@dataclass(frozen=True)
class Objective:
    """What is made small at one place of the schedule.

    Parameters
    ----------
    weights : LossWeights
        Weight of each term.
    ramp : float
        Factor of the terms that compare edges.
    joint : float
        0 where the decoder learns from the chart, 1 where it learns from the codes.
    """

    weights: LossWeights
    ramp: float
    joint: float


@dataclass(frozen=True, eq=False)
class Start:
    """What a training goes on from.

    Parameters
    ----------
    networks : pair of ReluMap, or None
        Encoder and decoder, from and to normalized space; None where the state of a learner is restored instead.
    focus : (f,) bool array
        Faces that a part of the samples is taken from; none: no face is preferred.
    """

    networks: tuple[ReluMap, ReluMap] | None
    focus: np.ndarray

    @property
    def later(self) -> float:
        """Where in the schedule the training begins: to put faces right needs small steps."""
        return 0.85 if self.focus.any() else 0.7


def _progress(position: float, start: float, stop: float) -> float:
    """Part of the way from start to stop, from 0 to 1."""
    return min(1.0, max(0.0, (position - start) / (stop - start)))
