"""How the picture of a layer turns into that of the next while the matrix between them acts."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.linalg import null_space

from core.unfolding.frames import FramePath, frame_path, polar
from core.unfolding.matrix_path import MatrixPath, matrix_path

_NOTHING = 1e-12
"""Stretch, over the largest, below which a direction is dropped."""


@dataclass(frozen=True, eq=False)
class PicturePath:
    """Matrices from the values of a layer into the space that is seen, from one view to another.

    Parameters
    ----------
    frames : FramePath
        Its frames; of fewer than three values their transposes.
    axes : (3, 3) or (m, m) float64 array
        Along which it stretches: those of the picture, of fewer than three values those of the values.
    stretches : (3,) or (m,) float64 array
        By how much at the end.
    """

    frames: FramePath
    axes: np.ndarray
    stretches: np.ndarray

    def __call__(self, part: float) -> Float64[np.ndarray, "3 m"]:
        """Return the matrix at a part of the way, from 0 to 1."""
        stretch = (self.axes * (1.0 - part + part * self.stretches)) @ self.axes.T
        frame = self.frames(part)
        return stretch @ frame if len(self.axes) == len(frame) == 3 else frame.T @ stretch

    @property
    def passes_flat(self) -> bool:
        """Whether it passes a moment at which the picture is flat: the ends mirror each other."""
        return self.frames.leaves_space


@dataclass(frozen=True, eq=False)
class SeenPath:
    """The path of a matrix itself, seen by a fixed view: of a layer that is seen whole.

    Parameters
    ----------
    view : (3, n) float64 array
        The view before and after.
    path : MatrixPath
        From the identity.
    """

    view: Float64[np.ndarray, "3 n"]
    path: MatrixPath
    passes_flat: bool = False

    def __call__(self, part: float) -> Float64[np.ndarray, "3 n"]:
        """Return the matrix at a part of the way, from 0 to 1."""
        return self.view @ self.path(part)


def picture_path(
    first: Float64[np.ndarray, "3 m"], matrix: Float64[np.ndarray, "n m"], last: Float64[np.ndarray, "3 n"]
) -> PicturePath | SeenPath:
    """Return how the picture turns from the view of one layer into that of the next.

    Parameters
    ----------
    first, last : (3, m), (3, n) float64 array
        The views: orthonormal rows, or columns of fewer than three values.
    matrix : (n, m) float64 array
        From one layer to the next.

    Notes
    -----
    Where both layers are seen whole by one view and the matrix keeps the orientation, this is its path through
    invertible matrices, `matrix_path`. Otherwise the view moves with the values: of last W = S F, S a stretch and F a
    frame, the frame is reached by the shortest turn and the stretch along a straight line. At the ends it is the first
    view, and the last one of the values that W gives.
    """
    n, m = matrix.shape
    if n == m <= 3 and np.array_equal(first, last):
        path = matrix_path(matrix)
        if path.is_positive:
            return SeenPath(first, path)
    end = last @ matrix
    left, stretches, right = np.linalg.svd(end, full_matrices=False)
    kept = stretches > _NOTHING * max(float(stretches[0]), np.finfo(float).tiny)
    frame = completed(left[:, kept] @ right[kept], first)
    if m >= 3:
        return PicturePath(frame_path(first, frame), left, np.where(kept, stretches, 0.0))
    return PicturePath(frame_path(first.T, frame.T), right.T, np.where(kept, stretches, 0.0))


def completed(partial: Float64[np.ndarray, "3 m"], toward: Float64[np.ndarray, "3 m"]) -> Float64[np.ndarray, "3 m"]:
    """Return the frame nearest to another that has, on the directions that a partial frame keeps, its images.

    Parameters
    ----------
    partial : (3, m) float64 array
        Singular values 0 and 1.
    toward : (3, m) float64 array
        A frame: as many singular values 1 as can be.
    """
    rank = round(float((partial**2).sum()))
    missing = min(partial.shape) - rank
    if not missing:
        return partial
    unseen = null_space(partial) if rank else np.eye(partial.shape[1])
    free = null_space(partial.T) if rank else np.eye(3)
    return partial + free @ _fitting(free.T @ toward @ unseen, missing) @ unseen.T


def _fitting(matrix: np.ndarray, rank: int) -> np.ndarray:
    """Return the partial frame of a rank that is nearest to a matrix."""
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left[:, :rank] @ right[:rank]


def aligned(
    former: Float64[np.ndarray, "n 3"], values: Float64[np.ndarray, "n m"], view: Float64[np.ndarray, "3 m"]
) -> Float64[np.ndarray, "3 m"]:
    """Return a view of values turned so that the picture lies as near as it can to a former one.

    Parameters
    ----------
    former : (n, 3) float64 array
        The former picture, centred.
    values : (n, m) float64 array
        The values of the layer, centred.
    view : (3, m) float64 array
        The view; only what of space it fills changes.

    Notes
    -----
    Orthogonal Procrustes problem: Schönemann (1966), *Psychometrika* 31(1).
    """
    return polar(former.T @ (values @ view.T)) @ view


def stillest(former: Float64[np.ndarray, "n 3"], values: Float64[np.ndarray, "n m"]) -> Float64[np.ndarray, "3 m"]:
    """Return the view of values whose picture lies nearest to a former one, of all views: it moves least."""
    return polar(former.T @ values)
