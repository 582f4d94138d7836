"""Long work as a generator: it yields progress and returns its result."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

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
        Whether the payload comes once only: where this report is not sent, the next one takes it along.
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
