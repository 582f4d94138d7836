"""Training all charts of an atlas at once, for a given time."""

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

import numpy as np
import torch

from core.base.clock import ActiveClock
from core.base.errors import BudaiError, TrainingError
from core.base.progress import Progress, Stop, Work, part, share, within
from core.charts.atlas import Atlas, Chart, Cover
from core.charts.autoencoder import Autoencoder
from core.charts.detail_figures import DetailFigures
from core.charts.fit_detail import DetailOptions, fit_detail
from core.charts.free_chart import free_chart
from core.charts.trust import trusting
from core.data.surface import Surface
from core.data.topology import counted
from core.evaluation.certify import certify
from core.evaluation.welded import certify_atlas
from core.relu.relu_map import ReluMap
from core.training.atlas.computing import Computing, atlas_device
from core.training.atlas.learner import AtlasLearner, Lesson
from core.training.atlas.reporter import AtlasReporter
from core.training.atlas.result import AtlasTraining
from core.training.atlas.widths import atlas_widths
from core.training.checkpoint import Checkpoint, fingerprint
from core.training.continuing import starts_from
from core.training.finishing import finished
from core.training.keeping import Keeper
from core.training.learner import Learner
from core.training.mending import mended
from core.training.options import PARTS, TrainingOptions
from core.training.pose import pose_of
from core.training.recipe import Recipe, Start
from core.training.result import TrainingResult
from core.training.schedule import Schedule

_BETWEEN_REPORTS = 0.08
"""Seconds of work between two reports."""
_DETAIL_SHARE = 0.2
"""Part of the time that is set aside for the detail layers."""
_LEAST_SHARE = 0.3
"""Part of the time that the steps get at least, should the guiding charts have taken all of it."""
_RECIPE = Recipe(matrix_rate=0.02)
_TRIANGLES, _FEWEST_TRIANGLES, _MOST_TRIANGLES = 2500, 64, 192
"""Triangles in a batch of all charts together, and of one chart at least and at most: of spot, in 10 charts, batches of
96 and 192 came to an error of 0.032 % in 23 CPU seconds, one of 32 to 0.045 %; of the standing Buddha, in 46 charts,
batches of 48 and 80 to 0.122 and 0.117 % in 26, and in 17 a batch of 48 to 0.156 %, one of 27 to 0.176 %."""
_MENDING_SHARE = 0.5
"""Time for mending, over that of the training; what is left then is not tried."""
_LEAST_MENDING = 20.0
"""Seconds for mending at least."""
_MENDING_TIMES = 4.0
"""How many times the time that is left for each chart one chart may take: most need little."""
_LEARNED, _FINISHED, _DETAILED, _CERTIFIED = 0.7, 0.8, 0.9, 0.97
"""Fractions of the whole at which steps, last layers, detail layers and certificates of the charts are done."""
_SAMPLES = 20_000
"""Random points behind each distance of one chart; those of the whole are more."""
_FEWEST_STEPS = 300
"""Steps below which an atlas is not good: seen on the seated Buddha in 28 charts."""

_Trained = tuple[Autoencoder, np.ndarray]
"""Autoencoder of a chart, and its codes."""
_Detailed = tuple[Autoencoder, np.ndarray, DetailFigures | None]
"""The same, and the figures of its detail layer where it has one."""


def train_atlas(
    surface: Surface,
    cover: Cover,
    regions: Sequence[Surface],
    options: TrainingOptions,
    former: Sequence[TrainingResult] | None = None,
    checkpoint: Checkpoint | None = None,
    keep: Callable[[Checkpoint], None] | None = None,
    stop: bool = False,
) -> Work[AtlasTraining]:
    """Train the autoencoders of all patches of a surface.

    Parameters
    ----------
    surface : Surface
        The whole.
    cover : Cover
        Its patches.
    regions : sequence of Surface
        The patches as surfaces; each a topological disk.
    options : TrainingOptions
        How; the seconds are those of all charts together. Widths that are not given depend on the number of charts.
    former : sequence of TrainingResult, optional
        A training of the same atlas to go on from, where the options say so.
    checkpoint : Checkpoint, optional
        The state of a training of this atlas with these options that was lost: it goes on from there.
    keep : callable, optional
        Called with the state, to store it, as often as by `core.training.train.train`.
    stop : bool
        Whether the training was asked to end early before it could begin.

    Yields
    ------
    Progress
        With a `TrainingStep`, whose reconstruction is welded.

    Raises
    ------
    TopologyError
        If a patch is not a disk.
    TrainingError
        If a chart cannot be made or learned, there is nothing to go on from, or the state is that of another atlas.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the charts are shared out instead
    try:
        return (yield from _AtlasTrainer(surface, cover, regions, options, former, checkpoint, keep, stop).work())
    finally:
        torch.set_num_threads(threads)


class _AtlasTrainer:
    """One training of an atlas."""

    def __init__(
        self,
        surface: Surface,
        cover: Cover,
        regions: Sequence[Surface],
        options: TrainingOptions,
        former: Sequence[TrainingResult] | None,
        checkpoint: Checkpoint | None,
        keep: Callable[[Checkpoint], None] | None,
        stop: bool,
    ) -> None:
        self.clock, self.stop = ActiveClock(0.0 if checkpoint is None else checkpoint.seconds), Stop(stop)
        self.surface, self.cover, self.regions, self.options = surface, cover, tuple(regions), options
        self.checkpoint, self.keeper = checkpoint, Keeper(keep)
        self.computing = Computing(atlas_device(options.device, checkpoint is not None))
        self.trained_on = self.computing.device.type
        self.ended, self.messages = "finished", self.computing.messages
        self.poses = [pose_of(region) for region in regions]
        self.widths = atlas_widths(options, len(cover))
        batch = min(max(_TRIANGLES // len(cover), _FEWEST_TRIANGLES), _MOST_TRIANGLES)
        self.recipe = replace(_RECIPE, triangles=batch)
        rows = () if checkpoint is None else checkpoint.curves.tolist()
        self.reporter = AtlasReporter(surface, cover, regions, self.poses, rows)
        self.places: list[np.ndarray] = []
        self.starts: list[Start | None] = [None] * len(self.regions)
        self.chart_seconds: float | None = None
        self.n_mended = self.n_crossing = self.n_unmended = 0
        self.mending = 0.0
        if checkpoint is not None:
            self._resume(checkpoint)
        elif options.start != "new":
            self._go_on(former)

    def work(self) -> Work[AtlasTraining]:
        """Guiding charts, training, finishing, detail layers, certificates."""
        if not self.places:
            yield from self._charts()
        done = () if self.checkpoint is None else self.checkpoint.schedule
        set_aside = _DETAIL_SHARE * self.options.seconds if self.options.detail else 0.0
        least = self.clock.seconds + _LEAST_SHARE * self.options.seconds * (PARTS - len(done)) / PARTS
        schedule = Schedule(max(self.options.seconds - set_aside, least), self.options.steps, done)
        learner = self.computing.made(self._learner)
        try:
            self._keep(learner, done, at_once=True)  # the charts are worth it, and a short run has no other
            learner = yield from self._loop(learner, schedule)
            self._keep(learner, schedule.parts, at_once=True)  # what follows takes minutes
            trained = yield from self._finished(learner)
        finally:
            learner.close()
        steps = learner.steps
        if self.ended == "finished" and self.options.start == "new" and steps < _FEWEST_STEPS:
            self.ended = "short"
            self.messages.append(
                f"{self.options.seconds:g} s hold {steps:,} of the {_FEWEST_STEPS:,} steps that a good atlas needs."
            )
        detailed = yield from self._detailed(trained)
        seconds = self.clock.seconds
        parts = yield from self._certified(detailed, steps, schedule, seconds)
        charts_learned = tuple(
            Chart(patch, found.autoencoder, found.codes) for patch, found in zip(self.cover.patches, parts, strict=True)
        )
        atlas = trusting(Atlas(self.cover, charts_learned), self.surface.vertices)
        rng = np.random.default_rng(self.options.seed)
        figures = yield from part(certify_atlas(self.surface, atlas, rng), _CERTIFIED, 1.0)
        return AtlasTraining(tuple(parts), figures)

    def _charts(self) -> Generator[Progress, str | None, None]:
        """Make the guiding chart of each patch."""
        for k, region in enumerate(self.regions):
            said = Progress(0.0, f"Guiding chart {k + 1} of {len(self.regions)}")
            try:
                chart = yield from part(
                    free_chart(region), 0.0, 0.0, clock=self.clock, stop=self.stop, report=lambda _, said=said: said
                )
            except BudaiError as error:
                raise TrainingError(f"Chart {k + 1}: {error}") from error
            self.places.append(chart.codes)
        self.chart_seconds = self.clock.seconds

    def _learner(self) -> AtlasLearner:
        """Return the networks that the training begins with."""
        lessons = [
            Lesson(pose, places[pose.numbering.vertices], start)
            for pose, places, start in zip(self.poses, self.places, self.starts, strict=True)
        ]
        use, seed = self.computing, self.options.seed
        learner = AtlasLearner(lessons, self.widths, use.device, use.workers, seed, self.recipe)
        if self.checkpoint is not None:
            learner.restore([torch.tensor(array) for array in self.checkpoint.weights])
            learner.steps = self.checkpoint.steps
        return learner

    def _go_on(self, former: Sequence[TrainingResult] | None) -> None:
        """Take over the networks of a training, and the charts that guided it."""
        if former is None:
            raise TrainingError("There is no trained atlas to go on from. Train one first, or begin anew.")
        had = atlas_widths(former[0].options, len(former))
        self.starts[:] = starts_from(self.regions, former, self.options, (self.widths, had))
        self.places = [one.target if one.target is not None else one.codes for one in former]

    def _resume(self, checkpoint: Checkpoint) -> None:
        """Take over what an interrupted training had come to."""
        checkpoint.check(self.surface, self.cover)
        assert checkpoint.target is not None
        ends = np.cumsum([len(patch) for patch in self.cover.patches])
        self.places, self.chart_seconds = np.split(checkpoint.target, ends[:-1]), checkpoint.chart_seconds
        if checkpoint.focus is not None:
            ends = np.cumsum([len(region.faces) for region in self.regions])
            self.starts[:] = [Start(None, focus) for focus in np.split(checkpoint.focus, ends[:-1])]
        self.ended = checkpoint.ended
        self.messages.append(checkpoint.resumed)

    def _keep(self, learner: AtlasLearner, done: Sequence[int], at_once: bool = False) -> None:
        """Store the state now and then, should the run be lost: the part of the schedule under way is begun anew."""
        started = self.clock.seconds
        if not self.keeper.wants(started, at_once):
            return
        state = Checkpoint(
            surface=fingerprint(self.surface),
            options=self.options,
            weights=tuple(tensor.cpu().clone().numpy() for tensor in learner.parameters),
            target=np.concatenate(self.places),
            schedule=tuple(done),
            steps=learner.steps,
            seconds=started,
            chart_seconds=self.chart_seconds,
            curves=self.reporter.rows,
            focus=np.concatenate(focus) if (focus := [one.focus for one in self.starts if one is not None]) else None,
            ended=self.ended,
            cover=self.cover,
        )
        failure = self.keeper.keep(state, self.clock)
        if failure:
            self.messages.append(f"The state of the training could not be kept: {failure}")

    def _loop(self, learner: AtlasLearner, schedule: Schedule) -> Generator[Progress, str | None, AtlasLearner]:
        """All parts of the schedule; return the learner that has ended them."""
        learner, pace = self.computing.begun(learner, self.clock, self._learner)
        while len(schedule.parts) < PARTS and self.ended == "finished" and not self.stop.requested:
            kept, done, started = tuple(schedule.parts), len(schedule.parts), self.clock.seconds
            count, since = schedule.plan(started, pace), started
            self.computing.keep(learner)
            for step in range(count):
                try:
                    squared = learner.step(Schedule.position(done, step, count)).cpu()
                except RuntimeError as error:
                    learner = self.computing.taken_over(error, learner, self._learner)
                    continue
                if self.clock.seconds - since > _BETWEEN_REPORTS or step == count - 1:
                    since = self.clock.seconds
                    position = Schedule.position(done, step, count)
                    report = Progress(_LEARNED * position, "Training", self.reporter.report(learner, squared, since))
                    self._keep(learner, kept)
                    self.stop.heed((yield from self.clock.pause(report)))
                    if self.stop.requested:
                        schedule.parts[-1] = step + 1
                        break
            pace = (self.clock.seconds - started) / count if count else pace
        if self.stop.requested:
            self.ended = "stopped"
        if learner.n_setbacks:
            self.messages.append(
                f"A chart diverged {counted(learner.n_setbacks, 'time')} and went on with shorter steps."
            )
        if not learner.is_sound:
            raise TrainingError("The training diverged: a weight is not a number. Try another seed, or wider layers.")
        return learner

    def _finished(self, learner: AtlasLearner) -> Generator[Progress, str | None, list[_Trained]]:
        """Return the autoencoder of each chart and its codes, the last layers in closed form."""
        found = list[_Trained]()
        for k, (region, pose, places) in enumerate(zip(self.regions, self.poses, self.places, strict=True)):
            none = np.zeros(len(region.faces), bool)
            single = Learner(pose, none, places, self.widths, torch.device("cpu"), 1, self.options.seed, _RECIPE)
            single.restore([tensor.cpu() for tensor in learner.state(k)])
            single.steps = learner.steps
            corrected = yield from self._mended(k, single)
            ends = share(k, len(self.regions), _LEARNED, _FINISHED)
            found.append((yield from part(finished(single, region, corrected), *ends, clock=self.clock)))
        if self.n_unmended:
            self.messages.append(
                f"In {counted(self.n_unmended, 'chart')} exact pieces were not looked at to the end for want of time."
            )
        if self.n_crossing > 1:
            self.messages.append(f"The like is so in {counted(self.n_crossing - 1, 'other chart')}.")
        if self.n_mended:
            self.messages.append(
                f"In {counted(self.n_mended, 'chart')} exact pieces were turned over; local corrections of the encoder "
                "put all of them right."
            )
        return found

    def _mended(self, k: int, learner: Learner) -> Generator[Progress, str | None, ReluMap | None]:
        """Return the encoder of a chart with local corrections where these leave no exact piece turned over.

        Its time does not count, as in the training of one chart.
        """
        left = max(_MENDING_SHARE * self.options.seconds, _LEAST_MENDING) - self.mending
        if self.ended != "finished" or left <= 0.0:
            self.n_unmended += self.ended == "finished"
            return None
        worked, region, encoder = self.clock.seconds, self.regions[k], learner.maps()[0]
        points = learner.pose.frame.normalize(region.vertices)
        low, _ = share(k, len(self.regions), _LEARNED, _FINISHED)
        said = Progress(low, f"Looking for folds of chart {k + 1} of {len(self.regions)}")
        most = min(left, _MENDING_TIMES * left / (len(self.regions) - k))  # one bad chart does not take all of it
        work = within(mended(points, region.faces, self.places[k], encoder), most)
        found = yield from part(work, low, low, clock=self.clock, report=lambda _: said)
        self.mending += self.clock.seconds - worked
        self.clock = ActiveClock(worked)
        if found is None:
            self.n_unmended += 1
            return None
        if found.bumps:
            self.n_mended += 1
            return found.encoder
        if found.messages and self.n_crossing == 0:
            self.messages += [f"Chart {k + 1}: {text}" for text in found.messages]
        self.n_crossing += bool(found.messages)
        return None

    def _detailed(self, trained: Sequence[_Trained]) -> Generator[Progress, str | None, list[_Detailed]]:
        """Return autoencoder, codes and the figures of a detail layer of each chart, where it gets one."""
        found, left_out = list[_Detailed](), 0
        for k, ((autoencoder, codes), region) in enumerate(zip(trained, self.regions, strict=True)):
            fit = None
            if self.options.detail:
                left = max(self.options.seconds - self.clock.seconds, 0.0) / (len(trained) - k)
                seconds = math.inf if self.options.steps else max(left, 0.05)
                options = DetailOptions(self.options.detail_nodes, seed=self.options.seed, seconds=seconds)
                try:
                    none = np.zeros(len(region.faces), bool)
                    work = fit_detail(region, autoencoder, options, none)
                    fit = yield from part(work, *share(k, len(trained), _FINISHED, _DETAILED), clock=self.clock)
                    autoencoder = autoencoder.with_detail(fit.detail)
                except BudaiError:
                    left_out += 1
            found.append((autoencoder, codes, None if fit is None else fit.figures))
        if left_out:
            self.messages.append(f"{left_out} of {len(trained)} charts have no detail layer: they fold.")
        return found

    def _certified(
        self,
        trained: Sequence[_Detailed],
        steps: int,
        schedule: Schedule,
        seconds: float,
    ) -> Generator[Progress, str | None, list[TrainingResult]]:
        """Return what came of each chart, with its certificate."""
        history = self.reporter.curves()
        parts = list[TrainingResult]()
        for k, ((autoencoder, codes, detail), region) in enumerate(zip(trained, self.regions, strict=True)):
            rng = np.random.default_rng(self.options.seed)
            ends = share(k, len(trained), _DETAILED, _CERTIFIED)
            findings = yield from part(certify(region, autoencoder, rng, samples=_SAMPLES), *ends)
            parts.append(
                TrainingResult(
                    autoencoder=autoencoder,
                    codes=codes,
                    target=self.places[k],
                    options=self.options,
                    device=self.trained_on,
                    seconds=seconds,
                    steps=steps,
                    certificate=findings.certificate,
                    history=history,
                    schedule=tuple(schedule.parts),
                    ended=self.ended,
                    messages=tuple(self.messages),
                    detail=detail,
                    chart_seconds=self.chart_seconds,
                    bad_faces=findings.bad_faces,
                )
            )
        return parts
