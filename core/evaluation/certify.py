"""Measuring what a trained autoencoder is worth."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.arrays import frozen
from core.base.clock import ActiveClock, n_cores
from core.base.progress import Progress, Work
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.evaluation.accuracy import Accuracy, accuracy, root_mean_square
from core.evaluation.certificate import CUTS, Certificate, SurfaceFigures
from core.evaluation.chamfer import SurfaceDistances, directed_distances
from core.evaluation.cover import cover
from core.geometry.distortion import flipped_triangles, orientation, signed_areas
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.sampling import sample_by_area
from core.relu.relu_map import ReluMap

SAMPLES = 50_000
"""Random points behind each distance."""
_BUDGET = 6e11
"""Multiplications that the pieces may cost; of a larger surface a random part of the faces is looked at."""
_BLOCK = 1000
"""Points, triangles or faces that one thread takes between two places to cancel."""
_LATENT = 20_000
"""Random codes behind the round trip."""
_UNSEEN = 10_000
"""Random points where training was not to see the surface."""
_RANDOM = 30_000
"""Small random triangles looked at."""
_SIZES = (0.3, 0.1, 0.01)
"""Their sizes relative to the faces they lie in."""
_CACHED = 1024
"""Points evaluated at a time: their hidden values stay in the cache."""
_DOUBT = 16.0
"""A piece is looked at closer unless it clears this many times the largest rounding error seen at the vertices."""


@dataclass(frozen=True, eq=False)
class Findings:
    """A certificate and the places behind it.

    Parameters
    ----------
    certificate : Certificate
        The figures.
    bad_faces : (k,) int64 array
        Faces that the encoder turns over, or a piece of which it turns over, in ascending order.
    """

    certificate: Certificate
    bad_faces: Int64[np.ndarray, " k"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "bad_faces", frozen(self.bad_faces, np.int64, (None,)))


def certify(
    surface: Surface,
    autoencoder: Autoencoder,
    rng: np.random.Generator,
    left_out: Bool[np.ndarray, " f"] | None = None,
    samples: int = SAMPLES,
) -> Work[Findings]:
    """Measure an autoencoder on a surface, in float64.

    Parameters
    ----------
    surface : Surface
        What it was trained on.
    autoencoder : Autoencoder
        What to measure: the whole decoder, and where it has a detail layer the network alone too.
    rng : Generator
        Where the random points come from.
    left_out : (f,) bool array, optional
        Faces that training was not to see.
    samples : int
        Random points behind each distance.

    Yields
    ------
    Progress
        Without payload.

    Notes
    -----
    Distances are exact for each point. About 10 core seconds for 46,000 faces and four layers of 256 units. The pieces
    are looked at in float32 first, and again in float64 wherever rounding could decide.
    """
    with ThreadPoolExecutor(n_cores()) as pool:
        reports = _Reports(ActiveClock(), pool)
        codes = autoencoder.encode(surface.vertices)
        whole, network = yield from _accuracies(surface, autoencoder, codes, rng, reports, samples)
        yield from reports.report("cover", 0.3)
        covered = cover(codes[surface.faces])
        around = yield from _round_trips(autoencoder, codes[surface.faces], rng, reports)
        random = yield from _flipped_random(surface, autoencoder, codes, rng, reports)
        looked_at, flips = yield from _flipped_pieces(surface, autoencoder, codes, rng, reports)
    flipped = flipped_triangles(codes, surface.faces)
    certificate = Certificate(
        rmse_rel=whole.rmse_rel,
        samples=samples,
        seconds=reports.clock.seconds,
        rmse_vertices_rel=root_mean_square(_apart(autoencoder.decode(codes), surface.vertices)) / surface.diagonal,
        network=network,
        surface=SurfaceFigures(
            chamfer_rel=whole.chamfer_rel,
            hausdorff_rel=whole.hausdorff_rel,
            normal_error_deg=whole.normal_error_deg,
            flipped_triangles=int(flipped.sum()),
            n_triangles=len(surface.faces),
            flipped_subtriangles=int(flips.sum()),
            subtriangles_tested=len(looked_at) * CUTS**2,
            cover=covered,
            flipped_random=random[0],
            random_tested=random[1],
        ),
        **around,
        **_unseen(surface, autoencoder, rng, left_out),
    )
    flipped[looked_at] |= flips > 0
    return Findings(certificate, np.flatnonzero(flipped))


def _accuracies(
    surface: Surface,
    autoencoder: Autoencoder,
    codes: np.ndarray,
    rng: np.random.Generator,
    reports: "_Reports",
    count: int,
) -> Generator[Progress, str | None, tuple[Accuracy, Accuracy | None]]:
    """Measure the errors of the whole decoder, and where it has a detail layer those of the network alone."""
    points = sample_by_area(surface.corners, count, rng).points
    places = yield from reports.map(autoencoder.encode, points, "codes", 0.0, 0.1)
    decoders = [autoencoder.decode] if autoencoder.detail is None else [autoencoder.decode, autoencoder.decode_network]
    tree = triangle_tree(surface.corners)
    found: list[Accuracy] = []
    for k, decode in enumerate(decoders):
        start, stop = 0.1 + 0.2 * np.arange(k, k + 2) / len(decoders)
        images = yield from reports.map(decode, places, "reconstruction error", start, stop)
        decoded = decode(codes)
        corners = decoded[surface.faces]
        yield from reports.report("distances", (start + stop) / 2.0)
        there = directed_distances(surface.corners, corners, count, rng)
        yield from reports.report("distances", (start + 3.0 * stop) / 4.0)
        back = tree.query(sample_by_area(corners, count, rng).points)[0]
        at_vertices = tree.query(np.unique(corners.reshape(-1, 3), axis=0))[0]
        distances = SurfaceDistances(there[0], back, there[1], at_vertices)
        found.append(accuracy(surface, decoded, _apart(images, points), distances))
    return found[0], found[1] if len(found) > 1 else None


class _Unseen(TypedDict, total=False):
    """Errors where training was not to see the surface."""

    withheld_share: float
    withheld_rmse_rel: float
    withheld_network_rmse_rel: float


def _unseen(
    surface: Surface, autoencoder: Autoencoder, rng: np.random.Generator, left_out: np.ndarray | None
) -> _Unseen:
    """Measure the errors where training was not to see the surface, if there is such a part."""
    if left_out is None or not left_out.any():
        return {}
    points = sample_by_area(surface.corners[left_out], _UNSEEN, rng).points
    codes = autoencoder.encode(points)
    share = float(surface.face_areas[left_out].sum() / surface.area)
    whole, network = (
        root_mean_square(_apart(decode(codes), points)) / surface.diagonal
        for decode in (autoencoder.decode, autoencoder.decode_network)
    )
    return {"withheld_share": share, "withheld_rmse_rel": whole, "withheld_network_rmse_rel": network}


def _apart(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Distances between points and others, row by row."""
    return np.linalg.norm(points - others, axis=1)


class _RoundTrips(TypedDict):
    """How far encode(decode(z)) is from z: root mean square, quantile, largest."""

    round_trip: float
    round_trip_99: float
    round_trip_worst: float


def _round_trips(
    autoencoder: Autoencoder, triangles: np.ndarray, rng: np.random.Generator, reports: "_Reports"
) -> Generator[Progress, str | None, _RoundTrips]:
    """Measure how far encode(decode(z)) is from z, at random points of latent triangles."""
    codes = sample_by_area(triangles, _LATENT, rng).points

    def way_back(part: np.ndarray) -> np.ndarray:
        return _apart(autoencoder.encode(autoencoder.decode(part)), part)

    apart = yield from reports.map(way_back, codes, "round trip", 0.3, 0.35)
    return {
        "round_trip": root_mean_square(apart),
        "round_trip_99": float(np.quantile(apart, 0.99)),
        "round_trip_worst": float(apart.max()),
    }


@dataclass(frozen=True, eq=False)
class _Reports:
    """What long measuring reports on its way, and the threads it uses."""

    clock: ActiveClock
    pool: ThreadPoolExecutor

    def report(self, what: str, fraction: float) -> Generator[Progress, str | None, None]:
        """Report one place of the work."""
        yield from self.clock.pause(Progress(fraction, f"Certificate: {what}"))

    def map(
        self,
        function: Callable[[np.ndarray], np.ndarray],
        rows: np.ndarray,
        what: str,
        start: float,
        stop: float,
        block: int = _BLOCK,
    ) -> Generator[Progress, str | None, np.ndarray]:
        """Apply a function to rows, part by part on all cores, reporting in between."""
        parts = np.array_split(rows, len(rows) // block + 1)
        found: list[np.ndarray] = []
        for k in range(0, len(parts), n_cores()):
            yield from self.report(what, start + (stop - start) * k / len(parts))
            found.extend(self.pool.map(function, parts[k : k + n_cores()]))
        return np.concatenate(found)


def barycentric_grid(cuts: int) -> tuple[Float64[np.ndarray, "p 3"], Int64[np.ndarray, "s 3"]]:
    """Return the points of a triangle cut `cuts` by `cuts`, and its equally oriented pieces as triples of them."""
    index: dict[tuple[int, int], int] = {}
    for i in range(cuts + 1):
        for j in range(cuts + 1 - i):
            index[i, j] = len(index)
    points = np.array([(cuts - i - j, i, j) for i, j in index], np.float64) / cuts
    pieces = [(index[i, j], index[i + 1, j], index[i, j + 1]) for i, j in index if i + j < cuts]
    pieces += [(index[i + 1, j], index[i + 1, j + 1], index[i, j + 1]) for i, j in index if i + j < cuts - 1]
    return points, np.array(pieces)


def _flipped_random(
    surface: Surface, autoencoder: Autoencoder, codes: np.ndarray, rng: np.random.Generator, reports: _Reports
) -> Generator[Progress, str | None, tuple[int, int]]:
    """Count small random triangles, oriented like the faces they lie in, that the encoder turns over."""
    face = rng.integers(len(surface.faces), size=_RANDOM)
    size = rng.choice(_SIZES, len(face))[:, None, None]
    weights = rng.dirichlet((1.0, 1.0, 1.0), len(face))[:, None] * (1.0 - size) + size * np.eye(3)
    sign = orientation(codes, surface.faces)

    def turned(points: np.ndarray) -> np.ndarray:
        image = autoencoder.encode(points.reshape(-1, 3)).reshape(-1, 3, 2)
        return sign * signed_areas(image) <= 0.0

    points = np.einsum("npk,nkd->npd", weights, surface.corners[face])
    flipped = yield from reports.map(turned, points, "random triangles", 0.35, 0.4)
    return int(flipped.sum()), len(face)


def _flipped_pieces(
    surface: Surface, autoencoder: Autoencoder, codes: np.ndarray, rng: np.random.Generator, reports: _Reports
) -> Generator[Progress, str | None, tuple[np.ndarray, np.ndarray]]:
    """Return the faces looked at, and how many of their pieces the encoder turns over."""
    grid, pieces = barycentric_grid(CUTS)
    cost = sum(weight.size for weight in autoencoder.encoder.weights)
    most = max(1, int(_BUDGET / (cost * len(grid))))
    chosen = np.arange(len(surface.faces)) if len(surface.faces) <= most else rng.permutation(len(surface.faces))[:most]
    corners = (surface.corners[chosen] - autoencoder.centre) / autoencoder.scale
    sign, single = orientation(codes, surface.faces), _SinglePrecision(autoencoder.encoder)
    vertices = (surface.vertices - autoencoder.centre) / autoencoder.scale
    doubt = _DOUBT * np.abs(single(vertices) - codes).max()

    def turned(part: np.ndarray) -> np.ndarray:
        """Number of pieces turned over of each face."""
        points = np.einsum("pk,fkd->fpd", grid, part)
        corner = single(points.reshape(-1, 3)).reshape(len(part), len(grid), 2)[:, pieces]
        longest = np.abs(corner - np.roll(corner, 1, axis=2)).max((2, 3))
        areas = sign * signed_areas(corner)
        flipped, open_ = (areas <= 0.0).sum(1), (np.abs(areas) <= doubt * longest).any(1)
        image = autoencoder.encoder(points[open_].reshape(-1, 3)).reshape(-1, len(grid), 2)
        flipped[open_] = (sign * signed_areas(image[:, pieces]) <= 0.0).sum(1)
        return flipped

    flipped = yield from reports.map(turned, corners, "flipped pieces", 0.4, 1.0, _BLOCK // 4)
    return chosen, flipped


class _SinglePrecision:
    """A network evaluated in float32, at twice the speed of float64."""

    def __init__(self, network: ReluMap) -> None:
        self._layers = [
            (np.ascontiguousarray(weight.T, np.float32), bias.astype(np.float32))
            for weight, bias in zip(network.weights, network.biases, strict=True)
        ]

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return the images, as float64."""
        result = np.empty((len(points), len(self._layers[-1][1])))
        for start in range(0, len(points), _CACHED):
            value = points[start : start + _CACHED].astype(np.float32)
            for k, (weight, bias) in enumerate(self._layers):
                value = (np.maximum(value, 0.0, out=value) if k else value) @ weight
                value += bias
            result[start : start + _CACHED] = value
        return result
