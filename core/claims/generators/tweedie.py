"""The expected clean point of a noisy one, beside its projection."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.progress import Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Mark, Panel, Path, Points
from core.claims.learned import learned

ERROR, TOLERANCE = 0.1, 0.05
"""How far, over the radius, a learned point may be off on the mean, and the factor of the gap from one half."""
_SIZES = (0.8, 0.4, 0.2, 0.1)
_SMALL = 0.05


@dataclass(frozen=True)
class TweedieKnobs(Knobs):
    """Knobs of the card."""

    steps: int = number_field(6000, "Steps", 10, 20_000, "Of denoising score matching.")
    points: int = number_field(2000, "Points", 100, 5000, "Of the circle.")


def on_circle(count: int, rng: np.random.Generator) -> Float64[np.ndarray, "n 2"]:
    """Return uniform points of the unit circle."""
    angle = 2.0 * np.pi * rng.random(count)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def expected(noisy: Float64[np.ndarray, "n 2"], sigma: float) -> Float64[np.ndarray, "n 2"]:
    r"""Return the mean of the points of the unit circle that noisy ones can come from.

    Notes
    -----
    The angle has the law of von Mises with concentration r / sigma^2, so that the mean has length
    :math:`I_1(r/\sigma^2)/I_0(r/\sigma^2)`.
    """
    from scipy.special import ive

    radius = np.linalg.norm(noisy, axis=1, keepdims=True)
    return ive(1, radius / sigma**2) / ive(0, radius / sigma**2) * noisy / radius


def _run(options: TweedieKnobs) -> Work[Verdict]:
    rng = np.random.default_rng(0)
    trained = yield from learned("score", on_circle(options.points, rng), options.steps, 0, "Denoising")
    errors, gaps, shown = list[float](), list[float](), list[Mark]()
    for sigma in (*_SIZES, _SMALL):
        noisy = on_circle(1000, rng) + sigma * rng.normal(size=(1000, 2))
        projected = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
        exact = expected(noisy, sigma)
        gaps.append(float(np.linalg.norm(exact - projected, axis=1).mean()))
        found = trained.denoised(noisy, sigma)
        assert found is not None  # it is a model that takes noise away
        errors.append(float(np.linalg.norm(found - exact, axis=1).mean()))
        if sigma == _SIZES[1]:
            pairs = np.stack([noisy[:60], found[:60], np.full((60, 2), np.nan)], 1).reshape(-1, 2)
            shown += [Path(pairs, "faint", 1.0), Points(noisy[:60], "b", 3.0, "noisy")]
            shown += [Points(found[:60], "a", 4.0, "denoised")]
    circle = on_circle(400, np.random.default_rng(1))
    circle = circle[np.argsort(np.arctan2(*circle.T))]
    sizes = np.array([*_SIZES, _SMALL])
    factor = gaps[-1] / _SMALL**2
    panels = (
        Panel(f"Noise {_SIZES[1]:g}", (Path(circle, "text", 1.0), *shown), equal=True),
        Panel(
            "Distances over the noise",
            (
                Path(np.column_stack([sizes, gaps]), "b", name="expected to projection"),
                Path(np.column_stack([sizes, errors]), "a", name="learned to expected"),
            ),
            "σ",
            log_x=True,
            log_y=True,
        ),
    )
    figures = {"worst_error": max(errors[:-1]), "gap_factor": factor}
    figures |= {f"error_{s:g}": error for s, error in zip(sizes, errors, strict=True)}
    figures |= {f"gap_{s:g}": gap for s, gap in zip(sizes, gaps, strict=True)}
    sentence = (
        f"The learned point is off the expected one by {max(errors[:-1]):.3g} on the mean at most; the expected one "
        f"is off the projection by {gaps[0]:.3g} at σ = {sizes[0]:g} and by {gaps[-1]:.3g}, "
        f"{factor:.3g} σ², at {_SMALL:g}."
    )
    margin = min(ERROR - max(errors[:-1]), TOLERANCE - abs(factor - 0.5))
    return judged(margin, sentence, figures, Figure(panels))


CARD = Card(
    "Tweedie against projection",
    "Denoising learns the expected clean point; near a circle that is its projection but for half of σ², and far from "
    "it with much noise it is not.",
    "Robbins 1956; Efron 2011, Tweedie's Formula and Selection Bias, J. Amer. Statist. Assoc. 106; Vincent 2011",
    TweedieKnobs,
    _run,
)
