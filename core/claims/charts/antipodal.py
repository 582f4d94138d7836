"""Antipodal points with equal codes: why no autoencoder with two latent numbers learns a whole sphere."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.curves import seen
from core.claims.ensemble import Ensemble, learn, squares
from core.claims.figure import Bars, Figure, Panel, Path, Points


@dataclass(frozen=True)
class AntipodalKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(8)
    width: int = number_field(24, "Width", 2, 64, "Units of the hidden layer of encoder and decoder.")
    latent: int = number_field(2, "Latent dimension", 1, 3, "Numbers of a code: with 3 there need be no such pair.")
    steps: int = number_field(1500, "Steps", 10, 10_000, "Steps of the training.")


def sphere_points(n: int) -> np.ndarray:
    """Return n points of the unit sphere, (n, 3), on a spiral, nearly even."""
    z = 1.0 - (2.0 * np.arange(n) + 1.0) / n
    turn = np.pi * (1.0 + np.sqrt(5.0)) * np.arange(n)
    ring = np.sqrt(1.0 - z**2)
    return np.stack([ring * np.cos(turn), ring * np.sin(turn), z], 1)


def double(networks: Ensemble, which: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the layers of one network in float64."""
    layers = zip(networks.weights, networks.biases, strict=True)
    return [(w[which].astype(np.float64), b[which, :, 0].astype(np.float64)) for w, b in layers]


def images(layers: list[tuple[np.ndarray, np.ndarray]], points: np.ndarray, code: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what stands behind layer `code` (the codes) and the output, of (n, 3) points; tanh after the others."""
    value, codes = points, points
    for k, (weight, bias) in enumerate(layers):
        value = value @ weight.T + bias
        value = np.tanh(value) if k < len(layers) - 1 else value
        codes = value if k == code else codes
    return codes, value


def equal_pair(layers: list[tuple[np.ndarray, np.ndarray]], code: int) -> tuple[np.ndarray, float]:
    """Return x of the sphere for which x and -x have the nearest codes that were found, and how far those are apart."""

    def odd(x: np.ndarray) -> np.ndarray:
        return images(layers, x, code)[0] - images(layers, -x, code)[0]

    start = sphere_points(4000)
    best, least = start[0], np.inf
    for x in start[np.argsort(np.linalg.norm(odd(start), axis=1))[:12]]:
        for _ in range(40):
            frame = np.linalg.svd(x[None])[2][1:]
            value = odd(x[None])[0]
            slope = np.stack([(odd((x + 1e-6 * e)[None]) - odd((x - 1e-6 * e)[None]))[0] / 2e-6 for e in frame], 1)
            move = (
                frame.T @ np.linalg.lstsq(np.asarray(slope, np.float64), np.asarray(-value, np.float64), rcond=None)[0]
            )
            move *= min(1.0, 0.2 / max(float(np.linalg.norm(move)), 1e-12))
            x = (x + move) / np.linalg.norm(x + move)
        gap = float(np.linalg.norm(odd(x[None])))
        best, least = (x, gap) if gap < least else (best, least)
    return best, least


def _run(options: AntipodalKnobs) -> Work[Verdict]:
    points = sphere_points(600)
    networks = Ensemble((3, options.width, options.latent, options.width, 3), options.seeds)
    yield from learn(networks, points.T, squares(points.T.astype(np.float32)), options.steps, 0.02)
    pairs, gaps, errors, means = list[np.ndarray](), list[float](), list[float](), list[float]()
    for k in range(options.seeds):
        layers = double(networks, k)
        x, gap = equal_pair(layers, 1)
        both = np.stack([x, -x])
        errors.append(float(np.linalg.norm(images(layers, both, 1)[1] - both, axis=1).max()))
        means.append(float(np.sqrt(((images(layers, points, 1)[1] - points) ** 2).sum(1).mean())))
        pairs.append(both)
        gaps.append(gap)
    made = images(double(networks, 0), points, 1)[1]
    sphere = Panel(
        "The sphere, and a pair with one code",
        (
            Points(seen(points), "faint", 3.0),
            Path(seen(pairs[0]), "select", 1.5),
            Points(seen(pairs[0]), "select", 9.0),
        ),
        equal=True,
    )
    torn = Panel("What the decoder makes of it, seed 1", (Points(seen(made), "a", 3.0),), equal=True)
    bars = Panel(
        "Error at the pair, by seed",
        (
            Bars(np.array(errors), ["bad" if e >= 1.0 - 1e-6 else "ok" for e in errors]),
            Points(np.column_stack([1.0 + np.arange(options.seeds), means]), "text", 6.0, "root mean square"),
            Path(np.array([[0.5, 1.0], [options.seeds + 0.5, 1.0]]), "text", 1.0, True, "radius"),
        ),
        "seed",
    )
    figures = {"largest_gap": max(gaps), "least_error": min(errors), "mean_error": float(np.mean(means))}
    sentence = (
        f"For each of {options.seeds} autoencoders there is an antipodal pair whose codes differ by at most "
        f"{max(gaps):.2g}; the larger error of the two is at least {min(errors):.4f}, whatever the mean "
        f"({np.mean(means):.3f})."
    )
    margin = -max(gaps) if max(gaps) > 1e-6 else min(errors) - 1.0 + 1e-6
    return judged(margin, sentence, figures, Figure((sphere, torn, bars)))


CARD = Card(
    "Antipodal points with one code",
    "Whatever an autoencoder with two latent numbers has learned, some pair of antipodal points of the sphere has "
    "one code, so its largest error is at least the radius.",
    "Borsuk 1933, Drei Sätze über die n-dimensionale euklidische Sphäre (Borsuk-Ulam theorem)",
    AntipodalKnobs,
    _run,
)
