"""Invariance and equivariance, measured over group elements."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work, part
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field
from core.claims.ensemble import Ensemble, learn, squares
from core.claims.figure import Bars, Figure, Panel, Path

TOLERANCE = 1e-5


@dataclass(frozen=True)
class EquivarianceKnobs(Knobs):
    """Knobs of the card."""

    model: str = choice_field(
        "canonical",
        "Model",
        ("canonical", "radial", "plain"),
        "What is to be equivariant under rotations: the autoencoder in canonical frames, one of distances from the "
        "centre alone, or the plain one.",
    )
    elements: int = number_field(100, "Elements", 1, 1000, "Random rotations and permutations.")
    steps: int = number_field(800, "Steps", 10, 5000, "Steps of the training.")


def cloud(n: int) -> np.ndarray:
    """Return n points of a lopsided ellipsoid, (n, 3), centred, whose third moments tell its axes' directions."""
    points = np.random.default_rng(0).normal(size=(n, 3))
    points *= np.array([1.0, 0.6, 0.35]) / np.linalg.norm(points, axis=1, keepdims=True)
    points += 0.35 * points**2
    return points - points.mean(0)


def canonical_frame(points: np.ndarray) -> np.ndarray:
    """Return the principal axes of centred points as rows, turned to where the third moments are positive."""
    axes = np.linalg.svd(points, full_matrices=False)[2]
    return axes * np.sign(((points @ axes.T) ** 3).sum(0))[:, None]


def rotation(rng: np.random.Generator) -> np.ndarray:
    """Return a random rotation."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def _models(layers: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    def plain(points: np.ndarray) -> np.ndarray:
        value = points
        for k, (weight, bias) in enumerate(layers):
            # One product for each point, always the same: a product of all may round another way in another order.
            value = np.einsum("ni,oi->no", value, weight) + bias
            value = np.tanh(value) if k < len(layers) - 1 else value
        return value

    def canonical(points: np.ndarray) -> np.ndarray:
        frame = canonical_frame(points)
        return plain(points @ frame.T) @ frame

    def radial(points: np.ndarray) -> np.ndarray:
        size = np.linalg.norm(points, axis=1, keepdims=True)
        return points * (plain(np.concatenate([size, 0 * size, 0 * size], 1))[:, :1] / np.maximum(size, 1e-9))

    return {"plain": plain, "canonical": canonical, "radial": radial}


def _run(options: EquivarianceKnobs) -> Work[Verdict]:
    points, rng = cloud(300), np.random.default_rng(1)
    network = Ensemble((3, 16, 2, 16, 3), 1)
    yield from part(learn(network, points.T, squares(points.T.astype(np.float32)), options.steps, 0.02), 0.0, 0.6)
    layers = [
        (w[0].astype(float), b[0, :, 0].astype(float)) for w, b in zip(network.weights, network.biases, strict=True)
    ]
    models = _models(layers)
    size = float(np.linalg.norm(points, axis=1).max())
    turned = {name: list[float]() for name in models}
    permuted = list[float]()
    for k in range(options.elements):
        turn, order = rotation(rng), rng.permutation(len(points))
        for name, model in models.items():
            off = model(points @ turn.T) - model(points) @ turn.T
            turned[name].append(float(np.abs(off).max()) / size)
        plain = models["plain"]
        permuted.append(float(np.abs(plain(points[order]) - plain(points)[order]).max()))
        yield Progress(0.6 + 0.4 * (k + 1) / options.elements, f"Element {k + 1}")
    worst = {name: max(values) for name, values in turned.items()}
    order = np.arange(1.0, options.elements + 1)
    lines = tuple(
        Path(np.column_stack([order, np.maximum(np.sort(values), 1e-17)]), color, name=name)
        for (name, values), color in zip(turned.items(), "bac", strict=True)
    )
    bars = Bars(np.maximum([*worst.values(), max(permuted)], 1e-17), "bacd", [*worst, "permuted"])
    panels = (
        Panel("Error under rotations, sorted", lines, "rotation", log_y=True),
        Panel("Largest errors", (bars,), log_y=True),
    )
    figures = {f"rotation_{name}": value for name, value in worst.items()} | {"permutation": max(permuted)}
    chosen = worst[options.model]
    sentence = (
        f"Under {options.elements} permutations the point-wise autoencoder errs by {max(permuted):.2g}, under "
        f"rotations the plain one by {worst['plain']:.2g} of the size, with canonical frames "
        f"{worst['canonical']:.2g}, with radial features {worst['radial']:.2g}."
    )
    margin = -max(permuted) if max(permuted) > 0.0 else float(np.log10(TOLERANCE / max(chosen, 1e-300)))
    return judged(margin, sentence, figures, Figure(panels))


CARD = Card(
    "Invariance and equivariance",
    "A point-wise autoencoder is exactly equivariant under permutations; under rotations the chosen model is, to 10⁻⁵.",
    "Bronstein, Bruna, Cohen and Veličković 2021, Geometric Deep Learning (arXiv 2104.13478), section 3.1",
    EquivarianceKnobs,
    _run,
)
