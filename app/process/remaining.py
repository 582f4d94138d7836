"""How much longer a job takes: one estimator for all, from the work that was measured, of this job and of earlier ones.

A job passes through phases, told by the first words of its reports. What a phase takes is known from the last job of
its kind, else roughly from the row of its stage; how much slower or faster this one is, its finished phases tell.
Within a phase the fraction that is reported tells how much is left, as soon as it has moved.
"""

from dataclasses import dataclass, field

from app.stages import row
from core.base.progress import Progress
from core.training.result import TrainingStep

START, BUDGETED = "Starting", "budgeted"
"""Phases: a worker imports what it needs, before it reports anything else; and what a budget of time ends, with all
that comes before it."""
USUAL = 30_000
BY_POINTS = ("Noisy points", "Projection", "Distances", "Expected positions", "One pass", "Decoding")
BY_VERTICES = ("Detail layer", "Certificate", "Cells of the encoder", "Cells cut", "Carrying", "Largest", "Spreading")
"""Phases that take the longer the more points are asked for, or the more vertices the surface has."""
LEAST_WORKED, LEAST_MOVED = 1.0, 0.03
"""Seconds after which something can be told, and the part of a phase after which its own pace counts."""
SLACK = 4.0
"""Seconds as expected that are counted to those that were measured: a short phase says little."""
OVERRUN = 1.0
"""A phase that takes longer than expected is taken to last this part of what it has lasted."""
ENDS = {"Certificate": (1.0,), "Cells cut": (1.0,), "Largest": (0.1,), "Area ratio": (0.5, 0.9)}
"""Fractions at which phases end that report where they are themselves; one that may end early has two."""
FIXED = (BUDGETED, "Training an encoder")
"""Phases that take the time that they are given, however slow the computer is."""


def expected_phases(title: str, options: object, n_vertices: int) -> dict[str, float]:
    """Return the seconds that the phases of a job take on a usual computer.

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
    known : dict
        How much longer than expected each phase of the last job of this kind took; empty where there was none.
    budget : float
        Seconds that its budgeted phase takes, with all before it; 0 where there is no such limit.
    """

    expected: dict[str, float]
    known: dict[str, float] = field(default_factory=dict)
    budget: float = 0.0

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

    def report(self, progress: Progress, worked: float) -> None:
        """Take a report that came after some seconds of work."""
        name = self._phase_of(progress)
        if name != self._phase.name:
            self.took[self._phase.name] = worked - self._phase.since
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
        """Return how much longer than expected each phase took."""
        took = self.took | {self._phase.name: worked - self._phase.since}
        return {name: took.get(name, 0.0) / usual for name, usual in self._usual.items() if usual}

    def seconds(self, worked: float) -> float | None:
        """Return how much longer it takes, at least a second; None while that cannot be told."""
        if worked < LEAST_WORKED:
            return None
        scale = self._scale(worked)
        later = self._names[self._names.index(self._phase.name) + 1 :]
        rest = sum(self._expected[name] * (1.0 if name in FIXED else scale) for name in later)
        return max(1.0, self._left_of_phase(worked, scale) + rest)

    def _scale(self, worked: float) -> float:
        """How much longer than expected the phases took so far; those of a fixed time say nothing."""
        done = [name for name in self.took if name not in FIXED]
        expected = sum(self._expected[name] for name in done)
        took = sum(self.took[name] for name in done)
        name, elapsed = self._phase.name, worked - self._phase.since
        if name not in FIXED and elapsed > self._expected[name]:
            expected, took = expected + self._expected[name], took + elapsed
        return min(max((took + SLACK) / (expected + SLACK), 0.1), 10.0)

    def _left_of_phase(self, worked: float, scale: float) -> float:
        phase = self._phase
        elapsed = worked - phase.since
        if self.budget and phase.name == BUDGETED:
            done = 0.0 if phase.last is None else phase.last * self.budget
            since = worked - phase.at if phase.last is not None else 0.0
            return max(self.budget - done - since, OVERRUN * since)
        guess = max(self._expected[phase.name] * (1.0 if phase.name in FIXED else scale) - elapsed, OVERRUN * elapsed)
        if phase.first is None or phase.last is None or phase.last - phase.first < LEAST_MOVED:
            return guess
        moved, left = phase.last - phase.first, self._end_of_phase() - phase.last
        waited = worked - phase.at
        paced = max((phase.at - phase.since) * left / moved - waited, OVERRUN * waited)
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
        return next(found, self._names[1] if self._phase.name == START else self._phase.name)
