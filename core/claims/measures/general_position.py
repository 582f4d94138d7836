"""General position: projections of a knot meet themselves in the plane, and no longer with one dimension more."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field, seeds_field
from core.claims.curves import circle
from core.claims.figure import Bars, Figure, Panel, Path


@dataclass(frozen=True)
class GeneralPositionKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(12)
    object: str = choice_field(
        "curve", "Object", ("curve", "surface"), "A closed curve (dimension 1), or a flat torus (dimension 2), in R^6."
    )
    resolution: int = number_field(
        160, "Resolution", 24, 400, "Corners of the curve; of the surface a quarter each way."
    )


def torus_curve(n: int) -> np.ndarray:
    """Return n points of a closed curve in R^6."""
    t = circle(n)
    return np.stack([np.cos(t), np.sin(t), np.cos(2 * t), np.sin(2 * t), np.cos(3 * t), np.sin(3 * t)], 1)


def meeting_curves(p: np.ndarray) -> int:
    """Return how many pairs of edges of a closed curve in the plane cross, edges that share a corner left out."""
    q = np.roll(p, -1, 0)
    u, n = q - p, len(p)
    apart = p[None] - p[:, None]
    area = u[:, None, 0] * u[None, :, 1] - u[:, None, 1] * u[None, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (apart[..., 0] * u[None, :, 1] - apart[..., 1] * u[None, :, 0]) / area
        t = (apart[..., 0] * u[:, None, 1] - apart[..., 1] * u[:, None, 0]) / area
    i, j = np.nonzero((s >= 0) & (s < 1) & (t >= 0) & (t < 1))
    return int(((i < j) & (j - i != 1) & (j - i != n - 1)).sum())


def least_gap(points: np.ndarray, far: np.ndarray) -> float:
    """Return the least distance of two points that are far in the preimage, relative to the size of the whole."""
    square = (points**2).sum(1)
    distance = square[:, None] + square[None] - 2.0 * points @ points.T
    return float(np.sqrt(np.maximum(distance[far], 0.0).min() / np.ptp(points, 0).max() ** 2))


def _sampled(options: GeneralPositionKnobs) -> tuple[np.ndarray, np.ndarray, int]:
    """Return points, which pairs are far in the preimage, and the dimension of the object."""
    if options.object == "curve":
        n = options.resolution
        gap = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
        return torus_curve(n), np.minimum(gap, n - gap) > n // 8, 1
    side = max(options.resolution // 4, 6)
    t = circle(side)
    u, v = (x.ravel() for x in np.meshgrid(t, t))
    points = np.stack([np.cos(u), np.sin(u), np.cos(v), np.sin(v), 0.7 * np.cos(u + v), 0.7 * np.sin(u + v)], 1)
    apart = [np.abs(np.angle(np.exp(1j * np.subtract.outer(x, x)))) for x in (u, v)]
    return points, np.maximum(*apart) > np.pi / 4, 2


def _run(options: GeneralPositionKnobs) -> Work[Verdict]:
    points, far, m = _sampled(options)
    free = 2 * m + 1
    gaps = np.empty((4, options.seeds))
    meets = np.zeros(options.seeds)
    for seed in range(options.seeds):
        frame = np.linalg.qr(np.random.default_rng(seed).normal(size=(6, 6)))[0]
        for k in (2, 3, 4, 5):
            gaps[k - 2, seed] = least_gap(points @ frame[:, :k], far)
        if m == 1:
            meets[seed] = meeting_curves(points @ frame[:, :2])
        yield Progress((seed + 1) / options.seeds, f"Seed {seed + 1}")
    spacing = 2.0 / options.resolution if m == 1 else 8.0 / options.resolution
    medians = np.median(gaps, 1)
    flat = points @ np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0][:, :2]
    panels = (
        Panel(
            "Seen in the plane, seed 1",
            (Path(np.concatenate([flat, flat[:1]]), "a", 1.2 if m == 1 else 0.4),),
            equal=True,
        ),
        Panel(
            "Median least distance from itself",
            (Bars(medians, ["a"], ["2", "3", "4", "5"]),),
            "dimension k",
            log_y=True,
        ),
        Panel(f"Least distance in {free} dimensions, by seed", (Bars(gaps[free - 2], ["ok"]),), "seed"),
    )
    figures = {f"gap_{k}": medians[k - 2] for k in (2, 3, 4, 5)}
    figures |= {"least_gap_free": gaps[free - 2].min(), "median_crossings": float(np.median(meets))}
    told = f" ({np.median(meets):.0f} crossings in the plane)" if m == 1 else ""
    sentence = (
        f"Projected to 2, 3, 4 and 5 dimensions, the {options.object} comes as near to itself as "
        f"{', '.join(f'{gap:.2g}' for gap in medians)} of its size{told}; in {free} = 2·{m} + 1 it stays "
        f"{gaps[free - 2].min():.2g} apart for every seed."
    )
    meeting = medians[0] < spacing and (m == 2 or meets.min() > 0)
    return judged(gaps[free - 2].min() - 1e-3 if meeting else -1.0, sentence, figures, Figure(panels))


CARD = Card(
    "General position",
    "What has dimension m meets itself when it is projected to too few dimensions, and a projection in general "
    "position to 2m + 1 dimensions is one to one.",
    "Whitney 1936, Differentiable Manifolds; Hurewicz and Wallman 1941, Dimension Theory, theorem V 3",
    GeneralPositionKnobs,
    _run,
)
