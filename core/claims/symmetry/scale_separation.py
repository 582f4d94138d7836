"""Scale separation: a chart that learned a coarse surface is tested on the fine one."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work, part
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.ensemble import Ensemble, learn, squares
from core.claims.figure import Bars, Figure, Panel, Path, Points

_LEVELS = (16, 49, 196, 784)
"""Points of the surface at each level, from coarse to fine."""


@dataclass(frozen=True)
class ScaleKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(6)
    width: int = number_field(16, "Width", 2, 64, "Hidden units of encoder and decoder.")
    waves: float = number_field(2.0, "Waves", 0.0, 12.0, "How many waves the surface has: fine ones do not survive.")
    steps: int = number_field(2000, "Steps", 10, 10_000, "Steps of each training.")


def wavy(n: int, waves: float) -> np.ndarray:
    """Return about n points of a wavy square, (n, 3), on a lattice."""
    side = round(np.sqrt(n))
    x, y = np.meshgrid(np.linspace(-1.0, 1.0, side), np.linspace(-1.0, 1.0, side))
    z = 0.3 * np.sin(0.5 * np.pi * waves * x + 0.4) * np.cos(0.5 * np.pi * waves * y)
    return np.stack([x.ravel(), y.ravel(), z.ravel()], 1)


def _run(options: ScaleKnobs) -> Work[Verdict]:
    fine = wavy(2500, options.waves)
    own, transferred = list[np.ndarray](), list[np.ndarray]()
    for k, level in enumerate(_LEVELS):
        points = wavy(level, options.waves)
        networks = Ensemble((3, options.width, 2, options.width, 3), options.seeds)
        work = learn(networks, points.T, squares(points.T.astype(np.float32)), options.steps, 0.02, f"{level:,} points")
        yield from part(work, k / len(_LEVELS), (k + 1) / len(_LEVELS))
        errors = [np.sqrt(((networks(p.T) - p.T.astype(np.float32)) ** 2).sum(1).mean(-1)) for p in (points, fine)]
        own.append(errors[0])
        transferred.append(errors[1])
    medians = np.array([float(np.median(one)) for one in transferred])
    at_home = np.array([float(np.median(one)) for one in own])
    falls = medians[:-1] / medians[1:]
    sizes = np.array(_LEVELS, float)
    panels = (
        Panel("The fine surface", (Points(fine @ [[0.9, 0.1], [0.3, 0.4], [0.0, 0.9]], "a", 2.5),), equal=True),
        Panel(
            "Error over points learned from",
            (
                Path(np.column_stack([sizes, medians]), "a", name="on the fine surface"),
                Path(np.column_stack([sizes, at_home]), "b", dashed=True, name="on its own points"),
            ),
            "points",
            log_x=True,
            log_y=True,
        ),
        Panel(f"Trained on {_LEVELS[0]}, tested fine, by seed", (Bars(transferred[0], ["a"]),), "seed"),
    )
    figures = {f"fine_error_{level}": error for level, error in zip(_LEVELS, medians.tolist(), strict=True)}
    figures |= {f"own_error_{level}": error for level, error in zip(_LEVELS, at_home.tolist(), strict=True)}
    sentence = (
        "Charts that learned "
        + ", ".join(f"{level:,} points" for level in _LEVELS)
        + " err on the fine surface by "
        + ", ".join(f"{error:.3g}" for error in medians)
        + "."
    )
    return judged(float(falls.min()) - 0.9, sentence, figures, Figure(panels))


CARD = Card(
    "Scale separation",
    "A chart that learned a coarse copy of a smooth surface holds for the fine one: its error there falls from level "
    "to level, up to a tenth.",
    "Bronstein et al. 2021 (arXiv 2104.13478), section 3.4, scale separation",
    ScaleKnobs,
    _run,
)
