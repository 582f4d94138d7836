"""Triangles where a function on tetrahedra vanishes."""

import numpy as np
from jaxtyping import Float64, Int64

KUHN = np.array(
    [[0, 1, 3, 7], [0, 3, 2, 7], [0, 2, 6, 7], [0, 6, 4, 7], [0, 4, 5, 7], [0, 5, 1, 7]],
)
"""Six tetrahedra around the diagonal of a cube whose corners are numbered by the bits x, y, z."""
_LONELY = np.array([[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]])
"""The other corners of a tetrahedron, seen anticlockwise from outside."""
_NEAREST = 0.02
"""Least part of an edge between a corner and a crossing: no triangle is without area."""


def zero_set(
    tetrahedra: Int64[np.ndarray, "t 4"], values: Float64[np.ndarray, " v"], places: Float64[np.ndarray, "v 3"]
) -> tuple[Float64[np.ndarray, "m 3"], Int64[np.ndarray, "f 3"]]:
    """Return vertices and triangles where a function that is affine on tetrahedra vanishes, its greater side outside.

    Parameters
    ----------
    tetrahedra : (t, 4) int64 array
        Corners, of positive volume.
    values, places : (v,) and (v, 3) float64 arrays
        The function at each corner, and where it is.

    Notes
    -----
    Marching tetrahedra: a corner on one side alone is cut off by a triangle, two and two are parted by a square of two.
    The square is cut along the edge between the crossings of least and greatest corner number, alike from both sides
    since it lies within the tetrahedron.
    """
    inside = values[tetrahedra] < 0.0
    count = inside.sum(1)
    edges: list[np.ndarray] = []
    for lonely, kind in ((True, 1), (False, 3)):
        some, sign = tetrahedra[count == kind], inside[count == kind]
        tip = np.argmax(sign == lonely, axis=1)
        others = np.take_along_axis(some, _LONELY[tip], 1)
        ends = np.stack([np.broadcast_to(some[np.arange(len(some)), tip][:, None], others.shape), others], 2)
        edges.append(ends if kind == 1 else ends[:, ::-1])
    some, sign = tetrahedra[count == 2], inside[count == 2]
    order = np.argsort(~sign, axis=1, kind="stable")  # the two inside first
    a, b, c, d = np.take_along_axis(some, order, 1).T
    square = np.stack([np.stack([a, c], 1), np.stack([a, d], 1), np.stack([b, d], 1), np.stack([b, c], 1)], 1)
    odd = _is_odd(order)
    square[odd] = square[odd][:, ::-1]
    edges += [square[:, [0, 1, 2]], square[:, [0, 2, 3]]]
    ends = np.sort(np.concatenate(edges).reshape(-1, 2), axis=1)
    key = ends[:, 0] * np.int64(len(values)) + ends[:, 1]
    unique, face = np.unique(key, return_inverse=True)
    p, q = unique // len(values), unique % len(values)
    part = np.clip(values[p] / (values[p] - values[q]), _NEAREST, 1.0 - _NEAREST)[:, None]
    return places[p] + part * (places[q] - places[p]), face.reshape(-1, 3)


def _is_odd(order: np.ndarray) -> np.ndarray:
    """Whether each of some permutations of four is odd."""
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    return np.stack([order[:, i] > order[:, j] for i, j in pairs]).sum(0) % 2 == 1
