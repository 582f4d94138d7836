"""Training a generative model for so many processor seconds, or so many steps."""

import time
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float64

from core.base.errors import TrainingError
from core.base.progress import Progress, Stop, Work, part
from core.data.surface import Surface
from core.training.generators.charted import ChartedSurface
from core.training.generators.cloud import Cloud
from core.training.generators.looking import look_of
from core.training.generators.models import MODELS, Budget
from core.training.generators.trained import Trained
from core.training.generators.transported import TransportedCodes

_BATCH = 128
_BETWEEN_REPORTS = 0.1
_BETWEEN_CLOUDS, _BETWEEN_LOOKS = 1.0, 0.2
"""Processor seconds between clouds, and where a model is watched; there the cells come as often as the former."""
_SLOW = 0.12
"""Seconds by the clock from step to step in slow motion."""
_SHOWN = 500


def train_generator(
    name: str,
    sample: Float64[np.ndarray, "n d"],
    budget: Budget,
    watched: bool = False,
    surface: Surface | None = None,
) -> Work[Trained]:
    """Let a model learn a sample.

    Parameters
    ----------
    name : str
        A key of `MODELS`.
    sample : (n, d) float64 array
        Independent points of what is to be learned.
    budget : Budget
        How long.
    watched : bool
        Whether clouds come often and with a `Look`.
    surface : Surface, optional
        What the points lie on, for the model that charts it.

    Yields
    ------
    Progress
        Sometimes with a `Cloud`. On ``send("stop")`` it ends with what it has; on ``send("slow")`` it takes one step
        for each report, about eight a second, until ``send("fast")``.

    Raises
    ------
    TrainingError
        If the sample has no extent, or the model is not known.
    """
    if name not in MODELS:
        raise TrainingError(f"There is no model {name}. Choose among {', '.join(MODELS)}.")
    scale = float(np.sqrt(np.square(sample - sample.mean(0)).mean()))
    if len(sample) < 2 or not np.isfinite(scale) or not scale > 0.0:
        raise TrainingError("All points of the sample coincide, or one is not finite. Give points that differ.")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # batches are small: threads that wait for each other take longer
    try:
        training = _Training(name, sample, scale, budget, watched)
        if surface is not None and isinstance(training.model, ChartedSurface):
            training.model.surface = Surface((surface.vertices - training.centre) / scale, surface.faces)
        return (yield from training.run())
    finally:
        torch.set_num_threads(threads)


class _Training:
    """One model on its way."""

    def __init__(
        self, name: str, sample: Float64[np.ndarray, "n d"], scale: float, budget: Budget, watched: bool
    ) -> None:
        kept = torch.get_rng_state()
        torch.default_generator.manual_seed(budget.seed)
        self.model = MODELS[name].make(sample.shape[1], budget.settings)
        torch.set_rng_state(kept)
        self.centre, self.scale, self.budget = sample.mean(0), scale, budget
        self.real = torch.as_tensor((sample - self.centre) / scale, dtype=torch.float32)
        self.rng = torch.Generator().manual_seed(budget.seed + 1)
        self.steps, self.seconds, self.loss, self.diverged = 0, 0.0, 0.0, False
        self.losses: list[tuple[float, float]] = []
        self._shown = sample[:_SHOWN] if watched else None
        self._is_slow, self._drew_cells = False, -_BETWEEN_CLOUDS
        self._good = self._state()

    def run(self) -> Work[Trained]:
        """Learn to the end of the budget; then solve the transport where there is one."""
        stop, between = Stop(), _BETWEEN_CLOUDS if self._shown is None else _BETWEEN_LOOKS
        shown = -between
        is_transport = isinstance(self.model, TransportedCodes | ChartedSurface)
        last = getattr(self.model, "chart_share", 1.0)
        while not (stop.requested or self.diverged or self.model.has_ended or self._spent() >= last):
            self._steps_for(0.0 if self._is_slow else _BETWEEN_REPORTS, last)
            cloud = None
            if (self._is_slow or self.seconds - shown >= between) and not is_transport:
                cloud, shown = self._cloud(), self.seconds
            text = f"{self.steps:,} steps, {self.seconds:.1f} s"
            answer = stop.heed((yield Progress(min(self._spent(), 1.0), text, cloud)))
            self._is_slow = answer == "slow" or (self._is_slow and answer != "fast")
        if isinstance(self.model, TransportedCodes | ChartedSurface):
            began = time.process_time()
            yield from part(self.model.transport(self.real), last, 1.0, stop=stop)
            self.seconds += time.process_time() - began
        yield Progress(1.0, "Done", self._cloud())
        return self._trained()

    def _spent(self) -> float:
        """Return what part of the budget is used up."""
        if self.budget.steps:
            return self.steps / self.budget.steps
        return self.seconds / max(self.budget.seconds, 1e-9)

    def _steps_for(self, seconds: float, last: float) -> None:
        """Take steps for some processor seconds, at least one; go back to where all was well where numbers are none."""
        if self._is_slow:
            time.sleep(_SLOW)
        began = time.process_time()
        before, is_first = self.seconds, True
        while is_first or (self.seconds - before < seconds and self._spent() < last):
            is_first = False
            rows = torch.randint(len(self.real), (_BATCH,), generator=self.rng)
            self.loss = self.model.step(self.real[rows], self.rng)
            self.steps += 1
            self.seconds = before + time.process_time() - began
        if np.isfinite(self.loss) and all(bool(one.isfinite().all()) for one in self.model.parameters()):
            self._good = self._state()
            self.losses.append((float(self.steps), self.loss))
        else:
            self.diverged = True
            with torch.no_grad():
                for one, kept in zip(self.model.parameters(), self._good, strict=True):
                    one.copy_(kept)

    def _state(self) -> Sequence[torch.Tensor]:
        return [one.detach().clone() for one in self.model.parameters()]

    def _trained(self) -> Trained:
        losses = np.array(self.losses, np.float64).reshape(-1, 2)
        return Trained(self.model, self.centre, self.scale, self.steps, self.seconds, self.diverged, losses)

    def _cloud(self) -> Cloud:
        trained = self._trained()
        points = trained.draw(_SHOWN)
        if self._shown is None:
            return Cloud(points, self.steps, self.seconds, self.loss)
        with_cells = self._is_slow or self._spent() >= 1.0 or self.seconds - self._drew_cells >= _BETWEEN_CLOUDS
        self._drew_cells = self.seconds if with_cells else self._drew_cells
        look = look_of(trained, self._shown, points, with_cells)
        return Cloud(points, self.steps, self.seconds, self.loss, look)
