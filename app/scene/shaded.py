"""A picture of a moving surface, lit as in the window drawn without a graphics driver in hundredths of a second."""

import numpy as np
from numba import njit

from app.scene.camera import Camera
from app.scene.raster import nearest_faces
from app.scene.shading import AMBIENT, LIGHTS, SPECULAR, SPECULAR_POWER
from app.scene.snapshot import rgb

_TOWARD = np.array([np.array(light.direction) / np.linalg.norm(light.direction) for light in LIGHTS])
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
) -> None:
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
    """
    height, width = ground.shape[0] * samples, ground.shape[1] * samples
    places, depth = camera.project(points, width, height)
    ids, _ = nearest_faces(places, depth, faces, width, height)
    turned = np.asarray(normals, np.float64) @ camera.axes().T
    _shade(ids, places, faces, turned, colors, _TOWARD, _COLORS, shine, samples, ground)
