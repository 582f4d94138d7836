"""The curse of dimensionality: the same number of samples tells ever less as the sphere's dimension grows."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.figure import Bars, Figure, Panel, Path


@dataclass(frozen=True)
class CurseKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(5)
    most_dimension: int = number_field(6, "Largest dimension", 2, 12, "Spheres of dimension 1 up to this are tried.")
    most_samples: int = number_field(4096, "Most samples", 64, 65_536, "Sizes from 32 up to this, each twice the last.")
    tests: int = number_field(500, "Tests", 10, 10_000, "Points at which the error is measured.")


def on_sphere(n: int, dimension: int, rng: np.random.Generator) -> np.ndarray:
    """Return n random points of the unit sphere of a dimension, (n, dimension + 1)."""
    points = rng.normal(size=(n, dimension + 1))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def _run(options: CurseKnobs) -> Work[Verdict]:
    from scipy.spatial import cKDTree  # only where it is needed

    sizes = [32 * 2**k for k in range(64) if 32 * 2**k <= options.most_samples]
    slopes, lines = np.empty((options.most_dimension, options.seeds)), list[Path]()
    for d in range(1, options.most_dimension + 1):
        errors = np.empty((options.seeds, len(sizes)))
        for seed in range(options.seeds):
            rng = np.random.default_rng(seed)
            tests = on_sphere(options.tests, d, rng)
            for k, n in enumerate(sizes):
                # A function that is as steep everywhere and is only known at samples: it errs by the distance to one.
                errors[seed, k] = cKDTree(on_sphere(n, d, rng)).query(tests)[0].mean()
            slopes[d - 1, seed] = np.polyfit(np.log(sizes), np.log(errors[seed]), 1)[0]
            yield Progress((d - 1 + (seed + 1) / options.seeds) / options.most_dimension, f"Dimension {d}")
        lines.append(Path(np.column_stack([sizes, errors.mean(0)]), "abcd"[(d - 1) % 4], name=f"{d}"))
    mean = slopes.mean(1)
    wanted = -1.0 / np.arange(1, options.most_dimension + 1)
    steps = slopes[1:] - slopes[:-1]  # the slope becomes flatter with every dimension, for every seed
    order = np.arange(1.0, options.most_dimension + 1)
    panels = (
        Panel("Error over samples, by dimension", tuple(lines), "samples", log_x=True, log_y=True),
        Panel(
            "Slope by dimension",
            (Bars(-mean, ["a"]), Path(np.column_stack([order, -wanted]), "text", 1.0, True, "1/d")),
            "dimension",
        ),
    )
    figures = {f"slope_{d}": value for d, value in enumerate(mean, 1)} | {"largest_off": np.abs(mean - wanted).max()}
    sentence = (
        f"Half the error takes {2 ** (-1 / mean[0]):.3g} times as many samples on a circle, "
        f"{2 ** (-1 / mean[-1]):.3g} times on the sphere of dimension {options.most_dimension}; the slope is "
        f"flatter with each dimension by at least {steps.min():.3f}."
    )
    return judged(float(steps.min()), sentence, figures, Figure(panels))


CARD = Card(
    "The curse of dimensionality",
    "With each dimension of a sphere, the error of what is known at samples falls more slowly with their number, "
    "like its power -1/d.",
    "Bronstein et al. 2021 (arXiv 2104.13478), section 2.2; von Luxburg and Bousquet 2004",
    CurseKnobs,
    _run,
)
