"""Fitting a detail layer: what the network leaves of a surface, by linear least squares on a lattice of the disk."""

import math
import time
from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool

from core.base.clock import ActiveClock
from core.base.errors import BudaiError
from core.base.progress import Progress, Stop, Work, part
from core.charts.autoencoder import Autoencoder
from core.charts.detail_figures import COARSEST, FINEST, DetailFigures
from core.charts.detail_layer import DetailLayer
from core.charts.detail_samples import SAMPLES_PER_NODE, Rows, SampleSource, sample_source
from core.charts.lattice import Lattice, NormalEquations, lattice_over, normal_equations
from core.charts.nested_dissection import Dissection, LatticeFactor, factorization
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.relu.relu_map import ReluMap
from core.relu.single_precision import evaluate_single

SMOOTHNESS = tuple(10.0 ** (0.5 * k) for k in range(-9, 1))
"""Weights of the second differences that are tried, from 3e-5 to 1."""
USUAL_SMOOTHNESS = 4
"""Which of them is tried first (3e-3)."""
_STEP = 0.5 * math.log(10.0)
"""Logarithm of the ratio of two that follow each other."""
_WORTHWHILE = 0.02
"""Part of the squared error that the next one must promise to be tried."""
ENOUGH = 2.5e-4
"""Error at samples that were held out, over the diagonal, below which no finer lattice is tried."""

_GAIN = 0.98
"""A finer or coarser lattice must bring the error below this part of what it was."""
_ATTEMPT_PER_SAMPLES = 2.5
"""What an attempt takes in all, over what its samples take."""
_MOST_PER_NODE = 1.5 * SAMPLES_PER_NODE
"""Samples to a node, faces that are small in the plane having more of them."""
_GENEROSITY = 1.5
"""How much longer than allowed an attempt may take by its estimate, which is rough, before it is made smaller."""
_SAMPLES_PER_VERTEX = 10.0
"""Samples to a vertex that were seen to be needed, at most."""
_TIMED = 8192
"""Points that tell how fast networks are evaluated."""
_MOST_FOLDED = 0.5
"""Part of the surface that may lie where the chart folds."""


@dataclass(frozen=True)
class DetailOptions:
    """How a detail layer is to be fitted.

    Parameters
    ----------
    resolution : int
        Nodes of the lattice across the latent disk; 0: chosen from the density of the samples and by hold-out.
    checked : bool
        Hold samples out to choose the smoothness by and to tell the error. Without it a usual smoothness is taken,
        which is quicker: for a look during training.
    seed : int
        Start of the random choice of what is held out.
    seconds : float
        What would take longer by all appearance is done with fewer nodes; the result then depends on the clock.

    Raises
    ------
    BudaiError
        If the resolution is out of its bounds.
    """

    resolution: int = field(
        default=0,
        metadata={
            "label": "Resolution",
            "unit": "nodes",
            "minimum": 0,
            "maximum": FINEST,
            "tooltip": "Nodes of the detail layer across the latent disk, from 64 to 512; 0 chooses it from the "
            "density of the samples and from the error at samples that were held out.",
        },
    )
    checked: bool = True
    seed: int = 0
    seconds: float = math.inf

    def __post_init__(self) -> None:
        if self.resolution and not COARSEST <= self.resolution <= FINEST:
            raise BudaiError(
                f"Resolution: {self.resolution:,} nodes is out of bounds. Choose from {COARSEST} to {FINEST}, or 0 for "
                "automatic."
            )


@dataclass(frozen=True, eq=False)
class DetailFit:
    """A fitted detail layer, its evidence, and what more evidence can be had from.

    Parameters
    ----------
    detail : DetailLayer
        The layer.
    figures : DetailFigures
        What was measured.
    source : SampleSource
        Where the samples come from.
    rows : Rows
        The samples that were fitted.
    lattice : Lattice
        The nodes.
    """

    detail: DetailLayer
    figures: DetailFigures
    source: SampleSource
    rows: Rows
    lattice: Lattice


def fit_detail(
    surface: Surface | PointCloud,
    autoencoder: Autoencoder,
    options: DetailOptions | None = None,
    left_out: Bool[np.ndarray, " f"] | None = None,
) -> Work[DetailFit]:
    """Fit a detail layer to what the network leaves of a surface.

    Parameters
    ----------
    surface : Surface or PointCloud
        What the autoencoder was trained on.
    autoencoder : Autoencoder
        The networks; a detail layer that it has is replaced, not refined.
    options : DetailOptions, optional
        By default everything is chosen automatically.
    left_out : (f,) bool array, optional
        Faces of a surface that no sample may be taken from.

    Yields
    ------
    Progress
        Without payload. Sending "stop" ends with the layer that is best so far.

    Raises
    ------
    BudaiError
        If there are too few points, a code is not a number, the latent image has no extent, or most of the surface
        lies where the chart folds.

    Notes
    -----
    Minimizes the sum over samples of weight |value - (x - decoder(encoder(x)))|^2, plus second differences of the
    values along the edges of the triangulation: a sparse linear system with three right-hand sides. Samples lie at the
    codes that the encoder really gives, so that the error of decode(encode(x)) is what becomes small.
    """
    return _Fit(surface, autoencoder, options or DetailOptions(), left_out).work()


def expected_seconds(n_vertices: int, encoder: ReluMap, decoder: ReluMap) -> float:
    """Return roughly how long an automatic fit to a surface will take, measuring how fast networks are evaluated.

    Parameters
    ----------
    n_vertices : int
        Vertices of the surface.
    encoder, decoder : ReluMap
        Networks of the sizes that it will have.
    """
    started = time.perf_counter()
    points = np.zeros((_TIMED, encoder.widths[0]))
    evaluate_single(decoder, evaluate_single(encoder, points))
    per_sample = (time.perf_counter() - started) / _TIMED
    return _SAMPLES_PER_VERTEX * n_vertices * per_sample * _ATTEMPT_PER_SAMPLES


@dataclass(frozen=True, eq=False)
class _Attempt:
    """The best layer at one resolution; errors in normalized units."""

    resolution: int
    lattice: Lattice
    rows: Rows
    smoothness: int
    layer: DetailLayer
    error: float
    n_folded: int
    folded_share: float


class _Fit:
    """One fit."""

    def __init__(
        self,
        surface: Surface | PointCloud,
        autoencoder: Autoencoder,
        options: DetailOptions,
        left_out: Bool[np.ndarray, " f"] | None,
    ) -> None:
        self.left_out = left_out if left_out is not None and left_out.any() else None
        self.clock = ActiveClock()
        self.cloud = not surface.has_faces
        self.kind = "cloud" if self.cloud else "surface"
        self.surface, self.autoencoder, self.options = surface, autoencoder, options
        self.unit = autoencoder.scale / surface.diagonal if surface.diagonal > 0.0 else np.nan
        self.rng = np.random.default_rng(options.seed)
        self.chosen_by: Rows | None = None
        self.stop = Stop()
        self.done = 0.0

    def work(self) -> Work[DetailFit]:
        """Samples, lattice, equations, evidence."""
        yield from self._pause(0.0, "Detail layer: codes")
        source = sample_source(self.surface, self.autoencoder, self.rng)
        measured_by, started = None, self.clock.seconds
        if self.options.checked:
            self.chosen_by, measured_by = (self._allowed(rows) for rows in source.held_out())
        looked, started = self.clock.seconds - started, self.clock.seconds
        resolution = self.options.resolution or self._affordable(source, looked)
        best = yield from self._attempt(source, resolution, USUAL_SMOOTHNESS)
        if self.options.checked and not self.options.resolution:
            best = yield from self._other_resolutions(source, best, self.clock.seconds - started)
        figures = self._figures(source, best, measured_by)
        return DetailFit(best.layer, figures, source, best.rows, best.lattice)

    def _affordable(self, source: SampleSource, looked: float) -> int:
        """Return the resolution that suits the samples, or a coarser one should there not be nearly time for it.

        `looked` is what the samples that are held out have cost, in seconds.
        """
        wanted, left = source.resolution(), self.options.seconds - self.clock.seconds
        if math.isinf(left) or self.chosen_by is None:
            return wanted
        per_sample = looked / (2 * len(self.chosen_by.codes) + 1)
        nodes = _GENEROSITY * max(left, 0.0) / (_MOST_PER_NODE * per_sample * _ATTEMPT_PER_SAMPLES)
        return int(np.clip(2.0 * math.sqrt(nodes / math.pi), COARSEST, wanted))

    def _pause(self, fraction: float, message: str) -> Generator[Progress, str | None, None]:
        """Report, and take note of a wish to end early."""
        self.done = max(self.done, fraction)
        self.stop.heed((yield from self.clock.pause(Progress(self.done, message))))

    def _further(self) -> float:
        """Come a little nearer to the end: how many factorizations there will be is not known."""
        self.done += 0.01 * (1.0 - self.done)
        return self.done

    def _allowed(self, rows: Rows) -> Rows:
        """Return the rows that are not left out."""
        if self.left_out is None or self.cloud:
            return rows
        seen = np.zeros(len(self.surface.positions), bool)
        seen[self.surface.faces[~self.left_out]] = True
        return rows.where(~rows.of_owner(self.left_out, ~seen))

    def _attempt(
        self, source: SampleSource, resolution: int, smoothness: int
    ) -> Generator[Progress, str | None, _Attempt]:
        """Fit at one resolution, the smoothness being the one with the least error at the samples held out."""
        yield from self._pause(0.1, f"Detail layer: samples for {resolution:,} nodes across")
        spacing = 2.0 / resolution
        given = self._allowed(source.rows(spacing))
        folded = source.folded(given, spacing)
        share = float(given.weights[folded].sum() / given.weights.sum())
        if share > _MOST_FOLDED:
            raise BudaiError(
                f"{100 * share:.0f} % of the {self.kind} lies where the chart folds, several sheets over one place of "
                "the disk, so no detail layer can be fitted. Train longer, or in guided mode."
            )
        rows = given.where(~folded)
        lattice = lattice_over(rows.codes, spacing)
        error, layer, smoothness = yield from self._smoothed(lattice, rows, smoothness)
        return _Attempt(resolution, lattice, rows, smoothness, layer, error, int(folded.sum()), share)

    def _smoothed(
        self, lattice: Lattice, rows: Rows, start: int
    ) -> Generator[Progress, str | None, tuple[float, DetailLayer, int]]:
        """Solve with one smoothness after another while the error falls, in the direction of its slope."""
        equations, dissection = weighted_equations(lattice, rows, rows.weights.sum()), Dissection(lattice.active)
        tried: dict[int, tuple[float, DetailLayer]] = {}
        at, step = start, 0
        while 0 <= at < len(SMOOTHNESS):
            yield from self._pause(0.3, f"Detail layer: {lattice.n_unknowns:,} nodes")
            factor = yield from self._factor(lattice, dissection, equations, SMOOTHNESS[at])
            values = factor.solve(equations.right)
            layer = lattice.layer(values)
            tried[at] = (error_at(layer, self.chosen_by), layer)
            if self.chosen_by is None or self.stop.requested or (step and tried[at][0] >= tried[at - step][0]):
                break
            if not step:
                change = lattice.layer(factor.solve(-SMOOTHNESS[at] * equations.roughness(values)))
                slope = _slope(layer, change, self.chosen_by) * _STEP
                if abs(slope) < _WORTHWHILE:
                    break
                step = 1 if slope < 0.0 else -1
            at += step
        best = min(tried, key=lambda k: tried[k][0])
        return *tried[best], best

    def _other_resolutions(
        self, source: SampleSource, best: _Attempt, seconds: float
    ) -> Generator[Progress, str | None, _Attempt]:
        """Try finer lattices, for a cloud coarser ones too, each node taking as long as before; return the best."""
        # Samples of a surface can be had as densely as a lattice needs them, so its error falls with the spacing.
        factors = (2.0**-0.5, 2.0**0.5) if self.cloud else (min(best.error * self.unit / ENOUGH, 2.0),)
        start = best.resolution
        for wanted in factors:
            left = self.options.seconds - self.clock.seconds
            factor = min(wanted, math.sqrt(max(left, 0.0) / seconds)) if math.isfinite(left) else wanted
            resolution = int(np.clip(np.rint(start * factor), COARSEST, FINEST))
            if self.stop.requested or abs(resolution - start) < 0.1 * start or (not self.cloud and factor < 1.0):
                continue
            other = yield from self._attempt(source, resolution, best.smoothness)
            if other.error < _GAIN * best.error:
                best = other
        return best

    def _factor(
        self, lattice: Lattice, dissection: Dissection, equations: NormalEquations, smoothness: float
    ) -> Generator[Progress, str | None, LatticeFactor]:
        """Factorize, reporting in between."""
        message = f"Detail layer: {lattice.n_unknowns:,} nodes"
        work = factorization(dissection, equations.smoothed(smoothness))
        return part(work, clock=self.clock, report=lambda _: Progress(self._further(), message), stop=self.stop)

    def _figures(self, source: SampleSource, best: _Attempt, measured_by: Rows | None) -> DetailFigures:
        """Gather the figures."""
        numbers = (self.autoencoder.n_parameters, 3 * best.lattice.n_unknowns, source.n_numbers)
        messages = [
            f"Network {numbers[0]:,} numbers, detail layer {numbers[1]:,}, {self.kind} {numbers[2]:,} coordinates."
        ]
        if best.n_folded:
            messages.append(
                f"The detail layer leaves out {best.n_folded:,} of {best.n_folded + len(best.rows.codes):,} samples "
                f"({100 * best.folded_share:.2g} % of the area), where the chart folds."
            )
        return DetailFigures(
            resolution=best.resolution,
            spacing=best.layer.spacing,
            nodes=best.lattice.n_unknowns,
            smoothness=SMOOTHNESS[best.smoothness],
            samples=len(best.rows.codes),
            folded_samples=best.n_folded,
            folded_share=best.folded_share,
            rmse_rel=error_at(best.layer, best.rows) * self.unit,
            network_rmse_rel=error_at(None, best.rows) * self.unit,
            network_numbers=numbers[0],
            detail_numbers=numbers[1],
            surface_numbers=numbers[2],
            seconds=self.clock.seconds,
            held_out_rmse_rel=self._held_out_rmse(best.layer, measured_by),
            held_out_network_rmse_rel=self._held_out_rmse(None, measured_by),
            messages=tuple(messages),
        )

    def _held_out_rmse(self, layer: DetailLayer | None, rows: Rows | None) -> float | None:
        """Return the error at rows over the diagonal, None where there is none."""
        return error_at(layer, rows) * self.unit if rows is not None and len(rows.codes) else None


def weighted_equations(lattice: Lattice, rows: Rows, area: float) -> NormalEquations:
    """Return the normal equations, weights such that rows of a total area weigh 1 for each node on average."""
    return normal_equations(lattice, rows.codes, rows.weights * (lattice.n_met / area), rows.targets)


def _slope(layer: DetailLayer, change: DetailLayer, rows: Rows) -> float:
    """Return by what part the squared error at rows grows with the logarithm of what changes the layer."""
    left = rows.targets - layer.evaluate(rows.codes)
    squared = np.average((left**2).sum(1), weights=rows.weights)
    growth = -2.0 * np.average((left * change.evaluate(rows.codes)).sum(1), weights=rows.weights)
    return float(growth / squared) if squared > 0.0 else 0.0


def error_at(layer: DetailLayer | None, rows: Rows | None) -> float:
    """Return the root mean square of what is left at rows, in normalized units (NaN without rows)."""
    if rows is None or not len(rows.codes):
        return float("nan")
    left = rows.targets if layer is None else rows.targets - layer.evaluate(rows.codes)
    return float(np.sqrt(np.average((left**2).sum(1), weights=rows.weights)))
