"""A network with a spline on every edge, beside a plain one of as many parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.base.progress import Work, part
from core.claims.card import Card, Knobs, Verdict, judged, number_field, seeds_field
from core.claims.ensemble import Adam, Ensemble, Layers, learn, squares
from core.claims.figure import Bars, Figure, Panel, Path, Points
from core.claims.symmetry.scale_separation import wavy

_REACH = 1.6
"""Splines are bent from minus this to this, and straight beyond."""


class SplineEdges:
    """K networks whose units add up one piecewise linear function for each edge; nothing else bends.

    Parameters
    ----------
    widths : sequence of int
        Sizes of all layers.
    seeds : int
        K.
    knots : int
        Knots of each spline.

    Notes
    -----
    An edge is w x + sum of c_g times the hat over knot g, so that a layer is two products (Liu et al. 2024, KAN:
    Kolmogorov-Arnold Networks, with splines of order one).
    """

    def __init__(self, widths: Sequence[int], seeds: int, knots: int) -> None:
        self._knots = knots
        randoms = [np.random.default_rng(seed) for seed in range(seeds)]
        self._straight: Layers = []
        self._bent: Layers = []
        for size, image in pairwise(widths):
            scale = np.float32(1.0 / np.sqrt(size))
            for kept, shape, factor in ((self._straight, size, 1.0), (self._bent, size * knots, 0.3)):
                drawn = np.stack([rng.normal(size=(image, shape)) for rng in randoms]).astype(np.float32)
                kept.append(drawn * scale * np.float32(factor))
        self._adam = Adam(self.parameters)

    @property
    def parameters(self) -> Layers:
        """All straight parts, then all coefficients of hats."""
        return [*self._straight, *self._bent]

    @property
    def n_parameters(self) -> int:
        """Numbers of one network."""
        return sum(own[0].size for own in self.parameters)

    def values(self, points: np.ndarray) -> Layers:
        """Return the input and what every layer gives, (K, width, n) each."""
        first = np.asarray(points, np.float32)
        made = [np.broadcast_to(first, (len(self._bent[0]), *first.shape[-2:]))]
        for straight, bent in zip(self._straight, self._bent, strict=True):
            made.append(np.matmul(straight, made[-1]) + np.matmul(bent, self._hats(made[-1])[0]))
        return made

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return the (K, out, n) outputs."""
        return self.values(points)[-1]

    def derivatives(self, values: Layers, slope: np.ndarray) -> tuple[Layers, np.ndarray]:
        """Return the derivatives by all parameters, and by the input."""
        by_straight, by_bent = list[np.ndarray](), list[np.ndarray]()
        for k in range(len(self._bent) - 1, -1, -1):
            hats, rise = self._hats(values[k])
            by_straight.append(np.matmul(slope, np.swapaxes(values[k], -1, -2)))
            by_bent.append(np.matmul(slope, np.swapaxes(hats, -1, -2)))
            through = np.matmul(np.swapaxes(self._bent[k], -1, -2), slope) * rise
            through = through.reshape(*values[k].shape[:-1], self._knots, -1).sum(2)
            slope = np.matmul(np.swapaxes(self._straight[k], -1, -2), slope) + through
        return [*by_straight[::-1], *by_bent[::-1]], slope

    def descend(self, gradients: Layers, rate: float) -> None:
        """Take one step against the derivatives."""
        self._adam.step(gradients, rate)

    def edges(self, x: np.ndarray) -> np.ndarray:
        """Return the functions on the edges to the first unit of the first network, (in, n), at numbers (n,)."""
        size = self._straight[0].shape[-1]
        along = np.broadcast_to(x.astype(np.float32), (len(self._bent[0]), size, len(x)))
        hats = self._hats(along)[0][0].reshape(size, self._knots, -1)
        bent = self._bent[0][0][0].reshape(size, -1)
        return self._straight[0][0][0][:, None] * along[0] + np.einsum("ig,ign->in", bent, hats)

    def _hats(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all hats at values (K, in, n) and their slopes, (K, in knots, n)."""
        step = np.float32(2.0 * _REACH / (self._knots - 1))
        at = (np.float32(_REACH) + value)[:, :, None] / step - np.arange(self._knots, dtype=np.float32)[:, None]
        inside = np.abs(at) < 1.0
        shape = (len(value), -1, value.shape[-1])
        hats = np.where(inside, 1.0 - np.abs(at), np.float32(0.0))
        return hats.reshape(shape), np.where(inside, -np.sign(at) / step, np.float32(0.0)).reshape(shape)


@dataclass(frozen=True)
class KolmogorovKnobs(Knobs):
    """Knobs of the card."""

    seeds: int = seeds_field(6)
    units: int = number_field(4, "Units", 1, 16, "Hidden units of encoder and decoder with splines on their edges.")
    knots: int = number_field(6, "Knots", 2, 40, "Of each spline.")
    waves: float = number_field(2.0, "Waves", 0.0, 8.0, "How many waves the surface has.")
    steps: int = number_field(2000, "Steps", 10, 10_000, "Steps of each training.")


def plain_width(parameters: int) -> int:
    """Return the hidden width with which an autoencoder 3, w, 2, w, 3 has about so many parameters, 12 w + 5."""
    return max(1, round((parameters - 5) / 12))


def _run(options: KolmogorovKnobs) -> Work[Verdict]:
    points, fine = wavy(400, options.waves), wavy(2500, options.waves)
    splines = SplineEdges((3, options.units, 2, options.units, 3), options.seeds, options.knots)
    width = plain_width(splines.n_parameters)
    plain = Ensemble((3, width, 2, width, 3), options.seeds)
    target, errors = squares(points.T.astype(np.float32)), list[np.ndarray]()
    for k, (networks, words) in enumerate(((splines, "Splines on edges"), (plain, "Plain network"))):
        yield from part(learn(networks, points.T, target, options.steps, 0.02, words), 0.5 * k, 0.5 * k + 0.5)
        off = networks(fine.T) - fine.T.astype(np.float32)
        errors.append(np.sqrt((off**2).sum(1).mean(-1)).astype(float))
    centred = fine - fine.mean(0)
    flat = float(np.linalg.svd(centred, compute_uv=False)[2] / np.sqrt(len(fine)))
    medians = [float(np.median(one)) for one in errors]
    made = splines(fine.T)[int(errors[0].argmin())].T.astype(float)
    x = np.linspace(-_REACH, _REACH, 200, dtype=np.float32)
    edges = splines.edges(x)
    lines = tuple(Path(np.column_stack([x, edges[i]]), "abc"[i], name="xyz"[i]) for i in range(3))
    both = np.stack(errors, 1).ravel()
    panels = (
        Panel(
            "Decoded by splines on edges", (Points(made @ [[0.9, 0.1], [0.3, 0.4], [0.0, 0.9]], "a", 2.5),), equal=True
        ),
        Panel("Splines from x, y, z to the first unit", lines),
        Panel("Error by seed: splines, plain", (Bars(both, ("a", "b"), [""] * len(both)),), "seeds in pairs"),
    )
    plain_parameters = 12 * width + 5
    figures = {"spline_error": medians[0], "plain_error": medians[1], "principal_error": flat}
    figures |= {"spline_parameters": splines.n_parameters, "plain_parameters": plain_parameters}
    sentence = (
        f"With {splines.n_parameters:,} and {plain_parameters:,} parameters the median errors are {medians[0]:.3g} "
        f"with splines on edges and {medians[1]:.3g} for the plain network (two principal components: {flat:.3g})."
    )
    return judged(float(np.log2(medians[1] / max(medians[0], 1e-12))), sentence, figures, Figure(panels))


CARD = Card(
    "Kolmogorov-Arnold against plain",
    "As a chart of a wavy surface, a network with a spline on every edge errs no more than a plain one with as many "
    "parameters and steps.",
    "Liu et al. 2024, KAN: Kolmogorov-Arnold Networks (arXiv 2404.19756); Kolmogorov 1957",
    KolmogorovKnobs,
    _run,
)
