"""Where noisy points come from on average: the mean of all places that noise may have carried each of them from."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.base.clock import n_cores
from core.base.progress import Progress, Work
from core.cells.decoder_image import DecoderImage
from core.denoising.projection import Projection

FINEST = 20_000_000
"""Parts that the surface may be divided into: for finer noise the nearest point is taken."""
_NORMAL_MEDIAN = 0.6744897501960817
"""Median of the absolute value of a standard normal variable."""
_PART = 0.4
"""Size of the parts of the surface that are taken together, over the deviation of the noise."""
_BIN = 2.0
"""Width of the columns in which they are looked up, over the deviation."""
_LEAST = 8.0
"""Places whose probability is exp(-8) of that of the nearest one, or less, do not count."""
_OUTLIER = 5.0
"""A point so many deviations from the surface was not carried there by this noise: its nearest point is taken."""
_BLOCK = 10_000
"""Points that one thread takes between two places to cancel."""


@dataclass(frozen=True, eq=False)
class ExpectedPositions:
    """Means of the places that points may come from.

    Parameters
    ----------
    points : (n, 3) float64 array
        The means, in input units; they lie near the surface, not on it.
    deviation : float
        Standard deviation of the noise in each coordinate, as the distances from the surface tell it, in input units.
    too_fine : bool
        Whether the noise is too fine for this surface to be divided accordingly: these are the nearest points then.
    """

    points: Float64[np.ndarray, "n 3"]
    deviation: float
    too_fine: bool = False


def noise_deviation(distances: Float64[np.ndarray, " n"]) -> float:
    """Return the deviation of Gaussian noise in each coordinate from distances from a surface.

    Notes
    -----
    From their median, which some outliers do not move. Where the surface bends within the noise, the nearest point is
    nearer than the one across from the origin, and the result some percent too small.
    """
    return float(np.median(distances)) / _NORMAL_MEDIAN


def expected_positions(
    image: DecoderImage, points: Float64[np.ndarray, "n 3"], feet: Projection
) -> Work[ExpectedPositions]:
    """Find the mean of all places of a surface that Gaussian noise may have carried each point from.

    Parameters
    ----------
    image : DecoderImage
        The surface.
    points : (n, 3) float64 array
        Noisy points, in input units.
    feet : Projection
        Their nearest points.

    Notes
    -----
    The posterior mean where every part of the surface is as likely as its area, which has the least mean square error
    of all estimates; the point of the surface nearest to it has the least of all on the surface. Where the surface is
    flat within the noise it is the nearest point itself.
    """
    deviation = noise_deviation(feet.distances)
    size = _PART * deviation
    yield Progress(0.0, "Expected positions: parts of the surface")
    corners = image.points[image.triangles]
    if not size > 0.0 or _n_parts(corners, size, FINEST) > FINEST:
        return ExpectedPositions(feet.points, deviation, too_fine=True)
    low, width = image.points.min(0), _BIN * deviation
    places, areas = _gathered(*_parts(corners, size, _n_parts(corners, size, FINEST)), low, size)
    shape = np.floor(np.ptp(image.points[:, :2], axis=0) / width).astype(np.int64) + 1
    column = np.floor((places[:, :2] - low[:2]) / width).astype(np.int64)
    key = np.minimum(column[:, 0], shape[0] - 1) * shape[1] + np.minimum(column[:, 1], shape[1] - 1)
    order = np.lexsort((places[:, 2], key))
    places, areas = places[order], areas[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(key, minlength=int(shape.prod())))])

    def means(rows: np.ndarray) -> np.ndarray:
        return _means(points[rows], feet.points[rows], places, areas, starts, shape, low, width, deviation)

    found = np.empty((len(points), 3))
    blocks = np.array_split(np.arange(len(points)), -(-len(points) // _BLOCK))
    with ThreadPoolExecutor(n_cores()) as pool:
        for k in range(0, len(blocks), n_cores()):
            yield Progress(k / len(blocks), f"Expected positions: {k * _BLOCK:,} of {len(points):,} points")
            some = blocks[k : k + n_cores()]
            for rows, mean in zip(some, pool.map(means, some), strict=True):
                found[rows] = mean
    return ExpectedPositions(found, deviation)


@njit(cache=True, nogil=True)
def _cuts(triangle: Float64[np.ndarray, "3 3"], size: float) -> int:
    """In how many parts the sides of a triangle are to be divided."""
    longest = 0.0
    for k in range(3):
        squared = 0.0
        for axis in range(3):
            squared += (triangle[k, axis] - triangle[k - 1, axis]) ** 2
        longest = max(longest, squared)
    return int(np.ceil(min(np.sqrt(longest) / size, 1e9))) if longest > 0.0 else 1


@njit(cache=True, nogil=True)
def _n_parts(corners: Float64[np.ndarray, "f 3 3"], size: float, most: int) -> int:
    """How many parts no larger than a size the triangles have together; some number beyond the most where too many."""
    total = 0
    for t in range(len(corners)):
        cuts = _cuts(corners[t], size)
        total += cuts * cuts
        if total > most:
            break
    return total


@njit(cache=True, nogil=True)
def _parts(
    corners: Float64[np.ndarray, "f 3 3"], size: float, count: int
) -> tuple[Float64[np.ndarray, "count 3"], Float64[np.ndarray, " count"]]:
    """Centroids and areas of the parts of the triangles."""
    places, areas, n = np.empty((count, 3)), np.empty(count), 0
    for t in range(len(corners)):
        a, u, v = corners[t, 0], corners[t, 1] - corners[t, 0], corners[t, 2] - corners[t, 0]
        cuts = _cuts(corners[t], size)
        x, y, z = u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]
        area = 0.5 * np.sqrt(x * x + y * y + z * z) / (cuts * cuts)
        for i in range(cuts):
            for j in range(2 * (cuts - i) - 1):
                # Along a strip the parts stand on their base and on their tip by turns.
                first, second = i + (1.0 if j % 2 == 0 else 2.0) / 3.0, j // 2 + (1.0 if j % 2 == 0 else 2.0) / 3.0
                for axis in range(3):
                    places[n, axis] = a[axis] + (first * u[axis] + second * v[axis]) / cuts
                areas[n] = area
                n += 1
    return places, areas


def _gathered(places: np.ndarray, areas: np.ndarray, low: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Take the parts in each cube of a grid together: their centroid and area."""
    cube = np.floor((places - low) / size).astype(np.int64)
    span = cube.max(0) + 1
    key = (cube[:, 0] * span[1] + cube[:, 1]) * span[2] + cube[:, 2]
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.concatenate([[True], np.diff(key[order]) != 0]))
    areas, places = areas[order], places[order]
    total = np.add.reduceat(areas, first)
    kept = total > 0.0
    centres = np.add.reduceat(areas[:, None] * places, first)[kept] / total[kept, None]
    return centres, total[kept]


@njit(cache=True, nogil=True)
def _means(
    points: Float64[np.ndarray, "n 3"],
    feet: Float64[np.ndarray, "n 3"],
    places: Float64[np.ndarray, "p 3"],
    areas: Float64[np.ndarray, " p"],
    starts: Int64[np.ndarray, " c"],
    shape: Int64[np.ndarray, " 2"],
    low: Float64[np.ndarray, " 3"],
    width: float,
    deviation: float,
) -> Float64[np.ndarray, "n 3"]:
    """The mean place that each point may come from."""
    result = np.empty_like(points)
    for i in range(len(points)):
        nearest = ((points[i] - feet[i]) ** 2).sum()
        result[i] = feet[i]
        if nearest > (_OUTLIER * deviation) ** 2:
            continue
        bound = nearest + 2.0 * _LEAST * deviation**2
        reach, total, mean = np.sqrt(bound), 0.0, np.zeros(3)
        x, y, z = points[i]
        for row in range(
            max(int(np.floor((x - reach - low[0]) / width)), 0),
            min(int(np.floor((x + reach - low[0]) / width)), shape[0] - 1) + 1,
        ):
            for column in range(
                max(int(np.floor((y - reach - low[1]) / width)), 0),
                min(int(np.floor((y + reach - low[1]) / width)), shape[1] - 1) + 1,
            ):
                square: int = row * shape[1] + column
                start, stop = starts[square], starts[square + 1]
                least: float = z - reach
                for k in range(start + int(np.searchsorted(places[start:stop, 2], least)), stop):
                    if places[k, 2] > z + reach:
                        break
                    squared = (places[k, 0] - x) ** 2 + (places[k, 1] - y) ** 2 + (places[k, 2] - z) ** 2
                    if squared > bound:
                        continue
                    weight = areas[k] * np.exp((nearest - squared) / (2.0 * deviation**2))
                    total += weight
                    for axis in range(3):
                        mean[axis] += weight * places[k, axis]
        if total > 0.0:
            result[i] = mean / total
    return result
