"""Directions in latent space in which the image of a code changes most, or from one class to another."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.errors import BudaiError
from core.charts.autoencoder import Autoencoder

_RIDGE = 1e-6
"""Added to the scatter of two classes, over its trace, so that it can be inverted."""


@dataclass(frozen=True, eq=False)
class Directions:
    """Unit vectors of latent space.

    Parameters
    ----------
    vectors : (k, d) float64 array
        One direction a row, in latent units.
    values : (k,) float64 array
        How fast the image moves, in input units per latent unit; of the first layer: how fast its input to all units
        changes.
    """

    vectors: Float64[np.ndarray, "k d"]
    values: Float64[np.ndarray, " k"]


def cell_directions(autoencoder: Autoencoder, code: Float64[np.ndarray, " d"]) -> Directions:
    """Return the singular directions of the exact map of the cell that holds a code, the fastest first.

    Notes
    -----
    Shen and Zhou (2021), *Closed-form factorization of latent semantics in GANs*, CVPR, look at the first layer alone;
    in its cell the whole decoder is one matrix.
    """
    _, values, vectors = np.linalg.svd(autoencoder.decode_jacobian(code[None])[0], full_matrices=False)
    return Directions(_signed(vectors), np.asarray(values))


def layer_directions(autoencoder: Autoencoder) -> Directions:
    """Return the eigenvectors of A^T A of the first layer of the decoder, the same for all codes, the largest first."""
    _, values, vectors = np.linalg.svd(autoencoder.decoder.weights[0], full_matrices=False)
    return Directions(_signed(vectors), np.asarray(values))


def class_direction(
    codes: Float64[np.ndarray, "n d"], labels: Int64[np.ndarray, " n"] | None, first: int, second: int
) -> Float64[np.ndarray, " d"]:
    """Return the unit normal of Fisher's linear discriminant of two classes, pointing from the first to the second.

    Raises
    ------
    BudaiError
        If there are no such classes.
    """
    if first == second:
        raise BudaiError(f"Directions: class {first} is named twice. Name two classes.")
    for kind in (first, second):
        if labels is None or not (labels == kind).any():
            raise BudaiError(f"Directions: no row is of class {kind}. Choose classes of this table.")
    one, other = codes[labels == first], codes[labels == second]
    apart = other.mean(0) - one.mean(0)
    rest = np.concatenate([one - one.mean(0), other - other.mean(0)])
    scatter = rest.T @ rest / len(rest)
    scatter += (_RIDGE * scatter.trace() + 1e-300) * np.eye(len(scatter))
    normal = np.asarray(np.linalg.solve(scatter, apart), np.float64)
    return normal / max(float(np.linalg.norm(normal)), 1e-300)


def ends_along(
    codes: Float64[np.ndarray, "n d"], code: Float64[np.ndarray, " d"], direction: Float64[np.ndarray, " d"]
) -> tuple[Float64[np.ndarray, " d"], Float64[np.ndarray, " d"]]:
    """Return the ends of the segment through a code along a direction that a slider runs over.

    Parameters
    ----------
    codes : (n, d) float64 array
        Those of all rows: the segment reaches as far as twice their standard deviation along it, within the unit ball.
    code : (d,) float64 array
        Where it passes.
    direction : (d,) float64 array
        A unit vector.
    """
    reach = 2.0 * float((codes @ direction).std())
    along, rest = float(code @ direction), 1.0 - float(code @ code)
    half = float(np.sqrt(max(along * along + rest, 0.0)))
    low, high = max(-reach, min(0.0, -along - half)), min(reach, max(0.0, -along + half))
    return code + low * direction, code + high * direction


def _signed(vectors: Float64[np.ndarray, "k d"]) -> Float64[np.ndarray, "k d"]:
    """Return directions with their largest coordinate positive, so that they are the same in every run."""
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], 1)
    return np.where(largest < 0.0, -vectors, vectors)
