"""A layer of tanh is a homeomorphism where its matrix has an inverse: the way back is taken."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.figure import Bars, Figure, Panel, Path

TOLERANCE = 1e-6
_SATURATED = 1.0 - 1e-9
"""Where tanh is so near to 1 that half the digits of its argument are lost."""


@dataclass(frozen=True)
class HomeomorphismKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(16)
    dimension: int = number_field(3, "Dimension", 1, 12, "Units in and out.")
    layers: int = number_field(4, "Layers", 1, 12, "How many layers one after the other.")
    rank_lost: int = number_field(0, "Rank lost", 0, 3, "By how much the rank of each matrix falls short.")
    size: float = number_field(1.0, "Size", 0.01, 100.0, "Largest singular value of each matrix; large ones saturate.")


def _matrix(rng: np.random.Generator, options: HomeomorphismKnobs) -> np.ndarray:
    """Return a matrix with singular values from half the size to all of it, and zeros for the rank that is lost."""
    d = options.dimension
    u, v = (np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(2))
    sizes = options.size * np.linspace(0.5, 1.0, d)
    sizes[: min(options.rank_lost, d)] = 0.0
    return u * sizes @ v


def _round_trip(
    rng: np.random.Generator, points: np.ndarray, options: HomeomorphismKnobs
) -> tuple[float, float, float]:
    """Return the largest error of the way back, the largest activation, and the largest condition number."""
    layers = [(_matrix(rng, options), 0.3 * rng.normal(size=options.dimension)) for _ in range(options.layers)]
    value, most = points, 0.0
    for matrix, bias in layers:
        value = np.tanh(value @ matrix.T + bias)
        most = max(most, float(np.abs(value).max()))
    for matrix, bias in layers[::-1]:
        inside = np.clip(value, -1.0 + 1e-16, 1.0 - 1e-16)
        value = np.linalg.lstsq(matrix, (np.arctanh(inside) - bias).T, rcond=None)[0].T
    condition = max(float(np.linalg.cond(matrix)) for matrix, _ in layers)
    return float(np.abs(value - points).max()), most, condition


def _run(options: HomeomorphismKnobs) -> Work[Verdict]:
    errors, most, condition = list[float](), 0.0, 0.0
    for seed in range(options.seeds):
        rng = np.random.default_rng(seed)
        points = rng.uniform(-1.0, 1.0, (2000, options.dimension))
        error, activation, worst = _round_trip(rng, points, options)
        errors.append(error)
        most, condition = max(most, activation), max(condition, worst)
        yield Progress((seed + 1) / options.seeds, f"Seed {seed + 1}")
    worst = max(errors)
    told = "" if most < _SATURATED else f" Units are saturated (|tanh| reaches 1 − {1.0 - most:.1g}): digits are lost."
    if condition > 1e12:
        told += f" A matrix has lost its rank (condition number {condition:.1g}): there is no way back."
    figures = {"largest_error": worst, "largest_activation": most, "condition_number": condition}
    colors = ["ok" if error < TOLERANCE else "bad" for error in errors]
    panels = (
        _picture(options),
        Panel(
            "Error of the way back, by seed",
            (
                Bars(np.maximum(errors, 1e-17), colors),
                Path(np.array([[0.5, TOLERANCE], [options.seeds + 0.5, TOLERANCE]]), "text", 1.0, True, "bound"),
            ),
            "seed",
            log_y=True,
        ),
    )
    sentence = f"Through {options.layers} layers and back, points return to within {worst:.2g}.{told}"
    return judged(float(np.log10(TOLERANCE / max(worst, 1e-300))), sentence, figures, Figure(panels))


def _picture(options: HomeomorphismKnobs) -> Panel:
    """Return a panel of a grid of the plane behind layers of the same kind."""
    flat = HomeomorphismKnobs(1, 2, options.layers, min(options.rank_lost, 2), options.size)
    rng, along = np.random.default_rng(0), np.linspace(-1.0, 1.0, 60)
    layers = [(_matrix(rng, flat), 0.3 * rng.normal(size=2)) for _ in range(options.layers)]
    lines = list[np.ndarray]()
    for c in np.linspace(-1.0, 1.0, 13):
        for line in (np.column_stack([along, np.full(60, c)]), np.column_stack([np.full(60, c), along])):
            for matrix, bias in layers:
                line = np.tanh(line @ matrix.T + bias)
            lines += [line, np.full((1, 2), np.nan)]
    return Panel("A grid of the plane behind such layers", (Path(np.concatenate(lines), "a", 1.2),), equal=True)


CARD = Card(
    "A layer of tanh is a homeomorphism",
    "Where the matrix of a layer of tanh has an inverse, the layer is one to one: every point comes back to within a "
    "millionth.",
    "Olah 2014, Neural Networks, Manifolds, and Topology, theorem on layers with N inputs and N outputs",
    HomeomorphismKnobs,
    _run,
)
