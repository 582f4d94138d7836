"""What is seen at each pixel of a 3D view: answers hover, picks, and whether a point is hidden."""

from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from app.scene.camera import Camera, Vector
from app.scene.disk import face_near
from app.scene.raster import NOTHING, nearest_faces
from core.geometry.clipping import clip_triangles

POINT_REACH = 2
"""A point of a cloud is hit by pixels this far away."""
HIDDEN_BEHIND = 0.006
"""A point is hidden if something is nearer by this part of the diagonal."""


@dataclass(frozen=True)
class Clip:
    """A plane in the drawing frame; what lies on the side of its normal is not shown.

    Parameters
    ----------
    normal : (float, float, float)
        Unit vector.
    offset : float
        Where the plane lies along it.
    is_capped : bool
        Whether the inside of a closed surface is filled where it is cut.
    """

    normal: Vector
    offset: float
    is_capped: bool = True

    def leaves_out(self, points: np.ndarray) -> np.ndarray:
        """Return which of (n, 3) points are not shown, (n,) bool."""
        return np.asarray(points, np.float64) @ np.asarray(self.normal) > self.offset

    def flipped(self) -> "Clip":
        """Return the plane that leaves out the other side."""
        x, y, z = self.normal
        return replace(self, normal=(-x, -y, -z), offset=-self.offset)


@njit(nogil=True, cache=True)
def _splat(places, depth, reach, ids, buffer):  # pragma: no cover - compiled
    height, width = ids.shape
    for point in range(len(places)):
        if not depth[point] > 0.0:
            continue
        x, y = int(np.floor(places[point, 0])), int(np.floor(places[point, 1]))
        for row in range(max(y - reach, 0), min(y + reach + 1, height)):
            for column in range(max(x - reach, 0), min(x + reach + 1, width)):
                if depth[point] < buffer[row, column]:
                    buffer[row, column] = depth[point]
                    ids[row, column] = point


@dataclass(frozen=True, eq=False)
class Sight:
    """Which face, or point of a cloud, is seen at each pixel.

    Parameters
    ----------
    camera : Camera
        Where it is seen from.
    points : (n, 3) float32 array
        Positions.
    faces : (f, 3) int64 array
        Corners of each face; none for a cloud.
    ids : (height, width) int32 array
        Face or point at each device-independent pixel.
    depth : (height, width) float64 array
        Its distance in front of the eye, infinite where there is nothing.
    clip : Clip or None
        The plane beyond which nothing is shown.
    """

    camera: Camera
    points: np.ndarray
    faces: np.ndarray
    ids: np.ndarray
    depth: np.ndarray
    clip: Clip | None = None

    def vertex_at(self, x: float, y: float, reach: int = 3) -> int | None:
        """Return the vertex nearest to a pixel on what is seen there, None where nothing is."""
        seen = face_near(self.ids, x, y, reach)
        if seen is None or not len(self.faces):
            return seen
        corners = self.faces[seen]
        if self.clip is not None:
            corners = corners[~self.clip.leaves_out(self.points[corners])]
        height, width = self.ids.shape
        places, _ = self.camera.project(self.points[corners], width, height)
        return int(corners[np.argmin(np.hypot(*(places - (x, y)).T))])

    def hides(self, vertex: int) -> bool:
        """Return whether something lies before a vertex."""
        return bool(self.hidden(self.points[vertex : vertex + 1])[0])

    def hidden(self, points: np.ndarray) -> np.ndarray:
        """Return which of (n, 3) points are left out or behind something, (n,) bool; not those out of view."""
        height, width = self.ids.shape
        places, depth = self.camera.project(points, width, height)
        result = np.zeros(len(points), bool) if self.clip is None else self.clip.leaves_out(points)
        for k, (x, y) in enumerate(places):
            column, row = int(np.floor(x)), int(np.floor(y))
            if 0 <= row < height and 0 <= column < width:
                around = self.depth[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
                result[k] |= depth[k] > around.max() + HIDDEN_BEHIND
        return result


def sight(
    points: np.ndarray, faces: np.ndarray, camera: Camera, width: int, height: int, clip: Clip | None = None
) -> Sight:
    """Return what is seen at each pixel of a picture, with a plane beyond which nothing is shown."""
    if len(faces):
        shown, parts, origins = points, faces, None
        if clip is not None:
            left = clip_triangles(points, faces, np.array(clip.normal), clip.offset)
            shown, parts, origins = left.points, left.faces, np.append(left.origins, NOTHING)
        ids, buffer = nearest_faces(*camera.project(shown, width, height), parts, width, height)
        return Sight(camera, points, faces, ids if origins is None else origins[ids], buffer, clip)
    places, depth = camera.project(points, width, height)
    if clip is not None:
        depth = np.where(clip.leaves_out(points), -1.0, depth)
    ids, buffer = np.full((height, width), NOTHING, np.int32), np.full((height, width), np.inf)
    _splat(places, depth, POINT_REACH, ids, buffer)
    return Sight(camera, points, faces, ids, buffer, clip)
