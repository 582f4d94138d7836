"""A trefoil comes undone in four dimensions, and not in three."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.curves import circle, knot_determinant, least_distance, seen
from core.claims.figure import Figure, Panel, Path


@dataclass(frozen=True)
class TrefoilKnobs(Knobs):
    """Knobs of the card."""

    dimension: int = number_field(4, "Dimension", 3, 4, "Of the space in which it should come undone.")
    points: int = number_field(240, "Points", 60, 600, "Corners of the knot.")
    lift: float = number_field(1.0, "Lift", 0.0, 5.0, "How far a strand steps aside in the fourth dimension.")
    moments: int = number_field(61, "Moments", 10, 400, "How many moments of the way are looked at.")


def trefoil(n: int) -> np.ndarray:
    """Return n points of a trefoil."""
    t = circle(n)
    return np.stack([np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -np.sin(3 * t)], 1)


def undone(n: int, s: float, lift: float) -> np.ndarray:
    """Return the (n, 4) knot at a moment s from 0 to 1: a strand steps aside, passes the other, and steps back."""
    t = circle(n)
    near = np.angle(np.exp(1j * (t - 1.825)))  # the middle of a strand that lies above another
    bump = np.exp(-((near / 0.35) ** 2))
    aside = lift * np.clip(3.0 * min(s, 1.0 - s), 0.0, 1.0)
    down = np.clip(3.0 * s - 1.0, 0.0, 1.0)
    knot = np.column_stack([trefoil(n), aside * bump])
    knot[:, 2] -= 2.4 * down * bump
    return knot


def _run(options: TrefoilKnobs) -> Work[Verdict]:
    moments = np.linspace(0.0, 1.0, options.moments)
    lift = options.lift if options.dimension == 4 else 0.0
    nearest, kinds = list[float](), list[int]()
    for k, s in enumerate(moments):
        knot = undone(options.points, float(s), lift)
        nearest.append(least_distance(knot, options.points // 12))
        kinds.append(knot_determinant(knot[:, :3]))
        yield Progress((k + 1) / options.moments, f"Moment {k + 1}")
    first, last, least = kinds[0], kinds[-1], min(nearest)
    start = least_distance(undone(options.points, 0.0, lift), options.points // 12)
    figures = {"determinant_before": first, "determinant_after": last, "least_distance": least, "at_first": start}
    panels = (
        Panel("A trefoil", (Path(_closed(options, 0.0, lift), "a", 2.5),), equal=True),
        Panel("At the end", (Path(_closed(options, 1.0, lift), "b", 2.5),), equal=True),
        Panel("Least distance of the knot from itself", (Path(np.column_stack([moments, nearest]), "a"),), "moment"),
        Panel(
            "Determinant of its shadow in space",
            (Path(np.column_stack([moments, kinds]), "b", dashed=True),),
            "moment",
        ),
    )
    sentence = (
        f"The knot's determinant goes from {first} to {last}; on the way in {options.dimension} dimensions it comes "
        f"as near to itself as {least:.3g}, at first {start:.3g}."
    )
    is_undone = first == 3 and last == 1
    return judged(least - 0.25 * start if is_undone else -1.0, sentence, figures, Figure(panels))


def _closed(options: TrefoilKnobs, s: float, lift: float) -> np.ndarray:
    return seen(undone(options.points, s, lift)[:, :3], closed=True)


CARD = Card(
    "Undoing a trefoil",
    "In four dimensions a trefoil becomes an unknotted circle without ever touching itself; on the same way in three "
    "dimensions it has to pass through itself.",
    "Every knot is trivial in four dimensions: Zeeman 1963, Unknotting combinatorial balls; determinants: Rolfsen, "
    "Knots and Links, table",
    TrefoilKnobs,
    _run,
)
