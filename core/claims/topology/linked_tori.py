"""Two linked tori: layers of three units cannot part them, layers of four can."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field, seeds_field
from core.claims.classifiers import seed_bars, train_classifiers, way_of
from core.claims.curves import circle
from core.claims.ensemble import Ensemble
from core.claims.figure import Figure, Panel, Points
from core.claims.ways import Scenery, Way, tubes

NEEDED = 9 / 12
"""Part of the wider networks that have to be perfect."""
_AROUND = 360
"""Corners of the circle in the middle of a torus that is unfolded."""


@dataclass(frozen=True)
class LinkedToriKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(12)
    narrow: int = number_field(3, "Narrow width", 1, 8, "Units in each layer of the networks that should fail.")
    width: int = number_field(4, "Width", 1, 16, "Units in each layer of the networks that should succeed.")
    depth: int = number_field(4, "Depth", 1, 6, "Hidden layers of both.")
    activation: str = choice_field("tanh", "Activation", ("tanh", "relu"), "What bends.")
    thickness: float = number_field(0.2, "Thickness", 0.02, 0.33, "Radius of the tubes; their circles have 0.7.")
    steps: int = number_field(8000, "Steps", 100, 20_000, "Most steps of each training.")


def linked_tori(n: int, thickness: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return n points each of the surfaces of two tori, each through the hole of the other."""

    def torus() -> np.ndarray:
        u, v = rng.uniform(0.0, 2.0 * np.pi, (2, n))
        distance = 0.7 + thickness * np.cos(v)
        return np.stack([distance * np.cos(u), distance * np.sin(u), thickness * np.sin(v)], 1)

    return _placed(torus(), torus())


def tori_with_cores(thickness: float) -> Scenery:
    """Return both tori as surfaces, with the circles in their middles."""
    t = circle(_AROUND)
    ring = 0.7 * np.stack([np.cos(t), np.sin(t), 0.0 * t], 1)
    return tubes(_placed(ring, ring), thickness, 24)


def _placed(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return one figure moved, and another turned about an axis and moved, so that they are linked."""
    return first - [0.35, 0.0, 0.0], second[:, [0, 2, 1]] * [1, -1, 1] + [0.35, 0.0, 0.0]


def _run(options: LinkedToriKnobs) -> Work[Verdict]:
    learned, fine = (linked_tori(n, options.thickness, np.random.default_rng(k)) for k, n in enumerate((1000, 4000)))
    figures, panels, perfect, ways = dict[str, float](), list[Panel](), list[int](), list[Way]()
    scenery = tori_with_cores(options.thickness)
    for k, width in enumerate((options.narrow, options.width)):
        networks = Ensemble((3, *[width] * options.depth, 1), options.seeds, options.activation)
        words = f"Width {width}, depth {options.depth}"
        best = yield from train_classifiers(networks, learned, fine, options.steps, 0.02, words, 0.5 * k, 0.5 * k + 0.5)
        perfect.append(int((best == 1.0).sum()))
        ways.append(way_of(networks, fine, words, scenery))
        figures |= {f"width_{width}_perfect": perfect[-1], f"width_{width}_best": float(best.max())}
        panels.append(seed_bars(best, f"{words}: {perfect[-1]} of {options.seeds} perfect"))
    tilt = np.array([[1.0, 0.0], [0.25, 0.45], [0.0, 0.9]])
    seen = [Points(one @ tilt, color, 3.0) for one, color in zip(learned, "ab", strict=True)]
    figure = Figure((Panel("Two linked tori", tuple(seen), equal=True), *panels))
    margin = -float(perfect[0]) if perfect[0] else perfect[1] / options.seeds - NEEDED
    sentence = (
        f"Of {options.seeds} networks each, {perfect[0]} of width {options.narrow} are perfect, and {perfect[1]} of "
        f"width {options.width}."
    )
    return judged(margin, sentence, figures, figure, tuple(ways[::-1]))


CARD = Card(
    "Two linked tori",
    "Networks whose layers have three units never part two linked tori in space; with four units they can, since in "
    "four dimensions nothing is linked.",
    "Olah 2014, Neural Networks, Manifolds, and Topology",
    LinkedToriKnobs,
    _run,
)
