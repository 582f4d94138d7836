"""The score of a noisy surface on a slice, beside the direction to the surface."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Panel, Path, Points
from core.data.surface import Surface
from core.geometry.teaching import torus

WANTED = 0.98
_SIZES = (0.4, 0.2, 0.1)
_ARROW = 0.7


@dataclass(frozen=True)
class ScoreKnobs(Knobs):
    """Knobs of the card."""

    sigma: float = number_field(0.05, "Noise", 0.03, 1.0, "Standard deviation about the torus, σ.")
    side: int = number_field(24, "Grid", 6, 60, "Places along a side of the slice.")
    reach: float = number_field(0.15, "Reach", 0.05, 0.3, "Distance from the torus within which directions count.")


def score(
    places: Float64[np.ndarray, "n 3"], points: Float64[np.ndarray, "m 3"], masses: np.ndarray, sigma: float
) -> Float64[np.ndarray, "n 3"]:
    """Return the gradient of the log density of points with masses and Gaussian noise: (expected - place) / sigma^2."""
    squared = (places**2).sum(1)[:, None] + (points**2).sum(1) - 2.0 * places @ points.T
    logs = np.log(masses) - 0.5 * squared / sigma**2
    weights = np.exp(logs - logs.max(1, keepdims=True))
    return (weights @ points / weights.sum(1, keepdims=True) - places) / sigma**2


def _run(options: ScoreKnobs) -> Work[Verdict]:
    from core.geometry.nearest_triangle import triangle_tree  # its kernels take long to import

    surface = Surface(*torus())
    low, high = surface.bounds
    x, z = [np.linspace(float(low[k]) - 0.2, float(high[k]) + 0.2, options.side) for k in (0, 2)]
    places = np.array([[a, 0.0, c] for c in z for a in x])
    distance, _, nearest = triangle_tree(surface.corners).query(places)
    cosines = list[np.ndarray]()
    fields = list[np.ndarray]()
    sizes = (*_SIZES, options.sigma)
    for k, sigma in enumerate(sizes):
        yield Progress(k / len(sizes), f"Score at σ = {sigma:g}")
        fields.append(score(places, surface.vertices, surface.vertex_areas, sigma))
        lengths = np.linalg.norm(fields[-1], axis=1) * distance
        cosines.append((fields[-1] * (nearest - places)).sum(1) / np.maximum(lengths, 1e-300))
    # Nearer than the noise the bent surface pulls as much along its normal as the place is away from it.
    counted = (distance > options.sigma) & (distance <= options.reach)
    means = [float(one[counted].mean()) if counted.any() else -1.0 for one in cosines]
    step = (x[1] - x[0]) * _ARROW
    ends = fields[-1] / np.maximum(np.linalg.norm(fields[-1], axis=1, keepdims=True), 1e-300)
    arrows = np.stack([places, places + step * ends, np.full_like(places, np.nan)], 1).reshape(-1, 3)[:, [0, 2]]
    panels = (
        Panel(
            f"Score on a slice, σ = {options.sigma:g}",
            (Points(nearest[:, [0, 2]], "faint", 3.0), Path(arrows, "b", 1.0)),
            equal=True,
        ),
        Panel(
            "Mean cosine to the surface",
            (Path(np.column_stack([sizes, means]), "a"), Points(np.column_stack([sizes, means]), "a", 5.0)),
            "σ",
            log_x=True,
        ),
    )
    figures = {"cosine": means[-1], "counted": counted.sum()}
    figures |= {f"cosine_{size:g}": mean for size, mean in zip(_SIZES, means, strict=False)}
    sentence = (
        f"At σ = {options.sigma:g} score and direction to the torus have a mean cosine of {means[-1]:.4f} at "
        f"{int(counted.sum()):,} places; at σ = {_SIZES[0]:g} it is {means[0]:.3f}."
    )
    return judged(min(means[-1] - WANTED, means[-1] - means[0]), sentence, figures, Figure(panels))


CARD = Card(
    "The score points to the surface",
    "Near a surface, the less noise there is the better the score of the noisy measure points to the nearest point; "
    "with much noise it does not.",
    "Song and Ermon 2019, Generative Modeling by Estimating Gradients of the Data Distribution (arXiv 1907.05600)",
    ScoreKnobs,
    _run,
)
