"""Paths between codes, broken where they cross from piece to piece."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.base.errors import BudaiError
from core.cells.decoder_image import DecoderImage
from core.charts.autoencoder import Autoencoder
from core.charts.latent_image import LatentImage
from core.geometry.segments import clipped

_SAME = 1e-14
"""Crossings closer than this, as parts of the segment, are one."""


@dataclass(frozen=True, eq=False)
class LatentPath:
    """A path in the latent disk and its image, both straight between consecutive vertices.

    Parameters
    ----------
    codes : (k, 2) float64 array
        The ends, and every place where the path passes from one affine piece to another, in latent units.
    points : (k, 3) float64 array
        Their images, in input units.
    charts : (k,) int64 array or None
        The chart of an atlas that each code belongs to: where it changes, two vertices stand for one place, as far
        apart as the two charts are there. None where there is one chart.
    """

    codes: Float64[np.ndarray, "k 2"]
    points: Float64[np.ndarray, "k 3"]
    charts: Int64[np.ndarray, " k"] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", frozen(self.codes, np.float64, (None, 2)))
        object.__setattr__(self, "points", frozen(self.points, np.float64, (len(self.codes), 3)))
        if self.charts is not None:
            object.__setattr__(self, "charts", frozen(self.charts, np.int64, (len(self.codes),)))

    @cached_property
    def arc_lengths(self) -> Float64[np.ndarray, " k"]:
        """Length of the image from the start to each vertex, in input units: the sum of |A dz| over the pieces."""
        steps = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        return frozen(np.concatenate([[0.0], np.cumsum(steps)]))

    @property
    def length(self) -> float:
        """Exact length of the image, in input units."""
        return float(self.arc_lengths[-1])

    @property
    def n_crossings(self) -> int:
        """How often the path crosses from piece to piece."""
        return len(self.codes) - 2

    def frames(self, count: int) -> tuple[Float64[np.ndarray, "n 2"], Float64[np.ndarray, "n 3"]]:
        """Return codes and images at equal distances along the image, both ends included."""
        at = np.linspace(0.0, self.length, count)
        codes, points = (_interpolated(at, self.arc_lengths, values) for values in (self.codes, self.points))
        if self.charts is not None:  # between two charts there is no code in between
            before = self._before(at)
            jumps = self.charts[before] != self.charts[np.minimum(before + 1, len(self.codes) - 1)]
            codes[jumps] = self.codes[before[jumps]]
        return codes, points

    def frame_charts(self, count: int) -> Int64[np.ndarray, " n"] | None:
        """Return the chart of each frame, None where there is one chart."""
        return None if self.charts is None else self.charts[self._before(np.linspace(0.0, self.length, count))]

    def chart_at(self, share: float) -> int | None:
        """Return the chart at a part of its length, None where there is one chart."""
        return None if self.charts is None else int(self.charts[self._before(np.array([share * self.length]))[0]])

    def _before(self, at: np.ndarray) -> np.ndarray:
        """The last vertex before each of some lengths from the start."""
        return np.clip(np.searchsorted(self.arc_lengths, at, side="right") - 1, 0, len(self.codes) - 1)

    def legs(self, chart: int | None = None) -> "tuple[LatentPath, ...]":
        """Return its parts in one chart each, in order; or those in a chart."""
        if self.charts is None:
            return (self,)
        starts = np.flatnonzero(np.diff(self.charts, prepend=-1))
        ranges = [slice(*pair) for pair in zip(starts, [*starts[1:], len(self.codes)], strict=True)]
        return tuple(
            LatentPath(self.codes[one], self.points[one], self.charts[one])
            for one in ranges
            if chart is None or self.charts[one.start] == chart
        )

    @property
    def gap(self) -> float:
        """Largest distance between two charts where it passes from one to another, in input units; 0 in one chart."""
        if self.charts is None:
            return 0.0
        steps = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        return float(steps[np.diff(self.charts) != 0].max(initial=0.0))

    def share_outside(self, latent: LatentImage) -> float:
        """Return the part of its length that runs where no code of the surface lies, judged at the middles."""
        if not self.length > 0.0:
            return 0.0
        middles = (self.codes[1:] + self.codes[:-1]) / 2.0
        return float(np.diff(self.arc_lengths)[~latent.contains(middles)].sum() / self.length)


def straight_path(
    image: DecoderImage, autoencoder: Autoencoder, start: Float64[np.ndarray, " 2"], stop: Float64[np.ndarray, " 2"]
) -> LatentPath:
    """Return the straight path between two codes, broken at every edge of a piece that it crosses.

    Parameters
    ----------
    image : DecoderImage
        The exact image of the disk.
    autoencoder : Autoencoder
        Whose image it is.
    start, stop : (2,) float64 array
        Codes in the domain, a convex polygon.

    Raises
    ------
    BudaiError
        If an end lies outside the domain.

    Notes
    -----
    Edges of the triangles that pieces are cut into count too: the image does not bend there. O(f) time.
    """
    start, stop = np.asarray(start, np.float64), np.asarray(stop, np.float64)
    for code in (start, stop):
        check_in_domain(image, code)
    first, last = clipped(image.codes[image.triangles[crossed_triangles(image, start, stop)]], start, stop)
    inside = last > first
    times = np.unique(np.concatenate([[0.0, 1.0], first[inside], last[inside]]))
    times = times[np.concatenate([[True], np.diff(times) > _SAME])]
    times[-1] = 1.0
    codes = start + times[:, None] * (stop - start)
    return LatentPath(codes, autoencoder.decode(codes))


def check_in_domain(image: DecoderImage, code: Float64[np.ndarray, " 2"]) -> None:
    """Raise a BudaiError where a code lies outside the domain of an image."""
    if not np.isfinite(code).all() or _containing(image, code) < 0:
        raise _outside(code)


def _outside(code: np.ndarray) -> BudaiError:
    """What is told of a code outside the domain."""
    return BudaiError(
        f"The code ({code[0]:.6g}, {code[1]:.6g}) lies outside the latent disk. Choose one inside, "
        "less than 0.9999 from the centre."
    )


def _interpolated(at: np.ndarray, places: np.ndarray, rows: Float64[np.ndarray, "m d"]) -> Float64[np.ndarray, "n d"]:
    """Rows between those given at some places, column by column."""
    columns: list[np.ndarray] = [np.interp(at, places, column) for column in rows.T]
    return np.column_stack(columns)


def crossed_triangles(image: DecoderImage, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Return the triangles that a segment may cross."""
    low, high = np.minimum(start, stop), np.maximum(start, stop)
    along = stop - start
    side = (image.codes - start) @ np.array([-along[1], along[0]])
    below, above = (image.codes <= high), (image.codes >= low)
    t = image.triangles
    meets = (side[t] <= 0.0).any(1) & (side[t] >= 0.0).any(1)
    found = np.flatnonzero(meets)
    return found[np.all(below[t[found]].any(1) & above[t[found]].any(1), 1)]


def _containing(image: DecoderImage, code: np.ndarray) -> int:
    """Return a triangle whose latent triangle contains a code, -1 where there is none."""
    near = crossed_triangles(image, code - 1e-13, code + 1e-13)
    corners = image.codes[image.triangles[near]]
    weights = _weights(corners, np.broadcast_to(code, (len(near), 2)))
    best = weights.min(1)
    return int(near[best.argmax()]) if len(near) and best.max() > -1e-9 else -1


def locate(image: DecoderImage, code: Float64[np.ndarray, " 2"]) -> tuple[int, Float64[np.ndarray, " 3"]]:
    """Return a triangle that contains a code, and the weights of its corners there."""
    triangle = _containing(image, code) if np.isfinite(code).all() else -1
    if triangle < 0:
        raise _outside(code)
    weights = np.maximum(_weights(image.codes[image.triangles[triangle]][None], code[None])[0], 0.0)
    return triangle, weights / weights.sum()


def _weights(corners: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Barycentric weights of a code in each triangle of the plane; NaN-free, far outside where there is no area."""
    u, v, p = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], codes - corners[:, 0]
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    second = p[:, 0] * v[:, 1] - p[:, 1] * v[:, 0]
    third = u[:, 0] * p[:, 1] - u[:, 1] * p[:, 0]
    safe = np.where(area > 0.0, area, 1.0)
    weights = np.column_stack([1.0 - (second + third) / safe, second / safe, third / safe])
    weights[area <= 0.0] = -np.inf
    return weights
