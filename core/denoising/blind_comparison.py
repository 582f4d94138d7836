"""Blind denoising with a classical rival beside it, judged by points held out or by a truth."""

from collections.abc import Generator
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float64
from scipy.spatial import KDTree

from core.base.clock import ActiveClock
from core.base.errors import InputError
from core.base.option_checks import check_within
from core.base.option_fields import seed_field
from core.base.progress import Progress, Work, part
from core.cloud.making import MADE
from core.cloud.moving_least_squares import Setting, moving_least_squares, settings
from core.data.noisy_points import NoisyPoints
from core.data.source import Source
from core.data.surface import Surface
from core.denoising.blind import BLIND, BlindDenoising, denoise_blind
from core.denoising.denoise import MOST_COMPARED
from core.denoising.result import Denoising, MethodResult
from core.geometry.nearest_triangle import TriangleTree, triangle_tree
from core.training.options import Device, TrainingOptions

MEASURED = "Distances are told from"
"""How the sentence begins that names a truth."""
_JUDGED = 2_000
"""Points by which the settings of the rival are chosen."""


@dataclass(frozen=True)
class BlindChoice:
    """What a user may choose where the surface is learned from noisy points alone.

    Parameters
    ----------
    seconds : float
        How long the networks are trained.
    seed : int
        Start of all random choices.
    truth : str
        A surface that distances are measured from, looked at afterwards only; empty where none is known.
    device : str
        What trains the networks.
    columns : tuple of str
        Where the file is a table: its columns that are x, y and z, by name or by number from 1; empty: names decide.

    Raises
    ------
    BudaiError
        If a value is out of its bounds.
    """

    seconds: float = field(
        default=20.0,
        metadata={
            "label": "Time",
            "kind": "seconds",
            "unit": "s",
            "slider": (5.0, 300.0),
            "minimum": 1.0,
            "maximum": 3600.0,
            "tooltip": "How long the networks are trained. Finding the surface and its smoothness takes a while more.",
        },
    )
    seed: int = seed_field()
    truth: str = field(
        default="",
        metadata={
            "label": "Truth",
            "kind": "file",
            "tooltip": "A surface to measure distances from, if one is known. It is looked at when all is done: "
            "nothing is learned from it.",
        },
    )
    device: Device = field(default="auto", metadata={"hidden": True})
    columns: tuple[str, ...] = field(default=(), metadata={"hidden": True})

    def __post_init__(self) -> None:
        for name in ("seconds", "seed"):
            check_within(self, name, getattr(self, name))


def learned_from_points(source: Source) -> bool:
    """Return whether a surface was made of a noisy cloud, and nobody knows the true one."""
    return any(line.startswith(MADE) for line in source.repairs)


def knows_truth(source: Source, found: Denoising) -> bool:
    """Return whether distances of denoised points are those from a true surface."""
    return not learned_from_points(source) or any(line.startswith(MEASURED) for line in found.warnings)


def denoise_blind_and_compare(
    given: NoisyPoints, choice: BlindChoice, truth: Source | None = None
) -> Work[BlindDenoising]:
    """Learn a surface from noisy points alone, project them onto it, and set moving least squares beside that.

    Parameters
    ----------
    given : NoisyPoints
        The points.
    choice : BlindChoice
        How.
    truth : Source, optional
        The surface that distances are measured from.

    Raises
    ------
    InputError
        If the points are too few, or the truth is a cloud.
    BudaiError
        If no surface runs through the points, or it is not a disk, or training cannot go on.

    Notes
    -----
    The settings of moving least squares are the best of all that are tried: by the truth where it is given, which is
    more than a user could choose, else by the distance of points held out, as the smoothness of the decoder is.
    """
    true = None if truth is None else _faces_of(truth)
    training = TrainingOptions(seconds=choice.seconds, seed=choice.seed, device=choice.device)
    blind = denoise_blind(given, training)
    # What a view might show of a training is left out: nobody looks.
    found = yield from part(blind, 0.0, 0.85, report=lambda progress: replace(progress, payload=None))
    clock = ActiveClock()
    yield from clock.pause(Progress(0.85, "Moving least squares"))
    denoising, rng = found.denoising, np.random.default_rng(choice.seed)
    surface = found.source.surface
    reference = triangle_tree((surface if true is None else true).corners)
    rivals, results, warnings = list[MethodResult](), denoising.results, denoising.warnings
    if len(denoising.noisy) <= MOST_COMPARED:
        held = _Held(denoising, reference, surface) if truth is None else None
        points, chosen = yield from _rival(denoising.noisy, held or reference, rng, clock)
        distances = reference.query(points)[0]
        rivals.append(MethodResult("moving_least_squares", points, distances, None, clock.seconds, chosen))
    if truth is not None:
        yield from clock.pause(Progress(0.98, f"Distances from {truth.name}"))
        results = tuple(_measured(result, denoising.noisy, reference) for result in results)
        source = f"{MEASURED} {truth.name}, which nothing was learned from."
        warnings = (source, *(line for line in warnings if line != BLIND))
    return replace(found, denoising=replace(denoising, results=(*results, *rivals), warnings=warnings))


def _faces_of(truth: Source) -> Surface:
    """The surface that distances are measured from."""
    if not truth.has_faces:
        raise InputError(truth.name, "is a cloud without faces", "", "Choose a surface as the truth, or none.")
    return truth.surface


@dataclass(frozen=True, eq=False)
class _Held:
    """Judges settings by points that they do not see."""

    denoising: Denoising
    reference: TriangleTree
    surface: Surface

    def starts(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where points are near the surface, and the normals there.

        Neighbours are looked for there and not where noise has carried a point: those around it were carried likewise,
        and the fewest of them would seem best.
        """
        start = self.denoising.chosen.points[rows]
        a, b, c = np.moveaxis(self.surface.corners[self.reference.query(start)[1]], 1, 0)
        normal = np.cross(b - a, c - a)
        return start, normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), np.finfo(float).tiny)


def _rival(
    noisy: Float64[np.ndarray, "n 3"], judge: TriangleTree | _Held, rng: np.random.Generator, clock: ActiveClock
) -> Generator[Progress, str | None, tuple[Float64[np.ndarray, "n 3"], str]]:
    """Smooth points by the best setting; say which it is and what it was chosen by."""
    some = rng.permutation(len(noisy))[: min(_JUDGED, len(noisy) // 4)]
    kept = np.ones(len(noisy), bool)
    start, normals = noisy[some], None
    if isinstance(judge, _Held):
        kept[some] = False
        start, normals = judge.starts(some)
    tried = settings(int(kept.sum()))
    tree = KDTree(noisy[kept])
    errors: list[float] = []
    for k, setting in enumerate(tried):
        yield from clock.pause(Progress(0.85 + 0.1 * k / len(tried), f"Moving least squares: {_named(setting)}"))
        moved = moving_least_squares(tree, start, setting)
        away = judge.query(moved)[0] if isinstance(judge, TriangleTree) else ((moved - noisy[some]) * normals).sum(1)
        errors.append(float(np.sqrt((away**2).mean())))
    best = int(np.argmin(errors))
    yield from clock.pause(Progress(0.95, f"Moving least squares: {_named(tried[best])}"))
    points = moving_least_squares(KDTree(noisy), noisy, tried[best])
    by = "the truth" if normals is None else "points held out"
    share = 100.0 * errors[best] / float(np.linalg.norm(np.ptp(noisy, axis=0)))
    chosen = f"{_named(tried[best])}: the best of {len(tried)} settings, chosen by {by}: {share:.3g} % of the diagonal"
    return points, chosen


def _named(setting: Setting) -> str:
    """A setting in words."""
    return f"{'planes' if setting.order == 1 else 'quadrics'}, {setting.neighbours} neighbours"


def _measured(result: MethodResult, noisy: Float64[np.ndarray, "n 3"], truth: TriangleTree) -> MethodResult:
    """The points of a method with their distances from the truth; true feet are looked up anew."""
    distances, _, feet = truth.query(noisy if result.method == "true_foot" else result.points)
    if result.method == "true_foot":
        return replace(result, points=feet, distances=np.zeros(len(feet)))
    return replace(result, distances=distances)
