"""The latent image of a surface: where in the plane the codes of its points lie."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64, Int64
from numba import njit

from core.base.arrays import RELATIVE_TOLERANCE, frozen


@dataclass(frozen=True, eq=False)
class Buckets:
    """Squares of a grid with the triangles whose bounding boxes meet them.

    Parameters
    ----------
    low : (2,) float64 array
        Lower corner of the grid.
    side : float
        Side of a square.
    shape : pair of int
        Number of squares in both directions.
    starts, members : (n + 1,) and (m,) int64 array
        Square k, counted along the second direction first, meets ``members[starts[k]:starts[k + 1]]``.
    """

    low: Float64[np.ndarray, " 2"]
    side: float
    shape: tuple[int, int]
    starts: Int64[np.ndarray, " n1"]
    members: Int64[np.ndarray, " m"]


@dataclass(frozen=True, eq=False)
class LatentImage:
    """Union of the latent triangles of a surface.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Codes of the vertices.
    faces : (f, 3) int64 array
        Corners of each face.

    Notes
    -----
    Between the vertices codes are taken to be affine, as in the chart.
    """

    codes: Float64[np.ndarray, "n 2"]
    faces: Int64[np.ndarray, "f 3"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", frozen(self.codes, np.float64, (None, 2)))
        object.__setattr__(self, "faces", frozen(self.faces, np.int64, (None, 3)))

    @cached_property
    def triangles(self) -> Float64[np.ndarray, "f 3 2"]:
        """Corners of the latent triangles, each counter-clockwise."""
        corners = self.codes[self.faces]
        turned = _double_areas(corners) < 0.0
        corners[turned] = corners[turned][:, ::-1]
        return frozen(corners)

    @property
    def outline(self) -> Float64[np.ndarray, "e 2 2"]:
        """Ends of the edges at which the image can end: those with one face, and those where it folds."""
        return self.codes[self.outline_edges]

    @cached_property
    def outline_edges(self) -> Int64[np.ndarray, "e 2"]:
        """The vertices of these edges."""
        sides = self.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
        sign = np.repeat(np.sign(_double_areas(self.codes[self.faces])), 3)
        n = len(self.codes)
        key, edge = np.unique(sides.min(1) * n + sides.max(1), return_inverse=True)
        direction = np.where(sides[:, 0] < sides[:, 1], 1.0, -1.0) * sign
        # Inside, two faces lie on opposite sides of an edge, and their shares cancel.
        open_ = (np.bincount(edge, weights=direction) != 0) | (np.bincount(edge, weights=sign == 0) > 0)
        return frozen(np.stack([key[open_] // n, key[open_] % n], 1), np.int64)

    @cached_property
    def buckets(self) -> Buckets:
        """The triangles by place."""
        corners = self.triangles
        low, high = corners.min((0, 1)), corners.max((0, 1))
        side = max(float((high - low).max()), np.finfo(float).tiny) / max(1.0, np.sqrt(len(corners)))
        shape = tuple(int(n) for n in np.floor((high - low) / side).astype(np.int64) + 1)
        first = np.floor((corners.min(1) - low) / side).astype(np.int64)
        last = np.floor((corners.max(1) - low) / side).astype(np.int64)
        starts, members = _fill(first, np.minimum(last, np.array(shape) - 1), shape[0], shape[1])
        return Buckets(low, side, (shape[0], shape[1]), starts, members)

    def face_at(self, points: Float64[np.ndarray, "m 2"]) -> Int64[np.ndarray, " m"]:
        """Return a face whose latent triangle contains each point, -1 where there is none.

        Notes
        -----
        The triangles are closed; on an edge rounding is forgiven by some 1e-12 of the disk.
        """
        b = self.buckets
        points = np.ascontiguousarray(points, np.float64)
        return _face_at(points, self.triangles, b.low, b.side, b.shape, b.starts, b.members, RELATIVE_TOLERANCE)

    def contains(self, points: Float64[np.ndarray, "m 2"]) -> Bool[np.ndarray, " m"]:
        """Return which points are codes of the surface."""
        return self.face_at(points) >= 0


def _double_areas(corners: np.ndarray) -> np.ndarray:
    """Twice the signed areas of triangles in the plane."""
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]


@njit(cache=True, nogil=True)
def _fill(
    first: Int64[np.ndarray, "n 2"], last: Int64[np.ndarray, "n 2"], rows: int, columns: int
) -> tuple[Int64[np.ndarray, " m"], Int64[np.ndarray, " k"]]:
    """Starts and members of all squares, given the range of squares that each triangle meets."""
    starts = np.zeros(rows * columns + 1, np.int64)
    for k in range(len(first)):
        for i in range(first[k, 0], last[k, 0] + 1):
            for j in range(first[k, 1], last[k, 1] + 1):
                starts[i * columns + j + 1] += 1
    starts = np.cumsum(starts)
    members, place = np.empty(starts[-1], np.int64), starts[:-1].copy()
    for k in range(len(first)):
        for i in range(first[k, 0], last[k, 0] + 1):
            for j in range(first[k, 1], last[k, 1] + 1):
                members[place[i * columns + j]] = k
                place[i * columns + j] += 1
    return starts, members


@njit(cache=True, nogil=True)
def _face_at(
    points: Float64[np.ndarray, "n 2"],
    triangles: Float64[np.ndarray, "f 3 2"],
    low: Float64[np.ndarray, " 2"],
    side: float,
    shape: tuple[int, int],
    starts: Int64[np.ndarray, " m"],
    members: Int64[np.ndarray, " k"],
    tolerance: float,
) -> Int64[np.ndarray, " n"]:
    """Return the first triangle found that contains each point, -1 without one."""
    found = np.full(len(points), -1)
    for k in range(len(points)):
        x, y = points[k, 0], points[k, 1]
        i, j = np.floor((x - low[0]) / side), np.floor((y - low[1]) / side)
        if not (-1 <= i <= shape[0] and -1 <= j <= shape[1]):
            continue
        square = int(min(max(i, 0), shape[0] - 1)) * shape[1] + int(min(max(j, 0), shape[1] - 1))
        for m in range(starts[square], starts[square + 1]):
            t = triangles[members[m]]
            inside = True
            for a in range(3):
                b = (a + 1) % 3
                dx, dy = t[b, 0] - t[a, 0], t[b, 1] - t[a, 1]
                if dx * (y - t[a, 1]) - dy * (x - t[a, 0]) < -tolerance * np.sqrt(dx * dx + dy * dy):
                    inside = False
                    break
            if inside:
                found[k] = members[m]
                break
    return found
