"""A training as an entry of a list: to compare with others, to come back to, to continue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

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
    """

    name: str
    training: TrainingResult
    parent: str = ""

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
        return self.training.certificate

    @property
    def curve(self) -> Mapping[str, np.ndarray]:
        """Its curves over time by name: "seconds", "loss", "rmse_rel" and so on."""
        return self.training.history

    def renamed(self, name: str) -> "Run":
        """Return the same run with another name."""
        return replace(self, name=name)


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
