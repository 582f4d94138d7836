"""Modelling with signed distances: simple shapes, smooth unions and subtractions, cloth offsets.

A shape is a function that is negative inside and positive outside, and near its surface about as large as the
distance to it. Smooth minima: Quilez, *Smooth minimum* (2013), the quadratic polynomial form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.interpolate import CubicSpline

Points = np.ndarray
Distance = Callable[[Points], np.ndarray]

OUTSIDE = 3.0
"""Distance that is reported where no shape is near; only its sign and rough size matter there."""


@dataclass(frozen=True, eq=False)
class Shape:
    """A solid: its signed distance and a box outside which it need not be asked.

    Parameters
    ----------
    distance : callable
        Takes (n, 3) points, returns (n,) signed distances.
    low, high : (3,) float64 array
        Corners of a box around the solid.
    """

    distance: Distance
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, eq=False)
class Stroke:
    """One act of modelling: a shape added to the clay or carved from it.

    Parameters
    ----------
    shape : Shape
        What is added or carved.
    blend : float
        Width of the zone in which the surfaces melt into one another.
    carve : bool
        True to take away.
    """

    shape: Shape
    blend: float
    carve: bool = False


def smooth_minimum(a: np.ndarray, b: np.ndarray, blend: float) -> np.ndarray:
    """Return the minimum of two distances, rounded where they differ by less than ``blend``."""
    if blend <= 0:
        return np.minimum(a, b)
    overlap = np.maximum(blend - np.abs(a - b), 0) / blend
    return np.minimum(a, b) - overlap * overlap * (blend / 4)


def smooth_maximum(a: np.ndarray, b: np.ndarray, blend: float) -> np.ndarray:
    """Return the maximum of two distances, rounded where they differ by less than ``blend``."""
    return -smooth_minimum(-a, -b, blend)


def sculpture(strokes: Sequence[Stroke], exact_within: float = 0.8) -> Shape:
    """Return the shape that a sequence of strokes makes out of nothing, applied in their order.

    Parameters
    ----------
    strokes : sequence of Stroke
        The first one adds.
    exact_within : float
        Up to this distance from the surface the answer is right; farther out strokes may be passed over. A shape that
        is later blended more widely needs more, or the passing over is seen as a step.
    """
    added = [stroke.shape for stroke in strokes if not stroke.carve]
    low = np.min([shape.low for shape in added], axis=0)
    high = np.max([shape.high for shape in added], axis=0)

    def distance(points: Points) -> np.ndarray:
        result = np.full(len(points), OUTSIDE)
        columns = np.ascontiguousarray(points.T)
        for stroke in strokes:
            reach = 1.3 * stroke.blend + exact_within
            near = _inside_box(columns, stroke.shape.low - reach, stroke.shape.high + reach)
            if not len(near):
                continue
            other = stroke.shape.distance(points[near])
            if stroke.carve:
                result[near] = smooth_maximum(result[near], -other, stroke.blend)
            else:
                result[near] = smooth_minimum(result[near], other, stroke.blend)
        return result

    return Shape(distance, low, high)


@njit(cache=True)
def _inside_box(columns: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Indices of the points inside a box."""
    count = 0
    found = np.empty(columns.shape[1], dtype=np.int64)
    for i in range(columns.shape[1]):
        if low[0] < columns[0, i] < high[0] and low[1] < columns[1, i] < high[1] and low[2] < columns[2, i] < high[2]:
            found[count] = i
            count += 1
    return found[:count]


def ellipsoid(centre: Sequence[float], radii: Sequence[float], turn: Sequence[float] = (0.0, 0.0, 0.0)) -> Shape:
    """Return an ellipsoid, turned about its own x, y and z axes by so many degrees (in that order)."""
    middle, semi_axes = np.array(centre, dtype=float), np.array(radii, dtype=float)
    rotation = rotation_matrix(turn)
    extent = np.sqrt((rotation * semi_axes) ** 2 @ np.ones(3))

    def distance(points: Points) -> np.ndarray:
        return _ellipsoid_distance(np.ascontiguousarray(points), middle, semi_axes, rotation)

    return Shape(distance, middle - extent, middle + extent)


@njit(cache=True)
def _ellipsoid_distance(
    points: np.ndarray, middle: np.ndarray, semi_axes: np.ndarray, rotation: np.ndarray
) -> np.ndarray:
    """First-order distance to an ellipsoid: the level function over the length of its gradient."""
    result = np.empty(len(points))
    for i in range(len(points)):
        k0 = 0.0
        k1 = 0.0
        for axis in range(3):
            local = 0.0
            for j in range(3):
                local += (points[i, j] - middle[j]) * rotation[j, axis]
            scaled = local / semi_axes[axis]
            k0 += scaled * scaled
            k1 += (scaled / semi_axes[axis]) ** 2
        k0, k1 = np.sqrt(k0), np.sqrt(k1)
        result[i] = k0 * (k0 - 1) / k1 if k1 > 1e-9 else -semi_axes.min()
    return result


def tube(path: np.ndarray | Sequence[Sequence[float]], radii: float | Sequence[float], samples: int = 0) -> Shape:
    """Return a rounded tube along a path; with ``samples`` a smooth curve through the given points.

    Parameters
    ----------
    path : (m, 3) array
        Points on the axis, two or more.
    radii : float or (m,) array
        Radius at each point.
    samples : int
        Number of straight pieces of the curve; 0 takes the points as they are.
    """
    axis = np.array(path, dtype=float)
    thickness = np.broadcast_to(np.asarray(radii, dtype=float), (len(axis),)).copy()
    if samples:
        axis, thickness = smooth_curve(axis, samples), smooth_curve(thickness, samples)
    low = (axis - thickness[:, None]).min(axis=0)
    high = (axis + thickness[:, None]).max(axis=0)

    spheres = _spheres_around_pieces(axis, thickness)

    def distance(points: Points) -> np.ndarray:
        return _tube_distance(np.ascontiguousarray(points), axis, thickness, spheres)

    return Shape(distance, low, high)


def _spheres_around_pieces(axis: np.ndarray, thickness: np.ndarray) -> np.ndarray:
    """Centre and radius of a sphere around each run of six pieces of a tube, so that far runs can be passed over."""
    spheres = []
    for start in range(0, len(axis) - 1, _RUN):
        run = slice(start, start + _RUN + 1)
        centre = (axis[run].min(axis=0) + axis[run].max(axis=0)) / 2
        spheres.append([*centre, (np.linalg.norm(axis[run] - centre, axis=1) + thickness[run]).max()])
    return np.array(spheres)


_RUN = 6


@njit(cache=True)
def _tube_distance(points: np.ndarray, axis: np.ndarray, thickness: np.ndarray, spheres: np.ndarray) -> np.ndarray:
    """Least distance to the axis less the radius there."""
    result = np.empty(len(points))
    for i in range(len(points)):
        best = np.inf
        for run in range(len(spheres)):
            square = 0.0
            for k in range(3):
                square += (points[i, k] - spheres[run, k]) ** 2
            if np.sqrt(square) - spheres[run, 3] > best:
                continue
            for j in range(_RUN * run, min(_RUN * (run + 1), len(axis) - 1)):
                best = min(best, _piece_distance(points[i], axis[j], axis[j + 1], thickness[j], thickness[j + 1]))
        result[i] = best
    return result


@njit(cache=True)
def _piece_distance(point: np.ndarray, a: np.ndarray, b: np.ndarray, radius_a: float, radius_b: float) -> float:
    """Distance to a straight piece of tube whose radius changes evenly from one end to the other."""
    along = 0.0
    length = 0.0
    for k in range(3):
        along += (point[k] - a[k]) * (b[k] - a[k])
        length += (b[k] - a[k]) ** 2
    perpendicular = 0.0
    for k in range(3):
        perpendicular += (point[k] - a[k] - along / length * (b[k] - a[k])) ** 2
    # The nearest place of the slanted mantle lies towards the thick end of the foot of the perpendicular.
    grows = radius_b - radius_a
    if length > grows * grows:
        along += grows * np.sqrt(perpendicular * length / (length - grows * grows))
    t = min(max(along / length, 0.0), 1.0)
    square = 0.0
    for k in range(3):
        square += (point[k] - a[k] - t * (b[k] - a[k])) ** 2
    return np.sqrt(square) - (radius_a + t * grows)


def smooth_curve(values: np.ndarray, samples: int) -> np.ndarray:
    """Return ``samples + 1`` values on a cubic spline through the given ones, evenly spread in its parameter."""
    parameter = np.linspace(0, 1, len(values))
    return CubicSpline(parameter, values, bc_type="natural")(np.linspace(0, 1, samples + 1))


def rotation_matrix(turn: Sequence[float]) -> np.ndarray:
    """Return the rotation by so many degrees about x, then y, then z (column vectors, right-handed)."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


def placed(shape: Shape, position: Sequence[float], rotation: np.ndarray, scale: float = 1.0) -> Shape:
    """Return a shape modelled about the origin, scaled, rotated and then moved to its place."""
    origin = np.array(position, dtype=float)
    corners = np.array(np.meshgrid(*zip(shape.low, shape.high, strict=True))).reshape(3, -1).T
    corners = scale * corners @ rotation.T + origin

    def distance(points: Points) -> np.ndarray:
        return scale * shape.distance((points - origin) @ rotation / scale)

    return Shape(distance, corners.min(axis=0), corners.max(axis=0))


def gradient(shape: Shape, points: Points, step: float = 1e-3) -> np.ndarray:
    """Return the (n, 3) gradient of the distance by differences over the corners of a small tetrahedron."""
    corners = np.array([[1.0, -1.0, -1.0], [-1.0, -1.0, 1.0], [-1.0, 1.0, -1.0], [1.0, 1.0, 1.0]])
    values = shape.distance((points[None] + step * corners[:, None]).reshape(-1, 3)).reshape(4, -1)
    return values.T @ corners / (4 * step)


def draped(shape: Shape, origins: np.ndarray, directions: np.ndarray) -> Points:
    """Return where rays from ``origins`` along ``directions`` first meet a shape.

    Raises
    ------
    ValueError
        If a ray misses it.
    """
    points = np.array(origins, dtype=float)
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    for _ in range(200):
        points = points + np.clip(0.5 * shape.distance(points), -0.2, 0.2)[:, None] * directions
    if np.abs(shape.distance(points)).max() > 0.05:
        raise ValueError("a ray misses the shape on which a fold should lie")
    return points
