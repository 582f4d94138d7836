"""How a flow is stretched where its points come to lie on a thin curve."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.progress import Work, part, share
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Mark, Panel, Path, Points, Segments
from core.claims.generators.manifold_overfitting import on_curve
from core.claims.learned import learned

_SHOWN = 24
_TOLERANCE = 1e-3


@dataclass(frozen=True)
class JacobianKnobs(Knobs):
    """Knobs of the card."""

    wide: float = number_field(0.1, "Wide noise", 0.001, 1.0, "Of the first curve.")
    thin: float = number_field(0.01, "Thin noise", 0.001, 1.0, "Of the second curve.")
    steps: int = number_field(1200, "Steps", 10, 20_000, "Of each flow.")
    points: int = number_field(1000, "Points", 100, 2000, "To learn.")


def stretches(jacobians: Float64[np.ndarray, "n 2 2"]) -> Float64[np.ndarray, "n 2"]:
    """Return the singular values of matrices, the larger first: how much each stretches in two directions."""
    return np.linalg.svd(jacobians, compute_uv=False)


def _run(options: JacobianKnobs) -> Work[Verdict]:
    from core.training.generators.jacobian import jacobians_of  # torch takes seconds to import

    noises = (options.wide, options.thin)
    conditions, narrow, curves, off = list[float](), list[float](), list[Path](), 0.0
    shown: tuple[Mark, ...] = ()
    for k, noise in enumerate(noises):
        sample = on_curve(options.points, noise, np.random.default_rng(k))
        training = learned("flow", sample, options.steps, 0, f"Flow, noise {noise:g}")
        flow = yield from part(training, *share(k, len(noises)))
        codes = np.random.default_rng(7).normal(size=(options.points, 2))
        jacobians, densities = jacobians_of(flow, codes)
        points, sizes = flow.image_of(codes), stretches(jacobians)
        # Density by the change of variables, from the Jacobian of the way out, beside that of the way back.
        by_jacobian = -0.5 * (codes**2).sum(1) - np.log(2.0 * np.pi) - np.log(sizes).sum(1)
        off = max(off, float(np.median(np.abs(by_jacobian - densities))))
        condition = sizes[:, 0] / sizes[:, 1]
        conditions.append(float(np.median(condition)))
        narrow.append(float(np.median(sizes[:, 1])))
        at = np.column_stack([np.linspace(0.0, 1.0, len(condition)), np.sort(condition)])
        curves.append(Path(at, "ab"[k], name=f"σ = {noise:g}"))
        ends = points[:_SHOWN, None] + 0.3 * np.stack([np.zeros_like(jacobians[:_SHOWN, :, 0]), _widest(jacobians)], 1)
        shown = (Points(points, "faint", 2.5, "drawn"), Segments(ends, "b", 1.5, "widest direction"))
    ratio, wanted = narrow[0] / narrow[1], options.wide / options.thin
    panels = (
        Panel(f"Drawn points, σ = {options.thin:g}", shown, equal=True),
        Panel("Condition of the Jacobian", tuple(curves), "share of points", log_y=True),
    )
    figures = {
        "condition_wide": conditions[0],
        "condition_thin": conditions[1],
        "narrow_wide": narrow[0],
        "narrow_thin": narrow[1],
        "ratio": ratio,
        "off": off,
    }
    sentence = (
        f"From σ = {options.wide:g} to {options.thin:g} the median condition of the Jacobian goes from "
        f"{conditions[0]:.3g} to {conditions[1]:.3g}; its lesser stretch falls from {narrow[0]:.3g} to "
        f"{narrow[1]:.3g}, by {ratio:.3g} where the noise falls by {wanted:.3g}. Density by the Jacobian and by the "
        f"way back differ by {off:.1e}."
    )
    margin = min(float(np.log2(conditions[1] / conditions[0])) - 1.0, float(np.log10(_TOLERANCE / max(off, 1e-12))))
    return judged(margin, sentence, figures, Figure(panels))


def _widest(jacobians: Float64[np.ndarray, "n 2 2"]) -> Float64[np.ndarray, "k 2"]:
    """Return the direction in which each of the first few stretches most, as long as it stretches."""
    left, sizes, _ = np.linalg.svd(jacobians[:_SHOWN])
    return left[:, :, 0] * sizes[:, :1]


CARD = Card(
    "The Jacobian of a flow",
    "As the noise about a curve gets less, the Jacobian of a flow that learned its points gets worse conditioned: at "
    "least twice from one noise to the other. A map that is one to one on the plane can leave a curve only by "
    "flattening.",
    "Loaiza-Ganem et al. 2022, Diagnosing and Fixing Manifold Overfitting in Deep Generative Models (arXiv "
    "2204.07172); Cornish et al. 2020, Relaxing Bijectivity Constraints (arXiv 1909.13833)",
    JacobianKnobs,
    _run,
)
