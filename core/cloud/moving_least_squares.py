"""Moving least squares: a classical rival that sees neighbouring points only."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit
from scipy.spatial import KDTree

from core.base.clock import n_cores

NEIGHBOURS = (10, 20, 35, 60, 100, 200, 300, 450)
"""Numbers of neighbours that are tried."""
ORDERS = (1, 2)
"""Planes and quadrics."""
_ROUNDS = 2
_BLOCK = 2_000
"""Points that one thread takes at a time."""


@dataclass(frozen=True)
class Setting:
    """One choice of its parameters.

    Parameters
    ----------
    neighbours : int
        Points that each fit takes.
    order : 1 or 2
        Degree of the height over the plane.
    """

    neighbours: int
    order: int


def settings(n_points: int) -> tuple[Setting, ...]:
    """Return all settings that a cloud of so many points allows."""
    return tuple(Setting(k, order) for k in NEIGHBOURS for order in ORDERS if k <= n_points)


def moving_least_squares(
    tree: KDTree, points: Float64[np.ndarray, "n 3"], setting: Setting
) -> Float64[np.ndarray, "n 3"]:
    """Move points onto the local fits of a cloud.

    Parameters
    ----------
    tree : KDTree
        The cloud.
    points : (n, 3) float64 array
        What to move, in input units.
    setting : Setting
        Neighbours and order.

    Notes
    -----
    Weights fall as a Gaussian to exp(-3) at the last neighbour. The plane is the weighted least-squares one (Alexa and
    others, *Computing and rendering point set surfaces*, 2003); all is fitted anew about the moved point.
    """

    def moved(part: np.ndarray) -> np.ndarray:
        around = tree.query(part, setting.neighbours)[1].reshape(len(part), -1)
        return _moved(part, tree.data, np.ascontiguousarray(around), setting.order, _ROUNDS)

    parts = np.array_split(np.ascontiguousarray(points, np.float64), -(-len(points) // _BLOCK))
    with ThreadPoolExecutor(n_cores()) as pool:
        return np.concatenate(list(pool.map(moved, parts)))


@njit(cache=True, nogil=True)
def _moved(
    points: Float64[np.ndarray, "n 3"],
    cloud: Float64[np.ndarray, "m 3"],
    around: Int64[np.ndarray, "n k"],
    order: int,
    rounds: int,
) -> Float64[np.ndarray, "n 3"]:
    """Every point after some rounds of fitting and projecting."""
    result = np.empty_like(points)
    for i in range(len(points)):
        patch, here = cloud[around[i]], points[i].copy()
        for _ in range(rounds):
            here = _projected(here, patch, order)
        result[i] = here
    return result


@njit(cache=True, nogil=True)
def _projected(
    here: Float64[np.ndarray, " 3"], patch: Float64[np.ndarray, "k 3"], order: int
) -> Float64[np.ndarray, " 3"]:
    """Move a point along the normal of the fitted plane onto the fit."""
    n, reach = len(patch), 0.0
    weight = np.empty(n)
    for k in range(n):
        weight[k] = 0.0
        for a in range(3):
            weight[k] += (patch[k, a] - here[a]) ** 2
        reach = max(reach, weight[k])
    if reach == 0.0:
        return here
    total, middle, second = 0.0, np.zeros(3), np.zeros((3, 3))
    for k in range(n):
        weight[k] = np.exp(-3.0 * weight[k] / reach)
        total += weight[k]
        for a in range(3):
            middle[a] += weight[k] * patch[k, a]
    middle /= total
    for k in range(n):
        for a in range(3):
            for b in range(a + 1):
                second[a, b] += weight[k] * (patch[k, a] - middle[a]) * (patch[k, b] - middle[b])
    frame = np.linalg.eigh(second + second.T - np.diag(np.diag(second)))[1]
    place = frame.T @ (here - middle)
    height = 0.0
    if order == 2 and n >= 6:
        height = _quadric_height(place, patch, middle, frame, weight, np.sqrt(reach))
    return here + (height - place[0]) * frame[:, 0]


@njit(cache=True, nogil=True)
def _quadric_height(
    place: Float64[np.ndarray, " 3"],
    patch: Float64[np.ndarray, "k 3"],
    middle: Float64[np.ndarray, " 3"],
    frame: Float64[np.ndarray, "3 3"],
    weight: Float64[np.ndarray, " k"],
    unit: float,
) -> float:
    """Height at a place of the quadric fitted over a plane."""
    matrix, right, row, local = np.zeros((6, 6)), np.zeros(6), np.ones(6), np.empty(3)
    for k in range(len(patch)):
        for a in range(3):
            local[a] = 0.0
            for b in range(3):
                local[a] += frame[b, a] * (patch[k, b] - middle[b])
        row[1], row[2] = local[1] / unit, local[2] / unit
        row[3], row[4], row[5] = row[1] * row[1], row[1] * row[2], row[2] * row[2]
        for a in range(6):
            right[a] += weight[k] * row[a] * local[0]
            for b in range(a + 1):
                matrix[a, b] += weight[k] * row[a] * row[b]
    for a in range(6):
        for b in range(a):
            matrix[b, a] = matrix[a, b]
        matrix[a, a] += 1e-9  # a patch along a line leaves the quadric open; then the plane decides
    found = np.linalg.solve(matrix, right)
    u, v = place[1] / unit, place[2] / unit
    return found[0] + found[1] * u + found[2] * v + found[3] * u * u + found[4] * u * v + found[5] * v * v
