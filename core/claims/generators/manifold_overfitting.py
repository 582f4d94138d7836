"""A density on a curve that gets thinner, beside two steps: the curve first, then the measure on it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.base.progress import Work, part, share
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.ensemble import Ensemble, learn, squares
from core.claims.figure import Figure, Panel, Path, Points
from core.claims.learned import learned
from core.claims.measures.divergences import wasserstein1

NOISES = (0.1, 0.03, 0.01, 0.003)
"""Standard deviations of the noise, those that are run."""
SLOPE = 0.3
"""How far the slope of the likelihood may be off 1."""


@dataclass(frozen=True)
class OverfittingKnobs(Knobs):
    """Knobs of the card."""

    steps: int = number_field(1200, "Steps", 10, 20_000, "Of the flow, for each size of the noise.")
    chart_steps: int = number_field(1500, "Steps of the chart", 10, 20_000, "Of the first of the two steps.")
    points: int = number_field(1000, "Points", 100, 2000, "To learn, and as many withheld.")


def on_curve(count: int, noise: float, rng: np.random.Generator) -> Float64[np.ndarray, "n 2"]:
    """Return points near one wave of a sine, uniform by its abscissa."""
    x = rng.uniform(-1.0, 1.0, count)
    return np.column_stack([x, 0.5 * np.sin(np.pi * x)]) + noise * rng.normal(size=(count, 2))


def two_steps(sample: Float64[np.ndarray, "n 2"], steps: int, rng: np.random.Generator) -> Work[np.ndarray]:
    """Learn a chart with one code, then carry the uniform interval to the codes, and draw as many points.

    Notes
    -----
    The optimal transport of an interval to points of a line is the quantile function, here linear between them.
    """
    chart = Ensemble((2, 32, 1, 32, 2), 1)
    columns = sample.T.astype(np.float32)
    yield from learn(chart, columns, squares(columns), steps, 0.01, "Chart of the curve")
    codes = np.sort(chart.values(columns)[2][0, 0].astype(float))
    place = (np.arange(len(codes)) + 0.5) / len(codes)
    drawn = np.interp(rng.random(len(sample)), place, codes).astype(np.float32)
    hidden = np.tanh(chart.weights[2][0] @ drawn[None] + chart.biases[2][0])
    return (chart.weights[3][0] @ hidden + chart.biases[3][0]).T.astype(float)


def _run(options: OverfittingKnobs) -> Work[Verdict]:
    rows, last = list[tuple[float, float, float]](), (np.zeros((0, 2)), np.zeros((0, 2)))
    for k, noise in enumerate(NOISES):
        rng, (low, high) = np.random.default_rng(k), share(k, len(NOISES))
        sample, withheld = (on_curve(options.points, noise, rng) for _ in range(2))
        training = learned("flow", sample, options.steps, 0, f"Flow, noise {noise:g}")
        flow = yield from part(training, low, 0.7 * high + 0.3 * low)
        by_steps = yield from part(two_steps(sample, options.chart_steps, rng), 0.7 * high + 0.3 * low, high)
        last = (flow.draw(options.points), by_steps)
        by_flow, by_both = (wasserstein1(one, withheld) for one in last)
        rows.append((flow.log_likelihood(withheld) or 0.0, by_flow, by_both))
    found, at = np.array(rows), -np.log(np.array(NOISES))
    slope = float(np.polyfit(at, found[:, 0], 1)[0])
    falls = np.log(found[0, 1:] / found[-1, 1:])
    panels = (
        Panel("Likelihood of the flow", (Path(np.column_stack([at, found[:, 0]]), "b"),), "-log σ"),
        Panel(
            "W1 to withheld points",
            tuple(
                Path(np.column_stack([at, found[:, 1 + j]]), "ba"[j], name=("flow", "two steps")[j]) for j in range(2)
            ),
            "-log σ",
        ),
        Panel(
            f"Noise {NOISES[-1]:g}",
            (Points(last[0], "b", 2.5, "flow"), Points(last[1], "a", 2.5, "two steps")),
            equal=True,
        ),
    )
    names = ("likelihood", "flow_w1", "two_steps_w1")
    figures = {
        f"{name}_{noise:g}": row[j] for noise, row in zip(NOISES, rows, strict=True) for j, name in enumerate(names)
    }
    figures |= {"slope": slope}
    sentence = (
        f"From σ = {NOISES[0]:g} to {NOISES[-1]:g} the likelihood rises with slope {slope:.3g} in -log σ; W1 of the "
        f"flow goes from {found[0, 1]:.3f} to {found[-1, 1]:.3f}, that of two steps from {found[0, 2]:.3f} to "
        f"{found[-1, 2]:.3f}."
    )
    margin = min(SLOPE - abs(slope - 1.0), float(falls[1] - max(falls[0], 0.0)), float(falls[1]))
    return judged(margin, sentence, figures, Figure(panels))


CARD = Card(
    "Likelihood on a thin curve",
    "As the noise about a curve goes to 0, the likelihood of a flow rises like -log σ, while its W1 falls less than "
    "that of two steps: first the curve, then the measure on it.",
    "Loaiza-Ganem et al. 2022, Diagnosing and Fixing Manifold Overfitting in Deep Generative Models (arXiv 2204.07172)",
    OverfittingKnobs,
    _run,
)
