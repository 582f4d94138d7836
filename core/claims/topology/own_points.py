"""Points of your own: whether one unit parts them is a matter of straight lines."""

from dataclasses import dataclass, field

import numpy as np

from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field, seeds_field
from core.claims.classifiers import region, seed_bars, train_classifiers, way_of
from core.claims.ensemble import Ensemble
from core.claims.figure import Figure

_MOONS = tuple(
    float(round(number, 3))
    for k in range(12)
    for t in (np.pi * k / 11,)
    for number in (0.6 * np.cos(t) - 0.25, 0.6 * np.sin(t) - 0.1, 0, 0.25 - 0.6 * np.cos(t), 0.1 - 0.6 * np.sin(t), 1)
)


@dataclass(frozen=True)
class OwnPointsKnobs(Knobs):
    """Knobs of the card."""

    points: tuple[float, ...] = field(
        default=_MOONS,
        metadata={
            "label": "Points",
            "kind": "drawing",
            "hidden": True,
            "tooltip": "Draw them: two coordinates from -1 to 1 and a class, 0 or 1, of each.",
        },
    )
    seeds: int = seeds_field(8)
    width: int = number_field(6, "Width", 1, 32, "Units of the hidden layer.")
    activation: str = choice_field("tanh", "Activation", ("tanh", "relu"), "What bends.")
    steps: int = number_field(3000, "Steps", 100, 10_000, "Most steps of each training.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.points) % 3 or not all(np.isfinite(self.points)):
            raise BudaiError("Points: each needs two coordinates and a class. Draw them again.")
        if any(kind not in (0.0, 1.0) for kind in self.points[2::3]):
            raise BudaiError("Points: a class is neither 0 nor 1. Draw them again.")

    def sets(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the points of both classes.

        Raises
        ------
        BudaiError
            If there is no point, or none of one class.
        """
        rows = np.array(self.points, float).reshape(-1, 3)
        if not len(rows):
            raise BudaiError("There is no point. Draw some of both classes.")
        first, second = rows[rows[:, 2] == 0, :2], rows[rows[:, 2] == 1, :2]
        if not len(first) or not len(second):
            raise BudaiError(f"All {len(rows):,} points are of one class. Draw at least one of the other.")
        return first, second


def a_line_parts(first: np.ndarray, second: np.ndarray) -> bool:
    """Return whether a straight line parts two sets of points: a linear program with or without a solution."""
    from scipy.optimize import linprog

    signs = np.concatenate([np.ones(len(first)), -np.ones(len(second))])
    rows = np.column_stack([np.concatenate([first, second]), np.ones(len(signs))]) * signs[:, None]
    return bool(linprog(np.zeros(3), A_ub=rows, b_ub=-np.ones(len(signs)), bounds=[(None, None)] * 3).status == 0)


def _run(options: OwnPointsKnobs) -> Work[Verdict]:
    sets = options.sets()
    yield Progress(0.0, "Looking for a line")
    straight = a_line_parts(*sets)
    networks = Ensemble((2, options.width, 1), options.seeds, options.activation)
    best = yield from train_classifiers(networks, sets, sets, options.steps, 0.05)
    perfect = int((best == 1.0).sum())
    panels = (
        region(networks, int(best.argmax()), sets, "Best seed"),
        seed_bars(best, f"{perfect} of {options.seeds} perfect"),
    )
    line = "A straight line parts them" if straight else "No straight line parts them"
    sentence = f"{line}; {perfect} of {options.seeds} networks with {options.width} hidden units do."
    figures = {"perfect": perfect, "a_line_parts": straight, "best": best.max()}
    way = way_of(networks, sets, f"Width {options.width}", sets)
    return judged(perfect - 1.0, sentence, figures, Figure(panels), (way,))


CARD = Card(
    "Points of your own",
    "Whatever points you draw, some network with one hidden layer of so many units puts each of them on its side; with "
    "one unit, only where a straight line parts them.",
    "Cybenko 1989, Approximation by Superpositions of a Sigmoidal Function; Minsky and Papert 1969, Perceptrons",
    OwnPointsKnobs,
    _run,
)
