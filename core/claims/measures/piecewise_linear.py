"""A continuous piecewise linear function written out as a ReLU network."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.figure import Bars, Field, Figure, Panel, Path
from core.relu.relu_map import ReluMap

TOLERANCE = 1e-12


@dataclass(frozen=True)
class PiecewiseKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(8)
    pieces: int = number_field(8, "Affine maps", 1, 64, "How many the function is the largest of, and once more below.")
    points: int = number_field(20_000, "Points", 10, 1_000_000, "Where function and network are compared.")
    layers_left_out: int = number_field(0, "Layers left out", 0, 6, "Rounds of the tournament that are skipped: wrong.")


def max_network(matrix: np.ndarray, offset: np.ndarray, skipped: int = 0) -> ReluMap:
    """Return a ReLU network whose output is the largest of the affine maps x -> A x + b.

    Parameters
    ----------
    matrix : (k, d) array
        A.
    offset : (k,) array
        b.
    skipped : int
        Rounds that are left out, so that it is another function.

    Notes
    -----
    A tournament: max(a, b) = relu(a - b) + relu(b) - relu(-b), as many rounds as log2 k asks for (Arora, Basu, Mianjy
    and Mukherjee 2018, *Understanding Deep Neural Networks with Rectified Linear Units*, theorem 2.1).
    """
    weights, biases = list[np.ndarray](), list[np.ndarray]()
    before, shift, k = matrix, offset, len(matrix)
    while k > 1:
        rows = list[np.ndarray]()
        joined = np.zeros((-(-k // 2), 0))
        for j in range(0, k, 2):
            own = np.eye(k)[j : j + 2]
            lines = [own[0] - own[1], own[1], -own[1]] if len(own) == 2 else [own[0], -own[0]]
            signs = [1.0, 1.0, -1.0] if len(own) == 2 else [1.0, -1.0]
            block = np.zeros((len(joined), len(lines)))
            block[j // 2] = signs
            joined = np.concatenate([joined, block], 1)
            rows += lines
        first = np.array(rows)
        weights.append(first @ before)
        biases.append(first @ shift)
        before, shift, k = joined, np.zeros(len(joined)), len(joined)
    weights.append(before[:1])
    biases.append(shift[:1])
    if skipped and len(weights) > 1:
        keep = max(1, len(weights) - 1 - skipped)
        return ReluMap([*weights[:keep], np.ones((1, len(weights[keep - 1]))) * 0.5], [*biases[:keep], np.zeros(1)])
    return ReluMap(weights, biases)


def _run(options: PiecewiseKnobs) -> Work[Verdict]:
    errors = list[float]()
    made = list[tuple[np.ndarray, np.ndarray, ReluMap]]()
    for seed in range(options.seeds):
        rng = np.random.default_rng(seed)
        x = rng.uniform(-1.0, 1.0, (options.points, 2))
        value, image = np.zeros(options.points), np.zeros(options.points)
        for sign in (1.0, -1.0):  # a difference of two convex functions: every piecewise linear one is of this kind
            matrix, offset = rng.normal(size=(options.pieces, 2)), rng.normal(size=options.pieces) * 0.5
            network = max_network(matrix, offset, options.layers_left_out)
            made.append((matrix, offset, network))
            value += sign * (x @ matrix.T + offset).max(1)
            image += sign * network(x)[:, 0]
        errors.append(float(np.abs(value - image).max()))
        yield Progress((seed + 1) / options.seeds, f"Seed {seed + 1}")
    worst = max(errors)
    matrix, offset, network = made[-1]
    along = np.linspace(-1.0, 1.0, 48)
    grid = np.stack(np.meshgrid(along, along), -1).reshape(-1, 2)
    shown = (grid @ matrix.T + offset).max(1).reshape(48, 48)
    middle = 0.5 * (shown.max() + shown.min())
    field = Field((shown - middle) / max(float(np.ptp(shown)) / 2, 1e-12), (-1.0, 1.0, -1.0, 1.0))
    bound = Path(np.array([[0.5, TOLERANCE], [options.seeds + 0.5, TOLERANCE]]), "text", 1.0, True, "bound")
    bars = Bars(np.maximum(errors, 1e-17), ["ok" if e <= TOLERANCE else "bad" for e in errors])
    panels = (
        Panel(f"The largest of {options.pieces} affine maps", (field,), equal=True),
        Panel("Largest difference, by seed", (bars, bound), "seed", log_y=True),
    )
    figures = {"largest_difference": worst, "hidden_units": network.n_hidden_units, "layers": len(network.weights)}
    sentence = (
        f"Networks of {len(network.weights)} layers with {network.n_hidden_units} hidden units, written out, differ "
        f"from the functions by at most {worst:.2g}."
    )
    return judged(float(np.log10(TOLERANCE / max(worst, 1e-300))), sentence, figures, Figure(panels))


CARD = Card(
    "A piecewise linear function as a network",
    "Every continuous piecewise linear function is a ReLU network, written out without any training: a difference of "
    "largest affine maps, equal to 10⁻¹².",
    "Arora, Basu, Mianjy and Mukherjee 2018 (arXiv 1611.01491), theorem 2.1; Wang and Sun 2005",
    PiecewiseKnobs,
    _run,
)
