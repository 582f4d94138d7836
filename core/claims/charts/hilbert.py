"""A curve that a given network cannot learn: Hilbert's, fine enough."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.ensemble import Ensemble, learn, squares
from core.claims.figure import Bars, Figure, Panel, Path
from core.relu.capacity import log10_bound_theorem


@dataclass(frozen=True)
class HilbertKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(8)
    width: int = number_field(8, "Width", 1, 128, "Hidden units of the encoder from the plane to a number.")
    generation: int = number_field(4, "Generation", 1, 6, "Of the curve that is learned.")
    steps: int = number_field(1500, "Steps", 10, 10_000, "Steps of each training.")


def hilbert(generation: int) -> np.ndarray:
    """Return the (4^n, 2) corners of Hilbert's curve in the unit square."""
    points = np.array([[0.5, 0.5]])
    for _ in range(generation):
        x, y = points.T
        points = np.concatenate(
            [np.stack([y, x], 1), points + np.array([0, 1]), points + 1, np.stack([2.0 - y, 1.0 - x], 1)]
        )
        points = points / 2.0
    return points


def generation_beyond(width: int) -> int:
    """Return the least generation n for which 4^(n + 1) exceeds the most pieces of an encoder (2, width, 1)."""
    bound = log10_bound_theorem((2, width, 1))
    return next(n for n in range(1, 200) if (n + 1) * np.log10(4.0) > bound)


def _along(curve: np.ndarray, each: int) -> np.ndarray:
    """Return points along a polygon, so many on each edge."""
    t = np.linspace(0.0, 1.0, each, endpoint=False)[None, :, None]
    return (curve[:-1, None] * (1.0 - t) + curve[1:, None] * t).reshape(-1, 2)


def folds(values: np.ndarray) -> np.ndarray:
    """Return how often values (K, n) along a curve turn back: a continuous encoder that does is not one to one."""
    signs = np.sign(np.diff(values, axis=-1))
    return (signs[:, 1:] * signs[:, :-1] < 0).sum(-1)


def _run(options: HilbertKnobs) -> Work[Verdict]:
    beyond = generation_beyond(options.width)
    curve = hilbert(options.generation)
    points = _along(curve, 4) if options.generation < 5 else _along(curve, 2)
    place = np.linspace(-1.0, 1.0, len(points))
    networks = Ensemble((2, options.width, 1), options.seeds, "relu")
    centred = (2.0 * points - 1.0).T
    yield from learn(networks, centred, squares(place[None].astype(np.float32)), options.steps, 0.02)
    fine = (2.0 * _along(curve, 16) - 1.0).T
    values = networks(fine)[:, 0].astype(np.float64)
    counts = folds(values)
    along = np.linspace(0.0, 1.0, values.shape[1])
    panels = (
        Panel(f"Hilbert's curve, generation {options.generation}", (Path(curve, "a", 1.5),), equal=True),
        Panel(
            "Code along the curve, seed 1", (Path(np.column_stack([along, values[0]]), "b", 1.2),), "along the curve"
        ),
        Panel("Folds by seed", (Bars(counts.astype(float), ["bad" if c else "ok" for c in counts]),), "seed"),
    )
    figures = {"generation_beyond": beyond, "least_folds": counts.min(), "most_folds": counts.max()}
    sentence = (
        f"From generation {beyond} on the curve has more edges than an encoder (2, {options.width}, 1) has pieces at "
        f"most; at generation {options.generation} each of {options.seeds} trained encoders folds it at least "
        f"{counts.min()} times."
    )
    return judged(float(counts.min()) - 1.0, sentence, figures, Figure(panels))


CARD = Card(
    "A curve that cannot be learned",
    "An encoder from the plane to a number folds Hilbert's curve of this generation at least once, so it is no chart; "
    "from some generation on no weights can help.",
    "Lei, Luo, Yau and Gu 2018, Geometric Understanding of Deep Learning (arXiv 1805.10451), theorem 4.14; Hilbert "
    "1891",
    HilbertKnobs,
    _run,
)
