"""Training an autoencoder of a disk-type surface, for a given time."""

import math
from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np
import torch

from core.arrays import frozen
from core.autoencoder.autoencoder import Autoencoder
from core.autoencoder.chart import disk_chart
from core.autoencoder.detail_figures import DetailFigures
from core.autoencoder.fit_detail import DetailFit, DetailOptions, expected_seconds, fit_detail, with_withheld_error
from core.clock import ActiveClock, n_cores
from core.errors import BudaiError, TrainingError
from core.evaluation.certify import Findings, certify
from core.progress import Progress, Result, Work
from core.surface.geodesic_balls import withheld_faces
from core.surface.surface import Surface
from core.training.checkpoint import Checkpoint, fingerprint
from core.training.continuing import start_from
from core.training.finishing import finished
from core.training.learner import Learner, Recipe, Start
from core.training.live_detail import LiveDetail
from core.training.options import PARTS, TrainingOptions
from core.training.pose import pose_of
from core.training.reporter import Reporter
from core.training.result import TrainingResult, TrainingStep
from core.training.schedule import Schedule

_BETWEEN_REPORTS = 0.08
"""Seconds of work between two reports."""
_FINISHING = 0.5
"""Seconds set aside for what follows the last step."""
_DETAIL_SHARE = 0.15
"""Part of the time that is set aside for the detail layer at most."""
_BETWEEN_COPIES = 30.0
"""Seconds between two copies of the state outside the accelerator."""
_LEAST_SHARE = 0.3
"""Part of the time that the steps get at least, should the chart have taken all of it."""
_ON_ACCELERATOR = Recipe(triangles=8192)
_HALVINGS = 4
"""How often the batch is halved for want of memory before the CPU takes over."""


def train(
    surface: Surface,
    options: TrainingOptions,
    former: TrainingResult | None = None,
    checkpoint: Checkpoint | None = None,
    keep: Callable[[Checkpoint], None] | None = None,
) -> Work[TrainingResult]:
    """Train an autoencoder of a surface.

    Parameters
    ----------
    surface : Surface
        A topological disk.
    options : TrainingOptions
        How. The clock runs only between resuming this work and its next yield.
    former : TrainingResult, optional
        A training on the same surface to go on from, where the options say so.
    checkpoint : Checkpoint, optional
        The state of a training with these options that was lost: it goes on from there, its time counted on.
    keep : callable, optional
        Called every 30 seconds with the state, to store it.

    Yields
    ------
    Progress
        With a `TrainingStep`. Sending "stop" ends training early with a finished result.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    TrainingError
        If the device asked for is not there, or there is nothing to go on from.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(
        1
    )  # the batch is shared out instead: threads that wait for each other at every operation stall on a busy computer
    try:
        return (yield from _Run(surface, options, former, checkpoint, keep).work())
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


class _Run:
    """One training."""

    def __init__(
        self,
        surface: Surface,
        options: TrainingOptions,
        former: TrainingResult | None,
        checkpoint: Checkpoint | None,
        keep: Callable[[Checkpoint], None] | None,
    ) -> None:
        self.clock = ActiveClock(0.0 if checkpoint is None else checkpoint.seconds)
        self.surface, self.options = surface, options
        self.checkpoint, self.store = checkpoint, keep
        self.device = choose_device(options.device)
        self.pose = pose_of(surface)
        self.ended, self.messages = "finished", []
        self.target: np.ndarray | None = None
        self.chart_seconds: float | None = None
        self.set_aside = 0.0
        self.left_out = np.zeros(len(surface.faces), bool)
        if options.withheld:
            self.left_out = withheld_faces(surface, options.withheld, np.random.default_rng(options.seed))
            if self.left_out.all() or not self.left_out.any():
                raise TrainingError(
                    f"Withheld: balls with {100 * options.withheld:.3g} % of a surface of {len(surface.faces):,} "
                    "triangles would take none or all of them. Choose another part, or a finer surface."
                )
        detail = LiveDetail(surface, self.pose.frame, self.left_out) if options.detail else None
        self.reporter = Reporter(surface, self.pose.frame, np.random.default_rng(options.seed), detail)
        self.recipe = Recipe() if self.device.type == "cpu" else _ON_ACCELERATOR
        self.kept, self.keep_due = [], 0.0
        self.start = None
        if options.start != "new" and former is None and checkpoint is None:
            raise TrainingError("There is no trained autoencoder to go on from. Train one first, or begin anew.")
        if options.start != "new" and former is not None:
            self.start = start_from(surface, former, options)
            self.target = former.target
        if checkpoint is not None:
            self._resume(checkpoint)

    def work(self) -> Work[TrainingResult]:
        """Chart, training, finishing, certificate."""
        if self.options.mode != "guided":
            self.target = None
        elif self.target is None:
            yield from self._chart()
        self.learner = self._new_learner()
        schedule = Schedule(0.0, self.options.steps, self.checkpoint.schedule if self.checkpoint else ())
        if self.checkpoint is not None:
            self.learner.restore([torch.tensor(array) for array in self.checkpoint.weights])
            self.learner.steps = self.checkpoint.steps
        try:
            self._keep(schedule)
            self.set_aside = self._set_aside()
            schedule.seconds = max(
                self.options.seconds - _FINISHING - self.set_aside,
                self.clock.seconds + _LEAST_SHARE * self.options.seconds * (PARTS - len(schedule.parts)) / PARTS,
            )
            yield from self._loop(schedule)
            autoencoder, codes = yield from self._paused(finished(self.learner, self.surface), 1.0)
        finally:
            self.learner.close()
        fit = yield from self._detail(autoencoder)
        seconds, detail = self.clock.seconds, None
        if fit is not None:
            autoencoder = autoencoder.with_detail(fit.detail)
            detail = yield from with_withheld_error(fit)
        rng = np.random.default_rng(self.options.seed)
        findings = yield from certify(self.surface, autoencoder, rng, self.left_out)
        return self._result(autoencoder, codes, seconds, schedule, findings, detail)

    def _result(
        self,
        autoencoder: Autoencoder,
        codes: np.ndarray,
        seconds: float,
        schedule: Schedule,
        findings: Findings,
        detail: DetailFigures | None,
    ) -> TrainingResult:
        """Gather what came of it."""
        return TrainingResult(
            autoencoder=autoencoder,
            codes=codes,
            target=self.target,
            options=self.options,
            device=self.device.type,
            seconds=seconds,
            steps=self.learner.steps,
            certificate=findings.certificate,
            history=self.reporter.curves(),
            schedule=tuple(schedule.parts),
            ended=self.ended,
            messages=tuple(self.messages),
            detail=detail,
            chart_seconds=self.chart_seconds,
            bad_faces=findings.bad_faces,
        )

    def _set_aside(self) -> float:
        """Seconds kept for the detail layer: what it will take on this computer as busy as it is, within reason."""
        if not self.options.detail:
            return 0.0
        expected = expected_seconds(len(self.surface.vertices), *self.learner.maps())
        return min(expected, _DETAIL_SHARE * self.options.seconds)

    def _detail(self, autoencoder: Autoencoder) -> Generator[Progress, str | None, DetailFit | None]:
        """Fit the detail layer; where the chart does not allow it, say so."""
        if not self.options.detail:
            return None
        # A run of prescribed steps shall give the same numbers whatever the time.
        left = math.inf if self.options.steps else max(self.options.seconds - self.clock.seconds, self.set_aside)
        options = DetailOptions(self.options.detail_nodes, seed=self.options.seed, seconds=left)
        work, answer = fit_detail(self.surface, autoencoder, options, self.left_out), None
        try:
            while True:
                progress = work.send(answer)
                answer = yield from self.clock.pause(Progress(1.0, progress.message))
        except StopIteration as end:
            self.messages += end.value.figures.messages
            return end.value
        except BudaiError as error:
            self.messages.append(f"There is no detail layer. {error}")
            return None

    def _chart(self) -> Generator[Progress, str | None, None]:
        """Make the guiding chart and show it."""
        started = self.clock.seconds
        chart = yield from self._paused(disk_chart(self.pose.surface), 0.0)
        self.chart_seconds = self.clock.seconds - started
        self.target = frozen(chart.codes[self.pose.numbering.ranks])
        codes = self.target.astype(np.float32)
        shown = TrainingStep(0, self.clock.seconds, math.nan, flipped_triangles=chart.flips, codes=codes)
        yield from self.clock.pause(Progress(0.0, "Guiding chart", shown))

    def _paused(self, work: Work[Result], fraction: float) -> Work[Result]:
        """Run another work with the clock stopped while it waits; its progress counts as one place of this one."""
        while True:
            try:
                progress = next(work)
            except StopIteration as end:
                return end.value
            yield from self.clock.pause(Progress(fraction, progress.message))

    def _new_learner(self) -> Learner:
        """Bring everything to the device and choose the first weights."""
        cpu = self.device.type == "cpu"
        return Learner(
            self.pose,
            self.left_out,
            self.target,
            (self.options.encoder_widths, self.options.decoder_widths),
            self.device,
            n_cores() if cpu else 1,
            self.options.seed,
            self.recipe,
            self.start,
        )

    def _loop(self, schedule: Schedule) -> Generator[Progress, str | None, None]:
        """All parts of the schedule."""
        pace, good = self._pace(), self.learner.state()
        for part in range(len(schedule.parts), PARTS):
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
                self._keep(schedule)
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

    def _keep(self, schedule: Schedule) -> None:
        """Copy the state now and then: to the memory of the CPU, should the accelerator vanish, and to where it lasts.

        The part of the schedule under way will be begun anew.
        """
        if self.clock.seconds < self.keep_due:
            return
        self.kept = [tensor.cpu() for tensor in self.learner.state()]
        self.keep_due = self.clock.seconds + _BETWEEN_COPIES
        if self.store is None or not schedule.parts:
            return
        state = Checkpoint(
            surface=fingerprint(self.surface),
            options=self.options,
            weights=tuple(tensor.numpy() for tensor in self.kept),
            target=self.target,
            schedule=tuple(schedule.parts[:-1]),
            steps=self.learner.steps,
            seconds=self.clock.seconds,
            chart_seconds=self.chart_seconds,
            curves=self.reporter.rows,
            focus=None if self.start is None else self.start.focus,
        )
        try:
            self.store(state)
        except BudaiError as error:
            self.messages.append(f"The state of the training could not be kept: {error}")
            self.store = None

    def _resume(self, checkpoint: Checkpoint) -> None:
        """Take over what an interrupted training had come to."""
        checkpoint.check(self.surface)
        self.target, self.chart_seconds = checkpoint.target, checkpoint.chart_seconds
        self.reporter.resume(checkpoint.curves)
        if checkpoint.focus is not None:
            self.start = Start(None, checkpoint.focus)
        self.messages.append(f"Resumed after {checkpoint.seconds:.0f} s: its steps do not repeat this run.")

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
        steps = self.learner.steps
        for k in range(4):
            if k == 1:
                started = self.clock.seconds
            self._step(0.0).tolist()
        pace = (self.clock.seconds - started) / 3
        self.learner.restore(state)
        self.learner.generator.set_state(drawn)
        self.learner.steps = steps
        return pace

    def _report(self, figures: list[float]) -> TrainingStep:
        """Tell loss and error, and if it is time again codes and reconstruction."""
        now = self.clock.seconds
        report = self.reporter.report(self.learner, now, *figures)
        if math.isfinite(report.loss) and self.reporter.wants_picture(now):
            report = self.reporter.picture(self.learner, report)
        self.reporter.keep(report, self.clock.seconds - now)
        return report
