"""Moments of a training that are kept while it goes on, in a bounded memory."""

from dataclasses import dataclass, field

import numpy as np

from core.training.result import TrainingStep

MOST_MOMENTS, MOST_BYTES = 240, 256_000_000
"""Moments of a training that are kept at most, and the memory that they may take."""


@dataclass(frozen=True, eq=False)
class Moment:
    """A training at one moment: seconds, steps, error over the diagonal, codes and decoded vertices."""

    seconds: float
    step: int
    rmse_rel: float | None
    codes: np.ndarray | None
    points: np.ndarray

    @property
    def n_bytes(self) -> int:
        """Memory that it takes."""
        return self.points.nbytes + (0 if self.codes is None else self.codes.nbytes)


@dataclass
class Moments:
    """Moments of the training that goes on, at equal distances in time: when there are too many, each second one goes.

    Parameters
    ----------
    most : int
        How many are kept at most.
    most_bytes : int
        Memory that they take at most, unless there are two alone.
    """

    most: int = MOST_MOMENTS
    most_bytes: int = MOST_BYTES
    kept: list[Moment] = field(default_factory=list)
    spacing: float = 0.0
    _last: Moment | None = None

    def note(self, step: TrainingStep) -> None:
        """Keep a moment, if it is time for one; an earlier one than the last begins another training."""
        if step.reconstruction is None:
            return
        codes = None if step.codes is None else np.asarray(step.codes, np.float32)
        points = np.asarray(step.reconstruction, np.float32)
        moment = Moment(step.seconds, step.step, step.rmse_rel, codes, points)
        last = self._last
        if last is not None and (moment.seconds < last.seconds or moment.points.shape != last.points.shape):
            self.kept, self.spacing = [], 0.0
        self._last = moment
        if self.kept and moment.seconds - self.kept[-1].seconds < self.spacing:
            return
        self.kept.append(moment)
        while len(self.kept) > 2 and (
            len(self.kept) > self.most or sum(one.n_bytes for one in self.kept) > self.most_bytes
        ):
            length = self.kept[-1].seconds - self.kept[0].seconds
            self.kept = self.kept[::2]
            self.spacing = length / max(len(self.kept), 1)

    def whole(self) -> list[Moment]:
        """Return all that are kept, and the last one."""
        last = self._last
        return [*self.kept, *([last] if last is not None and self.kept and last is not self.kept[-1] else [])]
