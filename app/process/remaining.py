"""How much longer a job takes: one estimator for all, from the work that was measured, of this job and of earlier ones.

A job passes through phases, told by the first words of its reports. What a phase takes is known from earlier jobs of
its kind, else roughly from the row of its stage, and what it takes longer where kernels are to be compiled; how much
more this job has to do, its finished phases tell. Within a phase the fraction that is reported tells how much is left,
as soon as it has moved. All this is counted in seconds of a processor that does nothing else: how long these take on a
busy computer, the part of its time that the job was given lately tells.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist, fmean

from app.process.kernels import seconds_to_compile
from app.process.share import Share
from app.stages import row
from core.base.progress import Progress
from core.training.result import TrainingStep

START, BUDGETED = "Starting", "budgeted"
"""Phases: a worker imports what it needs, before it reports anything else; and what a budget of time ends, with all
that comes before it."""
USUAL = 30_000
BY_POINTS = ("Noisy points", "Projection", "Distances", "Expected positions", "One pass", "Decoding")
BY_VERTICES = (
    *("Detail layer", "Certificate", "Cells of the encoder", "Cells cut", "Carrying", "Largest", "Spreading"),
    *("Planning", "Straightening", "Mapping", "Parting", "Letting", "Looking"),
)
"""Phases that take the longer the more points are asked for, or the more vertices the surface has."""
LEAST_WORKED, LEAST_MOVED = 1.0, 0.03
"""Seconds after which something can be told, and the part of a phase after which its own pace counts."""
SLACK = 2.0
"""Seconds as expected that are counted to those that were measured: a short phase says little."""
LEAST_SHARE = 0.15
"""A job that was given less of a processor says how busy the computer was, and little of itself."""
OVERRUN = 1.0
"""What stands still is taken to do so for this part of what it has stood."""
VAGUE, MEASURED = 1.25, 0.5
"""How widely a phase's time lies about what is expected, as a standard deviation of its logarithm: where a table alone
tells it, and where an earlier job was measured."""
ENDS = {"Certificate": (1.0,), "Cells cut": (1.0,), "Largest": (0.1,), "Area ratio": (0.5, 0.9)}
"""Fractions at which phases end that report where they are themselves; one that may end early has two."""
FIXED = (BUDGETED, "Training an encoder")
"""Phases that take the time that they are given, however slow the computer is."""
_CHART = re.compile(r" · chart (\d+) of \d+$")
_NORMAL = NormalDist()


def expected_phases(title: str, options: object, n_vertices: int) -> dict[str, float]:
    """Return the seconds that the phases of a job take on a usual computer that does nothing else.

    Parameters
    ----------
    title : str
        Kind of the job; one that is no stage is one phase.
    options : object
        What it was started with.
    n_vertices : int
        Vertices of the surface, or points of the cloud.
    """
    stage = row(title)
    phases = dict(stage.phases) if stage is not None and stage.phases else {"": 10.0}
    size = n_vertices / USUAL
    points = getattr(options, "count", USUAL) / USUAL
    for name in phases:
        if name in BY_VERTICES:
            phases[name] *= size
        elif name in BY_POINTS:
            phases[name] *= points
    if stage is not None:
        stage.pace(phases, options, size, points)
    return phases


def left_of(expected: float, elapsed: float, width: float) -> float:
    """Return how much longer half of the phases take that have lasted so long: their logarithms are normal.

    Parameters
    ----------
    expected : float
        What half of them last, in seconds.
    elapsed : float
        How long this one has lasted.
    width : float
        Standard deviation of the logarithm.
    """
    if expected <= 0.0 or elapsed <= 0.0:
        return max(expected, OVERRUN * elapsed)
    longer = 1.0 - _NORMAL.cdf(math.log(elapsed / expected) / width)
    if longer < 1e-6:
        return 0.2 * elapsed
    return expected * math.exp(width * _NORMAL.inv_cdf(1.0 - 0.5 * longer)) - elapsed


@dataclass
class _Phase:
    """What was seen of a phase: when it began, and the fractions that were reported."""

    name: str
    since: float
    first: float | None = None
    last: float | None = None
    at: float = 0.0


@dataclass
class Remaining:
    """Watches one job.

    Parameters
    ----------
    expected : dict
        Seconds that its phases take on a usual computer, in their order: see `expected_phases`.
    known : mapping
        How much longer than expected each phase of earlier jobs of this kind took; empty where there was none.
    budget : float
        Seconds that its budgeted phase takes, with all before it; 0 where there is no such limit.
    compiling : mapping
        Seconds that phases take besides, for kernels that are to be compiled.
    share : Share
        What is known of the part of a processor that the job is given.
    since : float
        Seconds after which it began, on the clock of that.
    """

    expected: dict[str, float]
    known: Mapping[str, float] = field(default_factory=dict[str, float])
    budget: float = 0.0
    compiling: Mapping[str, float] = field(default_factory=dict[str, float])
    share: Share = field(default_factory=Share)
    since: float = 0.0

    def __post_init__(self) -> None:
        self.took: dict[str, float] = {}
        self._usual = dict(self.expected)
        if self.budget and BUDGETED in self._usual:
            self._usual[BUDGETED] = self.budget
        self._expected = {
            name: seconds * (1.0 if name in FIXED else self.known.get(name, 1.0))
            for name, seconds in self._usual.items()
        }
        self._names = list(self._usual)
        self._phase = _Phase(self._names[0], 0.0)
        self._begun: float | None = None

    def measure(self, worked: float, processor: float) -> None:
        """Take the processor seconds of the job until now; without them the computer is taken to do nothing else."""
        self.share.measure(self.since + worked, processor)

    def report(self, progress: Progress, worked: float) -> None:
        """Take a report that came after some seconds of work."""
        name = self._phase_of(progress)
        if name != self._phase.name:
            self.took[self._phase.name] = self._elapsed(worked)
            self._phase = _Phase(name, worked)
        fraction = progress.fraction
        if self.budget and name == BUDGETED:
            step = progress.payload
            if isinstance(step, TrainingStep):
                fraction = step.seconds / self.budget
            elif fraction is not None:  # the budget counts from here: PyTorch is there
                self._begun = worked if self._begun is None else self._begun
                fraction = (worked - self._begun) / self.budget
        if fraction is not None and 0.0 <= fraction <= 1.0:
            first = self._phase.first
            self._phase.first = fraction if first is None else min(first, fraction)
            self._phase.last, self._phase.at = fraction, worked

    def end(self, worked: float) -> dict[str, float]:
        """Return how much longer than expected each phase took that compiled nothing; the others are as known.

        So are all where the computer was too busy to tell.
        """
        if self._alone(worked) - self._alone(0.0) < LEAST_SHARE * worked:
            return dict(self.known)
        took = self.took | {self._phase.name: self._elapsed(worked)}
        found = {name: took.get(name, 0.0) / usual for name, usual in self._usual.items() if usual}
        cold = {name for name, seconds in self.compiling.items() if seconds}
        return {name: value for name, value in found.items() if name not in cold} | {
            name: self.known[name] for name in cold if name in self.known
        }

    def seconds(self, worked: float) -> float | None:
        """Return how much longer it takes, at least a second; None while that cannot be told."""
        if worked < LEAST_WORKED:
            return None
        scale = self._scale(worked)
        later = self._names[self._names.index(self._phase.name) + 1 :]
        given = sum(self._expected[name] for name in later if name in FIXED)
        alone = sum(self._expected[name] * scale for name in later if name not in FIXED)
        alone += sum(self.compiling.get(name, 0.0) for name in later)
        if self._phase.name in FIXED:
            given += self._left_of_given(worked)
        else:
            alone += self._left_of_phase(worked, scale)
        return max(1.0, given + alone / self.share.now)

    def whole(self) -> float:
        """Return how long all phases take on a processor that does nothing else."""
        return sum(self._expected.values())

    def _alone(self, worked: float) -> float:
        return self.share.alone(self.since + worked)

    def _elapsed(self, worked: float) -> float:
        """How long the present phase has lasted: in seconds of the processor, or those of the clock that are given."""
        since = self._phase.since
        return worked - since if self._phase.name in FIXED else self._alone(worked) - self._alone(since)

    def _scale(self, worked: float) -> float:
        """How much longer than expected the phases took so far; what is given a time says nothing."""
        # Imports tell how busy the computer is, where the time of the processor does not.
        silent = (START, *FIXED) if self.share.is_measured else FIXED
        done = [name for name in self.took if name not in silent and not self.compiling.get(name)]
        expected = sum(self._expected[name] for name in done)
        took = sum(self.took[name] for name in done)
        name, elapsed = self._phase.name, self._elapsed(worked)
        if name not in silent and not self.compiling.get(name) and elapsed > self._expected[name]:
            expected, took = expected + self._expected[name], took + elapsed
        return min(max((took + SLACK) / (expected + SLACK), 0.1), 10.0)

    def _left_of_given(self, worked: float) -> float:
        """What is left of a phase of fixed time."""
        phase = self._phase
        if not self.budget or phase.name != BUDGETED:
            elapsed = worked - phase.since
            return left_of(self._expected[phase.name], elapsed, MEASURED)
        done = 0.0 if phase.last is None else phase.last * self.budget
        since = worked - phase.at if phase.last is not None else 0.0
        computed = self._alone(worked) - self._alone(phase.since)
        compiling = max(self.compiling.get(BUDGETED, 0.0) - computed, 0.0) / self.share.now
        return max(self.budget - done - since, OVERRUN * since, compiling)

    def _left_of_phase(self, worked: float, scale: float) -> float:
        """What is left of a phase that takes as long as its work does."""
        phase, elapsed, cold = self._phase, self._elapsed(worked), self.compiling.get(self._phase.name, 0.0)
        width = MEASURED if phase.name in self.known or cold else VAGUE
        guess = left_of(self._expected[phase.name] * scale + cold, elapsed, width)
        if phase.first is None or phase.last is None or phase.last - phase.first < LEAST_MOVED or elapsed < cold:
            return guess  # that it moved tells nothing of the kernels that it compiles
        moved, left = phase.last - phase.first, self._end_of_phase() - phase.last
        at = self._alone(phase.at)
        waited = self._alone(worked) - at
        spent = at - self._alone(phase.since)
        spent = max(spent - cold, 0.2 * spent)
        paced = max(spent * left / moved - waited, OVERRUN * waited)
        trust = min(1.0, moved / (moved + left) * 3.0) if left > 0.0 else 1.0
        return trust * paced + (1.0 - trust) * guess

    def _end_of_phase(self) -> float:
        """Fraction at which the phase ends: those of the whole job are spread over its later phases by their time."""
        later = self._names[self._names.index(self._phase.name) + 1 :]
        phase, rest = self._phase, sum(self._expected[name] for name in later)
        if phase.name in ENDS or not rest:
            last = phase.last or 0.0
            return next((end for end in ENDS.get(phase.name, ()) if end > last), max(1.0, last))
        own = self._expected[phase.name] or 1.0
        return max(phase.last or 0.0, (phase.first or 0.0) + (1.0 - (phase.first or 0.0)) * own / (own + rest))

    def _phase_of(self, progress: Progress) -> str:
        """Return the phase that a report tells of; a phase that is over does not come back."""
        here = self._names.index(self._phase.name)
        if isinstance(progress.payload, TrainingStep) and BUDGETED in self._names:
            return self._phase.name if here > self._names.index(BUDGETED) else BUDGETED
        found = (name for name in self._names[here:] if name and progress.message.startswith(name))
        return next(found, self._names[1] if self._phase.name == START and len(self._names) > 1 else self._phase.name)


class OfEveryChart:
    """Watches a job that does the same on every chart of an atlas, one after the other.

    Parameters
    ----------
    n_charts : int
        How many there are.
    of_chart : callable
        Called with what is known of earlier ones, and when a chart begins, 0 for the first; returns its `Remaining`.
    share : Share
        What these share.
    known : mapping
        What is known of earlier jobs.
    """

    def __init__(
        self,
        n_charts: int,
        of_chart: Callable[[Mapping[str, float], float], Remaining],
        share: Share,
        known: Mapping[str, float],
    ) -> None:
        self._n_charts, self._of_chart, self._share = n_charts, of_chart, share
        self._chart, self._since, self._first_ended = 1, 0.0, 0.0
        self._one, self._known = of_chart(known, 0.0), known
        self._measured: list[Mapping[str, float]] = []

    def measure(self, worked: float, processor: float) -> None:
        """Take the processor seconds of the job until now."""
        self._share.measure(worked, processor)

    def report(self, progress: Progress, worked: float) -> None:
        """Take a report that came after some seconds of work."""
        found = _CHART.search(progress.message)
        if found is not None and int(found[1]) != self._chart:
            self._known = self.end(worked)
            self._measured.append(self._one.end(worked - self._since))
            self._one = self._of_chart(self._known, worked)
            self._first_ended = self._first_ended or worked
            self._chart, self._since = int(found[1]), worked
        low, high = (self._chart - 1) / self._n_charts, self._chart / self._n_charts
        fraction = progress.fraction
        own = None if fraction is None else min(max((fraction - low) / (high - low), 0.0), 1.0)
        self._one.report(Progress(own, progress.message, progress.payload), worked - self._since)

    def end(self, worked: float) -> Mapping[str, float]:
        """Return how much longer than expected each phase took, on the mean of the charts that were measured."""
        found = [*self._measured, self._one.end(worked - self._since)]
        names = dict.fromkeys(name for ratios in found for name in ratios)
        return {name: fmean(ratios[name] for ratios in found if name in ratios) for name in names}

    def seconds(self, worked: float) -> float | None:
        """Return how much longer it takes, at least a second; None while that cannot be told."""
        left, here = self._n_charts - self._chart, worked - self._since
        own = self._one.seconds(max(here, LEAST_WORKED))
        if worked < LEAST_WORKED or own is None:
            return None
        others = self._chart - 2
        if others > 0:
            each = (self._since - self._first_ended) / others
        else:
            each = self._of_chart(self._known, worked).whole() / self._share.now
        return own + left * each


def remaining(
    title: str,
    options: object,
    n_vertices: int,
    *,
    n_charts: int = 1,
    known: Mapping[str, float] | None = None,
    cold: Iterable[str] = (),
) -> Remaining | OfEveryChart:
    """Return what watches a job that is about to begin.

    Parameters
    ----------
    title : str
        Kind of the job.
    options : object
        What it is started with.
    n_vertices : int
        Vertices of the surface, or points of the cloud.
    n_charts : int
        How many charts it does the same on, one after the other.
    known : mapping, optional
        What is known of earlier jobs of its kind.
    cold : iterable of str
        Modules whose kernels are not compiled, of those that its row names.
    """
    stage, known, given = row(title), known or {}, Share()
    budget = getattr(options, "seconds", 0.0) if stage is not None and stage.has_budget else 0.0
    expected = expected_phases(title, options, n_vertices)
    compiling = {} if stage is None else seconds_to_compile(stage.compiling, cold, expected)
    if n_charts == 1:
        return Remaining(expected, known, budget, compiling, given)

    def of_chart(known: Mapping[str, float], since: float) -> Remaining:
        # Networks and vertices are shared out among the charts; a worker starts once.
        is_first = since == 0.0
        here = {name: is_first * value if name == START else value / n_charts for name, value in expected.items()}
        return Remaining(here, known, budget, compiling if is_first else {}, given, since)

    return OfEveryChart(n_charts, of_chart, given, known)
