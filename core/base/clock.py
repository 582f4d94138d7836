"""Time and cores that long work has."""

import os
import time
from collections.abc import Generator
from typing import TypeVar

Report = TypeVar("Report")


class ActiveClock:
    """Counts the seconds a work is really working: those between resuming it and its next yield.

    Parameters
    ----------
    before : float
        Seconds that were worked on it earlier.
    """

    def __init__(self, before: float = 0.0) -> None:
        self._before, self._since = before, time.perf_counter()

    @property
    def seconds(self) -> float:
        """Time worked so far, in seconds."""
        return self._before + time.perf_counter() - self._since

    def pause(self, report: Report) -> Generator[Report, str | None, str | None]:
        """Yield a report with the clock stopped, and return what was sent."""
        self._before = self.seconds
        try:
            return (yield report)
        finally:
            self._since = time.perf_counter()


def n_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
