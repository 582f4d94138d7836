"""The schedule of a training: how many steps, decided by the clock, and the rates along it."""

import math

from core.training.options import PARTS

WARM_UP = 0.06
"""Part of the schedule over which the rates rise."""
PRECISE_FROM = 0.7
"""Where in the schedule low precision ends."""


class Schedule:
    """Divides a run into equal parts and decides the steps of each, from the time left or as prescribed.

    Parameters
    ----------
    seconds : float
        When the last step should be done, by the clock of the run.
    prescribed : tuple of int
        Empty, the total, or the steps of each part.
    done : tuple of int
        Steps of the parts that were done earlier.
    """

    def __init__(self, seconds: float, prescribed: tuple[int, ...], done: tuple[int, ...] = ()) -> None:
        self.seconds = seconds
        if len(prescribed) == 1:
            total = prescribed[0]
            prescribed = tuple((k + 1) * total // PARTS - k * total // PARTS for k in range(PARTS))
        self._prescribed = prescribed
        self.parts = list(done)

    def plan(self, now: float, seconds_per_step: float) -> int:
        """Return the number of steps of the next part, given the time and what a step costs."""
        k = len(self.parts)
        if self._prescribed:
            steps = self._prescribed[k]
        else:
            steps = round((self.seconds - now) / (PARTS - k) / max(seconds_per_step, 1e-9))
        self.parts.append(max(0, steps))
        return self.parts[-1]

    @staticmethod
    def position(part: int, step: int, steps: int) -> float:
        """Return the place in the schedule, from 0 to 1, of a step of a part."""
        return (part + (step + 0.5) / steps) / PARTS


def one_cycle(position: float) -> float:
    """Return the factor of the rates at a place of the schedule: a short rise, then half a cosine down to nothing."""
    if position < WARM_UP:
        return position / WARM_UP
    return 0.5 * (1.0 + math.cos(math.pi * (position - WARM_UP) / (1.0 - WARM_UP)))
