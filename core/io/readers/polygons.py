"""Polygons of a file as triangles."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float64, Int64

MAX_CONCAVE_CORNERS = 2000
"""A concave polygon with more corners is refused: cutting its ears takes quadratic time."""


def triangulate(
    vertices: Float64[np.ndarray, "n 3"],
    corners: Int64[np.ndarray, " m"],
    sizes: Int64[np.ndarray, " p"],
    refuse: Callable[[int, str], Exception],
) -> Int64[np.ndarray, "t 3"]:
    """Cut polygons into triangles, p corners into p - 2, in the order of the polygons.

    Quadrilaterals are cut along the shorter diagonal that lies inside, convex polygons into a fan, others by cutting
    ears in the plane of their mean normal.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions, finite where a polygon uses them.
    corners : (m,) int64 array
        Corners of all polygons, in range.
    sizes : (p,) int64 array
        Corners of each polygon, at least 3.
    refuse : callable
        Makes the error to raise of the number of a polygon and a reason.

    Returns
    -------
    (t, 3) int64 array
        Places in ``corners``, so that what else belongs to a corner can follow.
    """
    begin = np.cumsum(sizes) - sizes
    if (sizes == 3).all():
        return begin[:, None] + np.arange(3)
    points = _unit(vertices[corners])
    pieces: list[np.ndarray] = []
    owners: list[np.ndarray] = []
    for size in np.unique(sizes):
        which = np.flatnonzero(sizes == size)
        local = _triangles_of(points, begin[which], int(size), lambda k, which=which: refuse(int(which[k]), _TOO_MANY))
        pieces.append((begin[which][:, None, None] + local).reshape(-1, 3))
        owners.append(np.repeat(which, size - 2))
    order = np.argsort(np.concatenate(owners), kind="stable")
    return np.concatenate(pieces)[order]


_TOO_MANY = f"a concave polygon with more than {MAX_CONCAVE_CORNERS:,} corners"


def _unit(points: np.ndarray) -> np.ndarray:
    """Return points moved and scaled to unit size, so that no product leaves the range of float64."""
    low = points.min(0)
    size = float((points / 2 - low / 2).max())
    return (points / 2 - low / 2) / size if size > 0 else points - low


def _triangles_of(points: np.ndarray, begin: np.ndarray, size: int, refuse: Callable[[int], Exception]) -> np.ndarray:
    """Return the triangles (p, size - 2, 3) of polygons of one size, as corner numbers from 0."""
    steps = np.arange(1, size - 1)
    fan = np.column_stack([np.zeros(size - 2, np.int64), steps, steps + 1])
    local = np.broadcast_to(fan, (len(begin), size - 2, 3)).copy()
    if size == 3:
        return local
    polygon = points[begin[:, None] + np.arange(size)]
    if size == 4:
        other = np.array([[0, 1, 3], [1, 2, 3]])
        first, second = _worst_turn(polygon, fan), _worst_turn(polygon, other)
        diagonal = [((polygon[:, a] - polygon[:, b]) ** 2).sum(axis=1) for a, b in ((0, 2), (1, 3))]
        better = np.where((first > 0) == (second > 0), diagonal[1] < diagonal[0], second > 0)
        local[better] = other
        return local
    for k in np.flatnonzero(_worst_turn(polygon, fan) <= 0):
        if size > MAX_CONCAVE_CORNERS:
            raise refuse(int(k))
        local[k] = _ears(polygon[k])
    return local


def _worst_turn(polygon: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """Return the least agreement of a triangle's normal with the polygon's: positive where none is turned over."""
    a, b, c = (polygon[:, cut[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    return np.einsum("pti,pi->pt", normals, normals.sum(axis=1)).min(axis=1)


def _ears(polygon: np.ndarray) -> np.ndarray:
    """Return the triangles of one polygon by cutting off its ears (Meisters 1975), O(n^2) array operations."""
    n = len(polygon)
    plane = _flattened(polygon)
    left = list(range(n))
    triangles: list[tuple[int, int, int]] = []
    while len(left) > 3:
        ear = _find_ear(plane[left])
        before, after = left[ear - 1], left[(ear + 1) % len(left)]
        triangles.append((before, left[ear], after))
        del left[ear]
    return np.array([*triangles, left])


def _flattened(polygon: np.ndarray) -> np.ndarray:
    """Return a polygon in the plane of its mean normal, counter-clockwise."""
    following = np.roll(polygon, -1, axis=0)
    normal = np.cross(polygon, following).sum(axis=0)
    length = float(np.linalg.norm(normal))
    if length == 0.0:
        return polygon[:, :2]
    normal = normal / length
    first = np.cross(normal, np.eye(3)[int(np.abs(normal).argmin())])
    first /= np.linalg.norm(first)
    return np.column_stack([polygon @ first, polygon @ np.cross(normal, first)])


def _find_ear(plane: np.ndarray) -> int:
    """Return the corner to cut off: the first ear, or the widest corner where there is none."""
    before, after = np.roll(plane, 1, axis=0), np.roll(plane, -1, axis=0)
    turn = _cross(plane - before, after - plane)
    for k in np.flatnonzero(turn > 0):
        a, b, c = before[k], plane[k], after[k]
        inside = (_cross(b - a, plane - a) >= 0) & (_cross(c - b, plane - b) >= 0) & (_cross(a - c, plane - c) >= 0)
        corner = (plane == a).all(1) | (plane == b).all(1) | (plane == c).all(1)
        if not (inside & ~corner).any():
            return int(k)
    return int(turn.argmax())


def _cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the third component of the cross product of vectors in the plane."""
    return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]


def strip_triangles(strip: Int64[np.ndarray, " k"]) -> Int64[np.ndarray, "t 3"]:
    """Return the triangles of a strip, every second one turned so that all are wound alike."""
    faces = np.column_stack([strip[:-2], strip[1:-1], strip[2:]])
    faces[1::2] = faces[1::2, ::-1]
    return faces
