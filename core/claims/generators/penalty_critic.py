"""What a critic with a gradient penalty takes for W1, beside the exact distance."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work, part
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.figure import Bars, Figure, Panel, Points
from core.claims.learned import gaussians, learned
from core.claims.measures.divergences import wasserstein1

TOLERANCE = 0.15


@dataclass(frozen=True)
class CriticKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(2, 16)
    steps: int = number_field(150, "Steps", 1, 2000, "Of the generator, before it is held.")
    settling: int = number_field(600, "Settling", 1, 5000, "Steps of the critic alone.")
    points: int = number_field(800, "Points", 100, 2000, "Of eight Gaussians.")


def _run(options: CriticKnobs) -> Work[Verdict]:
    found, drawn, sample = list[tuple[float, float]](), np.zeros((0, 2)), np.zeros((0, 2))
    for seed in range(options.seeds):
        low, high = seed / options.seeds, (seed + 1) / options.seeds
        sample = gaussians(options.points, np.random.default_rng(seed))
        training = learned("wgan_gp", sample, options.steps, seed, f"Seed {seed + 1}")
        trained = yield from part(training, low, 0.5 * (low + high))
        drawn = trained.draw(options.points, seed)
        settling = trained.critic_distance(sample, drawn, options.settling)
        critic = yield from part(settling, 0.5 * (low + high), high)
        assert critic is not None  # its slope is held to 1
        found.append((critic, wasserstein1(sample, drawn)))
    ratios = np.array([critic / exact for critic, exact in found])
    off = float(np.abs(ratios - 1.0).max())
    panels = (
        Panel("Last seed", (Points(sample, "faint", 2.5, "real"), Points(drawn, "a", 2.5, "drawn")), equal=True),
        Panel("Critic over W1, by seed", (Bars(ratios, ["ok" if abs(r - 1) <= TOLERANCE else "bad" for r in ratios]),)),
    )
    figures = {"worst": off} | {f"critic_{k + 1}": pair[0] for k, pair in enumerate(found)}
    figures |= {f"w1_{k + 1}": pair[1] for k, pair in enumerate(found)}
    told = ", ".join(f"{critic:.3f} of {exact:.3f}" for critic, exact in found)
    sentence = f"The settled critic says {told}: off by {100 * off:.1f} % at most, {100 * TOLERANCE:g} % are allowed."
    return judged(TOLERANCE - off, sentence, figures, Figure(panels))


CARD = Card(
    "The critic's distance",
    "A critic with a gradient penalty, settled on a generator that is held, says W1 to within 15 %.",
    "Gulrajani et al. 2017, Improved Training of Wasserstein GANs (arXiv 1704.00028), section 4; Kantorovich and "
    "Rubinstein 1958",
    CriticKnobs,
    _run,
)
