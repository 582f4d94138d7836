"""Denoising: noisy points, every method side by side, and how far each is from the truth."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64, Int64

from core.base.clock import ActiveClock
from core.base.errors import BudaiError, InputError
from core.base.progress import Progress, Result, Work, part
from core.charts.atlas import Atlas, Chart, Cover
from core.charts.patch import whole_patch
from core.cloud.noise_scale import noise_scale
from core.data.noisy_points import NoisyPoints
from core.data.source import Source, require
from core.data.surface import Surface
from core.denoising.atlas_image import Pieces, atlas_image
from core.denoising.brute_check import brute_check
from core.denoising.classical import best_laplacian, best_least_squares
from core.denoising.expected_position import expected_positions
from core.denoising.methods import METHODS
from core.denoising.noise import noisy_samples
from core.denoising.options import DenoisingOptions
from core.denoising.plausibility import (
    FAR,
    FARTHEST,
    REACH,
    far_warning,
    object_warning,
    share,
    size_ratio,
    unit_warning,
)
from core.denoising.projection import Projection, projection
from core.denoising.result import Denoising, MethodResult
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.normalization import unit_frame
from core.relu.relu_map import ReluMap
from core.training.result import TrainingResult

MOST_COMPARED = 1_000_000
"""Points beyond which the method that was asked for is run alone: each takes a minute for some million."""
Step = Generator[Progress, str | None, Result]


@dataclass(frozen=True, eq=False)
class _Given:
    """What is to be denoised, and the truth about it."""

    name: str
    points: Float64[np.ndarray, "n 3"]
    rows: Int64[np.ndarray, " n"]
    originals: Float64[np.ndarray, "n 3"] | None
    normals: Float64[np.ndarray, "n 3"] | None
    truth: Surface
    warnings: tuple[str, ...] = ()

    def where(self, kept: np.ndarray) -> "_Given":
        """The points with a mark."""
        some = [part if part is None else part[kept] for part in (self.originals, self.normals)]
        return replace(self, points=self.points[kept], rows=self.rows[kept], originals=some[0], normals=some[1])

    @property
    def ideal(self) -> float | None:
        """Root mean square length of the tangential part of the noise."""
        if self.originals is None or self.normals is None:
            return None
        noise = self.points - self.originals
        along = noise - (noise * self.normals).sum(1, keepdims=True) * self.normals
        return float(np.sqrt((along**2).sum(1).mean()))


def denoise(
    source: Source,
    training: TrainingResult,
    options: DenoisingOptions,
    known: Pieces | None = None,
    given: NoisyPoints | Source | None = None,
) -> Work[Denoising]:
    """Bring noisy points back onto the surface that an autoencoder has learned, and measure how well that went.

    Parameters
    ----------
    source : Source
        The surface that it was trained on.
    training : TrainingResult
        The autoencoder.
    options : DenoisingOptions
        Which points, and how.
    known : CellComplex or DecoderPieces, optional
        The cells of the decoder in the disk, or with a detail layer its pieces, where they are known already.
    given : NoisyPoints or Source, optional
        The points of a file, or the other surface, where the options ask for such.

    Yields
    ------
    Progress
        Once with a `Denoising` that holds the projection alone, before the other methods are run.

    Raises
    ------
    InputError
        If a file cannot be used, or none of its points is near the surface.
    BudaiError
        If there are more pieces than memory, or the source is a cloud.

    Notes
    -----
    Projection goes to the exact nearest point of the decoder's piecewise linear image, detail layer included, onto the
    part that the codes of the surface decode to, or onto all of it (`DenoisingOptions.onto`). Points farther than 5 %
    of the diagonal from it, or five deviations of their noise if that is more (those of a file at most 15 %), are left
    out and counted, but where another surface is tried on purpose.
    """
    require(source, "denoising", "faces")
    surface = source.surface
    patch = whole_patch(len(surface.vertices), surface.faces)
    cover = Cover((patch,), np.zeros(len(surface.faces), np.int64), len(surface.vertices))
    atlas = Atlas(cover, (Chart(patch, training.autoencoder, training.codes),))
    return (yield from denoise_atlas(surface, atlas, options, (known,), given))


def denoise_atlas(
    surface: Surface,
    atlas: Atlas,
    options: DenoisingOptions,
    known: Sequence[Pieces | None] = (),
    given: NoisyPoints | Source | None = None,
) -> Work[Denoising]:
    """Bring noisy points back onto the surface that the charts of an atlas have learned together.

    Parameters
    ----------
    surface : Surface
        The whole surface.
    atlas : Atlas
        Its charts.
    options, given
        As `denoise` takes them.
    known : sequence of CellComplex, DecoderPieces or None
        What is known of the decoder of each chart.

    Raises
    ------
    InputError, BudaiError
        As `denoise`; and if the points shall go onto the whole disks of several charts.

    Notes
    -----
    Projection goes to the exact nearest point of all charts, each with what it owns (`atlas_image`). What goes through
    an encoder goes through that of the chart of this point.
    """
    if len(atlas) > 1 and options.onto == "disk":
        raise BudaiError(
            "Onto the disk: beyond what a chart of an atlas has learned, its disk goes on across its neighbours. "
            "Choose the surface, or one chart."
        )
    return (yield from _Denoiser(surface, atlas, options, known, given).work())


class _Denoiser:
    """One denoising."""

    def __init__(
        self,
        surface: Surface,
        atlas: Atlas,
        options: DenoisingOptions,
        known: Sequence[Pieces | None],
        given: NoisyPoints | Source | None,
    ) -> None:
        self.surface, self.atlas, self.options, self.known = surface, atlas, options, known
        self.given = given
        self.clock, self.seconds = ActiveClock(), dict[str, float]()
        self.rng = np.random.default_rng(options.seed)
        self.warnings: list[str] = []

    def work(self) -> Work[Denoising]:
        """Input, projection, what is far away, the other methods."""
        yield from self._report(0.0, "Noisy points")
        given = self._points()
        self.warnings += given.warnings
        found = atlas_image(self.atlas, self.known, self.options.onto == "disk")
        charts = yield from self._part("image", 0.05, 0.3, found)
        self.image = image = charts.image
        yield from self._report(0.3, "Sorting the pieces")
        self._timed("tree", lambda: image.tree)
        feet = yield from self._part("projection", 0.3, 0.4, projection(image, given.points))
        n_given = len(given.points)
        given, feet = self._near(given, feet)
        self.charts = charts.chart_of(feet.pieces)
        checked = yield from self._part("check", 0.42, 0.45, brute_check(image, given.points, feet))
        self.truth = triangle_tree(given.truth.corners)
        alone = Denoising(
            options=replace(self.options, method="projection"),
            name=given.name,
            noisy=given.points,
            rows=given.rows,
            originals=given.originals,
            results=tuple((yield from self._without_methods(given, feet))),
            codes=feet.codes,
            pieces=feet.pieces - charts.first_pieces[self.charts],
            at_rim=charts.at_rim(feet.codes, self.charts),
            ideal=given.ideal,
            diagonal=given.truth.diagonal,
            n_given=n_given,
            n_far=n_given - len(given.points),
            n_pieces=charts.n_pieces,
            n_checked=checked[0],
            check_gap=checked[1],
            seconds=self.seconds | {"total": self.clock.seconds},
            warnings=tuple(self.warnings),
            charts=self.charts if len(self.atlas) > 1 else None,
        )
        yield from self.clock.pause(Progress(0.5, _SAID["projection"], alone, lasting=True))
        results = yield from self._methods(given, feet)
        seconds = self.seconds | {"total": self.clock.seconds}
        results, warnings = (*alone.results, *results), tuple(self.warnings)
        return replace(alone, options=self.options, results=results, seconds=seconds, warnings=warnings)

    def _report(self, fraction: float, message: str) -> Step[None]:
        """Report one place of the work."""
        yield from self.clock.pause(Progress(fraction, message))

    def _part(self, name: str, low: float, high: float, work: Work[Result]) -> Work[Result]:
        """Run another work as a part of this one, and keep its time."""
        started = self.clock.seconds
        result = yield from part(work, low, high, clock=self.clock)
        self.seconds[name] = self.clock.seconds - started
        return result

    def _timed(self, name: str, function: Callable[[], Result]) -> Result:
        """Call a function and keep its time."""
        started = self.clock.seconds
        try:
            return function()
        finally:
            self.seconds[name] = self.clock.seconds - started

    def _points(self) -> _Given:
        """Take or make the noisy points."""
        options, given = self.options, self.given
        if isinstance(given, NoisyPoints):
            return _Given(given.name, given.points, given.rows, None, None, self.surface, given.warnings)
        truth, name = (self.surface, "") if given is None else self._other(given)
        made = noisy_samples(truth, options.noise, options.level, options.count, self.rng)
        return _Given(name, made.points, np.arange(options.count), made.originals, made.normals, truth)

    def _other(self, found: Source) -> tuple[Surface, str]:
        """Bring another surface to the place and size of this one."""
        if not found.has_faces:
            raise InputError(found.name, "is a cloud without faces", "", "Choose a surface, or take it as a file.")
        here, there = unit_frame(self.surface), unit_frame(found.surface)
        vertices = here.restore(there.normalize(found.surface.vertices))
        self.warnings.append(
            f"{found.name} is another surface, brought to the place and size of this one: distances and positions are "
            "told from it, which this autoencoder has never seen."
        )
        return Surface(vertices, found.surface.faces), found.name

    def _near(self, given: _Given, feet: Projection) -> tuple[_Given, Projection]:
        """Leave out what is far away, and say what speaks against these points."""
        name = given.name or "Synthetic noise"
        diagonal = self.surface.diagonal
        level = self.options.level
        if self.options.input == "file":  # its noise is as thick as it looks, stray points disregarded
            some = given.points[feet.distances <= FARTHEST * diagonal]
            level = noise_scale(some).thickness / diagonal if len(some) > 1 else 0.0
        limit = max(FAR, REACH * level)
        if self.options.input == "file":
            limit = min(limit, FARTHEST)
        kept = feet.distances <= limit * diagonal
        n, n_far = len(kept), int((~kept).sum())
        ratio = size_ratio(given.points, self.surface.vertices)
        unit = unit_warning(name, ratio) if self.options.input == "file" else None
        if self.options.input == "other":
            self.warnings.append(
                f"{share(n_far / n)} of its points lie farther than {100 * limit:g} % from this surface."
            )
            return given, feet
        if not kept.any():
            nearest = share(float(feet.distances.min()) / diagonal)
            reason = f"none of {n:,} points is near the surface; the nearest lies {nearest} of its diagonal away"
            how = unit or "Choose a cloud of this surface, in its position and unit."
            raise InputError(name, reason, "", how)
        points = f"points of {given.name}" if given.name else "noisy points"
        far = far_warning(points, n_far, n, limit, feet.distances.max() / diagonal)
        self.warnings += [text for text in (unit, far) if text]
        given = given.where(kept)
        feet = Projection(feet.points[kept], feet.distances[kept], feet.pieces[kept], feet.codes[kept])
        if self.options.input == "file":
            distance = float(np.sqrt(np.square(feet.distances).mean())) / diagonal
            warning = object_warning(name, n_far / n, distance, level)
            self.warnings += [warning] if warning else []
        return given, feet

    def _without_methods(self, given: _Given, feet: Projection) -> Step[list[MethodResult]]:
        """What needs no other method: the noisy points, their true feet and the projection."""
        yield from self._report(0.45, "Distances from the surface")
        distances, _, true_feet = self.truth.query(given.points)
        results = [
            _result("noisy", given.points, distances, given, 0.0),
            _result("true_foot", true_feet, np.zeros(len(true_feet)), given, 0.0),
        ]
        return [*results, self._measured("projection", feet.points, given, self.seconds["projection"])]

    def _methods(self, given: _Given, feet: Projection) -> Step[list[MethodResult]]:
        """Run the other methods that are wanted."""
        noisy, options, results = given.points, self.options, list[MethodResult]()
        wanted = [name for name in METHODS[1:] if options.compare or name in (options.method, *_ALWAYS)]
        if len(noisy) > MOST_COMPARED:
            wanted = [name for name in wanted if name == options.method]
            self.warnings.append(f"More than {MOST_COMPARED:,} points: the other methods were left out.")
        for k, method in enumerate(wanted):
            yield from self._report(0.5 + 0.5 * k / len(wanted), _SAID[method])
            started, description = self.clock.seconds, ""
            if method == "expected_position":
                points, description = yield from self._expected_position(noisy, feet)
            elif method == "encode_decode":
                points = self._by_chart(noisy, [chart.autoencoder.encoder for chart in self.atlas.charts])
            elif method == "denoising_encoder":
                points, description = yield from self._denoising_encoder(noisy, feet)
            elif method == "moving_least_squares":
                points, description = yield from self._inner(best_least_squares(noisy, self.truth, self.rng))
            else:
                points, description = yield from self._inner(best_laplacian(noisy, self.truth, self.rng))
            results.append(self._measured(method, points, given, self.clock.seconds - started, description))
        return results

    def _measured(
        self, method: str, points: np.ndarray, given: _Given, seconds: float, description: str = ""
    ) -> MethodResult:
        """Compare points with the truth."""
        return _result(method, points, self.truth.query(points)[0], given, seconds, description)

    def _expected_position(self, noisy: np.ndarray, feet: Projection) -> Step[tuple[np.ndarray, str]]:
        """Project the mean of all places that each point may come from, the noise being as thick as it looks."""
        found = yield from self._inner(expected_positions(self.image, noisy, feet))
        points = (yield from self._inner(projection(self.image, found.points))).points
        description = f"noise of {100 * found.deviation / self.surface.diagonal:.3g} %, told from the distances"
        if found.too_fine:
            description += ": too fine to divide this surface by, the nearest points are taken"
        return points, description

    def _denoising_encoder(self, noisy: np.ndarray, feet: Projection) -> Step[tuple[np.ndarray, str]]:
        """Train an encoder on noise of the level at hand, and pass the points through it once."""
        from core.training.denoising_encoder import train_denoising_encoder  # torch takes seconds to import

        level = self.options.level
        if self.options.input == "file":
            level = float(np.sqrt(np.square(feet.distances).mean())) / self.surface.diagonal
        areas = np.array([self.surface.face_areas[patch.faces].sum() for patch in self.atlas.cover.patches])
        encoders, steps = list[ReluMap](), 0
        for chart, area in zip(self.atlas.charts, areas / areas.sum(), strict=True):
            region, seconds = chart.patch.surface(self.surface), float(area) * self.options.encoder_seconds
            level_there = level * self.surface.diagonal / region.diagonal
            work = train_denoising_encoder(region, chart.autoencoder, level_there, seconds, self.options.seed)
            trained = yield from self._inner(work)
            encoders.append(trained.encoder)
            steps += trained.steps
        return self._by_chart(noisy, encoders), f"{steps:,} steps on noise of {100 * level:.3g} %"

    def _by_chart(self, points: np.ndarray, encoders: Sequence[ReluMap]) -> np.ndarray:
        """One pass through an encoder and the decoder of the chart that each point was projected to."""
        result = np.empty_like(points)
        for k, (chart, encoder) in enumerate(zip(self.atlas.charts, encoders, strict=True)):
            here, networks = self.charts == k, chart.autoencoder
            if here.any():
                result[here] = networks.decode(encoder((points[here] - networks.centre) / networks.scale))
        return result

    def _inner(self, work: Work[Result]) -> Work[Result]:
        """Run another work as part of a method."""
        return part(work, 0.7, 0.7, clock=self.clock)


def _result(
    method: str, points: np.ndarray, distances: np.ndarray, given: _Given, seconds: float, description: str = ""
) -> MethodResult:
    """What a method came to, from its points and their distances from the truth."""
    errors = None if given.originals is None else np.linalg.norm(points - given.originals, axis=1)
    return MethodResult(method, points, distances, errors, seconds, description)


_ALWAYS = ("expected_position", "encode_decode")
"""Methods that are run whatever is asked for: they take a second, and show what the chosen one is worth."""

_SAID = {
    "projection": "Projection",
    "expected_position": "Expected positions",
    "encode_decode": "One pass through the autoencoder",
    "denoising_encoder": "Starting PyTorch",
    "moving_least_squares": "Moving least squares",
    "laplacian": "Laplacian smoothing",
}
"""What is told when a method begins."""
