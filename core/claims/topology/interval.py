"""An interval between two others: one hidden unit fails, two succeed."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field, seeds_field
from core.claims.classifiers import seed_bars, train_classifiers, way_of
from core.claims.ensemble import Ensemble
from core.claims.figure import Figure, Panel, Path, Points
from core.claims.ways import Way


@dataclass(frozen=True)
class IntervalKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(16)
    narrow: int = number_field(1, "Narrow width", 1, 6, "Hidden units of the networks that should fail.")
    width: int = number_field(2, "Width", 1, 6, "Hidden units of the networks that should succeed.")
    activation: str = choice_field("tanh", "Activation", ("tanh", "relu"), "What bends.")
    steps: int = number_field(2000, "Steps", 100, 10_000, "Most steps of each training.")


def intervals(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n points each, (n, 1), of [-1/3, 1/3] and of what lies from 2/3 to 1 on both sides."""
    inner, outer = np.linspace(-1 / 3, 1 / 3, n), np.linspace(2 / 3, 1.0, -(-n // 2))
    return inner[:, None], np.concatenate([-outer, outer])[:n, None]


def best_threshold(inner: np.ndarray, outer: np.ndarray) -> float:
    """Return the largest part of points that one threshold has on their sides: all that a monotone function can do."""
    values = np.concatenate([inner, outer])[:, 0]
    signs = np.concatenate([np.ones(len(inner)), -np.ones(len(outer))])[np.argsort(values)]
    right = np.abs(np.concatenate([[0.0], np.cumsum(signs)]) * 2.0 - signs.sum())
    return float(0.5 + 0.5 * right.max() / len(values))


def _run(options: IntervalKnobs) -> Work[Verdict]:
    learned, fine = intervals(200), intervals(2000)
    bound = best_threshold(*fine)
    found, panels = list[np.ndarray](), list[Panel]()
    trained, ways = list[Ensemble](), list[Way]()
    for k, width in enumerate((options.narrow, options.width)):
        networks = Ensemble((1, width, 1), options.seeds, options.activation)
        words = f"Width {width}"
        best = yield from train_classifiers(networks, learned, fine, options.steps, 0.05, words, 0.5 * k, 0.5 * k + 0.5)
        found.append(best)
        trained.append(networks)
        ways.append(way_of(networks, fine, words, learned))
        panels.append(seed_bars(best, f"{words}: {int((best == 1.0).sum())} of {options.seeds} perfect"))
    x = np.linspace(-1.05, 1.05, 300)
    curve = np.tanh(trained[-1](x[None])[int(found[1].argmax()), 0])
    sets = [
        Points(np.column_stack([s[:, 0], np.full(len(s), y)]), c)
        for s, c, y in zip(learned, "ab", (-1, 1), strict=True)
    ]
    picture = Panel(f"Width {options.width}: output over the line", (Path(np.column_stack([x, curve]), "text"), *sets))
    perfect = [int((best == 1.0).sum()) for best in found]
    figures = {
        "narrow_perfect": perfect[0],
        "wide_perfect": perfect[1],
        "narrow_best": float(found[0].max()),
        "bound": bound,
    }
    sentence = (
        f"{perfect[0]} of {options.seeds} networks with width {options.narrow} are perfect, the best has "
        f"{100 * found[0].max():.1f} % right (one threshold: {100 * bound:.1f} % at most); of width {options.width}, "
        f"{perfect[1]}."
    )
    margin = -float(perfect[0]) if perfect[0] else perfect[1] / options.seeds - 0.5
    return judged(margin, sentence, figures, Figure((picture, *panels)), tuple(ways[::-1]))


CARD = Card(
    "An interval inside another",
    "On a line one hidden unit never tells an interval from what lies on both sides of it, for its output is monotone; "
    "two units do.",
    "Olah 2014, Neural Networks, Manifolds, and Topology, the example in one dimension",
    IntervalKnobs,
    _run,
)
