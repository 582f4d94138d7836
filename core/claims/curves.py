"""Closed curves in space as polygons: linking numbers, crossings, distances, and how they are seen in the plane."""

import numpy as np
from jaxtyping import Float64
from numba import njit

_TILT = np.array([[0.96, 0.10], [0.28, 0.42], [0.02, 0.90]])
"""Plane in which what lies in space is drawn."""

_VIEW = np.linalg.qr(np.array([[0.82, -0.36, 0.44], [0.45, 0.88, -0.13], [-0.34, 0.30, 0.89]]))[0]
"""Axes in which crossings are counted, a turn of space and no mirror."""


def circle(n: int) -> Float64[np.ndarray, " n"]:
    """Return n angles around a circle."""
    return 2.0 * np.pi * np.arange(n) / n


def link(kind: str, n: int) -> tuple[Float64[np.ndarray, "n 3"], Float64[np.ndarray, "n 3"]]:
    """Return two closed curves of n points each.

    Parameters
    ----------
    kind : "hopf", "apart", "torus 2,4", "torus 2,6" or "whitehead"
        Which link; their linking numbers are 1, 0, 2, 3 and 0 up to sign.
    n : int
        Points of each.
    """
    t = circle(n)
    if kind == "whitehead":
        flat = np.stack([1.6 * np.cos(t), 0.75 * np.sin(t), 0.0 * t], 1)
        return flat, np.stack([1.1 * np.sin(2 * t), 1.5 * np.sin(t), 0.45 * np.sin(3 * t)], 1)
    if kind.startswith("torus"):
        turns = int(kind[-1]) // 2

        def strand(shift: float) -> np.ndarray:
            distance = 1.0 + 0.4 * np.cos(turns * t + shift)
            return np.stack([distance * np.cos(t), distance * np.sin(t), 0.4 * np.sin(turns * t + shift)], 1)

        return strand(0.0), strand(np.pi)
    first = np.stack([np.cos(t), np.sin(t), 0.0 * t], 1)
    moved = 1.0 if kind == "hopf" else 2.6
    return first, np.stack([moved + np.cos(t), 0.0 * t, np.sin(t)], 1)


def linking_integral(a: Float64[np.ndarray, "n 3"], b: Float64[np.ndarray, "m 3"]) -> float:
    r"""Return Gauss' integral of two closed polygons.

    Notes
    -----
    :math:`\frac{1}{4\pi}\oint\oint \frac{(x-y)\cdot(dx\times dy)}{|x-y|^3}`: for two edges it is the solid angle that
    the directions from one to the other fill, in closed form (Klenin and Langowski 2000, *Biopolymers* 54, method 1a).
    """
    return _solid_angle(np.ascontiguousarray(a, np.float64), np.ascontiguousarray(b, np.float64)) / (4.0 * np.pi)


@njit(nogil=True, cache=True)
def _solid_angle(a: Float64[np.ndarray, "n 3"], b: Float64[np.ndarray, "m 3"]) -> float:  # pragma: no cover - compiled
    """Return the signed solid angle that the directions from one closed polygon to another fill."""
    total = 0.0
    corners, normals = np.empty((4, 3)), np.empty((4, 3))
    for i in range(len(a)):
        ii = (i + 1) % len(a)
        for j in range(len(b)):
            jj = (j + 1) % len(b)
            for d in range(3):
                corners[0, d], corners[1, d] = b[j, d] - a[i, d], b[jj, d] - a[i, d]
                corners[2, d], corners[3, d] = b[jj, d] - a[ii, d], b[j, d] - a[ii, d]
            side = 0.0
            for k in range(4):
                p, q = corners[k], corners[(k + 1) % 4]
                x, y, z = p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]
                size = max(np.sqrt(x * x + y * y + z * z), 1e-300)
                normals[k, 0], normals[k, 1], normals[k, 2] = x / size, y / size, z / size
            for d in range(3):
                e, f = (d + 1) % 3, (d + 2) % 3
                turned = (b[jj, e] - b[j, e]) * (a[ii, f] - a[i, f]) - (b[jj, f] - b[j, f]) * (a[ii, e] - a[i, e])
                side += corners[0, d] * turned
            angle = 0.0
            for k in range(4):
                p, q = normals[k], normals[(k + 1) % 4]
                angle += np.arcsin(min(max(p[0] * q[0] + p[1] * q[1] + p[2] * q[2], -1.0), 1.0))
            total += angle * np.sign(side)
    return total


def crossings(a: Float64[np.ndarray, "n 3"], b: Float64[np.ndarray, "m 3"]) -> np.ndarray:
    """Return the crossings of two closed polygons seen along a direction: edge, edge, sign, 1 where a is over.

    Notes
    -----
    The direction is one fixed turn of space, in which no corner of a curve of ours lies above another edge.
    """
    p, q = a @ _VIEW, b @ _VIEW
    u, v = np.roll(p, -1, 0) - p, np.roll(q, -1, 0) - q
    apart = q[None] - p[:, None]
    area = u[:, None, 0] * v[None, :, 1] - u[:, None, 1] * v[None, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (apart[..., 0] * v[None, :, 1] - apart[..., 1] * v[None, :, 0]) / area
        t = (apart[..., 0] * u[:, None, 1] - apart[..., 1] * u[:, None, 0]) / area
    i, j = np.nonzero((s >= 0) & (s < 1) & (t >= 0) & (t < 1))
    above = p[i, 2] + s[i, j] * u[i, 2] - q[j, 2] - t[i, j] * v[j, 2]
    return np.stack([i, j, np.sign(area[i, j] * above), above > 0], 1).astype(int)


def linking_number(a: Float64[np.ndarray, "n 3"], b: Float64[np.ndarray, "m 3"]) -> float:
    """Return half the sum of the signs of the crossings of two closed polygons: a whole number."""
    return 0.5 * _signs(np.ascontiguousarray(a @ _VIEW), np.ascontiguousarray(b @ _VIEW))


@njit(nogil=True, cache=True)
def _signs(p: Float64[np.ndarray, "n 3"], q: Float64[np.ndarray, "m 3"]) -> int:  # pragma: no cover - compiled
    """Return the sum of the signs of `crossings`, of polygons in the axes of the view: no array for all pairs."""
    total = 0
    for i in range(len(p)):
        ii = (i + 1) % len(p)
        ux, uy = p[ii, 0] - p[i, 0], p[ii, 1] - p[i, 1]
        low, high = min(p[i, 0], p[ii, 0]), max(p[i, 0], p[ii, 0])
        for j in range(len(q)):
            jj = j + 1 if j + 1 < len(q) else 0
            if max(q[j, 0], q[jj, 0]) < low or min(q[j, 0], q[jj, 0]) > high:
                continue
            vx, vy = q[jj, 0] - q[j, 0], q[jj, 1] - q[j, 1]
            x, y = q[j, 0] - p[i, 0], q[j, 1] - p[i, 1]
            area = ux * vy - uy * vx
            if area == 0.0:
                continue
            s, t = (x * vy - y * vx) / area, (x * uy - y * ux) / area
            if 0.0 <= s < 1.0 and 0.0 <= t < 1.0:
                above = p[i, 2] + s * (p[ii, 2] - p[i, 2]) - q[j, 2] - t * (q[jj, 2] - q[j, 2])
                total += int(np.sign(area * above))
    return total


@njit(nogil=True, cache=True)
def distance_between(
    a: Float64[np.ndarray, "n d"], b: Float64[np.ndarray, "m d"]
) -> float:  # pragma: no cover - compiled
    """Return the least distance of two closed polygons, exactly that of their edges, in any dimension.

    Notes
    -----
    Of each two edges by Lumelsky's clamped parameters: Ericson 2005, *Real-Time Collision Detection*, section 5.1.9.
    """
    d, least, near = a.shape[1], np.inf, np.inf
    halves = np.zeros(len(b))
    for j in range(len(b)):
        for k in range(d):
            halves[j] += 0.25 * (b[(j + 1) % len(b), k] - b[j, k]) ** 2
        halves[j] = np.sqrt(halves[j])
    for i in range(len(a)):
        ii, half = (i + 1) % len(a), 0.0
        for k in range(d):
            half += 0.25 * (a[ii, k] - a[i, k]) ** 2
        half = np.sqrt(half)
        for j in range(len(b)):
            jj, gap = (j + 1) % len(b), 0.0
            for k in range(d):
                gap += 0.25 * (a[i, k] + a[ii, k] - b[j, k] - b[jj, k]) ** 2
            if gap > (near + half + halves[j]) ** 2:
                continue  # the edges lie in balls about their middles
            uu = vv = uv = ur = vr = 0.0
            for k in range(d):
                u, v, r = a[ii, k] - a[i, k], b[jj, k] - b[j, k], a[i, k] - b[j, k]
                uu += u * u
                vv += v * v
                uv += u * v
                ur += u * r
                vr += v * r
            area = uu * vv - uv * uv
            s = min(max((uv * vr - ur * vv) / area, 0.0), 1.0) if area > 1e-14 * uu * vv else 0.0
            t = (uv * s + vr) / vv if vv > 0.0 else 0.0
            if t < 0.0 or t > 1.0:
                t = min(max(t, 0.0), 1.0)
                s = min(max((uv * t - ur) / uu, 0.0), 1.0) if uu > 0.0 else 0.0
            apart = 0.0
            for k in range(d):
                gap = a[i, k] + s * (a[ii, k] - a[i, k]) - b[j, k] - t * (b[jj, k] - b[j, k])
                apart += gap * gap
            if apart < least:
                least, near = apart, np.sqrt(apart)
    return np.sqrt(least)


def seen(points: Float64[np.ndarray, "n 3"], closed: bool = False) -> Float64[np.ndarray, "m 2"]:
    """Return points of space in the plane of the picture; a closed curve ends where it begins."""
    flat = points @ _TILT
    return np.concatenate([flat, flat[:1]]) if closed else flat


def least_distance(points: Float64[np.ndarray, "n d"], apart: int) -> float:
    """Return the least distance of two points of a closed polygon that are at least some corners apart."""
    n = len(points)
    gap = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    far = np.minimum(gap, n - gap) >= apart
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    return float(distance[far].min())


def knot_determinant(points: Float64[np.ndarray, "n 3"]) -> int:
    """Return the determinant of a closed polygon as a knot: 1 for a circle, 3 for a trefoil.

    Notes
    -----
    Of the colouring matrix of its shadow: twice the arc above less the two that end below, a row for each crossing
    (Livingston 1993, *Knot Theory*, section 3.4).
    """
    found = crossings(points, points)
    n = len(points)
    i, j, _, is_over = found.T
    found = found[(is_over == 1) & (i != j) & ((i - j) % n != 1) & ((j - i) % n != 1)]
    if len(found) < 3:
        return 1
    # An edge that several crossings lie on is cut at each of them: places along the knot, edge and part of it.
    over, under = _places(points, found)
    order = np.sort(under)
    k = len(found)
    matrix = np.zeros((k, k))
    for row in range(k):
        after = int(np.searchsorted(order, float(under[row])))
        above = int(np.searchsorted(order, float(over[row]))) % k
        for column, weight in ((above, 2.0), (after, -1.0), ((after + 1) % k, -1.0)):
            matrix[row, column] += weight
    return round(abs(np.linalg.det(matrix[1:, 1:])))


def _places(points: np.ndarray, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where along a closed polygon the upper and the lower strand of each crossing lie."""
    p = points @ _VIEW
    u = np.roll(p, -1, 0) - p
    i, j = found[:, 0], found[:, 1]
    apart, area = p[j] - p[i], u[i, 0] * u[j, 1] - u[i, 1] * u[j, 0]
    s = (apart[:, 0] * u[j, 1] - apart[:, 1] * u[j, 0]) / area
    t = (apart[:, 0] * u[i, 1] - apart[:, 1] * u[i, 0]) / area
    return i + s, j + t
