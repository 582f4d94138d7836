"""A disk inside an annulus: two hidden units a layer never tell them apart, three can."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field, seeds_field
from core.claims.classifiers import region, seed_bars, train_classifiers, way_of
from core.claims.ensemble import Ensemble
from core.claims.figure import Figure, Panel
from core.claims.ways import Way

NEEDED = 15 / 16
"""Part of the wider networks that have to be perfect."""


@dataclass(frozen=True)
class AnnulusKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(16)
    width: int = number_field(3, "Width", 1, 8, "Hidden units in the layer of the networks that should succeed.")
    narrow: int = number_field(2, "Narrow width", 1, 8, "Hidden units in each layer of those that should fail.")
    depths: tuple[int, ...] = number_field(
        (1, 3, 6),
        "Depths",
        1,
        8,
        "Numbers of hidden layers of the narrow networks.",
        kind="widths",
        fewest=1,
    )
    activation: str = choice_field("tanh", "Activation", ("tanh", "relu"), "What bends.")
    steps: int = number_field(4000, "Steps", 100, 10_000, "Most steps of each training.")


def disk_and_annulus(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return n points each of the disk of radius 1/3 and the annulus from 2/3 to 1, evenly by area."""

    def ring(low: float, high: float) -> np.ndarray:
        radius, angle = np.sqrt(rng.uniform(low**2, high**2, n)), rng.uniform(0.0, 2.0 * np.pi, n)
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)

    return ring(0.0, 1 / 3), ring(2 / 3, 1.0)


def _run(options: AnnulusKnobs) -> Work[Verdict]:
    learned, fine = (disk_and_annulus(n, np.random.default_rng(k)) for k, n in enumerate((500, 4000)))
    cases = [*((options.narrow, depth) for depth in options.depths), (options.width, 1)]
    figures, panels, perfect = dict[str, float](), list[Panel](), list[int]()
    trained, ways = list[tuple[Ensemble, int]](), list[Way]()
    share = 0.9 / sum(depth for _, depth in cases)
    at = 0.0
    for width, depth in cases:
        networks = Ensemble((2, *[width] * depth, 1), options.seeds, options.activation)
        words = f"Width {width}, depth {depth}"
        best = yield from train_classifiers(networks, learned, fine, options.steps, 0.05, words, at, at + share * depth)
        at += share * depth
        perfect.append(int((best == 1.0).sum()))
        trained.append((networks, int(best.argmax())))
        ways.append(way_of(networks, fine, words, learned))
        figures |= {
            f"width_{width}_depth_{depth}_perfect": perfect[-1],
            f"width_{width}_depth_{depth}_best": float(best.max()),
        }
        panels.append(seed_bars(best, f"{words}: {perfect[-1]} of {options.seeds} perfect"))
    panels.insert(0, region(*trained[-1], learned, f"Width {options.width}, best seed"))
    missing = NEEDED - perfect[-1] / options.seeds
    margin = -float(sum(perfect[:-1])) if any(perfect[:-1]) else -missing
    sentence = (
        f"Of {options.seeds * len(options.depths)} networks of width {options.narrow}, {sum(perfect[:-1])} are "
        f"perfect; of {options.seeds} of width {options.width}, {perfect[-1]}."
    )
    return judged(margin, sentence, figures, Figure(tuple(panels)), tuple(ways[::-1]))


CARD = Card(
    "A disk inside an annulus",
    "With two hidden units in each layer no network of any depth tells a disk from the annulus around it; with three "
    "in one layer it can.",
    "Olah 2014, Neural Networks, Manifolds, and Topology; for ReLU: Johnson 2019, Deep, Skinny Neural Networks are not "
    "Universal Approximators",
    AnnulusKnobs,
    _run,
)
