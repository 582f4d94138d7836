"""Paths of matrices with positive determinant: how a layer is reached from the identity."""

import numpy as np
from jaxtyping import Float64


class MatrixPath:
    """A path from the identity to a matrix of positive determinant (or, at its end, zero), on which none is negative.

    Parameters
    ----------
    matrix : (d, d) float64 array
        Where it ends.

    Raises
    ------
    ValueError
        If the determinant is negative.

    Notes
    -----
    The polar decomposition A = R S: R turns through its planes, S goes straight from the identity and stays positive
    definite, so that the determinant is that of S.
    """

    def __init__(self, matrix: Float64[np.ndarray, "d d"]) -> None:
        from scipy.linalg import schur  # only where it is needed: it takes its time

        u, sizes, v = np.linalg.svd(matrix)
        if np.linalg.det(u @ v) < 0:
            if sizes[-1] > 1e-12 * max(sizes[0], 1e-300):
                raise ValueError("the determinant is negative")
            u[:, -1] *= -1.0  # of a singular matrix either will do
        self._stretch = (v.T * sizes) @ v
        blocks, self._frame = schur(u @ v)
        self._angles = _plane_angles(blocks)

    def __call__(self, t: float) -> Float64[np.ndarray, "d d"]:
        """Return the matrix at t from 0 to 1."""
        turn = np.eye(len(self._frame))
        for i, j, angle in self._angles:
            c, s = np.cos(t * angle), np.sin(t * angle)
            turn[[i, i, j, j], [i, j, i, j]] = c, -s, s, c
        rotation = self._frame @ turn @ self._frame.T
        return rotation @ ((1.0 - t) * np.eye(len(turn)) + t * self._stretch)


def _plane_angles(blocks: np.ndarray) -> list[tuple[int, int, float]]:
    """Return planes (i, j) and angles of a rotation in real Schur form; entries of -1 are paired into half turns."""
    found, k, turned = list[tuple[int, int, float]](), 0, list[int]()
    while k < len(blocks):
        if k + 1 < len(blocks) and abs(blocks[k + 1, k]) > 1e-9:
            found.append((k, k + 1, float(np.arctan2(blocks[k + 1, k], blocks[k, k]))))
            k += 2
            continue
        turned += [k] if blocks[k, k] < 0 else []
        k += 1
    return found + [(i, j, np.pi) for i, j in zip(turned[::2], turned[1::2], strict=False)]
