"""A numbering of vertices and faces that does not depend on the one of the file."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64


class Numbering(NamedTuple):
    """Which vertices and faces come first, second and so on.

    Parameters
    ----------
    vertices : (n,) int64 array
        Old numbers in the new order.
    ranks : (n,) int64 array
        New numbers in the old order.
    faces : (f,) int64 array
        Old numbers of the faces in the new order.
    corners : (f, 3) int64 array
        The faces in the new order, their corners in new numbers, the smallest first; their orientation is kept.
    """

    vertices: Int64[np.ndarray, " n"]
    ranks: Int64[np.ndarray, " n"]
    faces: Int64[np.ndarray, " f"]
    corners: Int64[np.ndarray, "f 3"]


def by_coordinates(points: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"]) -> Numbering:
    """Number vertices by their first coordinate, then by the second and third, and faces by their corners.

    Parameters
    ----------
    points : (n, 3) float64 array
        Vertices; of two at one place, that with the smaller number comes first.
    faces : (f, 3) int64 array
        Corners of each face.

    Notes
    -----
    Training draws faces at random. With this numbering it draws the same ones whatever the order of the file.
    """
    vertices = np.lexsort(points.T[::-1])
    ranks = np.empty(len(points), np.int64)
    ranks[vertices] = np.arange(len(points))
    corners = ranks[faces]
    first = corners.argmin(1) if len(corners) else np.empty(0, np.int64)
    corners = np.take_along_axis(corners, (first[:, None] + np.arange(3)) % 3, axis=1)
    order = np.lexsort(corners.T[::-1])
    return Numbering(vertices, ranks, order, corners[order])
