"""Two parallel segments: what divergences do not see and a transport does."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Panel, Path

TOLERANCE = 1e-9


@dataclass(frozen=True)
class DivergenceKnobs(Knobs):
    """Knobs of the card."""

    distance: float = number_field(0.5, "Distance", -2.0, 2.0, "Of the segments, θ.", slider=(-1.0, 1.0))
    points: int = number_field(64, "Points", 2, 400, "Atoms on each segment.")


def kullback_leibler(p: np.ndarray, q: np.ndarray) -> float:
    """Return KL(p, q) of two discrete measures on the same atoms, infinite where p has mass and q has none."""
    held = p > 0
    if (q[held] <= 0).any():
        return np.inf
    return float((p[held] * np.log(p[held] / q[held])).sum())


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    """Return the Jensen-Shannon divergence of two discrete measures on the same atoms, in nats."""
    middle = 0.5 * (p + q)
    return 0.5 * kullback_leibler(p, middle) + 0.5 * kullback_leibler(q, middle)


def wasserstein1(x: np.ndarray, y: np.ndarray) -> float:
    """Return W1 between the uniform measures on two sets of as many points, by the best assignment."""
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    cost = cdist(x, y)
    return float(cost[linear_sum_assignment(cost)].mean())


def measured(theta: float, n: int) -> tuple[float, float, float]:
    """Return KL, JS and W1 of the uniform measures on {0} x [0, 1] and {theta} x [0, 1]."""
    height = (np.arange(n) + 0.5) / n
    first, second = np.column_stack([np.zeros(n), height]), np.column_stack([np.full(n, theta), height])
    atoms, place = np.unique(np.concatenate([first, second]), axis=0, return_inverse=True)
    p, q = (np.bincount(k, minlength=len(atoms)) / n for k in np.split(place.ravel(), 2))
    return kullback_leibler(p, q), jensen_shannon(p, q), wasserstein1(first, second)


def _run(options: DivergenceKnobs) -> Work[Verdict]:
    theta = options.distance
    kl, js, w = measured(theta, options.points)
    wanted = (np.inf, np.log(2.0), abs(theta)) if theta else (0.0, 0.0, 0.0)
    at, curves = np.linspace(-1.0, 1.0, 21), list[tuple[float, float]]()
    for k, t in enumerate(at):
        curves.append(measured(float(t), min(options.points, 64))[1:])
        yield Progress((k + 1) / len(at), "Distances")
    found = np.array(curves)
    off = max(abs(js - wanted[1]), abs(w - wanted[2])) + (0.0 if kl == wanted[0] else np.inf)
    segments = tuple(
        Path(np.array([[x, 0.0], [x, 1.0]]), color, 4.0, name=name)
        for x, color, name in ((0.0, "a", "p"), (theta, "b", "q"))
    )
    panels = (
        Panel("Two segments", segments, equal=True),
        Panel(
            "Over the distance",
            (
                Path(np.column_stack([at, found[:, 0]]), "b", name="JS"),
                Path(np.column_stack([at, found[:, 1]]), "a", name="W"),
                Path(np.array([[theta, 0.0], [theta, max(w, js, 0.1)]]), "select", 1.0, True, "θ"),
            ),
            "θ",
        ),
    )
    figures = {"js": js, "w": w, "kl_is_infinite": kl == np.inf, "deviation": off}
    sentence = f"At θ = {theta:g}: KL = {'∞' if kl == np.inf else f'{kl:g}'}, JS = {js:.10g}, W = {w:.10g}."
    return judged(TOLERANCE - off, sentence, figures, Figure(panels))


CARD = Card(
    "Two parallel segments",
    "Between two parallel segments at distance θ the Kullback-Leibler divergence is infinite, the Jensen-Shannon "
    "divergence log 2 whatever θ is, and only the Wasserstein distance is |θ|.",
    "Arjovsky, Chintala and Bottou 2017, Wasserstein GAN (arXiv 1701.07875), example 1",
    DivergenceKnobs,
    _run,
)
