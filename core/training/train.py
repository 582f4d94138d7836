"""Training an autoencoder of a disk-type surface, for a given time."""

import math
from collections.abc import Generator
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from core.autoencoder.autoencoder import Autoencoder
from core.autoencoder.chart import disk_chart
from core.clock import ActiveClock, n_cores
from core.errors import TrainingError
from core.evaluation.certificate import certify
from core.evaluation.distortion import flipped_triangles
from core.progress import Progress, Work
from core.relu.relu_map import ReluMap
from core.surface.normalization import unit_frame
from core.surface.surface import Surface
from core.training.learner import Learner, Recipe
from core.training.options import PARTS, TrainingOptions
from core.training.result import TrainingResult, TrainingStep
from core.training.schedule import Schedule

_BETWEEN_REPORTS = 0.08
"""Seconds of work between two reports."""
_SNAPSHOT_SHARE = 0.15
"""Most of the time that snapshots may take."""
_FINISHING = 0.5
"""Seconds set aside for what follows the last step."""
_FITTED = 30_000
"""Random points, besides the vertices, that the decoder's last layer is fitted to in the end."""
_BETWEEN_COPIES = 30.0
"""Seconds between two copies of the state outside the accelerator."""
_LEAST_SHARE = 0.3
"""Part of the time that the steps get at least, should the chart have taken all of it."""
_ON_ACCELERATOR = Recipe(triangles=8192)
_HALVINGS = 4
"""How often the batch is halved for want of memory before the CPU takes over."""


def train(surface: Surface, options: TrainingOptions) -> Work[TrainingResult]:
    """Train an autoencoder of a surface.

    Parameters
    ----------
    surface : Surface
        A topological disk.
    options : TrainingOptions
        How. The clock runs only between resuming this work and its next yield.

    Yields
    ------
    Progress
        With a `TrainingStep`. Sending "stop" ends training early with a finished result.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    TrainingError
        If the device asked for is not there.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(
        1
    )  # the batch is shared out instead: threads that wait for each other at every operation stall on a busy computer
    try:
        return (yield from _Run(surface, options).work())
    finally:
        torch.set_num_threads(threads)


def choose_device(wanted: str) -> torch.device:
    """Return the device for a choice of the user.

    Raises
    ------
    TrainingError
        If it is not there.
    """
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return torch.device("cuda" if there["cuda"] else "mps" if there["mps"] else "cpu")
    if not there[wanted]:
        raise TrainingError(f"Device {wanted} is not available on this computer. Choose auto or cpu.")
    return torch.device(wanted)


@dataclass
class _History:
    """Curves of a run."""

    rows: list[tuple[float, ...]] = field(default_factory=list)

    def add(self, step: TrainingStep) -> None:
        """Append one report."""
        figures = (step.rmse_rel, step.chamfer_rel, step.flipped_triangles)
        self.rows.append((step.step, step.seconds, step.loss, *(math.nan if f is None else f for f in figures)))

    def curves(self) -> dict[str, np.ndarray]:
        """Return the columns by name."""
        names = ("step", "seconds", "loss", "rmse_rel", "chamfer_rel", "flipped_triangles")
        table = np.array(self.rows, np.float64).reshape(-1, len(names))
        return dict(zip(names, table.T, strict=True))


class _Run:
    """One training."""

    def __init__(self, surface: Surface, options: TrainingOptions) -> None:
        self.clock = ActiveClock()
        self.surface, self.options = surface, options
        self.device = choose_device(options.device)
        self.frame = unit_frame(surface)
        self.history, self.ended, self.messages = _History(), "finished", []
        self.target: np.ndarray | None = None
        self.squared, self.snapshot_due = None, 0.0
        self.recipe = Recipe() if self.device.type == "cpu" else _ON_ACCELERATOR
        self.kept, self.keep_due = [], 0.0

    def work(self) -> Work[TrainingResult]:
        """Chart, training, finishing, certificate."""
        if self.options.mode == "guided":
            yield from self._chart()
        self.learner = self._new_learner()
        try:
            self._keep()
            stop = max(self.options.seconds - _FINISHING, self.clock.seconds + _LEAST_SHARE * self.options.seconds)
            schedule = Schedule(stop, self.options.steps)
            yield from self._loop(schedule)
            autoencoder, codes = self._finish()
        finally:
            self.learner.close()
        seconds = self.clock.seconds
        certificate = yield from certify(self.surface, autoencoder, np.random.default_rng(self.options.seed))
        return TrainingResult(
            autoencoder=autoencoder,
            codes=codes,
            target=self.target,
            options=self.options,
            device=self.device.type,
            seconds=seconds,
            steps=self.learner.steps,
            certificate=certificate,
            history=self.history.curves(),
            schedule=tuple(schedule.parts),
            ended=self.ended,
            messages=tuple(self.messages),
        )

    def _chart(self) -> Generator[Progress, str | None, None]:
        """Make the guiding chart and show it."""
        work = disk_chart(self.surface)
        while True:
            try:
                progress = next(work)
            except StopIteration as end:
                chart = end.value
                break
            yield from self.clock.pause(Progress(0.0, progress.message))
        self.target, codes = chart.codes, chart.codes.astype(np.float32)
        shown = TrainingStep(0, self.clock.seconds, math.nan, flipped_triangles=chart.flips, codes=codes)
        yield from self.clock.pause(Progress(0.0, "Guiding chart", shown))

    def _new_learner(self) -> Learner:
        """Bring everything to the device and choose the first weights."""
        cpu = self.device.type == "cpu"
        return Learner(
            self.frame.normalize(self.surface.vertices),
            self.surface.faces,
            self.surface.face_areas / self.surface.diagonal**2,
            self.target,
            (self.options.encoder_widths, self.options.decoder_widths),
            self.device,
            n_cores() if cpu else 1,
            self.options.seed,
            self.recipe,
        )

    def _loop(self, schedule: Schedule) -> Generator[Progress, str | None, None]:
        """All parts of the schedule."""
        pace, good = self._pace(), self.learner.state()
        for part in range(PARTS):
            count, started = schedule.plan(self.clock.seconds, pace), self.clock.seconds
            since, figures = started, []
            for k in range(count):
                position = schedule.position(part, k, count)
                figures.append(self._step(position))
                if self.clock.seconds - since < _BETWEEN_REPORTS and k < count - 1:
                    continue
                report = self._report(torch.stack(figures).mean(0).tolist())
                if not math.isfinite(report.loss):
                    self._diverged(report, good)
                    return
                good = self.learner.state()
                self._keep()
                answer = yield from self.clock.pause(Progress(position, self._message(), report))
                since, figures = self.clock.seconds, []
                if answer == "stop":
                    self.ended = "stopped"
                    return
            if count:
                pace = (self.clock.seconds - started) / count

    def _step(self, position: float) -> torch.Tensor:
        """Take one step; where the accelerator fails, with smaller batches or in the end on the CPU."""
        while True:
            try:
                return self.learner.step(position)
            except torch.OutOfMemoryError:
                self._lighten()
            except RuntimeError as error:
                if self.device.type == "cpu":
                    raise
                self._leave_accelerator(f"The {self.device.type} device failed ({str(error).splitlines()[0]})")

    def _lighten(self) -> None:
        """Halve the batch for want of memory, or leave the accelerator."""
        if self.recipe.triangles <= _ON_ACCELERATOR.triangles >> _HALVINGS:
            self._leave_accelerator("The graphics card has too little memory even for small batches")
            return
        self.recipe = replace(self.recipe, triangles=self.recipe.triangles // 2)
        self.messages.append(f"The graphics card has too little memory: {self.recipe.triangles} triangles a batch now.")
        self._replace_learner(self.learner.state())

    def _leave_accelerator(self, why: str) -> None:
        """Go on with the CPU from the last state that was kept outside the accelerator."""
        self.recipe, self.device = Recipe(), torch.device("cpu")
        self.messages.append(f"{why}: the CPU takes over.")
        self._replace_learner(self.kept)

    def _replace_learner(self, state: list[torch.Tensor]) -> None:
        """Take a new learner with the present recipe and device, at a given state."""
        steps = self.learner.steps
        self.learner.close()
        self.learner = self._new_learner()
        self.learner.restore(state)
        self.learner.steps = steps

    def _keep(self) -> None:
        """Copy the state to the memory of the CPU now and then, should the accelerator vanish."""
        if self.clock.seconds >= self.keep_due:
            self.kept = [tensor.cpu() for tensor in self.learner.state()]
            self.keep_due = self.clock.seconds + _BETWEEN_COPIES

    def _diverged(self, report: TrainingStep, good: list[torch.Tensor]) -> None:
        """Go back to the last good state."""
        self.learner.restore(good)
        self.ended = "diverged"
        self.messages.append(
            f"The loss was not a number at step {report.step}; the last good state before it is kept. "
            "Try another seed, or wider layers."
        )

    def _message(self) -> str:
        """What is being done, and what was last found wrong."""
        return f"Training. {self.messages[-1]}" if self.messages else "Training"

    def _pace(self) -> float:
        """Measure the seconds of a step without keeping what it did."""
        state, drawn, started = self.learner.state(), self.learner.generator.get_state(), 0.0
        for k in range(4):
            if k == 1:
                started = self.clock.seconds
            self._step(0.0).tolist()
        pace = (self.clock.seconds - started) / 3
        self.learner.restore(state)
        self.learner.generator.set_state(drawn)
        self.learner.steps = 0
        return pace

    def _report(self, figures: list[float]) -> TrainingStep:
        """Tell loss and error, and if it is time again codes and reconstruction."""
        loss, squared = figures
        now = self.clock.seconds
        if self.squared is None or not math.isfinite(squared):
            self.squared = squared
        self.squared += 0.2 * (squared - self.squared)
        rmse = math.sqrt(self.squared) * self.frame.scale / self.surface.diagonal
        report = TrainingStep(self.learner.steps, now, loss, rmse)
        if now >= self.snapshot_due and math.isfinite(loss):
            codes, images = (part.cpu().numpy() for part in self.learner.images())
            report = replace(
                report,
                flipped_triangles=int(flipped_triangles(codes.astype(np.float64), self.surface.faces).sum()),
                codes=codes,
                reconstruction=self.frame.restore(images.astype(np.float64)).astype(np.float32),
            )
            self.snapshot_due = now + (self.clock.seconds - now) / _SNAPSHOT_SHARE
        self.history.add(report)
        return report

    def _finish(self) -> tuple[Autoencoder, np.ndarray]:
        """Refit the decoder's last layer to the codes as they are, bring them into the disk, leave torch."""
        learner = self.learner
        points = torch.cat([learner.points, learner.draw(_FITTED)])
        learner.decoder.fit_last_layer(learner.encoder(points), points)
        encoder, decoder = learner.encoder.relu_map(), learner.decoder.relu_map()
        codes = encoder(self.frame.normalize(self.surface.vertices))
        centre, radius = (np.zeros(2), np.linalg.norm(codes, axis=1).max()) if learner.guided else _circle_around(codes)
        while True:
            inner, outer = _into_disk(encoder, decoder, centre, radius)
            # Measured as others will measure it, in input units.
            autoencoder = Autoencoder(inner, outer, self.frame.centre, self.frame.scale)
            codes = autoencoder.encode(self.surface.vertices)
            if np.linalg.norm(codes, axis=1).max() <= 1.0:
                return autoencoder, codes
            radius *= 1.0 + 1e-7  # rounding to float32 left a code just outside


def _into_disk(encoder: ReluMap, decoder: ReluMap, centre: np.ndarray, radius: float) -> tuple[ReluMap, ReluMap]:
    """The same autoencoder with codes (code - centre) / radius, every number rounded to float32."""
    weight, bias = encoder.weights[-1] / radius, (encoder.biases[-1] - centre) / radius
    first, shift = decoder.weights[0] * radius, decoder.biases[0] + decoder.weights[0] @ centre
    return (
        ReluMap((*encoder.weights[:-1], _single(weight)), (*encoder.biases[:-1], _single(bias))),
        ReluMap((_single(first), *decoder.weights[1:]), (_single(shift), *decoder.biases[1:])),
    )


def _single(array: np.ndarray) -> np.ndarray:
    """Numbers rounded to float32, as float64."""
    return array.astype(np.float32).astype(np.float64)


def _circle_around(codes: np.ndarray) -> tuple[np.ndarray, float]:
    """Centre and radius of nearly the smallest circle around some codes (Bădoiu and Clarkson 2003)."""
    centre = codes.mean(0)
    for k in range(1, 1000):
        centre = centre + (codes[np.square(codes - centre).sum(1).argmax()] - centre) / (k + 1)
    return centre, float(np.linalg.norm(codes - centre, axis=1).max())
