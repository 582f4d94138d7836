"""Two spirals wound into each other."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field, seeds_field
from core.claims.classifiers import region, seed_bars, train_classifiers, way_of
from core.claims.ensemble import Ensemble
from core.claims.figure import Figure

_TURNS = {"easy": 0.75, "hard": 1.75}


@dataclass(frozen=True)
class SpiralKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(8)
    difficulty: str = choice_field("easy", "Spirals", ("easy", "hard"), "Three quarters of a turn, or seven quarters.")
    width: int = number_field(6, "Width", 1, 32, "Hidden units of each layer.")
    depth: int = number_field(2, "Depth", 1, 6, "Hidden layers.")
    activation: str = choice_field("tanh", "Activation", ("tanh", "relu"), "What bends.")
    steps: int = number_field(4000, "Steps", 100, 20_000, "Most steps of each training.")


def spirals(n: int, turns: float) -> tuple[np.ndarray, np.ndarray]:
    """Return n points each of two spirals of Archimedes, one the other turned by half a turn."""
    angle = np.linspace(0.0, 2.0 * np.pi * turns, n)
    radius = 0.15 + 0.85 * angle / angle[-1]
    arm = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    return arm, -arm


def _run(options: SpiralKnobs) -> Work[Verdict]:
    turns = _TURNS[options.difficulty]
    learned, fine = spirals(200, turns), spirals(3000, turns)
    networks = Ensemble((2, *[options.width] * options.depth, 1), options.seeds, options.activation)
    best = yield from train_classifiers(networks, learned, fine, options.steps, 0.03)
    perfect = int((best == 1.0).sum())
    panels = (
        region(networks, int(best.argmax()), learned, f"{turns:g} turns, best seed"),
        seed_bars(best, f"{perfect} of {options.seeds} perfect"),
    )
    sentence = f"{perfect} of {options.seeds} networks are perfect, the median has {100 * np.median(best):.2f} % right."
    figures = {"perfect": perfect, "best": best.max()}
    way = way_of(networks, fine, f"Width {options.width}, depth {options.depth}", learned)
    return judged(perfect / options.seeds - 0.5, sentence, figures, Figure(panels), (way,))


CARD = Card(
    "Two spirals",
    "Small networks part two spirals, every point on its side, from at least half of all first weights.",
    "Lang and Witbrock 1988, Learning to Tell Two Spirals Apart; Olah 2014",
    SpiralKnobs,
    _run,
)
