"""Distances from points to all of some triangles, in the plainest way."""

import numpy as np
from numba import njit


def segment_distances(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Squared distances (points x segments)."""
    step = b - a
    part = np.einsum("pti,ti->pt", points[:, None] - a, step) / (step**2).sum(1)
    return ((points[:, None] - a - np.clip(part, 0, 1)[..., None] * step) ** 2).sum(2)


def brute_force(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Distance of each point from the nearest of all triangles: their planes where the foot is inside, or sides."""
    a, b, c = np.moveaxis(corners, 1, 0)
    best = np.minimum(
        np.minimum(segment_distances(points, a, b), segment_distances(points, b, c)), segment_distances(points, c, a)
    )
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=1)
    unit = normal / length[:, None]
    height = np.einsum("pti,ti->pt", points[:, None] - a, unit)
    foot = points[:, None] - height[..., None] * unit
    inside = np.ones(height.shape, bool)
    for start, stop in ((a, b), (b, c), (c, a)):
        inside &= np.einsum("pti,ti->pt", np.cross(stop - start, foot - start), unit) >= 0
    return np.sqrt(np.where(inside, np.minimum(best, height**2), best).min(1))


@njit(cache=True)
def nearest_of_all(points, corners, start):
    """Distance of each point from the nearest triangle, every triangle asked: its bounding ball, or itself."""
    centres, radii = np.empty((len(corners), 3)), np.zeros(len(corners))
    for t in range(len(corners)):
        for axis in range(3):
            centres[t, axis] = corners[t, :, axis].mean()
        for k in range(3):
            radii[t] = max(radii[t], np.sqrt(((corners[t, k] - centres[t]) ** 2).sum()))
    result = np.empty(len(points))
    for i in range(len(points)):
        best, x, y, z = start, points[i, 0], points[i, 1], points[i, 2]
        for t in range(len(corners)):
            far = (x - centres[t, 0]) ** 2 + (y - centres[t, 1]) ** 2 + (z - centres[t, 2]) ** 2
            if far < (best + radii[t]) ** 2:
                best = min(best, triangle_distance(points[i], corners[t]))
        result[i] = best
    return result


@njit(cache=True)
def triangle_distance(p, t):
    """Distance from a triangle: from its sides, and from its plane where the foot lies on the inner side of all."""
    normal = np.cross(t[1] - t[0], t[2] - t[0])
    length = np.sqrt((normal**2).sum())
    best, inside = np.inf, length > 0.0
    for k in range(3):
        a, side = t[k], t[(k + 1) % 3] - t[k]
        squared = (side**2).sum()
        part = min(max(((p - a) * side).sum() / squared, 0.0), 1.0) if squared > 0.0 else 0.0
        best = min(best, np.sqrt(((p - a - part * side) ** 2).sum()))
        inside = inside and (np.cross(side, p - a) * normal).sum() >= 0.0
    return min(best, abs(((p - t[0]) * normal).sum()) / length) if inside else best
