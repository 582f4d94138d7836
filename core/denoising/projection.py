"""Orthogonal projection of points onto the image of a decoder."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.base.arrays import frozen
from core.base.clock import n_cores
from core.base.progress import Progress, Work, finish
from core.cells.decoder_image import DecoderImage

_BLOCK = 10_000
"""Points that one thread takes between two places to cancel."""


@dataclass(frozen=True, eq=False)
class Projection:
    """The points of an image nearest to some points.

    Parameters
    ----------
    points : (n, 3) float64 array
        Nearest points, in input units.
    distances : (n,) float64 array
        How far they are, in input units.
    pieces : (n,) int64 array
        A piece that each lies on.
    codes : (n, 2) float64 array
        The code there whose image it is.
    """

    points: Float64[np.ndarray, "n 3"]
    distances: Float64[np.ndarray, " n"]
    pieces: Int64[np.ndarray, " n"]
    codes: Float64[np.ndarray, "n 2"]

    def __post_init__(self) -> None:
        n = len(self.distances)
        object.__setattr__(self, "points", frozen(self.points, np.float64, (n, 3)))
        object.__setattr__(self, "distances", frozen(self.distances, np.float64, (n,)))
        object.__setattr__(self, "pieces", frozen(self.pieces, np.int64, (n,)))
        object.__setattr__(self, "codes", frozen(self.codes, np.float64, (n, 2)))


def project(image: DecoderImage, points: Float64[np.ndarray, "n 3"]) -> Projection:
    """Project points onto the image of a decoder, here and now; see `projection`."""
    return finish(projection(image, points))


def projection(image: DecoderImage, points: Float64[np.ndarray, "n 3"]) -> Work[Projection]:
    """Find the nearest point of the image of a decoder for each of some points.

    Parameters
    ----------
    image : DecoderImage
        The exact image of the latent domain.
    points : (n, 3) float64 array
        Points in input units.

    Raises
    ------
    ValueError
        If a coordinate is not finite.

    Notes
    -----
    Exact up to rounding: a branch of the tree of boxes is left out only if its box is farther than a point already
    found. The code is affine in the point on each piece. Points are taken in blocks, which hold all that is needed
    meanwhile: 80 bytes are kept for each. The domain is the polygon whose image is exported, so a point
    beyond the rim of the surface may land where the decoder goes on beyond it.
    """
    points = np.ascontiguousarray(points, np.float64)
    if not np.isfinite(points).all():
        raise ValueError("a coordinate is not finite")
    if not len(points):
        return Projection(np.zeros((0, 3)), np.zeros(0), np.zeros(0, np.int64), np.zeros((0, 2)))
    yield Progress(0.0, "Projection: sorting the pieces into a tree")
    tree = image.tree
    blocks = np.array_split(_along_a_curve(points), -(-len(points) // _BLOCK))
    feet, codes = np.empty_like(points), np.empty((len(points), 2))
    distances, pieces = np.empty(len(points)), np.empty(len(points), np.int64)

    def nearest(rows: np.ndarray) -> None:
        here, triangle = points[rows], tree.nearest(points[rows])
        corners = image.triangles[triangle]
        weights = _nearest_weights(here, image.points, corners)
        feet[rows] = np.einsum("nk,nki->ni", weights, image.points[corners])
        codes[rows] = np.einsum("nk,nki->ni", weights, image.codes[corners])
        distances[rows] = np.linalg.norm(here - feet[rows], axis=1)
        pieces[rows] = image.piece[triangle]

    with ThreadPoolExecutor(n_cores()) as pool:
        for k in range(0, len(blocks), n_cores()):
            yield Progress(k / len(blocks), f"Projection: {k * len(blocks[0]):,} of {len(points):,} points")
            list(pool.map(nearest, blocks[k : k + n_cores()]))
    return Projection(feet, distances, pieces, codes)


def _along_a_curve(points: np.ndarray) -> np.ndarray:
    """Order of the points along a curve through space (Morton 1966), on which neighbours follow each other mostly."""
    low, span = points.min(0), float(np.ptp(points, 0).max())
    place = ((points - low) * ((2**20 - 1) / span if span > 0.0 else 0.0)).astype(np.uint64)
    for shift, mask in (
        (32, 0x1F00000000FFFF),
        (16, 0x1F0000FF0000FF),
        (8, 0x100F00F00F00F00F),
        (4, 0x10C30C30C30C30C3),
    ):
        place = (place | place << np.uint64(shift)) & np.uint64(mask)
    place = (place | place << np.uint64(2)) & np.uint64(0x1249249249249249)
    return np.argsort(place[:, 0] | place[:, 1] << np.uint64(1) | place[:, 2] << np.uint64(2), kind="stable")


@njit(cache=True, nogil=True)
def _nearest_weights(
    points: Float64[np.ndarray, "n 3"], vertices: Float64[np.ndarray, "m 3"], corners: Int64[np.ndarray, "n 3"]
) -> Float64[np.ndarray, "n 3"]:
    """Barycentric weights of the point of a triangle nearest to each point.

    The best of the foot in the plane, where it lies inside, and the feet on the three sides: on a sliver, whose plane
    rounding hides, a side decides.
    """
    weights, trial = np.empty((len(points), 3)), np.empty(3)
    for k in range(len(points)):
        best = np.inf
        for way in range(4):
            if way < 3:
                _side_weights(points[k], vertices, corners[k], way, trial)
            elif not _plane_weights(points[k], vertices, corners[k], trial):
                continue
            squared = 0.0
            for axis in range(3):
                gap = points[k, axis]
                for corner in range(3):
                    gap -= trial[corner] * vertices[corners[k, corner], axis]
                squared += gap * gap
            if squared < best:
                best = squared
                weights[k] = trial
    return weights


@njit(cache=True, nogil=True)
def _side_weights(
    point: Float64[np.ndarray, " 3"],
    vertices: Float64[np.ndarray, "m 3"],
    triple: Int64[np.ndarray, " 3"],
    side: int,
    weights: Float64[np.ndarray, " 3"],
) -> None:
    """Write the weights of the nearest point of one side."""
    start, stop = vertices[triple[side]], vertices[triple[(side + 1) % 3]]
    length, along = 0.0, 0.0
    for axis in range(3):
        step = stop[axis] - start[axis]
        length += step * step
        along += step * (point[axis] - start[axis])
    part = min(max(along / length, 0.0), 1.0) if length > 0.0 else 0.0
    weights[:] = 0.0
    weights[side], weights[(side + 1) % 3] = 1.0 - part, part


@njit(cache=True, nogil=True)
def _plane_weights(
    point: Float64[np.ndarray, " 3"],
    vertices: Float64[np.ndarray, "m 3"],
    triple: Int64[np.ndarray, " 3"],
    weights: Float64[np.ndarray, " 3"],
) -> bool:
    """Write the weights of the foot in the plane of a triangle; return whether it lies inside."""
    a, b, c = vertices[triple[0]], vertices[triple[1]], vertices[triple[2]]
    uu, uv, vv, up, vp = 0.0, 0.0, 0.0, 0.0, 0.0
    for axis in range(3):
        u, v, p = b[axis] - a[axis], c[axis] - a[axis], point[axis] - a[axis]
        uu, uv, vv, up, vp = uu + u * u, uv + u * v, vv + v * v, up + u * p, vp + v * p
    area = uu * vv - uv * uv
    if not area > 0.0:
        return False
    weights[1], weights[2] = (vv * up - uv * vp) / area, (uu * vp - uv * up) / area
    weights[0] = 1.0 - weights[1] - weights[2]
    return weights[0] >= 0.0 and weights[1] >= 0.0 and weights[2] >= 0.0
