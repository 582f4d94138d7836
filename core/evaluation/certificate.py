"""The certificate: what a trained autoencoder is worth, measured."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.autoencoder.autoencoder import Autoencoder
from core.clock import ActiveClock, n_cores
from core.evaluation.chamfer import SurfaceDistances, chamfer_distance, directed_distances
from core.evaluation.cover import cover
from core.evaluation.distortion import flipped_triangles, orientation, signed_areas
from core.evaluation.hausdorff import hausdorff_distance
from core.progress import Progress, Work
from core.relu.relu_map import ReluMap
from core.surface.sampling import sample_by_area
from core.surface.surface import Surface

SAMPLES = 50_000
"""Random points behind each distance."""
_CUTS = 7
"""Pieces along each side of a face."""
_BUDGET = 6e11
"""Multiplications that the pieces may cost; of a larger surface a random part of the faces is looked at."""
_BLOCK = 1000
"""Points, triangles or faces that one thread takes between two places to cancel."""
_LATENT = 20_000
"""Random codes behind the round trip."""
_RANDOM = 30_000
"""Small random triangles looked at."""
_SIZES = (0.3, 0.1, 0.01)
"""Their sizes relative to the faces they lie in."""
_COVER = 1e-3
"""How far the cover, counted on a grid, may be from 1 where nothing folds."""
_CACHED = 1024
"""Points evaluated at a time: their hidden values stay in the cache."""
_DOUBT = 16.0
"""A piece is looked at closer unless it clears this many times the largest rounding error seen at the vertices."""


@dataclass(frozen=True)
class Certificate:
    """Figures of an autoencoder on a surface; lengths are fractions of the diagonal of the bounding box.

    Parameters
    ----------
    rmse_rel : float
        Root mean square of the distance between x and decode(encode(x)), x uniform by area.
    chamfer_rel : float
        Half the sum of the mean distances from surface to reconstruction and back, points uniform by area.
    hausdorff_rel : float
        The largest of those distances, the vertices of both included.
    normal_error_deg : float
        Mean angle between a face and its reconstruction, weighted by area, in degrees (90 for a degenerate one).
    flipped_triangles : int
        Faces whose codes are not oriented as the majority.
    n_triangles : int
        Number of faces.
    flipped_subtriangles : int
        The same for the pieces of each face cut 7 by 7, the encoder evaluated at their corners.
    subtriangles_tested : int
        How many pieces were looked at.
    cover : float
        Mean number of latent triangles over a point of the latent image; 1 where nothing folds.
    samples : int
        Number of random points behind each distance.
    seconds : float
        Time it took to measure, pauses not counted.
    rmse_vertices_rel : float or None
        The root mean square error at the vertices, which training has seen; that at random points it has not.
    flipped_random : int or None
        Of small triangles somewhere in faces, those that are not oriented as the majority.
    random_tested : int or None
        How many of these were looked at.
    round_trip : float or None
        Root mean square distance of encode(decode(z)) from z, z uniform on the latent image, in latent units.
    round_trip_worst : float or None
        The largest of those distances.
    flipped_pieces : int or None
        Exact pieces of faces, on which the encoder is affine, that are not oriented as the majority; None where the
        cells were not computed.
    immersed : bool or None
        Whether the decoder has rank 2 on every cell; None where the cells were not computed.
    """

    rmse_rel: float
    chamfer_rel: float
    hausdorff_rel: float
    normal_error_deg: float
    flipped_triangles: int
    n_triangles: int
    flipped_subtriangles: int
    subtriangles_tested: int
    cover: float
    samples: int = 0
    seconds: float = 0.0
    rmse_vertices_rel: float | None = None
    flipped_random: int | None = None
    random_tested: int | None = None
    round_trip: float | None = None
    round_trip_worst: float | None = None
    flipped_pieces: int | None = None
    immersed: bool | None = None

    @property
    def is_homeomorphism(self) -> bool:
        """Whether everything was measured and speaks for the encoder being one-to-one on the surface.

        An encoder that turns over no exact piece is locally one-to-one inside faces and across edges; together with a
        cover of 1 it is so on the whole.
        """
        flips = (self.flipped_triangles, self.flipped_subtriangles, self.flipped_random, self.flipped_pieces)
        return all(count == 0 for count in flips) and abs(self.cover - 1.0) < _COVER and self.immersed is True


def certify(surface: Surface, autoencoder: Autoencoder, rng: np.random.Generator) -> Work[Certificate]:
    """Measure an autoencoder on a surface, in float64.

    Parameters
    ----------
    surface : Surface
        What it was trained on.
    autoencoder : Autoencoder
        What to measure.
    rng : Generator
        Where the random points come from.

    Yields
    ------
    Progress
        Without payload.

    Notes
    -----
    Distances are exact for each point. About 9 core seconds for 46,000 faces and four layers of 256 units. The pieces
    are looked at in float32 first, and again in float64 wherever rounding could decide.
    """
    faces, diagonal = surface.faces, surface.diagonal
    with ThreadPoolExecutor(n_cores()) as pool:
        reports = _Reports(ActiveClock(), pool)
        points = sample_by_area(surface.corners, SAMPLES, rng).points
        errors = yield from reports.map(_round_trip(autoencoder), points, "reconstruction error", 0.0, 0.15)
        at_vertices = yield from reports.map(_round_trip(autoencoder), surface.vertices, "vertices", 0.15, 0.2)
        codes = autoencoder.encode(surface.vertices)
        yield from reports.tell("distances", 0.2)
        decoded = autoencoder.decode(codes)
        onward = directed_distances(surface.corners, decoded[faces], SAMPLES, rng)
        yield from reports.tell("distances", 0.25)
        backward = directed_distances(decoded[faces], surface.corners, SAMPLES, rng)
        distances = SurfaceDistances(onward[0], backward[0], onward[1], backward[1])
        yield from reports.tell("cover", 0.3)
        covered = cover(codes[faces])
        latent = sample_by_area(codes[faces], _LATENT, rng).points
        around = yield from reports.map(_way_back(autoencoder), latent, "round trip", 0.3, 0.35)
        random = yield from _flipped_random(surface, autoencoder, codes, rng, reports)
        pieces = yield from _flipped_pieces(surface, autoencoder, codes, rng, reports)
    return Certificate(
        rmse_rel=_root_mean_square(errors) / diagonal,
        chamfer_rel=chamfer_distance(distances) / diagonal,
        hausdorff_rel=hausdorff_distance(distances) / diagonal,
        normal_error_deg=normal_error(surface, decoded),
        flipped_triangles=int(flipped_triangles(codes, faces).sum()),
        n_triangles=len(faces),
        flipped_subtriangles=pieces[0],
        subtriangles_tested=pieces[1],
        cover=covered,
        samples=SAMPLES,
        seconds=reports.clock.seconds,
        rmse_vertices_rel=_root_mean_square(at_vertices) / diagonal,
        flipped_random=random[0],
        random_tested=random[1],
        round_trip=_root_mean_square(around),
        round_trip_worst=float(around.max()),
    )


def _round_trip(autoencoder: Autoencoder) -> Callable[[np.ndarray], np.ndarray]:
    """The function that measures how far decode(encode(x)) is from x."""
    return lambda points: np.linalg.norm(autoencoder.decode(autoencoder.encode(points)) - points, axis=1)


def _way_back(autoencoder: Autoencoder) -> Callable[[np.ndarray], np.ndarray]:
    """The function that measures how far encode(decode(z)) is from z."""
    return lambda codes: np.linalg.norm(autoencoder.encode(autoencoder.decode(codes)) - codes, axis=1)


def _root_mean_square(distances: np.ndarray) -> float:
    """Root mean square, without overflow where the distances are huge."""
    largest = distances.max(initial=0.0)
    return float(largest * np.sqrt(np.square(distances / largest).mean())) if largest > 0.0 else 0.0


@dataclass(frozen=True, eq=False)
class _Reports:
    """What long measuring tells on its way, and the threads it uses."""

    clock: ActiveClock
    pool: ThreadPoolExecutor

    def tell(self, what: str, fraction: float) -> Generator[Progress, str | None, None]:
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
            yield from self.tell(what, start + (stop - start) * k / len(parts))
            found.extend(self.pool.map(function, parts[k : k + n_cores()]))
        return np.concatenate(found)


def normal_error(surface: Surface, decoded: Float64[np.ndarray, "n 3"]) -> float:
    """Return the mean angle between the faces and their images, weighted by area, in degrees.

    Parameters
    ----------
    surface : Surface
        The surface.
    decoded : (n, 3) float64 array
        Images of its vertices.
    """
    a, b, c = np.moveaxis(decoded[surface.faces], 1, 0)
    image, normals = np.cross(b - a, c - a), surface.face_area_vectors
    sine = np.linalg.norm(np.cross(normals, image), axis=1)
    angle = np.degrees(np.arctan2(sine, np.einsum("fi,fi->f", normals, image)))
    angle[(image**2).sum(1) == 0.0] = 90.0
    return float(np.average(angle, weights=surface.face_areas))


def barycentric_grid(cuts: int) -> tuple[Float64[np.ndarray, "p 3"], Int64[np.ndarray, "s 3"]]:
    """Return the points of a triangle cut `cuts` by `cuts`, and its equally oriented pieces as triples of them."""
    index = {}
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
) -> Generator[Progress, str | None, tuple[int, int]]:
    """Count the pieces of the faces that the encoder turns over, and the pieces looked at."""
    grid, pieces = barycentric_grid(_CUTS)
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
    return int(flipped.sum()), len(chosen) * len(pieces)


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
