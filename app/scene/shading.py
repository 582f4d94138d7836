"""How surfaces are lit: four lights that follow the camera, and hollows that are darker."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

SPECULAR, SPECULAR_POWER = 0.18, 18.0
AMBIENT, AMBIENT_WITH_TEXTURE = 0.06, 0.20
CAVITY, CAVITY_ON_CLAY = 0.16, 0.24
"""By how much the deepest hollows are darkened."""
CAVITY_STEPS, QUICK_CAVITY_STEPS = (3, 12, 60), (4,)
"""Laplacian steps after which the smoothed surface is compared with the surface; fewer while it changes."""


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


def mean_of_neighbours(n: int, faces: np.ndarray) -> csr_array:
    """Return the (n, n) float32 matrix that averages over the neighbours of each vertex; a lone vertex stays."""
    start, end = faces[:, [0, 1, 2]].ravel(), faces[:, [1, 2, 0]].ravel()
    lone = np.flatnonzero(np.bincount(start, minlength=n) == 0)
    rows, columns = np.concatenate([start, end, lone]), np.concatenate([end, start, lone])
    degree = np.bincount(rows, minlength=n).astype(np.float32)
    return coo_array((1.0 / degree[rows], (rows, columns)), shape=(n, n)).tocsr()


def cavity(
    points: np.ndarray, mean: csr_array, normals: np.ndarray, steps: tuple[int, ...] = CAVITY_STEPS
) -> np.ndarray:
    """Return how deep in a hollow each vertex lies: 0 on plains and ridges, 1 in the deepest hollows.

    Parameters
    ----------
    points : (n, 3) float32 array
        Positions.
    mean : (n, n) sparse matrix
        From `mean_of_neighbours`.
    normals : (n, 3) float32 array
        Unit normals, outward.
    steps : tuple of int
        Laplacian steps after which heights are taken.

    Returns
    -------
    (n,) float32 array
        From the heights h = (x − smoothed x) · n after so many steps: the mean of tanh(−h / rms h), cut off at 0.
    """
    extent = float(np.linalg.norm(np.ptp(points, axis=0)))
    smoothed, hollow, step = points, np.zeros(len(points), np.float32), 0
    for stop in steps:
        while step < stop:
            smoothed = mean @ smoothed
            step += 1
        height = np.einsum("ni,ni->n", points - smoothed, normals)
        floor = 2e-5 * extent * np.sqrt(stop) + 1e-30  # a smooth surface stays as it is
        hollow -= np.tanh(height / max(float(np.sqrt(np.mean(height**2))), floor))
    return np.clip(hollow / len(steps), 0.0, 1.0).astype(np.float32)


def darkened(colors: np.ndarray, hollow: np.ndarray, amount: float) -> np.ndarray:
    """Return (n, 3) uint8 colours that are darker in hollows by up to `amount`."""
    return (colors * (1.0 - amount * hollow)[:, None]).astype(np.uint8)
