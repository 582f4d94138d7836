"""Which part of a processor a job was given lately: on a busy computer its work takes so much longer."""

import math
from bisect import bisect_right

_MEMORY = 20.0
"""Seconds after which what was measured counts for a third."""
_TRUST = 1.0
"""Seconds of an idle computer that are counted before anything is measured."""
_LEAST = 0.03


class Share:
    """Compares the time of a job on a processor with that on the clock.

    Notes
    -----
    What computes with several threads is taken for one that has a processor of its own.
    """

    def __init__(self) -> None:
        self._at: list[float] = [0.0]
        self._alone: list[float] = [0.0]
        self._processor: float | None = None
        self._busy = self._clock = _TRUST

    def measure(self, worked: float, processor: float) -> None:
        """Take the processor seconds after some seconds of work; the first ones are where it began."""
        passed = worked - self._at[-1]
        if self._processor is None:
            self._at, self._alone, self._processor = [worked], [worked], processor
        if passed <= 0.0 or self._at[-1] == worked:
            return
        computed = min(max(processor - self._processor, 0.0), passed)
        fades = math.exp(-passed / _MEMORY)
        self._busy, self._clock = fades * self._busy + computed, fades * self._clock + passed
        self._at.append(worked)
        self._alone.append(self._alone[-1] + computed)
        self._processor = processor

    @property
    def is_measured(self) -> bool:
        """Whether the processor time is known."""
        return self._processor is not None

    @property
    def now(self) -> float:
        """The part that it is given, up to 1."""
        return min(max(self._busy / self._clock, _LEAST), 1.0)

    def alone(self, worked: float) -> float:
        """Return the seconds that the work until some moment takes on a processor that does nothing else."""
        k = max(bisect_right(self._at, worked) - 1, 0)
        if k + 1 < len(self._at) and worked >= self._at[0]:
            slope = (self._alone[k + 1] - self._alone[k]) / (self._at[k + 1] - self._at[k])
            return self._alone[k] + slope * (worked - self._at[k])
        return self._alone[k] + self.now * (worked - self._at[k])
