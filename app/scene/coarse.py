"""A coarser mesh on some of the same vertices, drawn while frames must be quick."""

from dataclasses import dataclass

import fast_simplification
import numpy as np
from scipy.spatial import cKDTree

TRIANGLES = 12_000
"""Triangles that software draws in a few milliseconds."""


@dataclass(frozen=True, eq=False)
class Coarse:
    """Part of the vertices of a mesh, and triangles between them.

    Parameters
    ----------
    vertices : (m,) int64 array
        Numbers of the vertices that are kept.
    faces : (k, 3) int64 array
        Corners, as places in `vertices`.
    """

    vertices: np.ndarray
    faces: np.ndarray


def coarse(points: np.ndarray, faces: np.ndarray, triangles: int = TRIANGLES) -> Coarse | None:
    """Return a coarser mesh, None where the mesh is coarse already.

    Notes
    -----
    Edges are collapsed by quadric error; then each vertex that is left moves to the vertex of the mesh nearest to it,
    so that positions and colours can be taken from there.
    """
    if len(faces) <= 2 * triangles:
        return None
    left, corners = fast_simplification.simplify(
        np.asarray(points, np.float32), np.asarray(faces, np.int32), 1.0 - triangles / len(faces)
    )
    kept, place = np.unique(cKDTree(points).query(left)[1], return_inverse=True)
    corners = place[corners]
    proper = (corners != np.roll(corners, 1, axis=1)).all(axis=1)
    return Coarse(kept, corners[proper].astype(np.int64))
