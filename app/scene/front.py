"""From which side people look at a figure: what is to be seen of it from its sides tells where its front is."""

from dataclasses import dataclass

import numpy as np

from app.scene.camera import upright

TURNED = 0.1
"""Part of the area that an open surface turns one way at least so that its outside is known."""
MORE_DETAIL = 1.15
"""How much more the surface bends on one side than on the other at least so that this is taken for its front."""
LEANS = 0.25
"""How far the upper half lies before the lower one at least to be taken for a head, in parts of the depth."""
_MOST_FACES = 25_000
"""Of more faces an even part is looked at."""


@dataclass(frozen=True, eq=False)
class Sides:
    """What a surface shows toward the six directions along its axes.

    Parameters
    ----------
    turned : (3,) float64 array
        Sum of the area vectors of its faces over the sum of their lengths: 0 for a closed surface.
    bends : (3, 2) float64 array
        How much it bends where it faces an axis, or the other way: normals turn by so much, times lengths.
    centroids : (3, 2, 3) float64 array
        Of the halves below and above its middle along each axis, in parts of its bounding box.
    """

    turned: np.ndarray
    bends: np.ndarray
    centroids: np.ndarray


def sides(points: np.ndarray, faces: np.ndarray, normals: np.ndarray) -> Sides:
    """Return what a surface shows toward its sides.

    Parameters
    ----------
    points, normals : (n, 3) array
        Vertices and unit normals there.
    faces : (f, 3) int64 array
        Corners, counter-clockwise seen from outside.
    """
    shown = faces[:: -(-len(faces) // _MOST_FACES)]
    corners, turns = points[shown].astype(np.float64), normals[shown].astype(np.float64)
    areas = 0.5 * np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(areas, axis=1)
    facing = areas / np.maximum(area, 1e-300)[:, None]
    lengths = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    bent = (np.linalg.norm(turns - np.roll(turns, 1, axis=1), axis=2) * lengths).sum(axis=1)
    bends = np.stack([bent @ np.maximum(facing, 0.0), bent @ np.maximum(-facing, 0.0)], axis=1)
    low, high = np.float64(points.min(axis=0)), np.float64(points.max(axis=0))
    middles = (corners.mean(axis=1) - low) / np.maximum(high - low, 1e-300)
    halves = [[_centroid(middles, area * ((middles[:, k] > 0.5) == upper)) for upper in (0, 1)] for k in range(3)]
    return Sides(areas.sum(axis=0) / max(area.sum(), 1e-300), bends, np.array(halves))


def _centroid(points: np.ndarray, masses: np.ndarray) -> np.ndarray:
    total = masses.sum()
    return masses @ points / total if total > 0.0 else np.full(3, 0.5)


def first_view(shown: Sides | None, up_axis: str) -> str:
    """Return the named view in which a figure is seen first, "start" or "behind".

    Parameters
    ----------
    shown : Sides or None
        What it shows; None for a cloud.
    up_axis : str
        Which axis points upward.

    Notes
    -----
    In this order: an open surface is seen from outside; what bends clearly more on one side is seen from there, for
    faces, hands and folds are on the front of figures, and their backs are plain; what carries its head before its body
    is seen from where the head is. Where nothing of that is clear, nobody is turned.
    """
    if shown is None:
        return "start"
    axis, is_negative = _axis_of(upright((0.0, -1.0, 0.0), up_axis))
    sign = -1.0 if is_negative else 1.0
    outside = sign * shown.turned[axis]
    if abs(outside) > TURNED:
        return "start" if outside > 0.0 else "behind"
    front, back = shown.bends[axis][:: -1 if is_negative else 1]
    if max(front, back) > MORE_DETAIL * min(front, back):
        return "start" if front > back else "behind"
    height, is_upside_down = _axis_of(upright((0.0, 0.0, 1.0), up_axis))
    lower, upper = shown.centroids[height][:: -1 if is_upside_down else 1]
    return "behind" if sign * (upper - lower)[axis] < -LEANS else "start"


def _axis_of(direction: tuple[float, float, float]) -> tuple[int, bool]:
    """Return the axis along which a direction points, and whether it points downward there."""
    axis = int(np.argmax(np.abs(direction)))
    return axis, direction[axis] < 0.0
