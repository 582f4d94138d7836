"""A picture of a moving surface, lit as in the window drawn without a graphics driver in hundredths of a second."""

import numpy as np
from numba import njit

from app.scene.camera import Camera
from app.scene.raster import nearest_faces
from app.scene.shading import AMBIENT, LIGHTS, SPECULAR, SPECULAR_POWER
from app.scene.snapshot import rgb

_TOWARD = np.array([np.array(light.direction) / np.linalg.norm(light.direction) for light in LIGHTS])
_SLACK = 4e-3
"""How far behind a surface an edge on it may lie by rounding and still be seen, in units of the drawing frame."""
_COLORS = np.array([light.intensity * np.array(rgb(light.color)) / 255.0 for light in LIGHTS])


@njit(nogil=True, cache=True)
def _shade(ids, places, faces, normals, colors, toward, lights, matt, samples, out):  # pragma: no cover - compiled
    """Light each sample by Phong's formula, and average samples x samples of them over the ground."""
    height, width = out.shape[0], out.shape[1]
    base, normal = np.empty(3), np.empty(3)
    for row in range(height):
        for column in range(width):
            total, hits = np.zeros(3), 0
            for i in range(samples):
                for j in range(samples):
                    y, x = row * samples + i, column * samples + j
                    face = ids[y, x]
                    if face < 0:
                        continue
                    hits += 1
                    a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
                    ax, ay = places[a, 0], places[a, 1]
                    ux, uy, vx, vy = places[b, 0] - ax, places[b, 1] - ay, places[c, 0] - ax, places[c, 1] - ay
                    px, py = x + 0.5 - ax, y + 0.5 - ay
                    area = ux * vy - uy * vx
                    wb, wc = (px * vy - py * vx) / area, (ux * py - uy * px) / area
                    wa = 1.0 - wb - wc
                    length = 0.0
                    for d in range(3):
                        base[d] = (wa * colors[a, d] + wb * colors[b, d] + wc * colors[c, d]) / 255.0
                        normal[d] = wa * normals[a, d] + wb * normals[b, d] + wc * normals[c, d]
                        length += normal[d] * normal[d]
                    scale = (1.0 if normal[2] >= 0.0 else -1.0) / max(np.sqrt(length), 1e-12)
                    for d in range(3):
                        normal[d] *= scale  # the inside of an open surface is lit like its outside
                        total[d] += AMBIENT * base[d]
                    for k in range(len(toward)):
                        facing = 0.0
                        for d in range(3):
                            facing += normal[d] * toward[k, d]
                        if facing <= 0.0:
                            continue
                        shine = matt * SPECULAR * max(2.0 * facing * normal[2] - toward[k, 2], 0.0) ** SPECULAR_POWER
                        for d in range(3):
                            total[d] += lights[k, d] * (facing * base[d] + shine)
            empty = samples * samples - hits
            for d in range(3):
                value = (total[d] * 255.0 + empty * out[row, column, d]) / (samples * samples)
                out[row, column, d] = min(max(value, 0.0), 255.0)


def draw_shaded(
    ground: np.ndarray,
    points: np.ndarray,
    faces: np.ndarray,
    normals: np.ndarray,
    colors: np.ndarray,
    camera: Camera,
    samples: int = 2,
    shine: float = 1.0,
) -> np.ndarray:
    """Draw a surface over a picture.

    Parameters
    ----------
    ground : (height, width, 3) uint8 array
        The picture; changed.
    points, normals : (n, 3) array
        Vertices and their unit normals.
    faces : (f, 3) int64 array
        Corners of each face.
    colors : (n, 3) uint8 array
        Colour of each vertex.
    camera : Camera
        Where it is seen from.
    samples : int
        Samples along each side of a pixel.
    shine : float
        How much of the highlights is drawn, from 0 to 1.

    Returns
    -------
    (samples * height, samples * width) float64 array
        Distance in front of the eye at each sample, infinite where there is nothing.
    """
    height, width = ground.shape[0] * samples, ground.shape[1] * samples
    places, depth = camera.project(points, width, height)
    ids, buffer = nearest_faces(places, depth, faces, width, height)
    turned = np.asarray(normals, np.float64) @ camera.axes().T
    _shade(ids, places, faces, turned, colors, _TOWARD, _COLORS, shine, samples, ground)
    return buffer


@njit(nogil=True, cache=True)
def _trace(places, depth, roles, buffer, slack, out):  # pragma: no cover - compiled
    """Write the role of each edge over the samples along it at which nothing lies before it."""
    height, width = out.shape
    for k in range(len(roles)):
        a, b = 2 * k, 2 * k + 1
        if depth[a] <= 0.0 or depth[b] <= 0.0:
            continue
        dx, dy = places[b, 0] - places[a, 0], places[b, 1] - places[a, 1]
        n = int(min(max(abs(dx), abs(dy)), 4.0 * (width + height))) + 1
        for i in range(n + 1):
            part = i / n
            x, y = int(np.floor(places[a, 0] + part * dx)), int(np.floor(places[a, 1] + part * dy))
            if 0 <= x < width and 0 <= y < height and out[y, x] < roles[k]:
                near = (1.0 - part) / depth[a] + part / depth[b]
                if 1.0 / near <= buffer[y, x] + slack:
                    out[y, x] = roles[k]


@njit(nogil=True, cache=True)
def _mix(roles, colors, samples, out):  # pragma: no cover - compiled
    """Mix the colours of roles, with their opacities, into pixels of samples x samples."""
    height, width = out.shape[0], out.shape[1]
    for row in range(height):
        for column in range(width):
            for i in range(samples):
                for j in range(samples):
                    role = roles[row * samples + i, column * samples + j]
                    if role > 0:
                        part = colors[role, 3] / (samples * samples)
                        for d in range(3):
                            mixed = (1.0 - part) * out[row, column, d] + part * colors[role, d]
                            out[row, column, d] = min(max(mixed, 0.0), 255.0)


def draw_edges(
    ground: np.ndarray, ends: np.ndarray, roles: np.ndarray, colors: np.ndarray, camera: Camera, buffer: np.ndarray
) -> None:
    """Draw edges that lie on a surface over the picture of it.

    Parameters
    ----------
    ground : (height, width, 3) uint8 array
        The picture; changed.
    ends : (e, 2, 3) array
        Both ends of each edge.
    roles : (e,) uint8 array
        Place of each in `colors`, from 1; where two cross, the higher is seen.
    colors : (k, 4) float64 array
        Red, green and blue, and an opacity from 0 to 1.
    camera : Camera
        Where it is seen from.
    buffer : (samples * height, samples * width) float64 array
        What `draw_shaded` returned.
    """
    height, width = buffer.shape
    places, depth = camera.project(np.asarray(ends, np.float64).reshape(-1, 3), width, height)
    seen = np.zeros(buffer.shape, np.uint8)
    _trace(places, depth, roles, buffer, _SLACK, seen)
    _mix(seen, np.asarray(colors, np.float64), height // len(ground), ground)
