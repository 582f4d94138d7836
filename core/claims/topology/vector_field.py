"""A layer that flows along a vector field: small steps keep every orientation, large ones fold."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Panel, Path, Points

_GRID = 41


@dataclass(frozen=True)
class VectorFieldKnobs(Knobs):
    """Knobs of the card."""

    anchors: int = number_field(5, "Anchors", 1, 40, "Points with an arrow.")
    reach: float = number_field(0.5, "Reach", 0.05, 3.0, "How far the pull of an anchor reaches.")
    strength: float = number_field(1.0, "Strength", 0.0, 10.0, "Length of the arrows.")
    steps: int = number_field(40, "Steps", 1, 500, "Steps of the flow over one unit of time: few are large.")
    seed: int = number_field(0, "Seed", 0, 999, "Which anchors and arrows.")


def field_and_slope(
    x: np.ndarray, anchors: np.ndarray, arrows: np.ndarray, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return v(x) = sum of arrows times exp(-|x - a|² / reach²) at (n, 2) points, and its derivative (n, 2, 2)."""
    apart = x[:, None] - anchors[None]
    weight = np.exp(-(apart**2).sum(2) / reach**2)
    slope = np.einsum("na,ai,naj->nij", weight, arrows, -2.0 * apart / reach**2)
    return weight @ arrows, slope


def _run(options: VectorFieldKnobs) -> Work[Verdict]:
    rng = np.random.default_rng(options.seed)
    anchors, angle = rng.uniform(-0.7, 0.7, (options.anchors, 2)), rng.uniform(0, 2 * np.pi, options.anchors)
    arrows = options.strength * np.stack([np.cos(angle), np.sin(angle)], 1)
    along = np.linspace(-1.0, 1.0, _GRID)
    x = np.stack(np.meshgrid(along, along, indexing="ij"), -1).reshape(-1, 2)
    step, least, whole, ways = 1.0 / options.steps, list[float](), np.ones(len(x)), [anchors]
    moving = anchors.copy()
    for k in range(options.steps):
        move, slope = field_and_slope(x, anchors, arrows, options.reach)
        jacobian = np.eye(2) + step * slope
        determinant = jacobian[:, 0, 0] * jacobian[:, 1, 1] - jacobian[:, 0, 1] * jacobian[:, 1, 0]
        least.append(float(determinant.min()))
        whole = whole * determinant
        x = x + step * move
        moving = moving + step * field_and_slope(moving, anchors, arrows, options.reach)[0]
        ways.append(moving)
        yield Progress((k + 1) / options.steps, f"Step {k + 1}")
    lines, gap = x.reshape(_GRID, _GRID, 2), np.full((1, 2), np.nan)
    drawn = [piece for k in range(0, _GRID, 2) for piece in (lines[k], gap, lines[:, k], gap)]
    trails = [piece for j in range(len(anchors)) for piece in (np.array([way[j] for way in ways]), gap)]
    grid = Panel(
        "The plane after the flow",
        (Path(np.concatenate(drawn), "faint", 1.0), Path(np.concatenate(trails), "b", 2.0), Points(anchors, "b", 7.0)),
        equal=True,
    )
    curve = Panel(
        "Least determinant of each step",
        (Path(np.column_stack([np.arange(1, options.steps + 1), least]), "a"),),
        "step",
    )
    bound = step * options.strength * options.anchors * np.sqrt(2.0 / np.e) / options.reach
    figures = {"least_of_a_step": min(least), "least_of_the_flow": float(whole.min()), "bound": bound}
    sentence = (
        f"The least determinant of a step is {min(least):.3g}, that of the whole flow {whole.min():.3g} "
        f"(sure to be positive while {bound:.3g} is below 1)."
    )
    return judged(min(least) - 1e-9, sentence, figures, Figure((grid, curve)))


CARD = Card(
    "A vector-field layer",
    "Points that flow along a vector field, pulled by anchors, in small steps: no step turns any place over, so the "
    "layer is a homeomorphism.",
    "Olah 2014, Neural Networks, Manifolds, and Topology, section Better Layers for Manipulating Manifolds?",
    VectorFieldKnobs,
    _run,
)
