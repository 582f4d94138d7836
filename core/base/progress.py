"""Long work as a generator: it yields progress and returns its result."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from core.base.clock import ActiveClock

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a work has come.

    Parameters
    ----------
    fraction : float or None
        From 0 to 1; None where it cannot be told.
    message : str
        What is being done, in a few words.
    payload : object
        What a view may show meanwhile (a `TrainingStep`, a residual), or None.
    lasting : bool
        Whether the payload comes once only: it is sent even where others have followed, which replace each other.
    """

    fraction: float | None
    message: str = ""
    payload: Any = None
    lasting: bool = False


Work = Generator[Progress, str | None, Result]
"""A long computation: each ``yield`` is a place to cancel; ``send("stop")`` asks it to end early with what it has."""


def finish(work: "Work[Result]", report: Callable[[Progress], None] | None = None) -> Result:
    """Run a work to its end in this thread and return its result.

    Parameters
    ----------
    work : Work
        What to run.
    report : callable, optional
        Called with every `Progress`.
    """
    while True:
        try:
            progress = next(work)
        except StopIteration as end:
            return end.value
        if report is not None:
            report(progress)


@dataclass
class Stop:
    """Whether a work was asked to end early.

    Parameters
    ----------
    requested : bool
        Whether it was.
    """

    requested: bool = False

    def heed(self, answer: str | None) -> str | None:
        """Take note of what was sent, and return what a part is to be sent."""
        self.requested = self.requested or answer == "stop"
        return "stop" if self.requested else answer


def share(k: int, many: int, low: float = 0.0, high: float = 1.0) -> tuple[float, float]:
    """Return between which fractions the work at number k of many lies, which go from ``low`` to ``high`` together."""
    return low + (high - low) * k / many, low + (high - low) * (k + 1) / many


def part(
    work: "Work[Result]",
    low: float = 0.0,
    high: float = 1.0,
    *,
    clock: ActiveClock | None = None,
    report: Callable[[Progress], Progress] | None = None,
    stop: Stop | None = None,
) -> "Work[Result]":
    """Run a work as a part of another one: the one way to nest them, used with ``yield from``.

    Parameters
    ----------
    work : Work
        The part. Whatever is sent to the whole arrives in it.
    low, high : float
        Where in the whole it begins and ends. Its fraction never falls, and stays where the part cannot tell it.
    clock : ActiveClock, optional
        The clock of the whole: it stands while a report waits.
    report : callable, optional
        Called with every report of the part, its fraction that of the whole; returns what the whole reports.
    stop : Stop, optional
        Where the whole has to know of it as well: it is told what is sent, and once it was told to stop, every part
        that follows is told so too.
    """
    answer, reached = None, low
    try:
        while True:
            try:
                progress = work.send(answer)
            except StopIteration as end:
                return end.value
            if progress.fraction is not None:
                reached = max(reached, low + (high - low) * progress.fraction)
            progress = replace(progress, fraction=reached)
            progress = progress if report is None else report(progress)
            answer = (yield progress) if clock is None else (yield from clock.pause(progress))
            if stop is not None:
                answer = stop.heed(answer)
    finally:
        work.close()


def within(work: "Work[Result]", seconds: float) -> "Work[Result | None]":
    """Run a work for so long at most.

    Parameters
    ----------
    work : Work
        What is run; it is closed at its first report after its time.
    seconds : float
        Time that it may work, without what passes while its reports wait.

    Returns
    -------
    Result or None
        What it returns; None where its time did not suffice.
    """
    clock, answer = ActiveClock(), None
    try:
        while True:
            try:
                progress = work.send(answer)
            except StopIteration as end:
                return end.value
            if clock.seconds > seconds:
                return None
            answer = yield from clock.pause(progress)
    finally:
        work.close()
