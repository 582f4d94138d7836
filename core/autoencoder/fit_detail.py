"""Fitting a detail layer: what the network leaves of a surface, by linear least squares on a lattice of the disk."""

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np

from core.autoencoder.autoencoder import Autoencoder
from core.autoencoder.detail_layer import DetailLayer
from core.autoencoder.detail_samples import COARSEST, FINEST, Rows, SampleSource, sample_source
from core.autoencoder.lattice import Lattice, NormalEquations, lattice_over, normal_equations
from core.autoencoder.nested_dissection import Dissection, factorization
from core.clock import ActiveClock
from core.errors import BudaiError
from core.progress import Progress, Work
from core.surface.point_cloud import PointCloud
from core.surface.surface import Surface

SMOOTHNESS = tuple(10.0 ** (0.5 * k) for k in range(-9, 1))
"""Weights of the second differences that are tried, from 3e-5 to 1."""
USUAL_SMOOTHNESS = 4
"""Which of them is tried first (3e-3)."""
ENOUGH = 4e-4
"""Error at samples that were held out, over the diagonal, below which no finer lattice is tried."""

_GAIN = 0.98
"""A finer or coarser lattice must bring the error below this part of what it was."""
_MOST_WITHHELD = 0.5
"""Part of the samples that balls may withhold."""
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

    def __post_init__(self) -> None:
        if self.resolution and not COARSEST <= self.resolution <= FINEST:
            raise BudaiError(
                f"Resolution: {self.resolution} nodes is out of bounds. Choose from {COARSEST} to {FINEST}, or 0 for "
                "automatic."
            )


@dataclass(frozen=True, eq=False)
class DetailFit:
    """A fitted detail layer and its evidence; errors are root mean squares over the diagonal of the bounding box.

    Parameters
    ----------
    detail : DetailLayer
        The layer.
    resolution : int
        Nodes across the latent disk.
    spacing : float
        Distance of neighbouring nodes, in latent units.
    nodes : int
        Unknowns: nodes that samples meet, and the rim.
    smoothness : float
        Weight of the second differences.
    samples : int
        Rows that were fitted.
    folded_samples : int
        Rows that were left out because the chart is no embedding there.
    folded_share : float
        Their part of the area.
    rmse_rel : float
        Error at the samples that were fitted.
    network_rmse_rel : float
        That of the network alone.
    held_out_rmse_rel, held_out_network_rmse_rel : float or None
        The same at random samples that took no part, not even in choosing the smoothness; None where not checked.
    withheld_rmse_rel, withheld_network_rmse_rel : float or None
        The same in geodesic balls, after a second fit that saw no sample of them; None where not checked, or where the
        surface is too coarse for it.
    withheld_share : float or None
        Part of the samples in these balls.
    network_numbers, detail_numbers, surface_numbers : int
        How many numbers the networks, the layer and the surface (its coordinates) hold.
    seconds : float
        Time worked, pauses not counted.
    messages : tuple of str
        What the user should know.
    """

    detail: DetailLayer
    resolution: int
    spacing: float
    nodes: int
    smoothness: float
    samples: int
    folded_samples: int
    folded_share: float
    rmse_rel: float
    network_rmse_rel: float
    held_out_rmse_rel: float | None
    held_out_network_rmse_rel: float | None
    withheld_rmse_rel: float | None
    withheld_network_rmse_rel: float | None
    withheld_share: float | None
    network_numbers: int
    detail_numbers: int
    surface_numbers: int
    seconds: float
    messages: tuple[str, ...] = ()


def fit_detail(
    surface: Surface | PointCloud, autoencoder: Autoencoder, options: DetailOptions | None = None
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
    return _Fit(surface, autoencoder, options or DetailOptions()).work()


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

    def __init__(self, surface: Surface | PointCloud, autoencoder: Autoencoder, options: DetailOptions) -> None:
        self.clock = ActiveClock()
        self.cloud = isinstance(surface, PointCloud)
        self.kind = "cloud" if self.cloud else "surface"
        self.surface, self.autoencoder, self.options = surface, autoencoder, options
        self.unit = autoencoder.scale / surface.diagonal if surface.diagonal > 0.0 else np.nan
        self.rng = np.random.default_rng(options.seed)
        self.chosen_by: Rows | None = None
        self.stopped = False
        self.done = 0.0

    def work(self) -> Work[DetailFit]:
        """Samples, lattice, equations, evidence."""
        yield from self._pause(0.0, "Detail layer: codes")
        source = sample_source(self.surface, self.autoencoder, self.rng)
        told_by = None
        if self.options.checked:
            self.chosen_by, told_by = source.held_out()
        best = yield from self._attempt(source, self.options.resolution or source.resolution(), USUAL_SMOOTHNESS)
        if self.options.checked and not self.options.resolution:
            best = yield from self._other_resolutions(source, best)
        withheld = (None, None, None)
        if self.options.checked and not self.stopped:
            withheld = yield from self._withheld(source, best)
        return self._result(source, best, told_by, withheld)

    def _pause(self, fraction: float, message: str) -> Generator[Progress, str | None, None]:
        """Report, and take note of a wish to end early."""
        self.done = max(self.done, fraction)
        answer = yield from self.clock.pause(Progress(self.done, message))
        self.stopped = self.stopped or answer == "stop"

    def _attempt(
        self, source: SampleSource, resolution: int, smoothness: int
    ) -> Generator[Progress, str | None, _Attempt]:
        """Fit at one resolution, the smoothness being the one with the least error at the samples held out."""
        yield from self._pause(0.1, f"Detail layer: samples for {resolution} nodes across")
        spacing = 2.0 / resolution
        given = source.rows(spacing)
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
        """Solve with one smoothness after another while the error falls, first towards more, then towards less."""
        equations, dissection = self._equations(lattice, rows, rows.weights.sum()), Dissection(lattice.active)
        tried: dict[int, tuple[float, DetailLayer]] = {}
        at, step = start, 1
        while 0 <= at < len(SMOOTHNESS):
            yield from self._pause(0.3, f"Detail layer: {lattice.n_unknowns:,} nodes")
            layer = yield from self._solved(lattice, dissection, equations, SMOOTHNESS[at])
            tried[at] = (self._error(layer, self.chosen_by), layer)
            if self.chosen_by is None or self.stopped:
                break
            if at != start and tried[at][0] >= tried[at - step][0]:
                if step < 0 or at != start + 1:
                    break
                at, step = start, -1
            at += step
        best = min(tried, key=lambda k: tried[k][0])
        return *tried[best], best

    def _other_resolutions(self, source: SampleSource, best: _Attempt) -> Generator[Progress, str | None, _Attempt]:
        """Try finer lattices, for a cloud coarser ones too; return the best of all."""
        # Samples of a surface can be had as densely as a lattice needs them, so its error falls with the spacing.
        factors = (2.0**-0.5, 2.0**0.5) if self.cloud else (min(best.error * self.unit / ENOUGH, 2.0),)
        start = best.resolution
        for factor in factors:
            resolution = int(np.clip(np.rint(start * factor), COARSEST, FINEST))
            if self.stopped or abs(resolution - start) < 0.1 * start or (not self.cloud and factor < 1.0):
                continue
            other = yield from self._attempt(source, resolution, best.smoothness)
            if other.error < _GAIN * best.error:
                best = other
        return best

    def _equations(self, lattice: Lattice, rows: Rows, area: float) -> NormalEquations:
        """Return the normal equations, weights such that rows of a total area weigh 1 for each node on average."""
        return normal_equations(lattice, rows.codes, rows.weights * (lattice.n_met / area), rows.targets)

    def _solved(
        self, lattice: Lattice, dissection: Dissection, equations: NormalEquations, smoothness: float
    ) -> Generator[Progress, str | None, DetailLayer]:
        """Factorize once and solve for the three coordinates."""
        work = factorization(dissection, equations.smoothed(smoothness))
        while True:
            try:
                next(work)
            except StopIteration as end:
                return lattice.layer(end.value.solve(equations.right))
            yield from self._pause(self.done + 0.01 * (1.0 - self.done), f"Detail layer: {lattice.n_unknowns:,} nodes")

    def _error(self, layer: DetailLayer | None, rows: Rows | None) -> float:
        """Return the root mean square of what is left at rows, in normalized units (NaN without rows)."""
        if rows is None or not len(rows.codes):
            return float("nan")
        left = rows.targets if layer is None else rows.targets - layer.evaluate(rows.codes)
        return float(np.sqrt(np.average((left**2).sum(1), weights=rows.weights)))

    def _withheld(
        self, source: SampleSource, best: _Attempt
    ) -> Generator[Progress, str | None, tuple[float | None, float | None, float | None]]:
        """Fit again without the samples in some balls; return the errors in them, and their part of the samples.

        A surface so coarse that the balls would take most of it is not tested so.
        """
        yield from self._pause(0.8, "Detail layer: withheld balls")
        inside = source.withheld(best.rows)
        share = float(inside.mean())
        if not 0.0 < share < _MOST_WITHHELD:
            return None, None, None
        dissection = Dissection(best.lattice.active)
        equations = self._equations(best.lattice, best.rows.where(~inside), best.rows.weights.sum())
        layer = yield from self._solved(best.lattice, dissection, equations, SMOOTHNESS[best.smoothness])
        balls = best.rows.where(inside)
        return self._error(layer, balls), self._error(None, balls), share

    def _result(
        self,
        source: SampleSource,
        best: _Attempt,
        told_by: Rows | None,
        withheld: tuple[float | None, float | None, float | None],
    ) -> DetailFit:
        """Gather the figures."""

        def relative(error: float | None) -> float | None:
            return None if error is None or np.isnan(error) else float(error * self.unit)

        numbers = (self.autoencoder.n_parameters, 3 * best.lattice.n_unknowns, source.n_numbers)
        messages = [
            f"Network {numbers[0]:,} numbers, detail layer {numbers[1]:,}, {self.kind} {numbers[2]:,} coordinates."
        ]
        if best.n_folded:
            messages.append(
                f"The detail layer leaves out {best.n_folded:,} of {best.n_folded + len(best.rows.codes):,} samples "
                f"({100 * best.folded_share:.2g} % of the area), where the chart folds."
            )
        return DetailFit(
            detail=best.layer,
            resolution=best.resolution,
            spacing=best.layer.spacing,
            nodes=best.lattice.n_unknowns,
            smoothness=SMOOTHNESS[best.smoothness],
            samples=len(best.rows.codes),
            folded_samples=best.n_folded,
            folded_share=best.folded_share,
            rmse_rel=self._error(best.layer, best.rows) * self.unit,
            network_rmse_rel=self._error(None, best.rows) * self.unit,
            held_out_rmse_rel=relative(self._error(best.layer, told_by)),
            held_out_network_rmse_rel=relative(self._error(None, told_by)),
            withheld_rmse_rel=relative(withheld[0]),
            withheld_network_rmse_rel=relative(withheld[1]),
            withheld_share=withheld[2],
            network_numbers=numbers[0],
            detail_numbers=numbers[1],
            surface_numbers=numbers[2],
            seconds=self.clock.seconds,
            messages=tuple(messages),
        )
