"""Training an autoencoder of a disk-type surface, for a given time."""

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

import numpy as np
import torch

from core.base.arrays import frozen
from core.base.clock import ActiveClock, n_cores
from core.base.errors import BudaiError, TrainingError
from core.base.progress import Progress, Result, Stop, Work, part
from core.charts.autoencoder import Autoencoder
from core.charts.detail_figures import DetailFigures
from core.charts.disk_chart import disk_chart
from core.charts.fit_detail import DetailFit, DetailOptions, expected_seconds, fit_detail
from core.charts.progressive import NoRoomError
from core.charts.withheld_error import with_withheld_error
from core.data.surface import Surface
from core.evaluation.certify import Findings, certify
from core.geometry.distortion import l2_stretch
from core.geometry.geodesic_balls import withheld_faces
from core.relu.relu_map import ReluMap
from core.training.checkpoint import Checkpoint, fingerprint
from core.training.continuing import start_from
from core.training.finishing import finished
from core.training.keeping import Keeper
from core.training.learner import Learner
from core.training.live_detail import LiveDetail
from core.training.mending import mended
from core.training.networks.tensors import floats
from core.training.options import PARTS, TrainingOptions
from core.training.pace import Outlook
from core.training.pose import pose_of
from core.training.recipe import Recipe, Start
from core.training.reporter import Reporter
from core.training.result import TrainingResult, TrainingStep
from core.training.schedule import Schedule

_BETWEEN_REPORTS = 0.08
"""Seconds of work between two reports."""
_FINISHING = 0.5
"""Seconds set aside for what follows the last step."""
_DETAIL_SHARE = 0.15
"""Part of the time that is set aside for the detail layer at most."""
_LEAST_DETAIL_SHARE = 0.1
"""Part of the time that is set aside for it at least: what the first lattice leaves goes into a finer one."""
_LATE = 3.0
"""A part of the schedule ends after so many times the time that was planned for it, and so many seconds."""
_LEAST_SHARE = 0.3
"""Part of the time that the steps get at least, should the chart have taken all of it."""
_ON_ACCELERATOR = Recipe(triangles=8192, matrix_rate=0.01)
_HALVINGS = 4
"""How often the batch is halved for want of memory before the CPU takes over."""
_CPU = torch.device("cpu")
_State = tuple[list[torch.Tensor], int]
"""Weights and biases, and the steps after which they were these."""


def train(
    surface: Surface,
    options: TrainingOptions,
    former: TrainingResult | None = None,
    checkpoint: Checkpoint | None = None,
    keep: Callable[[Checkpoint], None] | None = None,
    stop: bool = False,
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
        Called with the state, to store it: before the first step, then ever more seldom, every 30 seconds in the end,
        and once more after the last step.
    stop : bool
        Whether the training was asked to end early before it could begin.

    Yields
    ------
    Progress
        With a `TrainingStep`. Sending "stop" ends training early with a finished result.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    TrainingError
        If the device asked for is not there, there is nothing to go on from or too little memory, or the encoder has
        come to take the whole surface to one point.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(
        1
    )  # the batch is shared out instead: threads that wait for each other at every operation stall on a busy computer
    try:
        return (yield from _Trainer(surface, options, former, checkpoint, keep, stop).work())
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "allocate memory" not in str(error):  # what torch says on the CPU
            raise
        raise TrainingError(
            "There is too little memory to train these networks. Choose narrower layers, or close other programs."
        ) from error
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


class _Trainer:
    """One training."""

    def __init__(
        self,
        surface: Surface,
        options: TrainingOptions,
        former: TrainingResult | None,
        checkpoint: Checkpoint | None,
        keep: Callable[[Checkpoint], None] | None,
        stop: bool = False,
    ) -> None:
        self.clock = ActiveClock(0.0 if checkpoint is None else checkpoint.seconds)
        self.surface, self.options = surface, options
        self.checkpoint, self.keeper = checkpoint, Keeper(keep)
        self.ended, self.messages, self.stop = "finished", list[str](), Stop(stop)
        self.device = self._choose_device()
        self.trained_on = self.device.type
        self.pose = pose_of(surface)
        self.target: np.ndarray | None = None
        self.chart_seconds: float | None = None
        self.outlook = Outlook(options, len(surface.faces))
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
        self.recipe = _ON_ACCELERATOR if self._is_accelerated else Recipe()
        self.kept: _State = [], 0
        self.good: _State = [], 0
        self.begun: _State = [], 0
        self.pace: float | None = None
        self.reporting = 0.0
        self.start = None
        if options.start != "new" and former is None and checkpoint is None:
            raise TrainingError("There is no trained autoencoder to go on from. Train one first, or begin anew.")
        if options.start != "new" and former is not None and checkpoint is None:
            self.start = start_from(surface, former, options)
            self.target = former.target
            self.outlook.stretch = 1.0 if former.target is None else l2_stretch(surface, former.target)
        if checkpoint is not None:
            self._resume(checkpoint)

    def work(self) -> Work[TrainingResult]:
        """Chart, training, finishing, certificate."""
        if self.options.mode != "guided":
            self.target = None
        elif self.target is None:
            yield from self._chart()
        schedule = Schedule(0.0, self.options.steps, self.checkpoint.schedule if self.checkpoint else ())
        self.learner = self._first_learner()
        self.good = self.begun = self.kept
        try:
            schedule.seconds = max(
                self.options.seconds - _FINISHING - self.set_aside,
                self.clock.seconds + _LEAST_SHARE * self.options.seconds * (PARTS - len(schedule.parts)) / PARTS,
            )
            self._keep(schedule.parts, at_once=True)  # the chart is worth it, and a short run has no other
            yield from self._loop(schedule)
            self._bring_home()
            self.ended = self.outlook.look_back(sum(schedule.parts), self.ended)
            self._keep(schedule.parts, at_once=True)  # what follows takes minutes, and needs the networks alone
            corrected = yield from self._mended()
            autoencoder, codes = yield from self._part(finished(self.learner, self.surface, corrected), 1.0)
        finally:
            self.learner.close()
        fit = yield from self._detail(autoencoder)
        seconds, detail = self.clock.seconds, None
        if fit is not None:
            autoencoder = autoencoder.with_detail(fit.detail)
            detail = yield from part(with_withheld_error(fit))
        rng = np.random.default_rng(self.options.seed)
        findings = yield from part(certify(self.surface, autoencoder, rng, self.left_out))
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
            device=self.trained_on,
            seconds=seconds,
            steps=self.learner.steps,
            certificate=findings.certificate,
            history=self.reporter.curves(),
            schedule=tuple(schedule.parts),
            ended=self.ended,
            messages=tuple(filter(None, (self.outlook.warning, *self.messages))),
            detail=detail,
            chart_seconds=self.chart_seconds,
            bad_faces=findings.bad_faces,
            precision=self.learner.precision,
            advised_seconds=self.outlook.advised,
        )

    def _set_aside(self, encoder: ReluMap, decoder: ReluMap) -> float:
        """Seconds kept for the detail layer: what it will take on this computer as busy as it is, within reason."""
        if not self.options.detail:
            return 0.0
        expected = expected_seconds(len(self.surface.vertices), encoder, decoder)
        return self.options.seconds * min(max(expected / self.options.seconds, _LEAST_DETAIL_SHARE), _DETAIL_SHARE)

    def _detail(self, autoencoder: Autoencoder) -> Generator[Progress, str | None, DetailFit | None]:
        """Fit the detail layer; where the chart does not allow it, say so."""
        if not self.options.detail:
            return None
        # A run of prescribed steps shall give the same numbers whatever the time.
        left = math.inf if self.options.steps else max(self.options.seconds - self.clock.seconds, self.set_aside)
        options = DetailOptions(self.options.detail_nodes, seed=self.options.seed, seconds=left)
        try:
            fit = yield from self._part(fit_detail(self.surface, autoencoder, options, self.left_out), 1.0)
        except BudaiError as error:
            self.messages.append(f"There is no detail layer. {error}")
            return None
        self.messages += fit.figures.messages
        return fit

    def _mended(self) -> Generator[Progress, str | None, ReluMap | None]:
        """Return the encoder with local corrections where these leave no exact piece turned over.

        Its time does not count: as the certificate does it looks at every exact piece, however little time there was.
        """
        if self.target is None or self.ended != "finished":
            return None
        worked, encoder = self.clock.seconds, self.learner.maps()[0]
        points = self.pose.frame.normalize(self.surface.vertices)
        found = yield from self._part(mended(points, self.surface.faces, self.target, encoder), 1.0)
        self.clock = ActiveClock(worked)
        self.messages += found.messages
        if not found.bumps:
            return None
        self.set_aside = max(self.set_aside, self._set_aside(found.encoder, self.learner.maps()[1]))
        return found.encoder

    def _chart(self) -> Generator[Progress, str | None, None]:
        """Make the guiding chart and show it."""
        started = self.clock.seconds
        try:
            chart = yield from part(disk_chart(self.pose.surface), 0.0, 0.0, clock=self.clock, stop=self.stop)
        except NoRoomError as error:  # by the number that the vertex has in the file
            raise NoRoomError(int(self.pose.numbering.vertices[error.vertex])) from error
        self.chart_seconds, self.outlook.stretch = self.clock.seconds - started, chart.stretch
        self.target = frozen(chart.codes[self.pose.numbering.ranks])
        codes = self.target.astype(np.float32)
        shown = TrainingStep(0, self.clock.seconds, math.nan, flipped_triangles=chart.flips, codes=codes)
        self.stop.heed((yield from self.clock.pause(Progress(0.0, "Guiding chart", shown))))

    def _part(self, work: Work[Result], place: float) -> Work[Result]:
        """Run another work as a part of this one; its progress counts as one place."""
        return part(work, place, place, clock=self.clock)

    def _new_learner(self) -> Learner:
        """Bring everything to the device and choose the first weights."""
        return Learner(
            self.pose,
            self.left_out,
            self.target,
            (self.options.encoder_widths, self.options.decoder_widths),
            self.device,
            1 if self._is_accelerated else n_cores(),
            self.options.seed,
            self.recipe,
            self.start,
        )

    def _loop(self, schedule: Schedule) -> Generator[Progress, str | None, None]:
        """All parts of the schedule; one in which an accelerator fails is begun anew."""
        while len(schedule.parts) < PARTS and self.ended == "finished":
            if self.stop.requested:
                self.ended = "stopped"
                return
            done, failure = len(schedule.parts), None
            try:
                yield from self._steps(schedule)
            except RuntimeError as error:
                if not self._is_accelerated:
                    raise
                failure = self._failure(error)
            if failure is not None:  # only now is the error gone, which holds all that the failed step had made
                del schedule.parts[done:]
                self._recover(failure)

    def _steps(self, schedule: Schedule) -> Generator[Progress, str | None, None]:
        """One part of the schedule."""
        self.good = self.begun = self.learner.state(), self.learner.steps
        if self._is_accelerated:
            self.kept = self._copied(self.learner)
        pace = self._measured_pace() if self.pace is None else self.pace
        done, started, reported = tuple(schedule.parts), self.clock.seconds, self.reporting
        count = schedule.plan(started, pace)
        besides = (self.chart_seconds or 0.0) + self.set_aside + _FINISHING
        self.outlook.look_ahead(schedule.parts[:-1], schedule.seconds - started, pace, besides)
        since, figures = started, list[torch.Tensor]()
        latest = started + max(_LATE * count * pace, _LATE)
        for k in range(count):
            position = schedule.position(len(done), k, count)
            figures.append(self.learner.step(position))
            if self.clock.seconds - since < _BETWEEN_REPORTS and k < count - 1:
                continue
            loss, squared = floats(torch.stack(figures).mean(0))
            if not math.isfinite(loss) or not self.learner.is_sound:
                self._diverged()
                return
            began = self.clock.seconds
            report = self._report(loss, squared)
            self.good = self.learner.state(), self.learner.steps
            self._keep(done)
            self.reporting += self.clock.seconds - began
            answer = yield from self.clock.pause(Progress(position, self._message(), report))
            since, figures = self.clock.seconds, []
            if answer == "stop":
                self.ended = "stopped"
                return
            if since - (self.reporting - reported) > latest and not self.options.steps:
                self._cut_short(schedule, k + 1)
                count = k + 1
                break
        # Without what pictures and stored states took: after a part of few steps they would be most of it.
        self.pace = (self.clock.seconds - started - (self.reporting - reported)) / count if count else pace

    def _cut_short(self, schedule: Schedule, steps: int) -> None:
        """End a part that takes far longer than planned, so that the others are planned for a computer that is slow."""
        if steps == schedule.parts[-1]:
            return
        schedule.parts[-1] = steps
        warning = "The computer became slower on the way: the steps of this run do not repeat it."
        if warning not in self.messages:
            self.messages.append(warning)

    def _choose_device(self) -> torch.device:
        """Return the device that was asked for; a training that goes on after a loss takes what there is now."""
        try:
            return choose_device(self.options.device)
        except TrainingError:
            if self.checkpoint is None:
                raise
            found = choose_device("auto")
            self.messages.append(f"Device {self.options.device} is not available any more: {found.type} goes on.")
            return found

    @property
    def _is_accelerated(self) -> bool:
        """Whether something else than the CPU computes."""
        return self.device != _CPU

    def _failure(self, error: RuntimeError) -> str:
        """Say in a line why the accelerator failed; nothing where it has too little memory."""
        if isinstance(error, torch.OutOfMemoryError):
            return ""
        return f"The {self.device.type} device failed ({(str(error).splitlines() or ['no reason'])[0]})"

    def _first_learner(self) -> Learner:
        """Bring everything to the device, or where it cannot take it to the CPU."""
        failure = ""
        try:
            return self._prepared()
        except RuntimeError as error:
            if not self._is_accelerated:
                raise
            failure = self._failure(error)
        self._leave_accelerator(failure)
        return self._prepared()

    def _prepared(self) -> Learner:
        """Return a learner to begin with, and keep what it begins with."""
        learner = self._new_learner()
        if self.checkpoint is not None:
            learner.restore([torch.tensor(array) for array in self.checkpoint.weights])
            learner.steps = self.checkpoint.steps
        self.kept = self._copied(learner)
        self.set_aside = self._set_aside(*learner.maps())
        return learner

    def _recover(self, failure: str) -> None:
        """Go on after the accelerator failed: with smaller batches where memory was short, or on the CPU."""
        while self._is_accelerated:
            state = self.begun
            if failure or self.recipe.triangles <= _ON_ACCELERATOR.triangles >> _HALVINGS:
                self._leave_accelerator(failure)
                state = self.kept
            else:
                self.recipe = replace(self.recipe, triangles=self.recipe.triangles // 2)
                self.messages.append(
                    f"The graphics card has too little memory: {self.recipe.triangles:,} triangles a batch now. The "
                    "steps of this run do not repeat it."
                )
            try:
                self._replace_learner(state)
                return
            except RuntimeError as error:
                if not self._is_accelerated:
                    raise
                failure = self._failure(error)

    def _leave_accelerator(self, why: str) -> None:
        """Let the CPU take over."""
        self.recipe, self.device, self.trained_on = Recipe(), _CPU, _CPU.type
        why = why or "The graphics card has too little memory"
        self.messages.append(f"{why}: the CPU takes over. The steps of this run do not repeat it.")

    def _bring_home(self) -> None:
        """Take the networks to the CPU, where the rest is done: an accelerator that failed then would lose them."""
        if not self._is_accelerated:
            return
        try:
            state = self._copied(self.learner)
        except RuntimeError as error:
            why = self._failure(error) or "The graphics card has too little memory"
            self.messages.append(f"{why} at the end: a state shortly before is kept.")
            state = self.kept
        self.device = _CPU
        self._replace_learner(state)

    def _replace_learner(self, state: _State) -> None:
        """Take a new learner with the present recipe and device, at a given state after some steps."""
        learner = self._new_learner()
        learner.restore(state[0])
        learner.steps = state[1]
        self.learner.close()
        self.learner, self.pace = learner, None
        self.good = self.begun = learner.state(), learner.steps

    @staticmethod
    def _copied(learner: Learner) -> _State:
        """Copy the state to the memory of the CPU, should the accelerator vanish."""
        return [tensor.cpu() for tensor in learner.state()], learner.steps

    def _keep(self, done: Sequence[int], at_once: bool = False) -> None:
        """Store the state now and then, should the run be lost.

        Parameters
        ----------
        done : sequence of int
            Steps of the parts of the schedule that are done; the one under way will be begun anew.
        at_once : bool
            Whether to store it though the last time was a moment ago.
        """
        started = self.clock.seconds
        if not self.keeper.wants(started, at_once):
            return
        state = Checkpoint(
            surface=fingerprint(self.surface),
            options=self.options,
            weights=tuple(tensor.numpy() for tensor in self._copied(self.learner)[0]),
            target=self.target,
            schedule=tuple(done),
            steps=self.learner.steps,
            seconds=started,
            chart_seconds=self.chart_seconds,
            curves=self.reporter.rows,
            focus=None if self.start is None else self.start.focus,
            ended=self.ended,
        )
        failure = self.keeper.keep(state, self.clock)
        if failure:
            self.messages.append(f"The state of the training could not be kept: {failure}")

    def _resume(self, checkpoint: Checkpoint) -> None:
        """Take over what an interrupted training had come to."""
        checkpoint.check(self.surface)
        self.target, self.chart_seconds = checkpoint.target, checkpoint.chart_seconds
        self.reporter.resume(checkpoint.curves)
        if checkpoint.focus is not None:
            self.start = Start(None, checkpoint.focus)
        self.ended = checkpoint.ended
        self.messages.append(checkpoint.resumed)

    def _diverged(self) -> None:
        """Go back to the last good state."""
        step, (state, self.learner.steps) = self.learner.steps, self.good
        self.learner.restore(state)
        self.ended = "diverged"
        self.messages.append(
            f"The training diverged at step {step}: a loss or weight is not a number. The last good state before it is "
            "kept. Try another seed, or wider layers."
        )

    def _message(self) -> str:
        """What is being done, and what was last found wrong."""
        warning = self.outlook.warning or (self.messages[-1] if self.messages else "")
        return f"Training. {warning}" if warning else "Training"

    def _measured_pace(self) -> float:
        """Measure the seconds of a step without keeping what it did."""
        drawn, started = self.learner.generator.get_state(), 0.0
        for k in range(4):
            if k == 1:
                started = self.clock.seconds
            floats(self.learner.step(0.0))  # which waits for the device
        pace = (self.clock.seconds - started) / 3
        state, self.learner.steps = self.begun
        self.learner.restore(state)
        self.learner.generator.set_state(drawn)
        return pace

    def _report(self, loss: float, squared: float) -> TrainingStep:
        """Tell loss and error, and if it is time again codes and reconstruction."""
        now = self.clock.seconds
        report = self.reporter.report(self.learner, now, loss, squared)
        if self.reporter.wants_picture(now):
            report = self.reporter.picture(self.learner, report)
        self.reporter.keep(report, self.clock.seconds - now)
        return replace(report, advised_seconds=self.outlook.advised)
