"""How surfaces are lit: four lights that follow the camera, and hollows that are darker."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array

SPECULAR, SPECULAR_POWER = 0.18, 18.0
AMBIENT, AMBIENT_WITH_TEXTURE = 0.06, 0.20
CAVITY, CAVITY_ON_CLAY = 0.16, 0.24
"""By how much the deepest hollows are darkened."""
CAVITY_STEPS = (3, 12, 60)
"""Laplacian steps after which the smoothed surface is compared with the surface."""


@dataclass(frozen=True)
class Light:
    """A distant light that is fixed to the camera.

    Parameters
    ----------
    direction : (float, float, float)
        Toward the light: to the right, upward, toward the eye.
    intensity : float
        Brightness.
    color : str
        Its colour.
    """

    direction: tuple[float, float, float]
    intensity: float
    color: str = "#FFFFFF"


LIGHTS = (
    Light((-0.9, 0.9, 1.2), 0.78, "#FFF4E6"),
    Light((1.3, 0.1, 0.7), 0.30, "#E2EBFF"),
    Light((0.0, -0.6, 0.8), 0.14),
    Light((0.6, 1.2, -1.1), 0.32),
)
"""Key, fill, front and rim."""


def cavity(vertices: np.ndarray, faces: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Return how deep in a hollow each vertex lies: 0 on plains and ridges, 1 in the deepest hollows.

    Parameters
    ----------
    vertices : (n, 3) array
        Positions.
    faces : (f, 3) int array
        Corners of each face.
    normals : (n, 3) array
        Unit normals, outward.

    Returns
    -------
    (n,) float32 array
        From the heights h = (x − smoothed x) · n after 3, 12 and 60 Laplacian steps: the mean of tanh(−h / rms h),
        cut off at 0.
    """
    n = len(vertices)
    if not len(faces):
        return np.zeros(n, np.float32)
    start, end = faces[:, [0, 1, 2]].ravel(), faces[:, [1, 2, 0]].ravel()
    rows, columns = np.concatenate([start, end]), np.concatenate([end, start])
    neighbours = coo_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(n, n)).tocsr()
    degree = np.maximum(neighbours.sum(axis=1), 1.0).astype(np.float32)[:, None]
    vertices = np.asarray(vertices, np.float32)
    extent = float(np.linalg.norm(np.ptp(vertices, axis=0)))
    isolated = np.bincount(start, minlength=n) == 0
    smoothed, hollow, step = vertices, np.zeros(n, np.float32), 0
    for stop in CAVITY_STEPS:
        while step < stop:
            smoothed = np.where(isolated[:, None], smoothed, (neighbours @ smoothed) / degree)
            step += 1
        height = np.einsum("ni,ni->n", vertices - smoothed, normals)
        floor = 2e-5 * extent * np.sqrt(stop)  # a smooth surface stays as it is
        spread = max(float(np.sqrt(np.mean(height**2))), floor)
        hollow -= np.tanh(height / spread)
    return np.clip(hollow / len(CAVITY_STEPS), 0.0, 1.0).astype(np.float32)


def darkened(colors: np.ndarray, hollow: np.ndarray, amount: float) -> np.ndarray:
    """Return (n, 3) uint8 colours that are darker in hollows by up to `amount`."""
    return (colors * (1.0 - amount * hollow)[:, None]).astype(np.uint8)
