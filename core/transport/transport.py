"""Everything that optimal transport gives for a surface, or a table, and its chart, as one value."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.arrays import frozen
from core.base.clock import ActiveClock
from core.base.errors import InputError
from core.base.progress import Progress, Stop, Work, part
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.transport.harmonic import harmonic_chart
from core.transport.options import TransportOptions
from core.transport.parameterization import (
    Parameterization,
    ParameterizationOptions,
    ParameterizationStep,
    area_preserving_parameterization,
    measured_parameterization,
)
from core.transport.sampler import DecodedSamples, Sampling, decoded_samples, naive_samples, transport_samples
from core.transport.semidiscrete import TransportStep, solve
from core.transport.singular_set import SingularSet, singular_set
from core.transport.surface_measure import SurfaceMeasure, even_density, surface_measure
from core.transport.transport_map import TransportMap
from core.transport.uniformity import uniformity_p

_TESTED_FOR_EACH_FACE, _FEWEST_TESTED, MOST_TESTED = 200, 50_000, 1_000_000
"""Points drawn to test for uniformity, before and after: a million for a small chart would take most of its time."""

_SAMPLES_WHEN_STOPPED = 5_000
_SOLVED, _REFINED = 0.1, 0.9  # fractions of the whole
_Result = TypeVar("_Result")


@dataclass(frozen=True, eq=False)
class TransportState:
    """What the stage shows on its way.

    Parameters
    ----------
    part : "solve", "parameterization" or "samples"
        What is being done.
    residuals : tuple of float
        Largest relative area error of the cells: at the start and after each Newton step so far.
    spreads : tuple of float
        Standard deviation of the triangles' area ratio: at the start and after each step of refinement so far.
    flipped_triangles : int or None
        Triangles of the parameterization that are folded over; None before it has begun.
    """

    part: str
    residuals: tuple[float, ...] = ()
    spreads: tuple[float, ...] = ()
    flipped_triangles: int | None = None


@dataclass(frozen=True, eq=False)
class Uniformity:
    """Chi-square tests of samples against the measure carried, on patches of equal measure.

    Parameters
    ----------
    p_before : float or None
        Chance of counts as uneven as those of the disk decoded as it is, if they were uniform; None where the surface
        has too few faces for a test.
    p_after : float or None
        The same for samples drawn through the transport.
    n_samples : int
        Points drawn for each.
    """

    p_before: float | None
    p_after: float | None
    n_samples: int


@dataclass(frozen=True, eq=False)
class Transport:
    """The transport of the uniform disk to a surface, or to the rows of a table, and what follows from it.

    What follows from the faces of a surface is None for a table.

    Parameters
    ----------
    options : TransportOptions
        What was asked for.
    chart : (n, 2) float64 array
        The chart: latent coordinates of all vertices of the surface.
    measure : SurfaceMeasure
        Sites, masses and what they stand for.
    map : TransportMap
        Power diagram, weights and evidence.
    before : Parameterization or None
        The chart, with its area ratios.
    after : Parameterization or None
        The area-preserving parameterization, with its area ratios.
    sampling : Sampling or None
        What its samples are drawn from.
    uniformity : Uniformity or None
        Whether they are.
    singular : SingularSet
        Where the map tears.
    seconds : mapping of str to float
        Time worked on "solve", "parameterization" and "samples".
    ended : "finished" or "stopped"
        Stopped: with the last weights for which all sites had a cell, and less refined.
    messages : tuple of str
        What the user should know.
    """

    options: TransportOptions
    chart: Float64[np.ndarray, "n 2"]
    measure: SurfaceMeasure
    map: TransportMap
    before: Parameterization | None
    after: Parameterization | None
    sampling: Sampling | None
    uniformity: Uniformity | None
    singular: SingularSet
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    ended: str = "finished"
    messages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "chart", frozen(self.chart, np.float64, (len(self.measure.owner), 2)))

    @property
    def samples(self) -> DecodedSamples | None:
        """Points drawn through the transport, uniform by the measure; made when they are first looked at."""
        return None if self.sampling is None else self.sampling.moved

    @property
    def naive_samples(self) -> DecodedSamples | None:
        """Points of the uniform latent image decoded as it is; made when they are first looked at."""
        return None if self.sampling is None else self.sampling.naive

    @property
    def n_samples(self) -> int:
        """How many of them there are."""
        return 0 if self.sampling is None else self.sampling.count

    @property
    def chart_label(self) -> str:
        """What the chart is."""
        return "chart of the autoencoder" if self.options.chart == "autoencoder" else "harmonic chart"

    @property
    def measure_label(self) -> str:
        """What the masses are."""
        if self.after is None:
            return "the same for each row that was learned"
        scalar = f"surface area times {self.options.scalar}"
        return {"area": "surface area", "uniform": "uniform over the vertices"}.get(self.options.measure, scalar)

    @property
    def samples_beside_singular(self) -> Bool[np.ndarray, " k"]:
        """Marks the samples that fell into a cell at the singular set: nothing may be interpolated there."""
        if self.samples is None:
            return np.zeros(0, bool)
        return self.singular.beside(self.map.diagram)[self.samples.sites]

    @property
    def singular_segments(self) -> Float64[np.ndarray, "k 2 2"]:
        """Ends of the edges of the singular set."""
        return self.map.diagram.segments[self.singular.edges]

    @property
    def singular_jumps(self) -> Float64[np.ndarray, " k"]:
        """How far the map jumps across each of them, in latent units."""
        return self.map.diagram.edge_jumps[self.singular.edges]

    def displaced(self, time: float) -> Float64[np.ndarray, "n 2"]:
        """Vertices on their straight way from the chart (time 0) to the area-preserving parameterization (time 1)."""
        end = self.cell_middles if self.after is None else self.after.coordinates
        return (1.0 - time) * self.chart + time * end

    @cached_property
    def vertex_of_site(self) -> Int64[np.ndarray, " m"]:
        """A vertex, or row, that each site of the map stands for."""
        return self.measure.site_vertex[np.unique(self.map.site_of, return_index=True)[1]]

    @cached_property
    def cell_middles(self) -> Float64[np.ndarray, "n 2"]:
        """Centre of gravity of the cell of each vertex or row; its code where it has none."""
        owned = self.measure.owner >= 0
        result = np.array(self.chart)
        result[owned] = self.map.centroids[self.map.site_of[self.measure.owner[owned]]]
        return result


def surface_transport(
    surface: Surface,
    autoencoder: Autoencoder,
    codes: Float64[np.ndarray, "n 2"],
    options: TransportOptions,
    embedding: Float64[np.ndarray, "n 2"] | None = None,
) -> Work[Transport]:
    """Solve the transport to a chart of a surface, and make all that follows from it.

    Parameters
    ----------
    surface : Surface
        A topological disk.
    autoencoder : Autoencoder
        Decodes the samples.
    codes : (n, 2) float64 array
        Its code of each vertex.
    options : TransportOptions
        Measure, chart, accuracy.
    embedding : (n, 2) float64 array, optional
        A chart without folds, its boundary on the circle, such as training was guided by: where the refinement
        begins if the chart folds.

    Yields
    ------
    Progress
        With a `TransportState`. On ``send("stop")`` what there is so far is finished quickly and returned.

    Raises
    ------
    InputError
        If the scalar does not exist or is not positive.
    SolveError
        If float64 cannot give each site a cell.
    TopologyError
        If the surface is not a disk.
    """
    reporter = _Reporter()
    chart = np.asarray(codes, np.float64) if options.chart == "autoencoder" else harmonic_chart(surface)
    measure = surface_measure(surface, chart, _density(surface, options), options.sites)
    face_masses = measure.face_masses(surface)
    work = solve(measure.sites, measure.masses, tolerance=options.tolerance)
    solution = yield from reporter.relay("solve", work, 0.0, _SOLVED, reporter.solving)
    refining = ParameterizationOptions(steps=0 if reporter.stop.requested else options.refinement)
    work = area_preserving_parameterization(surface, measure, solution, refining, embedding)
    after = yield from reporter.relay("parameterization", work, _SOLVED, _REFINED, reporter.refining)
    work = _tested(surface, chart, measure, solution, options)
    uniformity = yield from reporter.relay("samples", work, _REFINED, 1.0, reporter.sampling)
    before = measured_parameterization(surface, chart, face_masses)
    count = min(options.samples, _SAMPLES_WHEN_STOPPED) if reporter.stop.requested else options.samples
    return Transport(
        options=options,
        chart=chart,
        measure=measure,
        map=solution,
        before=before,
        after=after,
        sampling=Sampling(surface, autoencoder, codes, chart, solution, measure, count, options.seed),
        uniformity=uniformity,
        singular=singular_set(solution.diagram, options.singular_threshold or None),
        seconds=reporter.seconds,
        ended="stopped" if reporter.stop.requested else "finished",
        messages=tuple(_messages(solution, before, after, reporter.stop.requested)),
    )


def relinked_transport(
    transport: Transport, surface: Surface, autoencoder: Autoencoder, codes: np.ndarray
) -> Transport:
    """Return a transport that draws from this very surface and these very networks, not from copies of them."""
    if transport.sampling is None:
        return transport
    sampling = replace(transport.sampling, surface=surface, autoencoder=autoencoder, codes=codes)
    return replace(transport, sampling=sampling)


def further_samples(
    surface: Surface,
    autoencoder: Autoencoder,
    codes: Float64[np.ndarray, "n 2"],
    transport: Transport,
    count: int,
    rng: np.random.Generator,
    naive: bool = False,
) -> Work[DecodedSamples]:
    """Draw samples beyond those that a transport holds.

    Parameters
    ----------
    surface, autoencoder, codes
        What the transport was made from.
    transport : Transport
        The transport.
    count : int
        How many.
    rng : Generator
        Where randomness comes from.
    naive : bool
        Uniform over the image of the chart, without transport.
    """
    yield Progress(0.0, f"Drawing {count:,} samples")
    if naive:
        drawn, _ = naive_samples(surface, transport.chart, count, rng)
    else:
        drawn = transport_samples(surface, transport.map, transport.measure, count, rng)
    return (yield from decoded_samples(surface, codes, autoencoder, drawn, count))


class _Reporter:
    """Passes the progress of the parts on as that of the whole, and remembers whether it was told to stop."""

    def __init__(self) -> None:
        self.stop = Stop()
        self.seconds: dict[str, float] = {}
        self._residuals: list[float] = []
        self._spreads: list[float] = []
        self._flipped: int | None = None

    def relay(
        self, name: str, work: Work[_Result], low: float, high: float, note: Callable[[Any], TransportState]
    ) -> Generator[Progress, str | None, _Result]:
        """Run a part whose fractions go from ``low`` to ``high`` of the whole."""
        clock = ActiveClock()

        def report(progress: Progress) -> Progress:
            return replace(progress, payload=note(progress.payload))

        result = yield from part(work, low, high, clock=clock, report=report, stop=self.stop)
        self.seconds[name] = clock.seconds
        return result

    def solving(self, step: TransportStep) -> TransportState:
        if step.step == 0:
            self._residuals = []  # a start from clusters solves more than once
        self._residuals.append(step.residual)
        return self._state("solve")

    def refining(self, step: ParameterizationStep | None) -> TransportState:
        if step is not None:
            self._spreads = [*self._spreads[: step.step], step.area_ratio_sd]
            self._flipped = step.flipped_triangles
        return self._state("parameterization")

    def sampling(self, _: object) -> TransportState:
        return self._state("samples")

    def _state(self, part: str) -> TransportState:
        return TransportState(part, tuple(self._residuals), tuple(self._spreads), self._flipped)


def _density(surface: Surface, options: TransportOptions) -> np.ndarray | None:
    """Return the mass over area of each vertex, None for the area itself."""
    if options.measure == "area":
        return None
    if options.measure == "uniform":
        return even_density(surface)
    if options.scalar not in surface.scalars:
        known = ", ".join(surface.scalars) or "none"
        raise InputError("Measure", f"the file holds no scalar {options.scalar}", remedy=f"It holds: {known}.")
    return surface.scalars[options.scalar]


def _tested(
    surface: Surface, chart: np.ndarray, measure: SurfaceMeasure, solution: TransportMap, options: TransportOptions
) -> Work[Uniformity]:
    """Draw samples without the transport and through it, and test both."""
    tested = min(max(_TESTED_FOR_EACH_FACE * len(surface.faces), _FEWEST_TESTED), MOST_TESTED)
    rng, tested = np.random.default_rng(options.seed), max(tested, options.samples)
    masses = measure.face_masses(surface)
    yield Progress(0.0, f"Drawing {tested:,} samples without the transport")
    naive, _ = naive_samples(surface, chart, tested, rng)
    p_before = uniformity_p(surface, naive.faces, rng, masses)
    yield Progress(0.4, f"Drawing {tested:,} samples through the transport")
    moved = transport_samples(surface, solution, measure, tested, rng)
    return Uniformity(p_before, uniformity_p(surface, moved.samples.faces, rng, masses), tested)


def _messages(
    solution: TransportMap, before: Parameterization, after: Parameterization, stopped: bool
) -> Iterator[str]:
    """Say what the user should know of a transport."""
    certificate = solution.certificate
    if stopped:
        yield (
            f"Stopped: the cells' areas are within {certificate.max_area_error_rel:.2g} of their masses, "
            f"the triangles' area ratio spreads by {after.area_ratio_sd:.2g}."
        )
    elif solution.shortfall:
        yield solution.shortfall
    if solution.n_merged:
        sites = "1 site coincides" if solution.n_merged == 1 else f"{solution.n_merged:,} sites coincide"
        yield f"{sites} with another in the chart; both share one cell."
    if before.flipped_triangles:
        yield f"The chart is folded: {_triangles(before.flipped_triangles)} flipped."
    if after.flipped_triangles and not stopped:
        yield (
            f"The parameterization is folded: {_triangles(after.flipped_triangles)} flipped. "
            "Remesh the surface more evenly, or allow more steps."
        )


def _triangles(count: int) -> str:
    """Say how many triangles are."""
    return "1 triangle is" if count == 1 else f"{count:,} triangles are"
