"""Whether the time that was asked for holds the steps that a good result needs, on this computer as busy as it is."""

import math

from core.training.options import PARTS, TrainingOptions

_LEAST, _GROWTH = 60.0, 45.0
"""Steps that any surface needs, and how many more with what makes it hard."""
SHORT = 0.75
"""Part of these steps below which the result is told to be short of them."""
_ROUNDED = 10.0
"""Advised times are multiples of so many seconds."""


def steps_needed(options: TrainingOptions, stretch: float, n_faces: int) -> int:
    """Return after how many steps at most a few triangles of a surface are turned over.

    Parameters
    ----------
    options : TrainingOptions
        How the training goes.
    stretch : float
        L2 stretch of the guiding chart, 1 for an isometry; 1 without one.
    n_faces : int
        Triangles of the surface.

    Notes
    -----
    Found by trial on seven surfaces, see ``assets/docs/training.md``: a surface is hard as far as its chart stretches
    it, and as its triangles are small. What goes on from a trained autoencoder needs a third of the steps.
    """
    hardness = max(0.0, min(stretch, 100.0) - 1.0) * math.sqrt(n_faces)
    whole = _LEAST + _GROWTH * math.sqrt(hardness)
    return math.ceil(whole if options.start == "new" else whole / 3.0)


def expected_steps(schedule_parts: list[int], seconds_left: float, seconds_per_step: float) -> int:
    """Return how many steps a training will have taken at the end of its time.

    Parameters
    ----------
    schedule_parts : list of int
        Steps of the parts of the schedule that are done.
    seconds_left : float
        Time left for steps.
    seconds_per_step : float
        What a step has cost lately.
    """
    if len(schedule_parts) == PARTS:
        return sum(schedule_parts)
    return sum(schedule_parts) + int(max(0.0, seconds_left) / max(seconds_per_step, 1e-9))


def advised_seconds(needed: int, seconds_per_step: float, besides: float) -> float:
    """Return the time to ask for instead: enough for the steps, and for what comes before and after them."""
    return _ROUNDED * math.ceil(1.1 * (needed * seconds_per_step + besides) / _ROUNDED)


def too_little_time(
    seconds: float, needed: int, expected: int, seconds_per_step: float, advised: float, besides: float
) -> str:
    """Return what the user should know of a training whose time holds too few steps."""
    rate = 1.0 / seconds_per_step
    pace = f"needs {seconds_per_step:.0f} s for a step" if rate < 0.5 else f"takes {rate:.2g} steps a second"
    return (
        f"This computer {pace}, and {max(besides, 1.0):.0f} s go to what comes before and after them: "
        f"{seconds:.0f} s hold {expected:,} of the {needed:,} steps that a good result needs. "
        f"About {advised:.0f} s would do."
    )


def too_few_steps(steps: int, needed: int) -> str:
    """Return what the user should know of a training that took too few steps, whatever its time."""
    return f"Only {steps:,} of the {needed:,} steps that a good result needs were taken: expect large errors and folds."


class Outlook:
    """Whether the time of a training holds the steps that it needs, and what the user is told of that.

    Parameters
    ----------
    options : TrainingOptions
        How the training goes.
    n_faces : int
        Triangles of the surface.

    Attributes
    ----------
    stretch : float
        L2 stretch of the guiding chart; 1 without one.
    warning : str
        What the user should know; empty where the time suffices.
    advised : float or None
        Seconds to ask for instead; None where the time suffices.
    """

    def __init__(self, options: TrainingOptions, n_faces: int) -> None:
        self._options, self._n_faces = options, n_faces
        self.stretch, self.warning = 1.0, ""
        self.advised: float | None = None

    def look_ahead(self, done: list[int], seconds_left: float, pace: float, besides: float) -> None:
        """Notice whether the time will hold too few steps, at the beginning of a part of the schedule.

        Parameters
        ----------
        done : list of int
            Steps of the parts that are done.
        seconds_left : float
            Time left for steps.
        pace : float
            Seconds of a step.
        besides : float
            Seconds of what comes before and after the steps.
        """
        if self._options.steps:
            return
        needed = steps_needed(self._options, self.stretch, self._n_faces)
        expected = expected_steps(done, seconds_left, pace)
        self.warning, self.advised = "", None
        if expected < SHORT * needed:
            self.advised = advised_seconds(needed, pace, besides)
            self.warning = too_little_time(self._options.seconds, needed, expected, pace, self.advised, besides)

    def look_back(self, steps: int, ended: str) -> str:
        """Return how a training ended that took so many steps: what took too few is not called finished."""
        needed = steps_needed(self._options, self.stretch, self._n_faces)
        if ended == "finished" and steps < SHORT * needed:
            self.warning = self.warning or too_few_steps(steps, needed)
            return "short"
        if ended != "short":
            self.warning, self.advised = "", None
        return ended
