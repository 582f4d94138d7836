"""A surface and its chart, as those see it who put its folds right: relative areas, and bumps for a face."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float64, Int64
from scipy import sparse
from scipy.spatial import cKDTree

from core.relu.surface_pieces import SurfacePieces
from core.training.bumps import Bump

KEPT = 0.08
"""Area that a piece's image shall have, over that of its place in the chart."""
_BUMPS_A_FACE = 2
_LONGER = (1.0, 1.6, 0.8, 2.2)
"""Factor of the flat half lengths of bumps in each round."""
_BESIDE = 1.15
"""How far from the middle of the face its bump has its peak: the face lies on one slope."""
_EASY = 0.25
"""Power of how easily a face's relative area changes that its lack is weighted by."""


class FaceParts:
    """Faces cut as the certificate cuts them, each part seen by the codes of its corners alone.

    Parameters
    ----------
    points : (c, p, 3) float64 array
        Points of the grid on each face, in normalized space.
    codes : (c, p, 2) float64 array
        What an encoder makes of them.
    faces : (c,) int64 array
        The faces.
    corners : (s, 3) int64 array
        Points of the grid at the corners of each part.
    """

    def __init__(self, points: np.ndarray, codes: np.ndarray, faces: np.ndarray, corners: np.ndarray) -> None:
        self.points = points
        self.share = 1.0 / len(corners)
        self.face = np.repeat(faces, len(corners))
        n_points, n_parts = points.shape[1], len(faces) * len(corners)
        at = (np.arange(len(faces))[:, None, None] * n_points + corners).reshape(-1, 3)
        rows, columns = np.repeat(np.arange(2 * n_parts), 2), np.stack([at[:, [1, 0]], at[:, [2, 0]]], 1).ravel()
        signs = np.tile([1.0, -1.0], 2 * n_parts)
        self.differences_of = sparse.csr_matrix((signs, (rows, columns)), (2 * n_parts, len(faces) * n_points))
        """How a function of the points rises along both edges of each part, from its first corner."""
        self.edges = (self.differences_of @ codes.reshape(-1, 2)).reshape(-1, 2, 2)


class FoldSheet:
    """A surface and its chart, face by face."""

    def __init__(self, points: np.ndarray, faces: np.ndarray, places: np.ndarray) -> None:
        self.points, self.faces = points, faces
        corners, flat = points[faces], places[faces]
        self.edges, self._flat = corners[:, 1:] - corners[:, :1], flat[:, 1:] - flat[:, :1]
        self.shares = determinants(self._flat)
        normals = np.cross(self.edges[:, 0], self.edges[:, 1])
        self._areas = np.linalg.norm(normals, axis=1)
        self._normals = normals / np.maximum(self._areas, 1e-300)[:, None]
        self.middles = corners.mean(1)
        self.radii = np.linalg.norm(corners - self.middles[:, None], axis=2).max(1)
        self._tree = cKDTree(self.middles)
        heights = np.abs(self.shares) / np.linalg.norm(self._flat, axis=2).max(1)
        heights /= np.maximum(self._areas / np.linalg.norm(self.edges, axis=2).max(1), 1e-300)
        self.weights = np.clip(heights / np.median(heights), 0.01, 10.0) ** _EASY

    def ratios(self, pieces: SurfacePieces) -> Float64[np.ndarray, " p"]:
        """Return the signed area of each piece's image over that of its place in the chart."""
        images = np.einsum("pck,pek->pec", pieces.slopes, self.edges[pieces.face])
        return determinants(images) / self.shares[pieces.face]

    def bumps(self, face: int, slope: Float64[np.ndarray, "2 3"], turn: int, steep: float, flat: float) -> list[Bump]:
        """Return bumps for a face on whose bad pieces the encoder has this derivative.

        They are `steep` and `flat` times as long as the face, along the direction that is wrong and across.
        """
        edges: np.ndarray = self.edges[face]
        normal: np.ndarray = self._normals[face]
        along = edges[0] / np.linalg.norm(edges[0])
        plane = np.stack([along, np.cross(normal, along)])
        flat_edges: np.ndarray = self._flat[face]
        chart = np.linalg.solve(edges @ plane.T, flat_edges).T
        _, _, directions = np.linalg.svd(slope @ plane.T @ np.linalg.inv(chart) - np.eye(2))
        around = self._tree.query_ball_point(self.middles[face], 3.0 * self.radii[face])
        normals, areas = self._normals[around], self._areas[around]
        felt: np.ndarray = np.eye(3) - (normals.T * areas) @ normals / areas.sum() + 0.01 * np.eye(3)
        corners = self.points[self.faces[face]] - self.middles[face]
        made: list[Bump] = []
        for k in range(_BUMPS_A_FACE):
            direction: np.ndarray = directions[k] @ chart @ plane
            wrong = np.linalg.solve(felt, direction)
            wrong /= np.linalg.norm(wrong)
            across = np.cross(wrong, normal if abs(wrong @ normal) < 0.9 else along)
            across /= np.linalg.norm(across)
            axes = np.stack([wrong, across, np.cross(wrong, across)])
            half = np.maximum(np.abs(corners @ axes.T).max(0), np.array([0.08, 0.4, 0.4]) * self.radii[face])
            side = 1.0 if (k + turn) % 2 == 0 else -1.0
            longer = flat * _LONGER[turn % len(_LONGER)]
            sizes = half * [steep, longer, longer]
            made.append(Bump(self.middles[face] + side * _BESIDE * half[0] * wrong, axes, sizes))
        return made

    def reached(self, bumps: Sequence[Bump]) -> Int64[np.ndarray, " c"]:
        """Return the faces that bumps may reach, in ascending order."""
        found, largest = set[int](), self.radii.max()
        for bump in bumps:
            near = np.array(self._tree.query_ball_point(bump.centre, bump.sizes.max() + largest), np.int64)
            middle, corner = bump.coordinates(self.middles[near]), bump.coordinates(self.points[self.faces[near]])
            reach = np.abs(corner - middle[:, None]).sum(2).max(1)
            found.update(near[np.abs(middle).sum(1) - reach < 1.0].tolist())
        return np.array(sorted(found), np.int64)


def determinants(matrices: Float64[np.ndarray, "n 2 2"]) -> Float64[np.ndarray, " n"]:
    """Return the determinant of each matrix."""
    return matrices[:, 0, 0] * matrices[:, 1, 1] - matrices[:, 0, 1] * matrices[:, 1, 0]
