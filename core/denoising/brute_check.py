"""Whether projections are right: every triangle of the image is asked, without a tree."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float64
from numba import njit

from core.base.clock import n_cores
from core.base.progress import Progress, Work
from core.cells.decoder_image import DecoderImage
from core.denoising.projection import Projection

CHECKED = 100
"""Points that are looked up so."""


def brute_check(image: DecoderImage, points: Float64[np.ndarray, "n 3"], feet: Projection) -> Work[tuple[int, float]]:
    """Look some points up by brute force, and compare the distances with those of a projection.

    Parameters
    ----------
    image : DecoderImage
        What was projected onto.
    points : (n, 3) float64 array
        The points, in input units.
    feet : Projection
        What was found for them.

    Returns
    -------
    (int, float)
        How many points were looked up, and the largest difference of the distances, in input units.
    """
    some = np.unique(np.linspace(0, len(points) - 1, min(CHECKED, len(points))).astype(np.int64))
    corners = np.ascontiguousarray(image.points[image.triangles])

    def distance(row: int) -> float:
        return distance_to_triangles(points[row], corners)

    gap, done = 0.0, 0
    with ThreadPoolExecutor(n_cores()) as pool:
        for rows in np.array_split(some, max(1, -(-len(some) // (4 * n_cores())))):
            yield Progress(done / max(len(some), 1), f"Brute force: {done:,} of {len(some):,} points")
            found = np.array([*pool.map(distance, rows)])
            gap = max(gap, float(np.abs(found - feet.distances[rows]).max(initial=0.0)))
            done += len(rows)
    return len(some), gap


@njit(cache=True, nogil=True)
def distance_to_triangles(point: Float64[np.ndarray, " 3"], corners: Float64[np.ndarray, "f 3 3"]) -> float:
    """Return the least distance of a point from (f, 3, 3) triangles.

    The foot in the plane where it lies inside, else the nearest foot on a side; a triangle whose box alone is farther
    than what is known is passed over.
    """
    best = np.inf
    for k in range(len(corners)):
        outside = 0.0
        for axis in range(3):
            a, b, c = corners[k, 0, axis], corners[k, 1, axis], corners[k, 2, axis]
            gap = max(min(a, b, c) - point[axis], point[axis] - max(a, b, c), 0.0)
            outside += gap * gap
        if outside < best:
            best = min(best, _squared(point, corners[k]))
    return np.sqrt(best)


@njit(cache=True, nogil=True)
def _squared(point: Float64[np.ndarray, " 3"], triangle: Float64[np.ndarray, "3 3"]) -> float:
    """Return the squared distance of a point from one triangle."""
    best = np.inf
    for side in range(3):
        start, stop = triangle[side], triangle[(side + 1) % 3]
        along, length = 0.0, 0.0
        for axis in range(3):
            step = stop[axis] - start[axis]
            along += step * (point[axis] - start[axis])
            length += step * step
        part = min(max(along / length, 0.0), 1.0) if length > 0.0 else 0.0
        squared = 0.0
        for axis in range(3):
            gap = point[axis] - start[axis] - part * (stop[axis] - start[axis])
            squared += gap * gap
        best = min(best, squared)
    u, v, p = triangle[1] - triangle[0], triangle[2] - triangle[0], point - triangle[0]
    normal = np.array((u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]))
    area = (normal * normal).sum()
    if area > 0.0:
        height = (normal * p).sum()
        foot = p - normal * (height / area)
        first = _turn(u, foot, normal)
        second = _turn(foot, v, normal)
        if first >= 0.0 and second >= 0.0 and first + second <= area:
            best = min(best, height * height / area)
    return best


@njit(cache=True, nogil=True)
def _turn(a: Float64[np.ndarray, " 3"], b: Float64[np.ndarray, " 3"], normal: Float64[np.ndarray, " 3"]) -> float:
    """Return the part along a normal of the cross product of two vectors."""
    x, y, z = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    return x * normal[0] + y * normal[1] + z * normal[2]
