"""Triangles of a surface that pass through each other."""

from fractions import Fraction

import numpy as np
from jaxtyping import Float64, Int64

from core.geometry.nearest_triangle import triangle_tree

_SURE = 1e-14
"""Part of the sum of the sizes of its terms above which the sign of a determinant is certain: Shewchuk's bound for
orientation in space is 8e-16 of them, and the differences are rounded too."""


def crossings(points: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"]) -> Int64[np.ndarray, "p 2"]:
    """Return the pairs of faces of which an edge of one passes through the inside of the other.

    Parameters
    ----------
    points : (n, 3) float64 array
        Vertices.
    faces : (f, 3) int64 array
        Triangles.

    Returns
    -------
    (p, 2) int64 array
        Pairs, the lower face first, in ascending order. Faces that only touch, or lie in one plane, are not among them.

    Notes
    -----
    Exact for the coordinates as they are: a sign that rounding could change is found with fractions. Where there is
    such a pair, two points of the surface lie in one place of space, and no map from space is one-to-one on it.
    """
    corners = points[faces]
    near = triangle_tree(corners).meeting_boxes()
    pairs = np.concatenate([near, near[:, ::-1]])
    found = [pairs[:0]]
    for k in range(3):
        tails, heads = faces[pairs[:, 0], k], faces[pairs[:, 0], (k + 1) % 3]
        target = faces[pairs[:, 1]]
        apart = ~((target == tails[:, None]) | (target == heads[:, None])).any(1)
        hits = _passes(points[tails[apart]], points[heads[apart]], corners[pairs[apart, 1]])
        found.append(pairs[apart][hits])
    return np.unique(np.sort(np.concatenate(found), axis=1), axis=0)


def _passes(tails: np.ndarray, heads: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Whether each segment passes through the inside of a triangle."""
    ends = np.stack([tails, heads], 1)
    near = ((ends.min(1) <= corners.max(1)) & (ends.max(1) >= corners.min(1))).all(1)
    hits = np.zeros(len(tails), bool)
    hits[near] = _crosses(tails[near], heads[near], corners[near])
    return hits


def _crosses(tails: np.ndarray, heads: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Whether each segment, whose box meets that of its triangle, passes through the inside of that."""
    a, b, c = corners.transpose(1, 0, 2)
    signs = [
        _sides(a, b, c, tails),
        _sides(a, b, c, heads),
        _sides(tails, heads, a, b),
        _sides(tails, heads, b, c),
        _sides(tails, heads, c, a),
    ]
    # Only where the certain signs allow it are the others worth finding.
    first, second, *around = signs
    allowed = (first * second <= 0) & ~((np.maximum.reduce(around) > 0) & (np.minimum.reduce(around) < 0))
    for k in np.flatnonzero(allowed & (np.array(signs) == 0).any(0)):
        p, q, triangle = tails[k], heads[k], corners[k]
        first[k] = _exact_side(triangle[0], triangle[1], triangle[2], p)
        second[k] = _exact_side(triangle[0], triangle[1], triangle[2], q) if first[k] else 0.0
        if first[k] * second[k] < 0:
            for m, values in enumerate(around):
                values[k] = _exact_side(p, q, triangle[m], triangle[(m + 1) % 3])
    return (first * second < 0) & (np.abs(np.sum(around, axis=0)) == 3)


def _sides(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Sign of the volume of each tetrahedron; 0 where rounding could change it."""
    u, v, w = b - a, c - a, d - a
    value = np.einsum("ij,ij->i", np.cross(u, v), w)
    x, y, z = np.abs(u), np.abs(v), np.abs(w)
    size = sum((x[:, i] * y[:, j] + x[:, j] * y[:, i]) * z[:, 3 - i - j] for i, j in ((0, 1), (1, 2), (0, 2)))
    return np.where(np.abs(value) > _SURE * size, np.sign(value), 0.0)


def _exact_side(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> float:
    """Sign of the volume of a tetrahedron, without rounding."""
    origin = [Fraction(float(x)) for x in a]
    u, v, w = ([Fraction(float(x)) - o for x, o in zip(p, origin, strict=True)] for p in (b, c, d))
    volume = (
        (u[1] * v[2] - u[2] * v[1]) * w[0] + (u[2] * v[0] - u[0] * v[2]) * w[1] + (u[0] * v[1] - u[1] * v[0]) * w[2]
    )
    return float((volume > 0) - (volume < 0))
