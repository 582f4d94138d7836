"""Linking numbers: Gauss' integral is that of the crossings, and no homeomorphism of space changes it."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field
from core.claims.curves import link, linking_integral, linking_number, seen
from core.claims.figure import Figure, Panel, Path
from core.claims.linear import MatrixPath
from core.claims.ways import Way, tubes
from core.unfolding.steps import Step

_TUBE = 0.05
"""Radius of what is drawn about a curve that is unfolded."""
TOLERANCE = 1e-3
"""Distance of the integral from the number that the crossings give."""


@dataclass(frozen=True)
class LinkingKnobs(Knobs):
    """Knobs of the card."""

    kind: str = choice_field(
        "hopf", "Link", ("hopf", "apart", "torus 2,4", "torus 2,6", "whitehead"), "Which two closed curves."
    )
    points: int = number_field(240, "Points", 24, 800, "Corners of each curve.")
    layers: int = number_field(3, "Layers", 1, 6, "Layers of tanh that space goes through.")
    rank: int = number_field(3, "Rank", 1, 3, "Rank of the matrix of the last layer: below 3 it is no homeomorphism.")
    seed: int = number_field(0, "Seed", 0, 999, "Which matrices.")


def _layers(options: LinkingKnobs) -> list[np.ndarray]:
    """Return matrices of positive determinant, the last of the rank that is wanted."""
    rng = np.random.default_rng(options.seed)
    made = list[np.ndarray]()
    for k in range(options.layers):
        u, _, v = np.linalg.svd(rng.normal(size=(3, 3)))
        u[:, 0] *= np.sign(np.linalg.det(u @ v))
        sizes = rng.uniform(0.6, 1.1, 3)
        if k == options.layers - 1:
            sizes[options.rank :] = 0.0
        made.append(u * sizes @ v)
    return made


def _run(options: LinkingKnobs) -> Work[Verdict]:
    before = a, b = link(options.kind, options.points)
    times, integrals, counts, least = list[float](), list[float](), list[float](), np.inf
    p, q = a, b
    matrices = _layers(options)
    first = linking_number(a, b)
    for k, matrix in enumerate(matrices):
        path = MatrixPath(matrix)
        for t in np.linspace(0.0, 1.0, 9)[(k > 0) :]:
            p, q = (_moved(curve, path(t), t) for curve in (a, b))
            times.append(k + float(t))
            integrals.append(linking_integral(p, q))
            counts.append(linking_number(p, q))
            least = min(least, float(np.sqrt(((p[:, None] - q[None]) ** 2).sum(2).min())))
            yield Progress((k + t) / options.layers, f"Layer {k + 1}")
        a, b = p, q
    off = float(np.max(np.abs(np.array(integrals) - first)))
    off = max(off, float(np.max(np.abs(np.array(counts) - first))))
    panels = (
        Panel("Before", _curves(before), equal=True),
        Panel("Behind the last layer", _curves((a, b)), equal=True),
        Panel(
            "Linking number on the way",
            (
                Path(np.column_stack([times, integrals]), "a", name="Gauss' integral"),
                Path(np.column_stack([times, counts]), "b", dashed=True, name="crossings"),
            ),
            "layer",
        ),
    )
    figures = {"linking_number": first, "largest_deviation": off, "least_distance": least}
    sentence = (
        f"The crossings give {_signed(first)}; on the way through {options.layers} layers integral and crossings "
        f"stay within {off:.2g} of it, and the curves come as near as {least:.2g}."
    )
    steps = tuple(Step(matrix, np.zeros(3), "tanh") for matrix in matrices)
    way = Way(f"{options.layers} layers of tanh", steps, tubes(before, _TUBE))
    return judged(TOLERANCE - off, sentence, figures, Figure(panels), (way,))


def _signed(value: float) -> str:
    """Return a whole number with its sign, a true minus."""
    return f"{value:+.0f}".replace("-", "\N{MINUS SIGN}")


def _moved(points: np.ndarray, matrix: np.ndarray, t: float) -> np.ndarray:
    """Return points on the way through a layer: turned and stretched, and bent by so much of tanh."""
    turned = points @ matrix.T
    return (1.0 - t) * turned + t * np.tanh(turned)


def _curves(pair: tuple[np.ndarray, np.ndarray]) -> tuple[Path, ...]:
    return tuple(Path(seen(one, True), color, 2.5) for one, color in zip(pair, "ab", strict=True))


CARD = Card(
    "The linking number",
    "Gauss' integral of two closed curves is the whole number that their crossings give, and it stays the same at each "
    "moment while space goes through layers that are homeomorphisms.",
    "Gauss 1833; Olah 2014, Neural Networks, Manifolds, and Topology",
    LinkingKnobs,
    _run,
)
