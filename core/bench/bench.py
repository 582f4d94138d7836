"""The bench: every model learns every target, in the same time, and is judged alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64

from core.base.errors import BudaiError
from core.base.progress import Progress, Stop, Work, part
from core.bench.features import Classifier, FeatureJudgement, classifier_of, judge_features
from core.bench.judge import MOST_POINTS, Judgement, judge, wasserstein
from core.bench.targets import Target
from core.training.generators.cloud import Cloud
from core.training.generators.models import MODELS, Budget
from core.training.generators.settings import Settings, changed

if TYPE_CHECKING:
    from core.training.generators.trained import Trained


@dataclass(frozen=True)
class BenchOptions:
    """What the bench runs.

    Parameters
    ----------
    models : tuple of str
        Keys of `MODELS`.
    seconds : float
        Processor seconds that each learns.
    steps : int
        Steps instead; 0 for the clock.
    seeds : int
        How many times, each with samples and first weights of its own.
    rows : int
        Points to learn from, withheld, and drawn: as many of each.
    settings : mapping of str to Settings
        Knobs of models whose own are not taken.

    Raises
    ------
    BudaiError
        If a number is out of its bounds, or a model is not known.
    """

    models: tuple[str, ...] = tuple(MODELS)
    seconds: float = 10.0
    steps: int = 0
    seeds: int = 1
    rows: int = 2000
    settings: Mapping[str, Settings] = field(default_factory=dict[str, Settings])

    def __post_init__(self) -> None:
        unknown = [name for name in self.models if name not in MODELS]
        if unknown or not self.models:
            raise BudaiError(f"There is no model {', '.join(unknown) or 'named'}. Choose among {', '.join(MODELS)}.")
        for name, value, low, high in (
            ("seconds", self.seconds, 0.1, 3600.0),
            ("steps", self.steps, 0, 10_000_000),
            ("seeds", self.seeds, 1, 64),
            ("rows", self.rows, 50, MOST_POINTS),
        ):
            if not low <= value <= high:
                raise BudaiError(f"{name}: {value:g} is out of bounds. Choose from {low:g} to {high:g}.")

    def budget(self, model: str, seed: int) -> Budget:
        """Return how long a model learns, and by which knobs."""
        return Budget(self.seconds, self.steps, seed, self.settings.get(model))

    def changed(self, model: str) -> dict[str, float]:
        """Return the knobs of a model that are not its own."""
        return changed(self.settings.get(model, MODELS[model].settings), MODELS[model].settings)


@dataclass(frozen=True, eq=False)
class Cell:
    """One model on one target with one seed.

    Parameters
    ----------
    target, model : str
        Their names.
    seed : int
        Start of all random choices.
    points : (n, d) float64 array
        What it drew.
    judgement : Judgement or None
        What that is worth; None where points were no numbers.
    steps : int
        Steps it took.
    seconds : float
        Processor seconds that they took.
    diverged : bool
        Whether it ended for want of numbers.
    log_likelihood : float or None
        Mean at the withheld points; None where the model has no density.
    critic_w1, exact_w1 : float or None
        What the critic, settled, says of drawn and learned points, and what is exact; None where there is no critic.
    features : FeatureJudgement or None
        What a small classifier makes of the points; None where the target has no classes.
    """

    target: str
    model: str
    seed: int
    points: Float64[np.ndarray, "n d"]
    judgement: Judgement | None
    steps: int
    seconds: float
    diverged: bool
    log_likelihood: float | None = None
    critic_w1: float | None = None
    exact_w1: float | None = None
    features: FeatureJudgement | None = None


@dataclass(frozen=True, eq=False)
class Bench:
    """What came out.

    Parameters
    ----------
    options : BenchOptions
        What was run.
    targets : tuple of Target
        What was learned.
    cells : tuple of Cell
        All that were done; the cells of the model ``truth`` are the training samples themselves: no model can be asked
        to be nearer to the withheld points.
    stopped : bool
        Whether it was told to end early.
    """

    options: BenchOptions
    targets: tuple[Target, ...]
    cells: tuple[Cell, ...]
    stopped: bool

    def of(self, target: str, model: str) -> list[Cell]:
        """Return the cells of a model on a target, by seed."""
        return [cell for cell in self.cells if (cell.target, cell.model) == (target, model)]


@dataclass(frozen=True, eq=False)
class Told:
    """What is told of a bench while it goes on.

    Parameters
    ----------
    target, model : str
        Who learns what.
    seed : int
        Start of all random choices.
    cloud : Cloud or None
        What it draws now, where that is told.
    cell : Cell or None
        What came out, where it is done.
    """

    target: str
    model: str
    seed: int
    cloud: Cloud | None = None
    cell: Cell | None = None


TRUTH = "truth"
CHARTED = "charts_ot"
"""The model that is given the triangles of a surface, and learns no other target."""


def models_for(target: Target, options: BenchOptions) -> tuple[str, ...]:
    """Return the models that learn a target: that which needs the triangles of a surface learns no other."""
    return tuple(name for name in options.models if name != CHARTED or target.surface is not None)


def run_bench(targets: Sequence[Target], options: BenchOptions) -> Work[Bench]:
    """Let all models learn all targets.

    Parameters
    ----------
    targets : sequence of Target
        What is learned.
    options : BenchOptions
        By what, for how long, how often.

    Yields
    ------
    Progress
        With what is `Told`. On ``send("stop")`` it ends with the cells that it has.

    Raises
    ------
    BudaiError
        If a target has more modes than there are points, or no model can learn any target.
    """
    from core.training.generators.train import train_generator  # torch: a window reads what came out without it

    for target in targets:
        check_rows(target, options.rows)
    cells, stop, done = list[Cell](), Stop(), 0
    total = sum(len(models_for(target, options)) for target in targets) * options.seeds
    if not total:
        raise BudaiError("Exact charts need the triangles of a surface. Name a surface as a target, or another model.")
    classifiers = {one.name: classifier_of(one.support, one.pieces) for one in targets if one.has_classes}
    for seed in range(options.seeds):
        for target in targets:
            chance = np.random.default_rng(seed)
            training, withheld = target.samples(options.rows, chance)
            if stop.requested:
                break
            truth = judge(target, training, withheld, training)
            seer = classifiers.get(target.name)
            seen = None if seer is None else judge_features(seer, training, withheld)
            cells.append(Cell(target.name, TRUTH, seed, training, truth, 0, 0.0, False, features=seen))
            yield _done(done / total, cells[-1])
            for model in models_for(target, options):
                budget = options.budget(model, seed)
                work = train_generator(model, training, budget, surface=target.surface)
                about = f"{target.title}, {MODELS[model].title}, seed {seed + 1}"
                told = _Telling(about, target.name, model, seed)
                trained = yield from part(work, done / total, (done + 1) / total, report=told, stop=stop)
                done += 1
                if stop.requested:
                    break
                judging = judged_cell(target, model, seed, trained, (training, withheld), seer)
                cells.append((yield from part(judging, done / total, done / total, report=told, stop=stop)))
                yield _done(done / total, cells[-1])
    yield Progress(1.0, "Done")
    return Bench(options, tuple(targets), tuple(cells), stop.requested)


def check_rows(target: Target, wanted: int) -> None:
    """Refuse fewer points than tell the modes of a target.

    Raises
    ------
    BudaiError
        If there are fewer than four for each.
    """
    rows = wanted if target.rows is None else min(wanted, len(target.rows) // 2)
    least = 4 * target.n_pieces
    if rows < least:
        raise BudaiError(f"{target.title}: {rows:,} points are too few for its modes. Take at least {least}.")


@dataclass(frozen=True)
class _Telling:
    """Puts before a report what it is about."""

    about: str
    target: str
    model: str
    seed: int

    def __call__(self, progress: Progress) -> Progress:
        cloud = progress.payload if isinstance(progress.payload, Cloud) else None
        told = Told(self.target, self.model, self.seed, cloud)
        return Progress(progress.fraction, f"{self.about}: {progress.message}", told)


def _done(fraction: float, cell: Cell) -> Progress:
    """Return the report on a cell that is done."""
    return Progress(fraction, "", Told(cell.target, cell.model, cell.seed, cell=cell), lasting=True)


def judged_cell(
    target: Target,
    model: str,
    seed: int,
    trained: "Trained",
    samples: tuple[Float64[np.ndarray, "n d"], Float64[np.ndarray, "m d"]],
    seer: Classifier | None,
) -> Work[Cell]:
    """Judge a model by what it learned and what was withheld."""
    training, withheld = samples
    drawn = trained.draw(len(withheld), seed)
    if not np.isfinite(drawn).all():
        return Cell(target.name, model, seed, drawn, None, trained.steps, trained.seconds, diverged=True)
    seen = None
    if seer is not None:
        latent = trained.latent
        seen = judge_features(seer, drawn, withheld, trained.image_of if latent else None, latent, seed)
    critic = yield from trained.critic_distance(training, drawn)
    return Cell(
        target.name,
        model,
        seed,
        drawn,
        judge(target, drawn, withheld, training),
        trained.steps,
        trained.seconds,
        trained.diverged,
        trained.log_likelihood(withheld),
        critic,
        None if critic is None else wasserstein(training, drawn, 1),
        seen,
    )
