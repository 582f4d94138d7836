"""Training a generative model for so many processor seconds, or so many steps."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float64

from core.base.errors import TrainingError
from core.base.progress import Progress, Stop, Work, part
from core.training.generators.adversarial import Wasserstein
from core.training.generators.model import Model
from core.training.generators.models import MODELS, Budget, Cloud
from core.training.generators.transported import TransportedCodes

_BATCH = 128
_BETWEEN_REPORTS = 0.1
_BETWEEN_CLOUDS = 1.0
_SHOWN = 500
_SHARE_OF_CHART = 0.5
"""Part of the time that AE-OT learns its chart; the rest is more than the transport takes."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A model that has learned, and where its units lie.

    Parameters
    ----------
    model : Model
        In normalized units.
    centre : (d,) float64 array
        Mean of the sample.
    scale : float
        What a normalized unit is.
    steps : int
        Steps that were taken.
    seconds : float
        Processor seconds that they took.
    diverged : bool
        Whether numbers became infinite or none; the model is then that of the last good report.
    losses : (k, 2) float64 array
        Step and loss at each report.
    """

    model: Model
    centre: Float64[np.ndarray, " d"]
    scale: float
    steps: int
    seconds: float
    diverged: bool
    losses: Float64[np.ndarray, "k 2"] = field(default_factory=lambda: np.zeros((0, 2)))

    def draw(self, count: int, seed: int = 0) -> Float64[np.ndarray, "n d"]:
        """Return new points, in input units."""
        with torch.no_grad():
            made = self.model.draw(count, torch.Generator().manual_seed(seed))
        return np.asarray(made.numpy(), np.float64) * self.scale + self.centre

    def log_likelihood(self, points: Float64[np.ndarray, "n d"]) -> float | None:
        """Return the mean logarithm of the density at some points, in input units; None where there is none."""
        with torch.no_grad():
            found = self.model.log_density(self._normalized(points))
        return None if found is None else float(found.mean()) - len(self.centre) * float(np.log(self.scale))

    def critic_distance(
        self, points: Float64[np.ndarray, "n d"], others: Float64[np.ndarray, "n d"], steps: int = 1000
    ) -> Work[float | None]:
        """Let the critic go on between two samples, and return how far its means are then apart: what it takes for W1.

        None where there is no critic whose slope is held to 1; in input units.
        """
        if not isinstance(self.model, Wasserstein) or not self.model.is_steady:
            return None
        first, second = self._normalized(points), self._normalized(others)
        yield from self.model.settle(first, second, steps, torch.Generator().manual_seed(0))
        with torch.no_grad():
            return float((self.model.potential(first).mean() - self.model.potential(second).mean()) * self.scale)

    def _normalized(self, points: Float64[np.ndarray, "n d"]) -> torch.Tensor:
        return torch.as_tensor((points - self.centre) / self.scale, dtype=torch.float32)


def train_generator(name: str, sample: Float64[np.ndarray, "n d"], budget: Budget) -> Work[Trained]:
    """Let a model learn a sample.

    Parameters
    ----------
    name : str
        A key of `MODELS`.
    sample : (n, d) float64 array
        Independent points of what is to be learned.
    budget : Budget
        How long.

    Yields
    ------
    Progress
        Sometimes with a `Cloud`. On ``send("stop")`` it ends with what it has.

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
        return (yield from _Training(name, sample, scale, budget).run())
    finally:
        torch.set_num_threads(threads)


class _Training:
    """One model on its way."""

    def __init__(self, name: str, sample: Float64[np.ndarray, "n d"], scale: float, budget: Budget) -> None:
        kept = torch.get_rng_state()
        torch.default_generator.manual_seed(budget.seed)
        self.model = MODELS[name][1](sample.shape[1])
        torch.set_rng_state(kept)
        self.centre, self.scale, self.budget = sample.mean(0), scale, budget
        self.real = torch.as_tensor((sample - self.centre) / scale, dtype=torch.float32)
        self.rng = torch.Generator().manual_seed(budget.seed + 1)
        self.steps, self.seconds, self.loss, self.diverged = 0, 0.0, 0.0, False
        self.losses: list[tuple[float, float]] = []
        self._good = self._state()

    def run(self) -> Work[Trained]:
        """Learn to the end of the budget; then solve the transport where there is one."""
        stop, shown = Stop(), -_BETWEEN_CLOUDS
        is_transport = isinstance(self.model, TransportedCodes)
        last = _SHARE_OF_CHART if is_transport else 1.0
        while not (stop.requested or self.diverged or self.model.has_ended or self._spent() >= last):
            self._steps_for(_BETWEEN_REPORTS, last)
            cloud = None
            if self.seconds - shown >= _BETWEEN_CLOUDS and not is_transport:
                cloud, shown = self._cloud(), self.seconds
            text = f"{self.steps:,} steps, {self.seconds:.1f} s"
            stop.heed((yield Progress(min(self._spent(), 1.0), text, cloud)))
        if isinstance(self.model, TransportedCodes):
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
        """Take steps for some processor seconds; go back to where all was well where numbers are none."""
        began = time.process_time()
        before = self.seconds
        while self.seconds - before < seconds and self._spent() < last:
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
        return Cloud(self._trained().draw(_SHOWN), self.steps, self.seconds, self.loss)
