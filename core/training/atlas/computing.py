"""What computes the charts of an atlas, and what happens where it fails."""

from collections.abc import Callable

import torch

from core.base.clock import ActiveClock, n_cores
from core.base.errors import TrainingError
from core.training.atlas.learner import AtlasLearner
from core.training.train import choose_device

_CPU = torch.device("cpu")


def atlas_device(wanted: str, goes_on: bool = False) -> torch.device:
    """Return the device for the choice of a user.

    Parameters
    ----------
    wanted : str
        What was asked for: auto, cpu, cuda or mps.
    goes_on : bool
        Whether a training goes on that was lost: it takes what there is now.

    Raises
    ------
    TrainingError
        If it is not there, or cannot compute an atlas.
    """
    try:
        found = choose_device(wanted)
    except TrainingError:
        if not goes_on:
            raise
        found = choose_device("auto")
    if found.type != "mps":
        return found
    if wanted != "auto" and not goes_on:  # faces are drawn by sums in double precision
        raise TrainingError("mps has no double precision, which an atlas needs. Choose auto or cpu.")
    return _CPU


class Computing:
    """The device that computes, and the state to go on from should it fail.

    Parameters
    ----------
    device : torch.device
        The device.

    Attributes
    ----------
    device : torch.device
        That which computes now.
    messages : list of str
        What the user should know.
    """

    def __init__(self, device: torch.device) -> None:
        self.device, self.messages = device, list[str]()
        self._kept: tuple[list[torch.Tensor], int] | None = None

    @property
    def workers(self) -> int:
        """Threads that share the charts: an accelerator takes all of them at once."""
        return n_cores() if self.device == _CPU else 1

    def keep(self, learner: AtlasLearner) -> None:
        """Copy the networks to the memory of the CPU, where an accelerator computes them: it may vanish."""
        if self.device != _CPU:
            self._kept = [tensor.cpu() for tensor in learner.parameters], learner.steps

    def made(self, make: Callable[[], AtlasLearner]) -> AtlasLearner:
        """Return a learner on the device, or where it cannot be made there on the CPU."""
        try:
            return make()
        except RuntimeError as error:
            if self.device == _CPU:
                raise
            self._leave(error)
            return make()

    def begun(
        self, learner: AtlasLearner, clock: ActiveClock, make: Callable[[], AtlasLearner]
    ) -> tuple[AtlasLearner, float]:
        """Return the learner that works, and the seconds of a step: the first ones, whose rates are nearly nothing."""
        self.keep(learner)
        try:
            return learner, _pace(learner, clock)
        except RuntimeError as error:
            learner = self.taken_over(error, learner, make)
            return learner, _pace(learner, clock)

    def taken_over(self, error: RuntimeError, former: AtlasLearner, make: Callable[[], AtlasLearner]) -> AtlasLearner:
        """Return a learner on the CPU that goes on from what was kept last.

        Parameters
        ----------
        error : RuntimeError
            How the accelerator failed; raised again where none computes.
        former : AtlasLearner
            The learner that failed.
        make : callable
            Makes a learner on the present device.
        """
        if self._kept is None:
            raise error
        former.close()
        self._leave(error)
        learner = make()
        learner.restore(self._kept[0])
        learner.steps, self._kept = self._kept[1], None
        return learner

    def _leave(self, error: RuntimeError) -> None:
        """Let the CPU compute from now on."""
        lines = [] if isinstance(error, torch.OutOfMemoryError) else str(error).splitlines()
        why = f"failed ({lines[0]})" if lines else "has too little memory"
        self.messages.append(
            f"The {self.device.type} device {why}: the CPU takes over. The steps of this run do not repeat it."
        )
        self.device = _CPU


def _pace(learner: AtlasLearner, clock: ActiveClock) -> float:
    """Return the seconds of a step."""
    taken = learner.steps
    learner.step(0.0)
    started = clock.seconds
    for _ in range(4):
        learner.step(0.0).cpu()  # which waits for the device
    learner.steps = taken
    return (clock.seconds - started) / 4.0
