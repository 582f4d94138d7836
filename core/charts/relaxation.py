"""Moving the vertices of a planar triangulation one by one to lower its distortion; no triangle ever flips."""

import numba
import numpy as np
from jaxtyping import Float64, Int64

_THIN = 1e-4
"""Part of its mean squared side that is added to the metric of a face, so that slivers and needles stay finite."""
_NOTHING, _NO_AREA = 1e-100, 1e-150
"""Added to the metric of a face, whose corners may all lie in one place; doubled area of an image that is none: what is
divided by either stays a number."""
_BACKTRACKS = 12
"""How often a step is halved before the vertex stays where it is."""


@numba.njit(cache=True, nogil=True)
def metric_of(
    a: Float64[np.ndarray, " 3"], b: Float64[np.ndarray, " 3"], c: Float64[np.ndarray, " 3"], unit: float
) -> tuple[float, float, float]:
    """Gram matrix (p, q, r) of the sides of one triangle, thickened a little."""
    p, q, r = 0.0, 0.0, 0.0
    for k in range(3):
        first, second = (b[k] - a[k]) / unit, (c[k] - a[k]) / unit
        p += first * first
        q += first * second
        r += second * second
    thick = _THIN * (p + r + (p - 2.0 * q + r)) / 3.0 + _NOTHING
    return p + thick, q + 0.5 * thick, r + thick


@numba.njit(cache=True, nogil=True)
def _energy(x: float, y: float, ax: float, ay: float, bx: float, by: float, p: float, q: float, r: float) -> float:
    """Area times (|J|² + |J⁻¹|²) / 2 of the map from a face to the plane triangle (x, a, b); infinite if flipped.

    The face's metric is that of its sides from the corner at x.
    """
    ux, uy, vx, vy = ax - x, ay - y, bx - x, by - y
    d = ux * vy - uy * vx
    if not d > _NO_AREA:
        return np.inf
    size = p * r - q * q
    norm = r * (ux * ux + uy * uy) - 2.0 * q * (ux * vx + uy * vy) + p * (vx * vx + vy * vy)
    return 0.25 * norm * (1.0 / np.sqrt(size) + np.sqrt(size) / (d * d))


@numba.njit(cache=True, nogil=True)
def _corner(
    f: int, v: int, faces: Int64[np.ndarray, "n 3"], metrics: Float64[np.ndarray, "n 3"]
) -> tuple[int, int, float, float, float]:
    """The two corners after v in face f, and its metric seen from v."""
    p, q, r = metrics[f]
    if faces[f, 0] == v:
        return faces[f, 1], faces[f, 2], p, q, r
    if faces[f, 1] == v:  # sides b - a = u, c - a = w become w - u and -u
        return faces[f, 2], faces[f, 0], p - 2.0 * q + r, p - q, p
    return faces[f, 0], faces[f, 1], r, r - q, p - 2.0 * q + r


@numba.njit(cache=True, nogil=True)
def local_energy(
    v: int,
    x: float,
    y: float,
    codes: Float64[np.ndarray, "n 2"],
    around: Int64[np.ndarray, " m"],
    count: int,
    faces: Int64[np.ndarray, "f 3"],
    metrics: Float64[np.ndarray, "f 3"],
) -> float:
    """Energy of the faces around v if it lay at (x, y)."""
    total = 0.0
    for i in range(count):
        a, b, p, q, r = _corner(around[i], v, faces, metrics)
        total += _energy(x, y, codes[a, 0], codes[a, 1], codes[b, 0], codes[b, 1], p, q, r)
        if total == np.inf:
            return total
    return total


@numba.njit(cache=True, nogil=True)
def _derivatives(
    v: int,
    codes: Float64[np.ndarray, "n 2"],
    around: Int64[np.ndarray, " m"],
    count: int,
    faces: Int64[np.ndarray, "f 3"],
    metrics: Float64[np.ndarray, "f 3"],
) -> tuple[float, float, float, float, float, float]:
    """Energy of the faces around v, its gradient (2) and Hessian (3) by the place of v."""
    x, y = codes[v]
    gx, gy, hxx, hxy, hyy, energy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(count):
        a, b, p, q, r = _corner(around[i], v, faces, metrics)
        ux, uy, wx, wy = codes[a, 0] - x, codes[a, 1] - y, codes[b, 0] - x, codes[b, 1] - y
        d = ux * wy - uy * wx
        if not d > _NO_AREA:
            return np.inf, 0.0, 0.0, 0.0, 0.0, 0.0
        root = np.sqrt(p * r - q * q)
        norm = r * (ux * ux + uy * uy) - 2.0 * q * (ux * wx + uy * wy) + p * (wx * wx + wy * wy)
        nx, ny = -2.0 * ((r - q) * ux + (p - q) * wx), -2.0 * ((r - q) * uy + (p - q) * wy)
        cx, cy = uy - wy, wx - ux
        k = root / (d * d)
        factor = 1.0 / root + k
        straight, bent = 2.0 * (p - 2.0 * q + r) * factor, 6.0 * norm * k / (d * d)
        energy += 0.25 * norm * factor
        gx += 0.25 * (nx * factor - 2.0 * norm * k * cx / d)
        gy += 0.25 * (ny * factor - 2.0 * norm * k * cy / d)
        hxx += 0.25 * (straight - 4.0 * k * nx * cx / d + bent * cx * cx)
        hyy += 0.25 * (straight - 4.0 * k * ny * cy / d + bent * cy * cy)
        hxy += 0.25 * (bent * cx * cy - 2.0 * k * (nx * cy + ny * cx) / d)
    return energy, gx, gy, hxx, hxy, hyy


@numba.njit(cache=True, nogil=True)
def move_vertex(
    v: int,
    codes: Float64[np.ndarray, "n 2"],
    around: Int64[np.ndarray, " m"],
    count: int,
    faces: Int64[np.ndarray, "f 3"],
    metrics: Float64[np.ndarray, "f 3"],
) -> None:
    """Move one vertex by a Newton step that lowers the energy around it."""
    x, y = codes[v]
    energy, gx, gy, hxx, hxy, hyy = _derivatives(v, codes, around, count, faces, metrics)
    middle, radius = 0.5 * (hxx + hyy), np.hypot(0.5 * (hxx - hyy), hxy)
    shift = max(0.0, 1e-3 * abs(middle + radius) - (middle - radius))
    hxx, hyy = hxx + shift, hyy + shift
    determinant = hxx * hyy - hxy * hxy
    if not (energy < np.inf and determinant > 0.0 and determinant < np.inf):
        return
    sx, sy = -(hyy * gx - hxy * gy) / determinant, -(hxx * gy - hxy * gx) / determinant
    slope, t = gx * sx + gy * sy, 1.0
    for _ in range(_BACKTRACKS):
        there = local_energy(v, x + t * sx, y + t * sy, codes, around, count, faces, metrics)
        if there < energy + 0.1 * t * slope:
            codes[v, 0], codes[v, 1] = x + t * sx, y + t * sy
            return
        t *= 0.5
