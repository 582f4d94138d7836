"""Training all charts of an atlas at once, for a given time."""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from core.base.clock import ActiveClock, n_cores
from core.base.errors import BudaiError, TrainingError
from core.base.progress import Progress, Stop, Work, part
from core.charts.atlas import Atlas, Chart, Cover
from core.charts.autoencoder import Autoencoder
from core.charts.detail_figures import DetailFigures
from core.charts.disk_chart import DiskChart
from core.charts.fit_detail import DetailOptions, fit_detail
from core.charts.free_chart import free_chart
from core.data.surface import Surface
from core.data.topology import counted
from core.evaluation.atlas_figures import AtlasFigures
from core.evaluation.certify import certify
from core.evaluation.welded import certify_atlas
from core.relu.relu_map import ReluMap
from core.training.atlas.learner import AtlasLearner, Lesson
from core.training.finishing import finished
from core.training.learner import Learner
from core.training.mending import mended
from core.training.options import PARTS, TrainingOptions
from core.training.pose import pose_of
from core.training.recipe import Recipe
from core.training.result import TrainingResult, TrainingStep
from core.training.schedule import Schedule

_BETWEEN_REPORTS = 0.08
"""Seconds of work between two reports."""
_BETWEEN_PICTURES = 1.0
"""Seconds of work between two reports with all vertices."""
_DETAIL_SHARE = 0.2
"""Part of the time that is set aside for the detail layers."""
_LEAST_SHARE = 0.3
"""Part of the time that the steps get at least, should the guiding charts have taken all of it."""
_RECIPE = Recipe(matrix_rate=0.02)
_TRIANGLES, _FEWEST_TRIANGLES, _MOST_TRIANGLES = 1000, 24, 192
"""Triangles in a batch of all charts together, and of one chart at least and at most: of spot, in 10 charts, batches of
96 and 192 came to an error of 0.032 % in 23 CPU seconds, one of 32 to 0.045 %."""
_MENDING_SHARE = 0.5
"""Time for mending, over that of the training; what is left then is not tried."""
_LEAST_MENDING = 20.0
"""Seconds for mending at least."""
_SAMPLES = 20_000
"""Random points behind each distance of one chart; those of the whole are more."""
_FEWEST_STEPS = 300
"""Steps below which an atlas is not good: seen on the seated Buddha in 28 charts."""
_WIDTHS = ((2, 128), (6, 96), (48, 64), (1 << 30, 48))
"""Width of the three hidden layers of a chart's networks, by the number of charts up to which it is taken."""


_Trained = tuple[Autoencoder, np.ndarray]
"""Autoencoder of a chart, and its codes."""
_Detailed = tuple[Autoencoder, np.ndarray, DetailFigures | None]
"""The same, and the figures of its detail layer where it has one."""


@dataclass(frozen=True, eq=False)
class AtlasTraining:
    """What came of training an atlas.

    Parameters
    ----------
    parts : tuple of TrainingResult
        Of each chart.
    figures : AtlasFigures
        Of all together.
    """

    parts: tuple[TrainingResult, ...]
    figures: AtlasFigures


def atlas_widths(options: TrainingOptions, n_charts: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the hidden widths of encoder and decoder of each chart: those asked for, else by the number of charts."""
    width = next(width for most, width in _WIDTHS if n_charts <= most)
    usual = (width,) * 3 if options.preset == "default" else ()
    return options.encoder or usual or options.encoder_widths, options.decoder or usual or options.decoder_widths


def train_atlas(
    surface: Surface, cover: Cover, regions: Sequence[Surface], options: TrainingOptions, stop: bool = False
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
        If a chart cannot be made or learned.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the charts are shared out instead
    try:
        return (yield from _AtlasTrainer(surface, cover, regions, options, stop).work())
    finally:
        torch.set_num_threads(threads)


class _AtlasTrainer:
    """One training of an atlas."""

    def __init__(
        self, surface: Surface, cover: Cover, regions: Sequence[Surface], options: TrainingOptions, stop: bool
    ) -> None:
        self.surface, self.cover, self.regions, self.options = surface, cover, tuple(regions), options
        self.clock, self.stop = ActiveClock(), Stop(stop)
        self.ended, self.messages = "finished", list[str]()
        self.poses = [pose_of(region) for region in regions]
        self.widths = atlas_widths(options, len(cover))
        batch = min(max(_TRIANGLES // len(cover), _FEWEST_TRIANGLES), _MOST_TRIANGLES)
        self.recipe = replace(_RECIPE, triangles=batch)
        self.rows: list[tuple[float, float, float, float]] = []
        self.pictured = -math.inf
        self.n_mended = self.n_crossing = self.n_unmended = 0
        self.mending = 0.0

    def work(self) -> Work[AtlasTraining]:
        """Guiding charts, training, finishing, detail layers, certificates."""
        charts = yield from self._charts()
        lessons = [
            Lesson(pose, chart.codes[pose.numbering.vertices]) for pose, chart in zip(self.poses, charts, strict=True)
        ]
        chart_seconds = self.clock.seconds
        set_aside = _DETAIL_SHARE * self.options.seconds if self.options.detail else 0.0
        least = chart_seconds + _LEAST_SHARE * self.options.seconds
        schedule = Schedule(max(self.options.seconds - set_aside, least), self.options.steps)
        learner = AtlasLearner(lessons, self.widths, torch.device("cpu"), n_cores(), self.options.seed, self.recipe)
        try:
            yield from self._loop(learner, schedule)
            trained = yield from self._finished(learner, charts)
        finally:
            learner.close()
        steps = learner.steps
        if self.ended == "finished" and steps < _FEWEST_STEPS:
            self.ended = "short"
            self.messages.append(
                f"{self.options.seconds:g} s hold {steps:,} of the {_FEWEST_STEPS:,} steps that a good atlas needs."
            )
        detailed = yield from self._detailed(trained)
        seconds = self.clock.seconds
        parts = yield from self._certified(detailed, charts, steps, schedule, chart_seconds, seconds)
        charts_learned = tuple(
            Chart(patch, found.autoencoder, found.codes) for patch, found in zip(self.cover.patches, parts, strict=True)
        )
        rng = np.random.default_rng(self.options.seed)
        figures = yield from part(certify_atlas(self.surface, Atlas(self.cover, charts_learned), rng), 0.9, 1.0)
        return AtlasTraining(tuple(parts), figures)

    def _charts(self) -> Generator[Progress, str | None, list[DiskChart]]:
        """Make the guiding chart of each patch."""
        charts = list[DiskChart]()
        for k, region in enumerate(self.regions):
            said = Progress(0.0, f"Guiding chart {k + 1} of {len(self.regions)}")
            try:
                chart = yield from part(
                    free_chart(region), 0.0, 0.0, clock=self.clock, stop=self.stop, report=lambda _, said=said: said
                )
            except BudaiError as error:
                raise TrainingError(f"Chart {k + 1}: {error}") from error
            charts.append(chart)
        return charts

    def _loop(self, learner: AtlasLearner, schedule: Schedule) -> Generator[Progress, str | None, None]:
        """All parts of the schedule."""
        pace = self._pace(learner)
        while len(schedule.parts) < PARTS and not self.stop.requested:
            done, started = len(schedule.parts), self.clock.seconds
            count, since = schedule.plan(started, pace), started
            for step in range(count):
                squared = learner.step(Schedule.position(done, step, count))
                if self.clock.seconds - since > _BETWEEN_REPORTS or step == count - 1:
                    since = self.clock.seconds
                    position = Schedule.position(done, step, count)
                    report = Progress(0.9 * position, "Training", self._report(learner, squared))
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

    def _pace(self, learner: AtlasLearner) -> float:
        """Measure the seconds of a step: the first steps, whose rates are nearly nothing."""
        learner.step(0.0)
        started = self.clock.seconds
        for _ in range(4):
            learner.step(0.0)
        learner.steps = 0
        return (self.clock.seconds - started) / 4.0

    def _report(self, learner: AtlasLearner, squared: torch.Tensor) -> TrainingStep:
        """Return the state: the error over all charts, now and then with the welded reconstruction."""
        areas = np.array([region.area for region in self.regions])
        scales = np.array([pose.frame.scale for pose in self.poses])
        mean = float(areas @ (squared.numpy().astype(np.float64) * scales**2) / areas.sum())
        rmse, now = math.sqrt(mean) / self.surface.diagonal, self.clock.seconds
        self.rows.append((learner.steps, now, mean, rmse))
        step = TrainingStep(learner.steps, now, mean, rmse)
        if now - self.pictured < _BETWEEN_PICTURES:
            return step
        self.pictured = now
        found = [learner.images(k) for k in range(len(learner))]
        images = [
            pose.frame.restore(image.numpy().astype(np.float64))
            for pose, (_, image) in zip(self.poses, found, strict=True)
        ]
        codes = tuple(codes.numpy() for codes, _ in found)
        welded = self.cover.weld(images).astype(np.float32)
        return replace(step, reconstruction=welded, chart_codes=codes)

    def _finished(
        self, learner: AtlasLearner, charts: Sequence[DiskChart]
    ) -> Generator[Progress, str | None, list[_Trained]]:
        """Return the autoencoder of each chart and its codes, the last layers in closed form."""
        found = list[_Trained]()
        for k, (region, pose, chart) in enumerate(zip(self.regions, self.poses, charts, strict=True)):
            none = np.zeros(len(region.faces), bool)
            single = Learner(pose, none, chart.codes, self.widths, torch.device("cpu"), 1, self.options.seed, _RECIPE)
            single.restore(learner.state(k))
            single.steps = learner.steps
            corrected = yield from self._mended(k, single, chart)
            found.append((yield from part(finished(single, region, corrected), 0.9, 0.9, clock=self.clock)))
        if self.n_unmended:
            self.messages.append(
                f"In {counted(self.n_unmended, 'chart')} exact pieces were not looked at for want of time."
            )
        if self.n_crossing > 1:
            self.messages.append(f"The like is so in {counted(self.n_crossing - 1, 'other chart')}.")
        if self.n_mended:
            self.messages.append(
                f"In {counted(self.n_mended, 'chart')} exact pieces were turned over; local corrections of the encoder "
                "put all of them right."
            )
        return found

    def _mended(self, k: int, learner: Learner, chart: DiskChart) -> Generator[Progress, str | None, ReluMap | None]:
        """Return the encoder of a chart with local corrections where these leave no exact piece turned over.

        Its time does not count, as in the training of one chart.
        """
        if self.ended != "finished" or self.mending > max(_MENDING_SHARE * self.options.seconds, _LEAST_MENDING):
            self.n_unmended += self.ended == "finished"
            return None
        worked, region, encoder = self.clock.seconds, self.regions[k], learner.maps()[0]
        points = learner.pose.frame.normalize(region.vertices)
        said = Progress(0.9, f"Looking for folds of chart {k + 1} of {len(self.regions)}")
        work = mended(points, region.faces, chart.codes, encoder)
        found = yield from part(work, 0.9, 0.9, clock=self.clock, report=lambda _: said)
        self.mending += self.clock.seconds - worked
        self.clock = ActiveClock(worked)
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
                    fit = yield from part(work, 0.9, 0.9, clock=self.clock)
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
        charts: Sequence[DiskChart],
        steps: int,
        schedule: Schedule,
        chart_seconds: float,
        seconds: float,
    ) -> Generator[Progress, str | None, list[TrainingResult]]:
        """Return what came of each chart, with its certificate."""
        curves = np.array(self.rows, np.float64).reshape(-1, 4).T
        nothing = np.full(len(self.rows), np.nan)
        history = dict(zip(("step", "seconds", "loss", "rmse_rel"), curves, strict=True))
        history |= {"chamfer_rel": nothing, "flipped_triangles": nothing}
        parts = list[TrainingResult]()
        for k, ((autoencoder, codes, detail), region) in enumerate(zip(trained, self.regions, strict=True)):
            rng = np.random.default_rng(self.options.seed)
            low, high = (0.9 + 0.05 * (k + side) / len(trained) for side in (0, 1))
            findings = yield from part(certify(region, autoencoder, rng, samples=_SAMPLES), low, high)
            parts.append(
                TrainingResult(
                    autoencoder=autoencoder,
                    codes=codes,
                    target=charts[k].codes,
                    options=self.options,
                    device="cpu",
                    seconds=seconds,
                    steps=steps,
                    certificate=findings.certificate,
                    history=history,
                    schedule=tuple(schedule.parts),
                    ended=self.ended,
                    messages=tuple(self.messages),
                    detail=detail,
                    chart_seconds=chart_seconds,
                    bad_faces=findings.bad_faces,
                )
            )
        return parts
