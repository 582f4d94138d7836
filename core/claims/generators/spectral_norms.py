"""Layers of a critic divided by their largest singular value."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work, part
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field
from core.claims.figure import Bars, Figure, Panel, Path
from core.claims.learned import gaussians, learned, relu_map

TOLERANCE = 0.1
_SAMPLED = 4000


@dataclass(frozen=True)
class SpectralKnobs(Knobs):
    """Knobs of the card."""

    bound: str = choice_field("spectral norm", "Bound", ("spectral norm", "penalty"), "What holds the critic.")
    steps: int = number_field(200, "Steps", 1, 5000, "Of the generator; the critic takes five for each.")
    points: int = number_field(2000, "Points", 100, 5000, "Of eight Gaussians.")


def _run(options: SpectralKnobs) -> Work[Verdict]:
    rng, name = np.random.default_rng(0), "wgan_sn" if options.bound == "spectral norm" else "wgan_gp"
    sample = gaussians(options.points, rng)
    trained = yield from part(learned(name, sample, options.steps, 0, options.bound.capitalize()))
    critic = relu_map(trained.model.potential)
    sizes = [np.linalg.svd(weight, compute_uv=False) for weight in critic.weights]
    norms = np.array([one[0] for one in sizes])
    slopes = np.linalg.norm(critic.jacobian(3.0 * rng.normal(size=(_SAMPLED, 2)))[:, 0], axis=1)
    off = float(np.abs(norms - 1.0).max())
    panels = (
        Panel("Largest singular value by layer", (Bars(norms, ["ok" if abs(s - 1) < 0.1 else "bad" for s in norms]),)),
        Panel(
            "Singular values of the hidden layers",
            tuple(Path(np.column_stack([np.arange(len(s)), s]), "abcd"[k]) for k, s in enumerate(sizes[1:-1])),
        ),
        Panel("Slopes of the critic", (Path(np.column_stack([np.arange(_SAMPLED), np.sort(slopes)]), "a"),), "point"),
    )
    figures = {"worst": off, "steepest": slopes.max()} | {f"layer_{k + 1}": s for k, s in enumerate(norms)}
    sentence = (
        f"The largest singular values are {', '.join(f'{s:.3f}' for s in norms)}; the critic is nowhere seen steeper "
        f"than {slopes.max():.3g}, and on the mean {slopes.mean():.3g}."
    )
    return judged(min(TOLERANCE - off, (1.0 + TOLERANCE) ** 4 - float(slopes.max())), sentence, figures, Figure(panels))


CARD = Card(
    "Spectral norms",
    "In a critic with spectral normalization the largest singular value of every layer is 1, so that it is nowhere "
    "steeper than 1.",
    "Miyato et al. 2018, Spectral Normalization for Generative Adversarial Networks (arXiv 1802.05957), section 2",
    SpectralKnobs,
    _run,
)
