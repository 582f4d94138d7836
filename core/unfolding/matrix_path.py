"""The way from nothing done to a matrix: through invertible matrices where there is one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64

from core.unfolding.frames import Turn, turn_of

_SINGULAR = 1e-12
"""Least over largest stretch below which a matrix is taken for one that flattens."""


@dataclass(frozen=True, eq=False)
class MatrixPath:
    r"""A path of matrices that ends in a given one.

    Parameters
    ----------
    frame : (n, m) float64 array
        The polar factor Q of the matrix: orthonormal columns, or rows where there are fewer.
    directions : (k, k) float64 array
        Eigenvectors of the stretch P, k the lesser of n and m, as columns.
    stretches : (k,) float64 array
        Its eigenvalues, the singular values of the matrix.
    turn : Turn or None
        Of a square matrix of positive determinant: its rotation, taken in parts.

    Notes
    -----
    A square matrix of positive determinant is W = Q P with Q a rotation, and the path is
    :math:`e^{s \log Q} P^s`: from the identity through matrices of determinant :math:`(\det W)^s`, so it never
    flattens. Any other matrix W = Q P (n at least m) or P Q begins as its frame Q, which changes no length of what it
    keeps, and is stretched along a straight line, :math:`(1 - s) I + s P`. Higham (2008), *Functions of
    Matrices*, chapter 8.
    """

    frame: Float64[np.ndarray, "n m"]
    directions: Float64[np.ndarray, "k k"]
    stretches: Float64[np.ndarray, " k"]
    turn: Turn | None

    @property
    def is_positive(self) -> bool:
        """Whether it runs through invertible matrices of positive determinant, from the identity."""
        return self.turn is not None

    @property
    def is_narrowing(self) -> bool:
        """Whether the matrix leads into fewer dimensions."""
        return self.frame.shape[0] < self.frame.shape[1]

    @cached_property
    def determinant(self) -> float | None:
        """Determinant of the matrix; None where it is not square."""
        if self.frame.shape[0] != self.frame.shape[1]:
            return None
        return float(np.sign(np.linalg.det(self.frame)) * np.prod(self.stretches))

    def determinant_at(self, part: float) -> float | None:
        """Return the determinant on the way, from that of the frame to that of the matrix; None where not square."""
        if self.determinant is None:
            return None
        if self.is_positive:
            return float(np.prod(self.stretches**part))
        return float(np.sign(np.linalg.det(self.frame)) * np.prod(1.0 - part + part * self.stretches))

    def __call__(self, part: float) -> Float64[np.ndarray, "n m"]:
        """Return the matrix at a part of the way: the identity or the frame at 0, the given one at 1."""
        if self.turn is not None:
            return self.turn(part) @ self._stretched(self.stretches**part)
        stretch = self._stretched(1.0 - part + part * self.stretches)
        return stretch @ self.frame if self.is_narrowing else self.frame @ stretch

    def _stretched(self, by: np.ndarray) -> np.ndarray:
        return (self.directions * by) @ self.directions.T


def matrix_path(matrix: Float64[np.ndarray, "n m"]) -> MatrixPath:
    """Return the path to a matrix, of any shape and rank. O(n m min(n, m))."""
    left, stretches, right = np.linalg.svd(matrix, full_matrices=False)
    frame = left @ right
    n, m = matrix.shape
    directions = left if n < m else right.T
    is_open = n == m and stretches[-1] > _SINGULAR * stretches[0]
    turn = turn_of(frame) if is_open and np.linalg.det(frame) > 0.0 else None
    return MatrixPath(frame, directions, stretches, turn)
