"""What a perfect discriminator says, and what it leaves of the generator's gradient."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.ensemble import Ensemble, learn, logistic
from core.claims.figure import Figure, Panel, Path

ERROR, FALL = 0.05, 10.0
"""Most that a learned discriminator may be off on the mean, and how far the gradient has to fall."""
_SHIFTS = np.linspace(0.25, 8.0, 32)


@dataclass(frozen=True)
class DiscriminatorKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(4)
    distance: float = number_field(2.0, "Distance", 0.1, 8.0, "Of the means of real and new points, unit deviations.")
    farthest: float = number_field(8.0, "Farthest", 0.5, 12.0, "Distance at which the gradient has to have vanished.")
    points: int = number_field(2000, "Points", 50, 20_000, "Real points, and as many new ones.")
    steps: int = number_field(500, "Steps", 10, 5000, "Of the discriminator.")


def optimal(x: np.ndarray, distance: float) -> np.ndarray:
    """Return D* = p / (p + q) of two unit Gaussians on a line, the real one about 0, the new one at a distance."""
    return 1.0 / (1.0 + np.exp(0.5 * x**2 - 0.5 * (x - distance) ** 2))


def gradients(distance: float) -> tuple[float, float, float]:
    """Return the accuracy of D*, and the mean slope of log(1 - D*) and of log D* at new points.

    Notes
    -----
    The log odds are linear, with slope -distance, so that the slopes are D* and 1 - D* times the distance.
    """
    at = np.linspace(-10.0, 10.0, 8001) + distance
    mass = np.exp(-0.5 * (at - distance) ** 2)
    mass /= mass.sum()
    said = optimal(at, distance)
    accuracy = float((mass * (said < 0.5)).sum() + 0.5 * (mass * (said == 0.5)).sum())
    return accuracy, distance * float((mass * said).sum()), distance * float((mass * (1.0 - said)).sum())


def _run(options: DiscriminatorKnobs) -> Work[Verdict]:
    rng, n, distance = np.random.default_rng(0), options.points, options.distance
    x = np.concatenate([rng.normal(size=n), rng.normal(size=n) + distance])[None]
    labels = np.repeat([1.0, 0.0], n).astype(np.float32)
    networks = Ensemble((1, 24, 24, 1), options.seeds)
    yield from learn(networks, x, logistic(labels), options.steps, 0.02, "The discriminator learns")
    at = np.linspace(-2.5, 2.5 + distance, 200)
    said = 0.5 + 0.5 * np.tanh(0.5 * networks(at[None])[:, 0].astype(float))
    mass = np.exp(-0.5 * at**2) + np.exp(-0.5 * (at - distance) ** 2)
    error = float((np.abs(said - optimal(at, distance)) @ mass / mass.sum()).max())
    curves = np.array([gradients(float(d)) for d in _SHIFTS])
    largest = float(curves[:, 1].max())
    accuracy, last, other = gradients(options.farthest)
    fall = largest / max(last, 1e-300)
    panels = (
        Panel(
            "Discriminator",
            (
                *(Path(np.column_stack([at, one]), "faint", 1.0) for one in said),
                Path(np.column_stack([at, optimal(at, distance)]), "a", 2.0, True, "p / (p + q)"),
            ),
            "x",
        ),
        Panel(
            "Gradient of the generator over accuracy",
            (
                Path(np.column_stack([curves[:, 0], curves[:, 1]]), "b", name="log(1 - D)"),
                Path(np.column_stack([curves[:, 0], curves[:, 2]]), "a", name="-log D"),
            ),
            "accuracy of D*",
            log_y=True,
        ),
    )
    figures = {"error": error, "fall": fall, "accuracy": accuracy, "saturating": last, "non_saturating": other}
    sentence = (
        f"The worst of {options.seeds} learned discriminators is off p / (p + q) by {error:.3g} on the mean. At "
        f"distance {options.farthest:g} the accuracy is {accuracy:.6f}; the gradient of log(1 - D) is {last:.3g}, "
        f"{fall:.3g} times less than at its largest, that of -log D is {other:.3g}."
    )
    return judged(min(ERROR - error, float(np.log10(fall / FALL))), sentence, figures, Figure(panels))


CARD = Card(
    "The optimal discriminator",
    "The best discriminator is p / (p + q), a learned one comes near it, and the better it tells real from new points, "
    "the less is left of the gradient of log(1 - D).",
    "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), proposition 1; Arjovsky and Bottou 2017 "
    "(arXiv 1701.04862), theorem 2.4",
    DiscriminatorKnobs,
    _run,
)
