"""Frames of the space that is seen, and the shortest turn from one to another."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex128, Float64
from scipy.linalg import null_space, schur

_SAME = 1e-9
"""Sine below which two directions are one."""


def polar(matrix: Float64[np.ndarray, "n m"]) -> Float64[np.ndarray, "n m"]:
    """Return the nearest matrix with orthonormal rows, or columns where there are fewer of these."""
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left @ right


def rotation_logarithm(rotation: Float64[np.ndarray, "n n"]) -> Float64[np.ndarray, "n n"]:
    """Return the skew-symmetric matrix of least size whose exponential is a rotation.

    Parameters
    ----------
    rotation : (n, n) float64 array
        Orthogonal, of determinant 1.

    Raises
    ------
    ValueError
        If its determinant is negative: no path of rotations leads there.

    Notes
    -----
    By the real Schur form, whose blocks are plane rotations; eigenvalues -1 are paired to half turns. O(n^3).
    """
    form, basis = schur(rotation, output="real")
    n, k = len(form), 0
    logarithm, half = np.zeros((n, n)), list[int]()
    while k < n:
        if k + 1 < n and abs(form[k + 1, k]) > 1e-12:
            angle = np.arctan2(form[k + 1, k], form[k, k])
            logarithm[k + 1, k], logarithm[k, k + 1] = angle, -angle
            k += 2
        else:
            if form[k, k] < 0.0:
                half.append(k)
            k += 1
    if len(half) % 2:
        raise ValueError("an orthogonal matrix of negative determinant has no real logarithm")
    for a, b in zip(half[::2], half[1::2], strict=True):
        logarithm[b, a], logarithm[a, b] = np.pi, -np.pi
    return basis @ logarithm @ basis.T


@dataclass(frozen=True, eq=False)
class Turn:
    """A rotation that is taken in parts: its powers between 0 and 1.

    Parameters
    ----------
    planes : (n, n) complex128 array
        Eigenvectors of its logarithm.
    angles : (n,) float64 array
        Eigenvalues of that over the imaginary unit.
    """

    planes: Complex128[np.ndarray, "n n"]
    angles: Float64[np.ndarray, " n"]

    def __call__(self, part: float) -> Float64[np.ndarray, "n n"]:
        """Return the rotation by a part of its angles: the identity at 0, all of it at 1."""
        turned = (self.planes * np.exp(1j * part * self.angles)) @ self.planes.conj().T
        return np.asarray(turned, np.complex128).real


def turn_of(rotation: Float64[np.ndarray, "n n"]) -> Turn:
    """Return a rotation that can be taken in parts, along the shortest path from the identity.

    Raises
    ------
    ValueError
        If its determinant is negative.
    """
    angles, planes = np.linalg.eigh(-1j * rotation_logarithm(rotation))
    return Turn(planes, angles)


@dataclass(frozen=True, eq=False)
class FramePath:
    """A frame on its shortest way to another: r orthonormal rows in a space of dimension D, all the way.

    Parameters
    ----------
    rows : (r, q) float64 array
        The first frame in a basis of what both span.
    turn : Turn
        The rotation of that space that carries it to the last one.
    basis : (q, D) float64 array
        That basis; a row of zeros is a dimension beyond the space, through which a reflection turns.
    """

    rows: Float64[np.ndarray, "r q"]
    turn: Turn
    basis: Float64[np.ndarray, "q D"]

    def __call__(self, part: float) -> Float64[np.ndarray, "r D"]:
        """Return the frame at a part of the way, from 0 to 1."""
        return self.rows @ self.turn(part) @ self.basis

    @property
    def leaves_space(self) -> bool:
        """Whether it turns through a dimension of its own: the frames mirror each other, so it is flat on its way."""
        return bool((self.basis == 0.0).all(1).any())


def frame_path(first: Float64[np.ndarray, "r D"], last: Float64[np.ndarray, "r D"]) -> FramePath:
    """Return the shortest way between two frames of the same number of orthonormal rows.

    Parameters
    ----------
    first, last : (r, D) float64 array
        Frames, r at most D.

    Notes
    -----
    A geodesic of the Stiefel manifold in the span of both, of dimension at most 2 r: what of that neither frame fixes
    is chosen so that it turns least. Edelman, Arias and Smith (1998), *SIAM J. Matrix Anal. Appl.* 20(2), section 2.
    """
    r, dimension = first.shape
    _, sizes, directions = np.linalg.svd(np.concatenate([first, last]), full_matrices=False)
    basis = directions[sizes > _SAME * np.sqrt(2.0)]
    start, end = first @ basis.T, last @ basis.T
    if len(basis) == r and np.linalg.det(start.T @ end) < 0.0:
        beyond = null_space(basis)[:, :1].T if dimension > r else np.zeros((1, dimension))
        basis = np.concatenate([basis, beyond])
        start, end = (np.pad(frame, ((0, 0), (0, 1))) for frame in (start, end))
    rest, other = null_space(start).T, null_space(end).T
    if len(rest):
        left, _, right = np.linalg.svd(rest @ other.T)
        rotation = start.T @ end + rest.T @ (left @ right) @ other
        if np.linalg.det(rotation) < 0.0:
            left[:, -1] *= -1.0
            rotation = start.T @ end + rest.T @ (left @ right) @ other
    else:
        rotation = start.T @ end
    return FramePath(polar(start), turn_of(polar(rotation)), basis)
