"""Closed curves in space as polygons: linking numbers, crossings, distances, and how they are seen in the plane."""

import numpy as np
from jaxtyping import Float64

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
    a1, b1 = np.roll(a, -1, 0), np.roll(b, -1, 0)
    corners = [b[None] - a[:, None], b1[None] - a[:, None], b1[None] - a1[:, None], b[None] - a1[:, None]]
    normals = [np.cross(corners[k], corners[(k + 1) % 4]) for k in range(4)]
    for normal in normals:
        normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-300)
    angles = [np.arcsin(np.clip((normals[k] * normals[(k + 1) % 4]).sum(2), -1.0, 1.0)) for k in range(4)]
    turned = np.cross((b1 - b)[None], (a1 - a)[:, None])
    side = np.sign((corners[0] * turned).sum(2))
    return float((np.sum(angles, 0) * side).sum() / (4.0 * np.pi))


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
    return 0.5 * float(crossings(a, b)[:, 2].sum())


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
