"""Distances from points to all of some triangles, in the plainest way."""

import numpy as np


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
