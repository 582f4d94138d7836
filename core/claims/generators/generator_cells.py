"""The exact cells of a generator that makes points of the plane of noise."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Work, part
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field
from core.claims.figure import Figure, Panel, Path, Points
from core.claims.learned import gaussians, learned, modes_of, relu_map

_HALF, _SHOWN_HALF = 4.0, 2.5
"""Half the side of the square of noise whose cells are found, beyond which lies less than 2e-4; that which is shown."""
_NOISE = 6000
_STRETCHED, WANTED = 0.25, 0.5
_EXACT = 1e-5
"""How far the network in float32 may be from its affine maps in float64."""
_MODELS = ("gan", "gan_saturating", "wgan_gp", "vae")


@dataclass(frozen=True)
class GeneratorKnobs(Knobs):
    """Knobs of the card."""

    model: str = choice_field("gan_saturating", "Model", _MODELS, "Which generator.")
    steps: int = number_field(2500, "Steps", 1, 5000, "Of the training.")
    points: int = number_field(1000, "Points", 100, 5000, "Of eight Gaussians.")


def _run(options: GeneratorKnobs) -> Work[Verdict]:
    from core.relu.decomposition import decomposition  # its kernels take long to import

    rng = np.random.default_rng(0)
    sample = gaussians(options.points, rng)
    trained = yield from part(learned(options.model, sample, options.steps, 0, "The generator learns"), 0.0, 0.7)
    network = relu_map(trained.model.decoder if options.model == "vae" else trained.model.generator)
    square = _HALF * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    cells = yield from part(decomposition(network, square, with_maps=False), 0.7, 1.0)
    noise = rng.normal(size=(_NOISE, 2))
    noise = noise[(np.abs(noise) < _HALF).all(1)]
    slopes = network.jacobian(noise)
    stretch = np.linalg.norm(slopes, 2, axis=(1, 2)) * trained.scale
    drawn = network(noise) * trained.scale + trained.centre
    off = float(np.abs(drawn - trained.image_of(noise)).max())
    between = modes_of(drawn) < 0
    threshold = float(np.quantile(stretch, 1.0 - _STRETCHED))
    among = float((between & (stretch >= threshold)).sum() / max(between.sum(), 1))
    volume = np.abs(np.linalg.det(slopes)) * trained.scale**2
    ends = cells.vertices[cells.edges]
    seen = (np.abs(ends) <= _SHOWN_HALF).all((1, 2))
    lines = np.concatenate([ends[seen], np.full((int(seen.sum()), 1, 2), np.nan)], 1).reshape(-1, 2)
    some = slice(0, 3000)
    panels = (
        Panel(
            "Noise: cells, and what lands between modes",
            (Path(lines, "faint", 0.75), Points(noise[some][between[some]], "bad", 2.5)),
            equal=True,
        ),
        Panel("Drawn", (Points(sample, "faint", 2.5), Points(drawn[some], "a", 2.5)), equal=True),
        Panel("Stretch, sorted", (Path(np.column_stack([np.arange(len(noise)), np.sort(stretch)]), "b"),), log_y=True),
    )
    figures = {"cells": cells.n_cells, "between": between.mean(), "among_stretched": among, "off": off}
    figures |= {"median_stretch": float(np.median(stretch)), "collapsed": float((volume < 1e-4).mean())}
    sentence = (
        f"{cells.n_cells:,} cells; {100 * between.mean():.1f} % of the noise lands between the modes, "
        f"{100 * among:.0f} % of that in the quarter that is stretched most. Affine maps and network "
        f"differ by {off:.1e}."
    )
    margin = min(among - WANTED, float(np.log10(_EXACT / max(off, 1e-300))))
    return judged(margin, sentence, figures, Figure(panels))


CARD = Card(
    "Cells of a generator",
    "A ReLU generator is affine on each cell of the plane of noise, and what it draws between the modes comes for the "
    "most part of the quarter of the noise where its cells are stretched most.",
    "Lei et al. 2018, Geometric Understanding of Deep Learning (arXiv 1805.10451), definition 4.6; Tanielian et al. "
    "2020, Learning Disconnected Manifolds: a No GAN's Land (arXiv 2006.04596)",
    GeneratorKnobs,
    _run,
)
