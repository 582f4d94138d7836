"""A training as an entry of a list: to compare with others, to come back to, to continue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.cells.exact_figures import ExactFigures
from core.evaluation.certificate import Certificate
from core.training.options import TrainingOptions
from core.training.result import TrainingResult


@dataclass(frozen=True, eq=False)
class Run:
    """A training that was finished.

    Parameters
    ----------
    name : str
        Short name, unique in its list.
    training : TrainingResult
        What came of it, with its autoencoder.
    parent : str
        Name of the run that it went on from; empty where it began anew.
    exact : ExactFigures, optional
        What exact cells have told of it, where they were computed once.
    """

    name: str
    training: TrainingResult
    parent: str = ""
    exact: ExactFigures | None = None

    @property
    def options(self) -> TrainingOptions:
        """What was asked for."""
        return self.training.options

    @property
    def seed(self) -> int:
        """Start of the random choices."""
        return self.training.options.seed

    @property
    def certificate(self) -> Certificate:
        """What it is worth."""
        known = self.training.certificate
        return known if self.exact is None else known.with_exact(self.exact)

    @property
    def curve(self) -> Mapping[str, np.ndarray]:
        """Its curves over time by name: "seconds", "loss", "rmse_rel" and so on."""
        return self.training.history


def next_name(runs: Sequence[Run]) -> str:
    """Return a name that no run has: "Run" and a number."""
    names = {run.name for run in runs}
    number = len(runs) + 1
    while f"Run {number}" in names:
        number += 1
    return f"Run {number}"


def with_training(runs: tuple[Run, ...], training: TrainingResult, parent: str = "") -> tuple[Run, ...]:
    """Return a list of runs with another training at its end, unless it is in it already."""
    if any(run.training is training for run in runs):
        return runs
    return (*runs, Run(next_name(runs), training, parent))


def with_exact(runs: tuple[Run, ...], training: TrainingResult, exact: ExactFigures) -> tuple[Run, ...]:
    """Return a list of runs in which that of a training has figures of exact cells."""
    return tuple(replace(run, exact=exact.completed(run.exact)) if run.training is training else run for run in runs)
