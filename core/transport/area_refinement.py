"""Levenberg and Marquardt's method for planar triangles of prescribed areas, border vertices sliding on the circle."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from jaxtyping import Float64, Int64
from scipy.sparse.linalg import splu

from core.evaluation.distortion import signed_areas

_LEAST_DAMPING, _MOST_DAMPING = 1e-16, 1e8
_HALVINGS = 3
_CALMER, _BOLDER = 5.0, {1.0: 0.1, 0.5: 0.3, 0.25: 1.0}  # factors of the damping: no step found; by length of the step


@dataclass(frozen=True, eq=False)
class Refined:
    """Coordinates with the areas of their triangles.

    Parameters
    ----------
    coordinates : (n, 2) float64 array
        Vertices; those of the boundary on the unit circle.
    areas : (f,) float64 array
        Signed areas of the triangles.
    """

    coordinates: Float64[np.ndarray, "n 2"]
    areas: Float64[np.ndarray, " f"]

    @property
    def n_flipped(self) -> int:
        """Triangles without positive area."""
        return int((self.areas <= 0).sum())


class AreaRefinement:
    """The least-squares problem: areas over their targets, as near to one as can be.

    Parameters
    ----------
    faces : (f, 3) int64 array
        Triangles.
    loop : (b,) int64 array
        Boundary vertices: they move along the circle, the others freely.
    shares : (f,) float64 array
        Prescribed part of the whole area for each triangle, positive, summing to 1.
    """

    def __init__(self, faces: Int64[np.ndarray, "f 3"], loop: Int64[np.ndarray, " b"], shares: np.ndarray) -> None:
        n = int(faces.max()) + 1
        self._faces, self._shares, self._damping = faces, shares, 1e-3
        self._sliding = np.zeros(n, bool)
        self._sliding[loop] = True
        count = np.where(self._sliding, 1, 2)
        first = np.concatenate([[0], np.cumsum(count)])
        self._size, self._first = int(first[-1]), first[:-1]
        unknowns = np.stack([self._first, np.where(self._sliding, -1, self._first + 1)], axis=1)
        local = unknowns[faces].reshape(len(faces), 6)
        rows, columns = np.repeat(local, 6, axis=1).ravel(), np.tile(local, (1, 6)).ravel()
        self._real = (rows >= 0) & (columns >= 0)
        key, self._slot = np.unique(columns[self._real] * self._size + rows[self._real], return_inverse=True)
        self._indices = (key % self._size).astype(np.int32)
        self._indptr = np.searchsorted(key, np.arange(self._size + 1) * self._size).astype(np.int32)
        self._diagonal = np.flatnonzero(key // self._size == key % self._size)
        self._local = np.where(local >= 0, local, self._size)

    def at(self, coordinates: Float64[np.ndarray, "n 2"]) -> Refined:
        """Return coordinates with their areas."""
        return Refined(coordinates, signed_areas(coordinates[self._faces]))

    def step(self, now: Refined) -> Refined | None:
        """Return better coordinates with no more flipped triangles, or None if none are found.

        While triangles are flipped, the error of one is area / target - 1; afterwards it is
        (area - target) / sqrt(area * target), which no triangle can flip through.
        """
        targets = self._shares * now.areas.sum()
        errors, slopes = _errors(now.areas, targets, now.n_flipped > 0)
        energy, matrix, gradient = float(errors @ errors), *self._normal_equations(now, errors, slopes)
        while self._damping <= _MOST_DAMPING:
            direction = self._direction(matrix, gradient)
            length = 1.0
            for _ in range(_HALVINGS):
                found = self.at(self._moved(now.coordinates, length * direction))
                if found.n_flipped <= now.n_flipped and self._energy(found, now.n_flipped > 0) < energy:
                    self._damping = max(_BOLDER[length] * self._damping, _LEAST_DAMPING)
                    return found
                length *= 0.5
            self._damping *= _CALMER
        return None

    def _energy(self, found: Refined, flipped: bool) -> float:
        """Sum of squared errors of other coordinates."""
        errors, _ = _errors(found.areas, self._shares * found.areas.sum(), flipped)
        return float(errors @ errors)

    def _normal_equations(self, now: Refined, errors: np.ndarray, slopes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the entries of the matrix of normal equations and the gradient."""
        corners = now.coordinates[self._faces]
        opposite = np.roll(corners, -1, axis=1) - np.roll(corners, -2, axis=1)
        slope = 0.5 * slopes[:, None, None] * np.stack([opposite[:, :, 1], -opposite[:, :, 0]], axis=2)
        tangent = np.stack([-corners[:, :, 1], corners[:, :, 0]], axis=2)
        along = (slope * tangent).sum(2)
        sliding = self._sliding[self._faces]
        slope[sliding, 0], slope[sliding, 1] = along[sliding], 0.0
        rows = slope.reshape(-1, 6)
        products = (rows[:, :, None] * rows[:, None, :]).ravel()[self._real]
        matrix = np.bincount(self._slot, products, len(self._indices))
        gradient = np.bincount(self._local.ravel(), (rows * errors[:, None]).ravel(), self._size + 1)[:-1]
        return matrix, gradient

    def _direction(self, matrix: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Solve the damped normal equations."""
        damped = matrix.copy()
        damped[self._diagonal] *= 1.0 + self._damping
        system = sp.csc_matrix((damped, self._indices, self._indptr), shape=(self._size, self._size))
        factor = splu(system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
        return -factor.solve(gradient)

    def _moved(self, coordinates: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Return coordinates moved by a direction, border vertices by an angle."""
        moved, free, sliding = coordinates.copy(), ~self._sliding, self._sliding
        moved[free, 0] += direction[self._first[free]]
        moved[free, 1] += direction[self._first[free] + 1]
        angle = np.arctan2(coordinates[sliding, 1], coordinates[sliding, 0]) + direction[self._first[sliding]]
        moved[sliding] = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return moved


def _errors(areas: np.ndarray, targets: np.ndarray, flipped: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the error of each triangle and its derivative by the area."""
    if flipped:
        return areas / targets - 1.0, 1.0 / targets
    root = np.sqrt(areas * targets)
    return (areas - targets) / root, 0.5 * (areas + targets) / (areas * root)
