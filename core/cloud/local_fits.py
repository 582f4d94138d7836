"""Polynomial patches about the points of a cloud, as wide as points that were held out of them allow."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit
from scipy.spatial import KDTree

from core.base.clock import n_cores

_BLOCK = 2_000
"""Points that one thread takes at a time."""
_RIDGE = 1e-6
"""Pull towards a plane, over the sum of weights: points along a line leave the polynomial open."""
_LEAST_SHARE = 1e-3
"""Least part of a point's height that its neighbours may decide."""
N_TERMS = {2: 6, 3: 10}
"""Coefficients of a polynomial of two variables by its order."""
_POWERS = np.array([[0, 0], [1, 0], [0, 1], [2, 0], [1, 1], [0, 2], [3, 0], [2, 1], [1, 2], [0, 3]])
"""Powers of u and v in each of its terms: products of two terms have powers up to twice those."""


@dataclass(frozen=True)
class Width:
    """How wide patches are.

    Parameters
    ----------
    neighbours : int
        Points that each takes, itself counted.
    order : 2 or 3
        Degree of the height over the tangent plane.
    turn : float
        How far normals may turn within a patch: neighbours count less by exp(-(|n - n'| / turn)^2), so that a patch
        ends at a crease (as in Oztireli and others, *Feature preserving point set surfaces*, 2009). 0 where normals
        are not looked at.
    """

    neighbours: int
    order: int
    turn: float = 0.0


@dataclass(frozen=True, eq=False)
class Patches:
    """A polynomial about each of some points.

    Parameters
    ----------
    feet : (n, 3) float64 array
        The points, moved onto their patches.
    normals : (n, 3) float64 array
        Unit normals of the patches there.
    origins : (n, 3) float64 array
        Where the polynomials have their zero.
    frames : (n, 3, 3) float64 array
        Columns: the direction of heights, and two across it.
    terms : (n, 6 or 10) float64 array
        Coefficients of 1, u, v, u^2, u v, v^2, u^3, u^2 v, u v^2, v^3 with u, v over `reach`.
    reach : (n,) float64 array
        Distance of the farthest neighbour.
    held_out : (n,) float64 array
        Height of each point over what its neighbours alone tell.
    """

    feet: Float64[np.ndarray, "n 3"]
    normals: Float64[np.ndarray, "n 3"]
    origins: Float64[np.ndarray, "n 3"]
    frames: Float64[np.ndarray, "n 3 3"]
    terms: Float64[np.ndarray, "n t"]
    reach: Float64[np.ndarray, " n"]
    held_out: Float64[np.ndarray, " n"]


def in_threads(work: Callable[[np.ndarray], tuple[np.ndarray, ...]], rows: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return what some work makes of rows, computed by blocks on all cores."""
    parts = np.array_split(rows, max(1, -(-len(rows) // _BLOCK)))
    with ThreadPoolExecutor(n_cores()) as pool:
        found = list(pool.map(work, parts))
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))


def fit(
    tree: KDTree,
    normals: Float64[np.ndarray, "n 3"],
    points: Float64[np.ndarray, "n 3"],
    rows: Int64[np.ndarray, " m"],
    width: Width,
) -> Patches:
    """Fit a patch about each of some points.

    Parameters
    ----------
    tree : KDTree
        Of the points as they are known so far: where they lie along the surface is read from these.
    normals : (n, 3) float64 array
        Unit normals there.
    points : (n, 3) float64 array
        The points themselves, whose heights are fitted.
    rows : (m,) int64 array
        Which points get a patch.
    width : Width
        How wide patches are.

    Notes
    -----
    Neighbours are those of the smoothed points, heights those of the given ones: chosen by distance from a noisy point,
    neighbours would lie to its side of the surface. What a point held out is told by the others follows from one fit
    with it: (height - fit) / (1 - leverage).
    """
    place = np.ascontiguousarray(tree.data)

    def some(part: np.ndarray) -> tuple[np.ndarray, ...]:
        around = tree.query(place[part], width.neighbours)[1].reshape(len(part), -1)
        return _fit(place, normals, points, part, around, width.turn, N_TERMS[width.order])

    return Patches(*in_threads(some, rows))


@njit(cache=True, nogil=True)
def _row(u: float, v: float, row: np.ndarray) -> None:
    """Write the terms of the polynomial."""
    row[0] = 1.0
    row[1], row[2] = u, v
    row[3], row[4], row[5] = u * u, u * v, v * v
    if len(row) > 6:
        row[6], row[7], row[8], row[9] = u * u * u, u * u * v, u * v * v, v * v * v


@njit(cache=True, nogil=True)
def frame_of(normal: np.ndarray) -> np.ndarray:
    """A frame whose first column is a unit normal."""
    frame = np.empty((3, 3))
    axis = np.zeros(3)
    axis[np.argmin(np.abs(normal))] = 1.0
    axis -= normal * (axis * normal).sum()
    axis /= np.sqrt((axis * axis).sum())
    frame[:, 0] = normal
    frame[:, 1] = axis
    frame[:, 2] = np.cross(normal, axis)
    return frame


@njit(cache=True, nogil=True)
def _count(u: float, v: float, height: float, weight: float, moments: np.ndarray, heights: np.ndarray) -> None:
    """Add a neighbour to the sums of powers of u and v, and to those times its height."""
    order, of_v = len(heights) - 1, weight
    for b in range(2 * order + 1):
        of_both = of_v
        for a in range(2 * order + 1 - b):
            moments[a, b] += of_both
            if a + b <= order:
                heights[a, b] += of_both * height
            of_both *= u
        of_v *= v


@njit(cache=True, nogil=True)
def _equations(moments: np.ndarray, heights: np.ndarray, matrix: np.ndarray, right: np.ndarray) -> None:
    """Write the normal equations of the polynomial from sums of powers."""
    for a in range(len(right)):
        right[a] = heights[_POWERS[a, 0], _POWERS[a, 1]]
        for b in range(len(right)):
            matrix[a, b] = moments[_POWERS[a, 0] + _POWERS[b, 0], _POWERS[a, 1] + _POWERS[b, 1]]
        if a > 0:
            matrix[a, a] += _RIDGE * moments[0, 0]


@njit(cache=True, nogil=True)
def _fit(
    place: np.ndarray,
    normals: np.ndarray,
    points: np.ndarray,
    rows: np.ndarray,
    around: np.ndarray,
    turn: float,
    n_terms: int,
) -> tuple[np.ndarray, ...]:
    """The fields of `Patches`."""
    n, k = around.shape
    feet, unit, origins = np.empty((n, 3)), np.empty((n, 3)), np.empty((n, 3))
    frames, terms, reach, held_out = np.empty((n, 3, 3)), np.empty((n, n_terms)), np.empty(n), np.empty(n)
    weight, own = np.empty(k), np.empty(n_terms)
    order = 2 if n_terms == 6 else 3
    matrix, right = np.empty((n_terms, n_terms)), np.empty(n_terms)
    moments, heights = np.empty((2 * order + 1, 2 * order + 1)), np.empty((order + 1, order + 1))
    for i in range(n):
        here, normal = place[rows[i]], normals[rows[i]]
        far = 0.0
        for j in range(k):
            weight[j] = 0.0
            for c in range(3):
                weight[j] += (place[around[i, j], c] - here[c]) ** 2
            far = max(far, weight[j])
        far = max(far, 1e-300)
        frame, size = frame_of(normal), np.sqrt(far)
        moments[:], heights[:], own_height = 0.0, 0.0, 0.0
        for j in range(-1, k):  # the point itself comes first
            q = rows[i] if j < 0 else around[i, j]
            if j >= 0 and q == rows[i]:
                continue
            w = 1.0
            if j >= 0:
                w = max(0.0, 1.0 - weight[j] / far) ** 2
                if turn > 0.0 and w > 0.0:
                    bend = 0.0
                    for c in range(3):
                        bend += (normals[q, c] - normal[c]) ** 2
                    w *= np.exp(-bend / (turn * turn))
                if w == 0.0:
                    continue
            height, u, v = 0.0, 0.0, 0.0
            for c in range(3):
                step = points[q, c] - here[c]
                height += step * normal[c]
                u += step * frame[c, 1]
                v += step * frame[c, 2]
            u, v = u / size, v / size
            if j < 0:
                _row(u, v, own)
                own_height = height
            _count(u, v, height, w, moments, heights)
        _equations(moments, heights, matrix, right)
        inverse = np.linalg.inv(matrix)
        found = inverse @ right
        leverage = own @ (inverse @ own)
        held_out[i] = (own_height - own @ found) / max(_LEAST_SHARE, 1.0 - leverage)
        feet[i] = here + found[0] * normal
        tilt = normal - (found[1] / size) * frame[:, 1] - (found[2] / size) * frame[:, 2]
        unit[i] = tilt / np.sqrt((tilt * tilt).sum())
        origins[i], frames[i], terms[i], reach[i] = here, frame, found, size
    return feet, unit, origins, frames, terms, reach, held_out


@njit(cache=True, nogil=True)
def blended(
    places: np.ndarray,
    around: np.ndarray,
    origins: np.ndarray,
    frames: np.ndarray,
    terms: np.ndarray,
    reach: np.ndarray,
) -> np.ndarray:
    """Height of places over the patches around each, blended.

    Parameters
    ----------
    places : (m, 3) float64 array
        Where.
    around : (m, k) int64 array
        The patches that are blended there.
    origins, frames, terms, reach
        Fields of `Patches`.

    Notes
    -----
    A partition of unity of local fits (Ohtake and others, *Multi-level partition of unity implicits*, 2003) whose
    weights end at the last of the neighbours. Beyond its reach a patch is as high as at its rim.
    """
    n, k = around.shape
    value = np.zeros(n)
    row = np.empty(terms.shape[1])
    for i in range(n):
        far = 1e-300
        for j in range(k):
            far = max(far, ((origins[around[i, j]] - places[i]) ** 2).sum())
        total = 0.0
        for j in range(k):
            q = around[i, j]
            step = places[i] - origins[q]
            w = max(0.0, 1.0 - (step * step).sum() / far) ** 2 + 1e-12
            u, v = (step * frames[q, :, 1]).sum() / reach[q], (step * frames[q, :, 2]).sum() / reach[q]
            length = max(1.0, np.sqrt(u * u + v * v))
            _row(u / length, v / length, row)
            value[i] += w * ((step * frames[q, :, 0]).sum() - (row * terms[q]).sum())
            total += w
        value[i] /= total
    return value
