"""Two charts cover a sphere, and where they overlap one is a smooth function of the other."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Panel, Path

TOLERANCE = 1e-10


@dataclass(frozen=True)
class TwoChartsKnobs(Knobs):
    """Knobs of the card."""

    radius: float = number_field(
        1.5, "Radius", 0.1, 20.0, "Of the disk that each chart maps to: below 1 they leave a gap."
    )
    points: int = number_field(20_000, "Points", 100, 1_000_000, "Random points of the sphere.")


def encode(points: np.ndarray, pole: int) -> np.ndarray:
    """Return the (n, 2) stereographic codes of points of the unit sphere, seen from a pole (+1 north, -1 south)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return points[:, :2] / (1.0 - pole * points[:, 2:])


def decode(codes: np.ndarray, pole: int) -> np.ndarray:
    """Return the points of stereographic codes."""
    square = (codes**2).sum(1, keepdims=True)
    return np.concatenate([2.0 * codes, pole * (square - 1.0)], 1) / (1.0 + square)


def _run(options: TwoChartsKnobs) -> Work[Verdict]:
    points = np.random.default_rng(0).normal(size=(options.points, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    codes = [encode(points, pole) for pole in (1, -1)]
    inside = [np.linalg.norm(code, axis=1) < options.radius for code in codes]
    bare = 1.0 - float((inside[0] | inside[1]).mean())
    both = inside[0] & inside[1]
    yield Progress(0.5, "Transition")
    a = codes[0][both]
    transition = encode(decode(a, 1), -1)
    closed = a / (a**2).sum(1, keepdims=True)
    error = float(np.abs(transition - closed).max()) if both.any() else np.nan
    back = float(np.abs(encode(decode(transition, -1), 1) - a).max()) if both.any() else np.nan
    figures = {"bare": bare, "transition_error": error, "round_trip": back, "overlap": float(both.mean())}
    panels = (
        Panel("Grid of the first chart, in the overlap", (_grid(options.radius, False),), equal=True),
        Panel("The same grid in the second chart", (_grid(options.radius, True),), equal=True),
    )
    sentence = (
        f"{100 * bare:.3g} % of the sphere lies in neither chart; in the overlap, {100 * both.mean():.3g} %, the "
        f"transition is z/|z|² to {error:.2g} and comes back to {back:.2g}."
    )
    margin = -bare if bare > 0 else -np.log10(max(error, back, 1e-300) / TOLERANCE)
    return judged(margin, sentence, figures, Figure(panels))


def _grid(radius: float, moved: bool) -> Path:
    """Return lines of a grid of the overlap, in the first chart or in the second."""
    along, lines = np.linspace(-radius, radius, 400), list[np.ndarray]()
    for c in np.linspace(-radius, radius, 13):
        for line in (np.column_stack([along, np.full(400, c)]), np.column_stack([np.full(400, c), along])):
            size = np.linalg.norm(line, axis=1, keepdims=True)
            shown = line / np.maximum(size, 1e-9) ** 2 if moved else line
            lines += [np.where((size < radius) & (size > 1.0 / radius), shown, np.nan), np.full((1, 2), np.nan)]
    return Path(np.concatenate(lines), "b" if moved else "a", 1.2)


CARD = Card(
    "Two charts and their transition",
    "Two stereographic charts cover the sphere, and where they overlap the second is z/|z|² of the first, there and "
    "back.",
    "Lee 2013, Introduction to Smooth Manifolds, problem 1-7",
    TwoChartsKnobs,
    _run,
)
