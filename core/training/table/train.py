"""Training an autoencoder of a table, for a given time."""

import math
from collections.abc import Generator

import numpy as np
import torch

from core.base.clock import ActiveClock
from core.base.errors import TrainingError
from core.base.progress import Progress, Stop, Work
from core.charts.autoencoder import Autoencoder
from core.data.table import Table
from core.evaluation.certificate import Certificate
from core.evaluation.table_figures import learned_rows, table_figures
from core.geometry.enclosing_circle import enclosing_ball, enclosing_circle
from core.geometry.normalization import Frame, unit_frame_of_points
from core.relu.relu_map import ReluMap
from core.training.finishing import into_ball
from core.training.general_learner import GeneralLearner, Loss, Pair, squared_error
from core.training.networks.tensors import floats
from core.training.options import PARTS, TrainingOptions
from core.training.recipe import Recipe
from core.training.result import TrainingResult, TrainingStep
from core.training.schedule import Schedule
from core.training.train import choose_device

_BETWEEN_REPORTS, _BETWEEN_PICTURES = 0.1, 0.5
"""Seconds of work between two reports, and between two that show all rows."""
_PICTURED = 4_000_000
"""Numbers that a report with all rows may hold."""
_BATCH = 128
_RECIPE = Recipe()
_SHORT = 0.05
"""Length of the step that a contractive loss looks at, over the root mean square of the coordinates."""
_BLOCK = 20_000
"""Rows that are encoded at a time."""
_CURVES = ("step", "seconds", "loss", "rmse_rel", "chamfer_rel", "flipped_triangles")


def loss_of(options: TrainingOptions) -> Loss:
    """Return what is made small.

    Parameters
    ----------
    options : TrainingOptions
        Variant and corruption.

    Notes
    -----
    Denoising: Vincent and others (2010), *JMLR* 11. Contractive: Rifai and others (2011), *ICML*, the squared norm of
    the derivative of the encoder, here by a difference in a random direction at each point. Variational: Kingma and
    Welling (2014), *ICLR*; the corruption is the standard deviation of the decoder over the root mean square of the
    coordinates, so that the divergence from a normal code weighs twice its square.
    """
    noise = options.corruption

    def denoising(pair: Pair, points: torch.Tensor) -> torch.Tensor:
        aim = torch.randn(points.shape, generator=pair.generator, device=points.device)
        return (pair.decode(pair.encode(points + noise * aim)) - points).square().sum(1).mean()

    def contractive(pair: Pair, points: torch.Tensor) -> torch.Tensor:
        aim = _SHORT * torch.randn(points.shape, generator=pair.generator, device=points.device)
        codes = pair.encode(points)
        slope = (pair.encode(points + aim) - codes).square().sum(1) / _SHORT**2
        return (pair.decode(codes) - points).square().sum(1).mean() + noise * slope.mean()

    def variational(pair: Pair, points: torch.Tensor) -> torch.Tensor:
        mean, spread = pair.encode_spread(points)
        aim = torch.randn(mean.shape, generator=pair.generator, device=points.device)
        codes = mean + torch.exp(0.5 * spread) * aim
        divergence = 0.5 * (mean.square() + spread.exp() - spread - 1.0).sum(1)
        return ((pair.decode(codes) - points).square().sum(1) + 2.0 * noise**2 * divergence).mean()

    losses = {"denoising": denoising, "plain": squared_error, "contractive": contractive, "variational": variational}
    return losses[options.variant]


def train_table(table: Table, options: TrainingOptions, stop: bool = False) -> Work[TrainingResult]:
    """Train an autoencoder of a table.

    Parameters
    ----------
    table : Table
        Points of R^D. A part of the rows is not learned from.
    options : TrainingOptions
        How. The clock runs only between resuming this work and its next yield.
    stop : bool
        Whether the training was asked to end early before it could begin.

    Yields
    ------
    Progress
        With a `TrainingStep`. Sending "stop" ends training early with a finished result.

    Raises
    ------
    TrainingError
        If the device asked for is not there, the rows that are left to learn from are all equal, or the networks have
        come to take all rows to one code.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # batches are small: threads that wait for each other take longer, most on a busy computer
    try:
        return (yield from _Trainer(table, options, stop).work())
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "allocate memory" not in str(error):  # what torch says on the CPU
            raise
        raise TrainingError(
            "There is too little memory to train these networks. Choose narrower layers, or close other programs."
        ) from error
    finally:
        torch.set_num_threads(threads)


class _Trainer:
    """One training of a table."""

    def __init__(self, table: Table, options: TrainingOptions, stop: bool) -> None:
        if options.start != "new":
            raise TrainingError("A table is trained from new networks. Choose to begin anew.")
        self.clock, self.table, self.options, self.stop = ActiveClock(), table, options, Stop(stop)
        self.learned = learned_rows(len(table.values), options.test, options.seed)
        try:
            self.frame: Frame = unit_frame_of_points(table.values[self.learned])
        except ValueError:
            raise TrainingError("All rows to learn from are equal. Withhold fewer, or choose another seed.") from None
        self.device = choose_device(options.device)
        self.ended, self.rows = "finished", list[tuple[float, ...]]()
        self.good: tuple[list[torch.Tensor], int] | None = None
        self.messages = list[str]()
        self.squared, self.pictured = math.nan, 0.0

    def work(self) -> Work[TrainingResult]:
        """Steps, finishing, figures."""
        options = self.options
        self.learner = GeneralLearner(
            self.frame.normalize(self.table.values[self.learned]),
            options.table_widths,
            options.dimension,
            self.device,
            options.seed,
            loss_of(options),
            _BATCH,
            _RECIPE,
            options.variant == "variational",
        )
        schedule = Schedule(options.seconds, options.steps)
        pace = self._pace()
        while len(schedule.parts) < PARTS and self.ended == "finished":
            pace = yield from self._part(schedule, pace)
        if not self.learner.is_sound:
            self._go_back()
        autoencoder, codes = yield from self._finished()
        seconds = self.clock.seconds
        yield Progress(1.0, "Errors on rows never seen")
        figures = table_figures(self.table, autoencoder, codes, self.learned)
        unit = self.table.diagonal / math.sqrt(self.table.dimension)
        test = figures.test_mse
        certificate = Certificate(
            rmse_rel=math.sqrt(figures.train_mse) / unit,
            samples=int(self.learned.sum()),
            seconds=self.clock.seconds - seconds,
            withheld_share=None if test is None else float((~self.learned).mean()),
            withheld_rmse_rel=None if test is None else math.sqrt(test) / unit,
            table=figures,
        )
        return TrainingResult(
            autoencoder=autoencoder,
            codes=codes,
            target=None,
            options=options,
            device=self.device.type,
            seconds=seconds,
            steps=self.learner.steps,
            certificate=certificate,
            history=dict(zip(_CURVES, np.array(self.rows, np.float64).reshape(-1, len(_CURVES)).T, strict=True)),
            schedule=tuple(schedule.parts),
            ended=self.ended,
            messages=tuple(self.messages),
        )

    def _go_back(self) -> None:
        """Take the last state whose weights and loss were numbers, and tell it."""
        if self.good is None:
            raise TrainingError("The training diverged. Choose narrower layers, less noise, or another seed.")
        step, (state, self.learner.steps) = self.learner.steps, self.good
        self.learner.restore(state)
        self.ended = "diverged"
        self.messages.append(
            f"The training diverged at step {step:,}: a loss or weight is not a number. The last good state, of step "
            f"{self.learner.steps:,}, is kept. Choose narrower layers, less noise, or another seed."
        )

    def _pace(self) -> float:
        """Return what a step costs, from some that do not count."""
        kept, random = self.learner.state(), self.learner.generator.get_state()
        for _ in range(3):
            self.learner.step(0.0)
        started = self.clock.seconds
        for _ in range(5):
            self.learner.step(0.0)
        pace = (self.clock.seconds - started) / 5
        self.learner.restore(kept)
        self.learner.generator.set_state(random)
        self.learner.steps = 0
        return pace

    def _part(self, schedule: Schedule, pace: float) -> Generator[Progress, str | None, float]:
        """Take the steps of one part of the schedule; return what one has cost."""
        done, started = len(schedule.parts), self.clock.seconds
        count = schedule.plan(started, pace)
        since, figures, told = started, list[torch.Tensor](), 0.0
        for k in range(count):
            position = schedule.position(done, k, count)
            figures.append(self.learner.step(position))
            if self.clock.seconds - since < _BETWEEN_REPORTS and k < count - 1:
                continue
            began = self.clock.seconds
            loss, squared = floats(torch.stack(figures).mean(0))
            report = self._report(loss, squared)
            told += self.clock.seconds - began
            self.stop.heed((yield from self.clock.pause(Progress(position, "Training", report))))
            since, figures = self.clock.seconds, []
            is_sound = math.isfinite(loss) and self.learner.is_sound
            if is_sound:
                self.good = self.learner.state(), self.learner.steps
            if self.stop.requested or not is_sound:
                self.ended = "stopped" if self.stop.requested else "diverged"
                schedule.parts[-1] = k + 1
                break
        return (self.clock.seconds - started - told) / count if count else pace

    def _report(self, loss: float, squared: float) -> TrainingStep:
        """Return the state after some steps, now and then with the codes of all rows."""
        before = self.squared if math.isfinite(self.squared) else squared
        self.squared = before + 0.2 * (squared - before)
        rmse = math.sqrt(max(self.squared, 0.0)) * self.frame.scale / self.table.diagonal
        seconds, codes, images, decoder = self.clock.seconds, None, None, None
        self.rows.append((self.learner.steps, seconds, loss, rmse, math.nan, math.nan))
        if self.table.values.size <= _PICTURED and seconds - self.pictured > _BETWEEN_PICTURES:
            encoder, decoder = self.learner.maps()
            found = encoder(self.frame.normalize(self.table.values))
            centre, radius = _around(found)
            images = self.frame.restore(decoder(found)).astype(np.float32)
            codes = ((found - centre) / max(radius, 1e-12)).astype(np.float32)
            decoder = into_ball(encoder, decoder, centre, max(radius, 1e-12))[1]
            self.pictured = self.clock.seconds + 4.0 * (self.clock.seconds - seconds)  # a fifth of the time at most
        return TrainingStep(
            self.learner.steps, seconds, loss, rmse, codes=codes, reconstruction=images, decoder=decoder
        )

    def _finished(self) -> Work[tuple[Autoencoder, np.ndarray]]:
        """Return the autoencoder with all codes in the closed unit ball, and these."""
        encoder, decoder = self.learner.maps()
        yield Progress(1.0, "Bringing the codes into the ball")
        codes = _encoded(encoder, self.frame, self.table.values)
        if not np.isfinite(codes).all() or np.ptp(codes, axis=0).max() <= 1e-12 * max(1.0, np.abs(codes).max()):
            raise TrainingError("The encoder takes all rows to one code. Choose wider layers, or another seed.")
        centre, radius = _around(codes)
        while True:
            networks = into_ball(encoder, decoder, centre, radius)
            autoencoder = Autoencoder(*networks, self.frame.centre, self.frame.scale)
            yield Progress(1.0, "Codes of all rows")
            codes = _encoded(networks[0], self.frame, self.table.values)
            if np.linalg.norm(codes, axis=1).max() <= 1.0:
                return autoencoder, codes
            radius *= 1.0 + 1e-6  # rounding to float32 left a code just outside


def _around(codes: np.ndarray) -> tuple[np.ndarray, float]:
    """Return centre and radius of a ball around codes."""
    return enclosing_circle(codes) if codes.shape[1] == 2 else enclosing_ball(codes)


def _encoded(encoder: ReluMap, frame: Frame, rows: np.ndarray) -> np.ndarray:
    """Return the codes of rows, block by block."""
    parts = [encoder(frame.normalize(rows[k : k + _BLOCK])) for k in range(0, len(rows), _BLOCK)]
    return np.concatenate(parts)
