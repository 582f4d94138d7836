"""What cannot be parted is stretched: a local minimum, and what a contractive penalty does to it."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work, part
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.classifiers import labelled, region, way_of
from core.claims.ensemble import Ensemble, Slope, correct, learn, logistic
from core.claims.figure import Bars, Figure, Panel
from core.claims.topology.annulus import disk_and_annulus
from core.claims.ways import Way

_STEP = 0.02
"""Length of the differences that stand for derivatives in the penalty."""


@dataclass(frozen=True)
class StretchingKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(12)
    width: int = number_field(2, "Width", 1, 8, "Hidden units of each layer.")
    depth: int = number_field(3, "Depth", 1, 6, "Hidden layers.")
    penalty: float = number_field(0.02, "Penalty", 0.0, 10.0, "Weight of the mean squared slope; 0 for none.")
    steps: int = number_field(3000, "Steps", 100, 10_000, "Steps of each training.")


def steepest(networks: Ensemble, points: np.ndarray) -> np.ndarray:
    """Return the largest length of the gradient of each network's output at points (in, n), (K,)."""
    values = networks.values(points)
    gradient = networks.derivatives(values, np.ones_like(values[-1]))[1]
    return np.sqrt((gradient**2).sum(1)).max(-1)


def contractive(labels: np.ndarray, penalty: float) -> Slope:
    """Return the derivative of logistic loss plus mean squared slope, for points that stand beside moved ones."""
    plain, n = logistic(labels), len(labels)

    def slope(outputs: np.ndarray) -> np.ndarray:
        pull = np.float32(2.0 * penalty / _STEP**2 / n) * (outputs[..., n:] - outputs[..., :n])
        return np.concatenate([plain(outputs[..., :n]) - pull, pull], -1)

    return slope


def _run(options: StretchingKnobs) -> Work[Verdict]:
    rng = np.random.default_rng(0)
    sets = disk_and_annulus(300, rng)
    points, labels = labelled(sets)
    turn = rng.uniform(0.0, 2.0 * np.pi, int(points.shape[1]))
    both = np.concatenate([points, points + _STEP * np.stack([np.cos(turn), np.sin(turn)])], 1)
    slopes, shares, panels, ways = list[np.ndarray](), list[np.ndarray](), list[Panel](), list[Way]()
    for k, penalty in enumerate((0.0, options.penalty)):
        networks = Ensemble((2, *[options.width] * options.depth, 1), options.seeds)
        words = "With the penalty" if k else "Without a penalty"
        work = learn(networks, both, contractive(labels, penalty), options.steps, 0.03, words)
        yield from part(work, 0.5 * k, 0.5 * k + 0.5)
        slopes.append(steepest(networks, points))
        shares.append(correct(networks, points, labels))
        panels.append(region(networks, 0, sets, f"{words}, seed 1"))
        ways.append(way_of(networks, sets, words, sets))
    bars = Panel(
        "Steepest slope by seed: without, with",
        (Bars(np.stack(slopes, 1).ravel(), ("bad", "ok") * options.seeds, ["", ""] * options.seeds),),
        "seeds in pairs",
        log_y=True,
    )
    plain, held = (float(np.median(one)) for one in slopes)
    wrong = [100.0 * (1.0 - float(np.median(one))) for one in shares]
    figures = {"slope_without": plain, "slope_with": held, "wrong_without": wrong[0], "wrong_with": wrong[1]}
    sentence = (
        f"The median steepest slope is {plain:.3g} without and {held:.3g} with the penalty, which leaves "
        f"{wrong[1]:.1f} % of the points on the wrong side instead of {wrong[0]:.1f} %."
    )
    return judged(plain / max(held, 1e-9) - 4.0, sentence, figures, Figure((*panels, bars)), tuple(ways))


CARD = Card(
    "The easy way out",
    "A network that is too narrow to part two sets sits in a minimum in which it stretches space: its steepest slope "
    "is at least four times that of one which a contractive penalty holds back.",
    "Olah 2014, Neural Networks, Manifolds, and Topology, section The Easy Way Out; Rifai et al. 2011",
    StretchingKnobs,
    _run,
)
