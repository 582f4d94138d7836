"""The certificate: what a trained autoencoder is worth, measured."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.autoencoder.autoencoder import Autoencoder
from core.clock import ActiveClock, n_cores
from core.evaluation.chamfer import chamfer_distance, surface_distances
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
_BLOCK = 20_000
"""Points that one thread evaluates between two places to cancel."""
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
    Distances are exact for each point. About 7 core seconds for 46,000 faces and four layers of 256 units. The pieces
    are looked at in float32 first, and again in float64 wherever rounding could decide.
    """
    clock = ActiveClock()
    faces, diagonal = surface.faces, surface.diagonal
    yield from clock.pause(Progress(0.0, "Certificate: reconstruction error"))
    points = sample_by_area(surface.corners, SAMPLES, rng).points
    offset = autoencoder.decode(autoencoder.encode(points)) - points
    rmse = float(np.sqrt((offset**2).sum(1).mean()))
    codes = autoencoder.encode(surface.vertices)
    decoded = autoencoder.decode(codes)
    yield from clock.pause(Progress(0.15, "Certificate: distances"))
    distances = surface_distances(surface.corners, decoded[faces], SAMPLES, rng)
    yield from clock.pause(Progress(0.25, "Certificate: cover"))
    covered = cover(codes[faces])
    yield from clock.pause(Progress(0.3, "Certificate: flipped pieces"))
    flipped, tested = yield from _flipped_pieces(surface, autoencoder, codes, rng, clock)
    return Certificate(
        rmse_rel=rmse / diagonal,
        chamfer_rel=chamfer_distance(distances) / diagonal,
        hausdorff_rel=hausdorff_distance(distances) / diagonal,
        normal_error_deg=normal_error(surface, decoded),
        flipped_triangles=int(flipped_triangles(codes, faces).sum()),
        n_triangles=len(faces),
        flipped_subtriangles=flipped,
        subtriangles_tested=tested,
        cover=covered,
        samples=SAMPLES,
        seconds=clock.seconds,
    )


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


def _flipped_pieces(
    surface: Surface, autoencoder: Autoencoder, codes: np.ndarray, rng: np.random.Generator, clock: ActiveClock
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

    def rounded(part: np.ndarray) -> tuple[int, np.ndarray]:
        """Pieces turned over beyond doubt in faces without a doubtful piece, and the faces with one."""
        image = single(np.einsum("pk,fkd->fpd", grid, part).reshape(-1, 3)).reshape(len(part), len(grid), 2)
        corner = image[:, pieces]
        longest = np.abs(corner - np.roll(corner, 1, axis=2)).max((2, 3))
        areas = sign * signed_areas(corner)
        open_ = (np.abs(areas) <= doubt * longest).any(1)
        return int((areas[~open_] < 0.0).sum()), open_

    flipped, parts = 0, np.array_split(corners, len(corners) * len(grid) // _BLOCK + 1)
    with ThreadPoolExecutor(n_cores()) as pool:
        for start in range(0, len(parts), n_cores()):
            group = parts[start : start + n_cores()]
            for part, (sure, open_) in zip(group, pool.map(rounded, group), strict=True):
                points = np.einsum("pk,fkd->fpd", grid, part[open_])
                image = autoencoder.encoder(points.reshape(-1, 3)).reshape(-1, len(grid), 2)
                flipped += sure + int((sign * signed_areas(image[:, pieces]) <= 0.0).sum())
            done = min(1.0, (start + n_cores()) / len(parts))
            yield from clock.pause(Progress(0.3 + 0.7 * done, "Certificate: flipped pieces"))
    return flipped, len(chosen) * len(pieces)


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
