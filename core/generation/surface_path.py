"""Shortest paths over a triangulated surface, by the faces that they cross."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.base.errors import BudaiError, SolveError
from core.base.progress import Work, part
from core.generation.geodesic import PathMesh, divided, taut_path
from core.geometry.topology import edge_table

Place = tuple[int, Float64[np.ndarray, " 3"]]
"""A face, and barycentric coordinates in it."""


@dataclass(frozen=True, eq=False)
class SurfacePath:
    """A path that no small change shortens, straight in every face.

    Parameters
    ----------
    faces : (m + 1,) int64 array
        The faces that it passes, in order.
    weights : (m, 3) float64 array
        Where it leaves each of them but the last: barycentric coordinates in that face.
    converged : bool
        Whether it turns around no vertex by less than a straight line could.
    """

    faces: Int64[np.ndarray, " m1"]
    weights: Float64[np.ndarray, "m 3"]
    converged: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "faces", frozen(self.faces, np.int64, (None,)))
        object.__setattr__(self, "weights", frozen(self.weights, np.float64, (len(self.faces) - 1, 3)))


def surface_path(
    vertices: Float64[np.ndarray, "n 3"], faces: Int64[np.ndarray, "f 3"], start: Place, stop: Place
) -> Work[SurfacePath]:
    """Find a shortest path over a surface from a place to another one.

    Parameters
    ----------
    vertices : (n, 3) float64 array
        Positions.
    faces : (f, 3) int64 array
        Corners, wound one way.
    start, stop : (int, (3,) float64 array)
        A face, and barycentric coordinates in it.

    Raises
    ------
    BudaiError
        If the surface is one-sided, or not a manifold.
    SolveError
        If no way leads from one to the other.

    Notes
    -----
    That no other way around is shorter is likely, not certain.
    """
    if start[0] == stop[0]:
        return SurfacePath(np.array([start[0]]), np.zeros((0, 3)), True)
    table = edge_table(faces)
    if table.n_faces.max() > 2 or not table.is_wound_one_way:
        raise BudaiError(
            "A walk from chart to chart needs a surface whose faces can all be wound one way around edges of two "
            "faces; this one is one-sided, or has edges of more. Choose two points of one chart."
        )
    used, triangles = np.unique(faces, return_inverse=True)
    points, triangles = vertices[used], triangles.reshape(-1, 3)
    face_of, weights_of = np.arange(len(faces)), dict[int, np.ndarray]()
    for face, weights in (start, stop):
        weights_of[len(points)] = np.asarray(weights)
        points, _, triangles = divided(points, points, triangles, face, weights_of[len(points)])
        face_of = np.concatenate([face_of, [face, face]])
    mesh = PathMesh(points, points, triangles, len(points) - 2, len(points) - 1)
    taut = yield from part(taut_path(mesh))
    if taut is None:
        raise SolveError("The two points lie on pieces of the surface that do not hang together. Choose others.")
    left = taut.sides // 3
    passed = face_of[np.concatenate([left, taut.twins[taut.sides[-1:]] // 3])]
    ends = [mesh.triangles[left, (taut.sides % 3 + k) % 3] for k in range(2)]
    corners = np.searchsorted(used, faces[passed[:-1]])
    weights = sum(
        share[:, None] * _weights(end, corners, weights_of)
        for end, share in zip(ends, (1.0 - taut.parts, taut.parts), strict=True)
    )
    return SurfacePath(passed, np.asarray(weights), taut.bends == 0)


def _weights(ends: np.ndarray, corners: np.ndarray, weights_of: dict[int, np.ndarray]) -> np.ndarray:
    """Barycentric coordinates of vertices in faces that have them as a corner, or were divided by them."""
    weights = (ends[:, None] == corners).astype(np.float64)
    for vertex, known in weights_of.items():
        weights[ends == vertex] = known
    return weights
