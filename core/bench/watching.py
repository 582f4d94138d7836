"""One model watched while it learns one target, and a bench whose targets are made where it runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.progress import Progress, Stop, Work, part
from core.bench.bench import Bench, BenchOptions, Cell, check_rows, judged_cell, run_bench
from core.bench.features import classifier_of
from core.bench.judge import wasserstein
from core.bench.targets import Target
from core.training.generators.cloud import Cloud
from core.training.generators.plane import plane_of

MakeTarget = Callable[[], Target]
"""Makes a target; it can be sent to another process."""
SQUARES = 20
"""Squares along a side by which the divergence of two samples is told."""
_SHOWN = 500


@dataclass(frozen=True, eq=False)
class Moment:
    """What a model is like at one moment.

    Parameters
    ----------
    cloud : Cloud
        What it draws and thinks.
    real : (n, d) float64 array
        Points that it learns from.
    w2 : float
        Exact W2 between drawn points and as many withheld ones.
    divergence : float
        Jensen-Shannon divergence of these, in bits, told by their counts in `SQUARES` squares along a side of the
        plane in which they are seen.
    """

    cloud: Cloud
    real: Float64[np.ndarray, "n d"]
    w2: float
    divergence: float


@dataclass(frozen=True, eq=False)
class Watched:
    """What came of a model that was watched.

    Parameters
    ----------
    cell : Cell
        It, judged as on the bench.
    last : Moment or None
        Its last good state.
    """

    cell: Cell
    last: Moment | None


def run_made(makers: Sequence[MakeTarget], options: BenchOptions) -> Work[Bench]:
    """Run a bench on targets that are made here; see `run_bench`."""
    yield Progress(None, "Making the targets")
    return (yield from run_bench([make() for make in makers], options))


def watch_model(make: MakeTarget, model: str, options: BenchOptions, seed: int) -> Work[Watched]:
    """Let one model learn one target, on the same samples as on the bench.

    Parameters
    ----------
    make : callable
        Makes the target.
    model : str
        A key of `MODELS`.
    options : BenchOptions
        For how long, and on how many points.
    seed : int
        Start of all random choices.

    Yields
    ------
    Progress
        Often with a `Moment`. On ``send("stop")`` it ends with what it has, which is judged.

    Raises
    ------
    BudaiError
        If the target has more modes than there are points, or cannot be learned.
    """
    yield Progress(0.0, "Starting")
    from core.training.generators.train import train_generator  # torch, which takes seconds

    target = make()
    check_rows(target, options.rows)
    chance, stop = np.random.default_rng(seed), Stop()
    training, withheld = target.samples(options.rows, chance)
    told = _Judging(training[:_SHOWN], withheld[:_SHOWN])
    budget = options.budget(model, seed)
    work = train_generator(model, training, budget, watched=True, surface=target.surface)
    trained = yield from part(work, 0.0, 0.98, report=told, stop=stop)
    yield Progress(0.98, "Judging")
    seer = classifier_of(target.support, target.pieces) if target.has_classes else None
    judging = judged_cell(target, model, seed, trained, (training, withheld), seer)
    return Watched((yield from part(judging, 0.98, 1.0, stop=stop)), told.last)


class _Judging:
    """Makes moments of the clouds that are reported, and keeps the last one."""

    def __init__(self, real: Float64[np.ndarray, "n d"], withheld: Float64[np.ndarray, "n d"]) -> None:
        self._real, self._withheld, self._plane = real, withheld, plane_of(real)
        self.last: Moment | None = None

    def __call__(self, progress: Progress) -> Progress:
        cloud = progress.payload if isinstance(progress.payload, Cloud) else None
        if cloud is None or not np.isfinite(cloud.points).all():
            return Progress(progress.fraction, progress.message)
        distance = wasserstein(cloud.points, self._withheld, 2)
        apart = divergence(self._plane.places(cloud.points), self._plane.places(self._withheld))
        self.last = Moment(cloud, self._real, distance, apart)
        return Progress(progress.fraction, progress.message, self.last)


def divergence(x: Float64[np.ndarray, "n 2"], y: Float64[np.ndarray, "m 2"]) -> float:
    """Return the Jensen-Shannon divergence, in bits, of two sets of points by their counts in equal squares.

    Parameters
    ----------
    x, y : (n, 2), (m, 2) float64 arrays
        The sets. Squares cover the second one; points beside them count in one more.
    """
    low, high = y.min(0), y.max(0)
    shares = list[Float64[np.ndarray, " k"]]()
    for points in (x, y):
        at = np.floor((points - low) / np.maximum(high - low, 1e-300) * (SQUARES * (1.0 - 1e-9))).astype(np.int64)
        inside = ((at >= 0) & (at < SQUARES)).all(1)
        place = np.where(inside, at[:, 0] * SQUARES + at[:, 1], SQUARES**2)
        shares.append(np.bincount(place, minlength=SQUARES**2 + 1) / len(points))
    middle = 0.5 * (shares[0] + shares[1])
    parts = [share[share > 0] * np.log2(share[share > 0] / middle[share > 0]) for share in shares]
    return float(0.5 * sum(part.sum() for part in parts))
