"""Where the weights of a clipped critic end."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work, part
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Bars, Figure, Panel
from core.claims.learned import gaussians, learned, relu_map
from core.training.generators.settings import CLIP

AT_BOUND = 0.98
"""Part of the bound from which on a weight counts as lying at it."""
WANTED = 3.0
_BINS = 21


@dataclass(frozen=True)
class ClippingKnobs(Knobs):
    """Knobs of the card."""

    steps: int = number_field(300, "Steps", 1, 5000, "Of the generator; the critic takes five for each.")
    points: int = number_field(2000, "Points", 100, 5000, "Of eight Gaussians.")


def piled(values: np.ndarray, bound: float) -> float:
    """Return how many times more numbers lie at plus or minus a bound than if they were spread evenly within it."""
    return float((np.abs(values) >= AT_BOUND * bound).mean() / (1.0 - AT_BOUND))


def _run(options: ClippingKnobs) -> Work[Verdict]:
    sample, found = gaussians(options.points, np.random.default_rng(0)), list[np.ndarray]()
    for k, (name, words) in enumerate((("wgan_clip", "Weight clipping"), ("wgan_gp", "Gradient penalty"))):
        model = (yield from part(learned(name, sample, options.steps, 0, words), 0.5 * k, 0.5 * k + 0.5)).model
        found.append(np.concatenate([one.ravel() for one in relu_map(model.potential).weights[1:]]))
    clipped, free = found
    most = float(np.quantile(np.abs(free), 0.999))
    piles = piled(clipped, CLIP), piled(free, most)
    panels = tuple(
        Panel(words, (Bars(_shares(values, bound), (color,), [""] * _BINS),), f"weights, -{bound:.3g} to {bound:.3g}")
        for words, values, bound, color in (
            ("Clipped", clipped, CLIP, "b"),
            ("With the penalty", free, most, "a"),
        )
    )
    at = float((np.abs(clipped) >= AT_BOUND * CLIP).mean())
    figures = {"at_bound": at, "pile": piles[0], "pile_of_penalty": piles[1]}
    sentence = (
        f"{100 * at:.1f} % of the clipped critic's weights lie at the bound of {CLIP:g}, {piles[0]:.3g} times as many "
        f"as if they were spread evenly; with the penalty {piles[1]:.3g} times as many lie at the ends of their range."
    )
    margin = min(np.log2(max(piles[0], 1e-9) / WANTED), np.log2(1.0 / max(piles[1], 1e-9)))
    return judged(float(margin), sentence, figures, Figure(panels))


def _shares(values: np.ndarray, bound: float) -> np.ndarray:
    """Return the percentage of numbers in each of some equal parts between minus and plus a bound."""
    counts, _ = np.histogram(np.clip(values, -bound, bound), _BINS, (-bound, bound))
    return 100.0 * counts / len(values)


CARD = Card(
    "Clipped weights pile up",
    "Weights of a critic that is held by clipping pile up at plus and minus the bound; with a gradient penalty they do "
    "not pile up at the ends of their range.",
    "Gulrajani et al. 2017, Improved Training of Wasserstein GANs (arXiv 1704.00028), figure 1b",
    ClippingKnobs,
    _run,
)
