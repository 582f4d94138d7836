"""A camera as a value: it can be fitted, turned, moved and asked where a point is seen."""

import json
from dataclasses import dataclass, replace

import numpy as np

from core.geometry.normalization import Frame

VIEW_ANGLE = 22.0
"""Angle of the view from bottom to top, in degrees."""
START_DIRECTION = (0.38, -1.0, 0.22)
"""From the figure to the camera when a surface is opened."""
FILL = 0.8
"""Part of the height that a fitted figure takes."""
FILL_ACROSS = 0.92
"""Part of the width that a fitted figure may take at most."""

PARALLEL_EYE = 1e4
"""Distance of the eye of a parallel camera from the point looked at, so far that the order in depth is kept exactly."""

FACING = 0.3
"""Length of a mean of unit normals from which they are taken to face one side."""
AROUND, LEAST_RADIUS = 2.5, 0.015
"""How much more than some points is seen around them, and the radius that they have at least, of a figure of size 1."""

AXIS_VIEWS = {
    "front": ((0.0, -1.0, 0.0), (0.0, 0.0, 1.0)),
    "side": ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    "top": ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0)),
    "-x": ((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    "+x": ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    "-y": ((0.0, -1.0, 0.0), (0.0, 0.0, 1.0)),
    "+y": ((0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "-z": ((0.0, 0.0, -1.0), (0.0, 1.0, 0.0)),
    "+z": ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0)),
}
"""Direction from the figure to the camera, and up, of each named view where z is up."""
UP_AXES = ("x", "y", "z", "-x", "-y", "-z")
"""Axes of a file that may point upward; "-y" where y points downward, as in pictures."""

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Camera:
    """Where the figure is seen from.

    Parameters
    ----------
    position, focus : (float, float, float)
        Eye, and the point looked at, in input units.
    up : (float, float, float)
        What is upward; need not be perpendicular to the view.
    is_parallel : bool
        Whether all rays are parallel, so that what is farther away is no smaller. The distance of the eye then only
        says how large the figure is: as large as it would be in perspective at the point looked at.
    """

    position: Vector = START_DIRECTION
    focus: Vector = (0.0, 0.0, 0.0)
    up: Vector = (0.0, 0.0, 1.0)
    is_parallel: bool = False

    @property
    def distance(self) -> float:
        """Distance from the eye to the point looked at."""
        return float(np.linalg.norm(np.subtract(self.focus, self.position)))

    def axes(self) -> np.ndarray:
        """Return the (3, 3) orthonormal rows right, up and toward the eye."""
        return _axes(np.subtract(self.position, self.focus), np.asarray(self.up))

    def project(self, points: np.ndarray, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
        """Return where points are seen.

        Parameters
        ----------
        points : (n, 3) array
            Points, in input units.
        width, height : float
            Size of the picture, in pixels.

        Returns
        -------
        (n, 2) float64 array
            Place in the picture, in pixels from its top left corner.
        (n,) float64 array
            Distance in front of the eye; what is not positive is behind it. The eye of a parallel camera is far away.
        """
        seen = (np.asarray(points, np.float64) - self.position) @ self.axes().T
        depth = -seen[:, 2]
        scale = 0.5 * height / np.tan(np.radians(VIEW_ANGLE) / 2)
        if self.is_parallel:
            place = seen[:, :2] * (scale / self.distance, -scale / self.distance)
            return place + np.array([0.5 * width, 0.5 * height]), depth - self.distance + PARALLEL_EYE
        with np.errstate(divide="ignore", invalid="ignore"):
            place = seen[:, :2] / depth[:, None] * (scale, -scale)
        return place + np.array([0.5 * width, 0.5 * height]), depth

    def units_per_pixel(self, height: float) -> float:
        """Return the length of one pixel at the point looked at, in input units."""
        return 2.0 * self.distance * np.tan(np.radians(VIEW_ANGLE) / 2) / height

    def turned(self, right: float, down: float) -> "Camera":
        """Return the camera after a drag to the right and downward, in radians: the figure follows the pointer."""
        across, upward, backward = self.axes()
        spin = _rotation(upward, -right) @ _rotation(across, -down)
        eye = spin @ (self.distance * backward)
        return replace(self, position=_vector(np.add(self.focus, eye)), up=_vector(spin @ upward))

    def moved(self, right: float, down: float, height: float) -> "Camera":
        """Return the camera after the figure was dragged by some pixels."""
        across, upward, _ = self.axes()
        shift = self.units_per_pixel(height) * (down * upward - right * across)
        return replace(self, position=_vector(np.add(self.position, shift)), focus=_vector(np.add(self.focus, shift)))

    def zoomed(self, factor: float) -> "Camera":
        """Return the camera after the figure became larger by a factor."""
        eye = np.subtract(self.position, self.focus) / factor
        return replace(self, position=_vector(np.add(self.focus, eye)))

    def facing(self, point: np.ndarray, normal: np.ndarray, distance: float) -> "Camera":
        """Return the camera that looks at a point along its normal, from a distance."""
        _, upward, backward = self.axes()
        up = upward if abs(float(np.dot(upward, normal))) < 0.95 else backward
        focus = np.asarray(point, np.float64)
        eye = focus + distance * np.asarray(normal, np.float64)
        return replace(self, position=_vector(eye), focus=_vector(focus), up=_vector(up))

    def toward(self, other: "Camera", part: float) -> "Camera":
        """Return a camera on the way to another: 0 is this one, 1 the other."""
        if part >= 1.0:
            return other
        mine, others = self.axes(), other.axes()
        frame = _axes((1 - part) * mine[2] + part * others[2] + 1e-9, (1 - part) * mine[1] + part * others[1])
        distance = self.distance ** (1 - part) * other.distance**part
        focus = (1 - part) * np.asarray(self.focus) + part * np.asarray(other.focus)
        return Camera(_vector(focus + distance * frame[2]), _vector(focus), _vector(frame[1]), other.is_parallel)


def camera_text(camera: Camera, frame: Frame) -> str:
    """Return a camera as JSON, in input units."""
    points = frame.restore(np.array([camera.position, camera.focus])).tolist()
    values = {"position": points[0], "focus": points[1], "up": list(camera.up)}
    return json.dumps(values | ({"parallel": True} if camera.is_parallel else {}))


def camera_from(text: str, frame: Frame) -> Camera | None:
    """Return the camera that a JSON text describes, None if it describes none."""
    try:
        values = json.loads(text)
        points = np.array([values["position"], values["focus"], values["up"]], float)
    except (ValueError, TypeError, KeyError):
        return None
    if points.shape != (3, 3) or not np.isfinite(points).all() or (points[0] == points[1]).all():
        return None
    position, focus = frame.normalize(points[:2])
    return Camera(_vector(position), _vector(focus), _vector(points[2]), values.get("parallel") is True)


def named_view(name: str, up_axis: str = "z") -> tuple[Vector, Vector]:
    """Return the direction from the figure to the camera, and up, of a named view.

    Parameters
    ----------
    name : str
        "start", as when a surface is opened, "behind", the same for one that turns its back, or one of `AXIS_VIEWS`:
        "front", "side" and "top" stand on the axis that is up, "-x" ... "+z" are axes of the file.
    up_axis : str
        Which of `UP_AXES` points upward.
    """
    if name in ("start", "behind"):
        x, y, z = START_DIRECTION
        direction = (x, y, z) if name == "start" else (-x, -y, z)
        return upright(direction, up_axis), upright((0.0, 0.0, 1.0), up_axis)
    direction, up = AXIS_VIEWS[name]
    if name[0] not in "+-":
        return upright(direction, up_axis), upright(up, up_axis)
    return direction, upright((0.0, 1.0, 0.0) if name[1] == up_axis[-1] else (0.0, 0.0, 1.0), up_axis)


def upright(vector: Vector, up_axis: str) -> Vector:
    """Return a vector turned with the figure, so that what was z becomes the axis that is up."""
    x, y, z = vector
    turned = {"x": (z, x, y), "y": (x, z, -y), "z": (x, y, z)}
    turned |= {"-x": (-z, -x, y), "-y": (x, -z, y), "-z": (-x, y, -z)}
    return turned[up_axis]


def fitted(
    points: np.ndarray,
    aspect: float,
    direction: Vector = START_DIRECTION,
    up: Vector = (0, 0, 1),
    is_parallel: bool = False,
) -> Camera:
    """Return the camera that sees all points in the middle of the picture.

    Parameters
    ----------
    points : (n, 3) array
        What is to be seen, in input units.
    aspect : float
        Width over height of the picture.
    direction : (float, float, float)
        From the figure to the camera.
    up : (float, float, float)
        What is upward.
    is_parallel : bool
        Whether its rays are parallel.

    Notes
    -----
    Exact: along each side of the picture one point lies on the plane through the eye that bounds the part to be
    filled. The figure takes 80 % of the height or 92 % of the width, whichever comes first.
    """
    frame = _axes(np.asarray(direction), np.asarray(up))
    points = np.asarray(points, np.float64)
    if not len(points):
        return Camera(_vector(3.0 * frame[2]), (0.0, 0.0, 0.0), _vector(frame[1]), is_parallel)
    x, y, z = (points @ frame.T).T
    slope = np.tan(np.radians(VIEW_ANGLE) / 2)
    middle, distances = [], []
    narrows = 0.0 if is_parallel else 1.0
    for value, tangent in ((x, FILL_ACROSS * slope * aspect), (y, FILL * slope)):
        upper, lower = (value + narrows * tangent * z).max(), (-value + narrows * tangent * z).max()
        middle.append(0.5 * (upper - lower))
        distances.append(0.5 * (upper + lower) / tangent)
    depth = 0.5 * (z.min() + z.max())
    extent = max(np.ptp(x), np.ptp(y), np.ptp(z))
    if is_parallel:
        away = max(*distances, 1e-3 * extent, 1e-30)
    else:
        away = max(*distances, depth + 1e-3 * extent, depth + 1e-30) - depth
    focus = np.array([*middle, depth]) @ frame
    return Camera(_vector(focus + away * frame[2]), _vector(focus), _vector(frame[1]), is_parallel)


def close_up(points: np.ndarray, normals: np.ndarray, camera: Camera, aspect: float) -> Camera:
    """Return the camera that sees some points of a figure and what is around them.

    Parameters
    ----------
    points, normals : (n, 3) arrays
        What is to be seen, and which way the figure faces there.
    camera : Camera
        The present one: where points face all sides, one that faces it best decides.
    aspect : float
        Width over height of the picture.
    """
    points, normals = np.asarray(points, np.float64), np.asarray(normals, np.float64)
    direction, toward = normals.mean(axis=0), np.subtract(camera.position, camera.focus)
    if np.linalg.norm(direction) < FACING:
        direction = normals[np.argmax(normals @ toward)]
    if np.linalg.norm(direction) < FACING:
        direction = toward
    middle, radius = 0.5 * (points.min(axis=0) + points.max(axis=0)), 0.5 * np.linalg.norm(np.ptp(points, axis=0))
    away = AROUND * max(radius, LEAST_RADIUS) / np.tan(np.radians(VIEW_ANGLE) / 2) / min(1.0, aspect)
    eye = middle + away * direction / np.linalg.norm(direction)
    return replace(camera, position=_vector(eye), focus=_vector(middle))


def _axes(backward: np.ndarray, up: np.ndarray) -> np.ndarray:
    backward = backward / np.linalg.norm(backward)
    across = np.cross(up, backward)
    length = np.linalg.norm(across)
    if length < 1e-9:
        across = np.cross([0.0, 1.0, 0.0] if abs(backward[1]) < 0.9 else [1.0, 0.0, 0.0], backward)
        length = np.linalg.norm(across)
    across = across / length
    return np.stack([across, np.cross(backward, across), backward])


def _rotation(axis: np.ndarray, angle: float) -> np.ndarray:
    """Rotation by Rodrigues' formula."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross


def _vector(values: np.ndarray) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))
