"""Principal coordinates of points of any dimension."""

import numpy as np
from jaxtyping import Float64


def principal_plane(points: Float64[np.ndarray, "n D"], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of points and the directions (k, D) in which they spread most, orthonormal, widest first.

    Parameters
    ----------
    points : (n, D) float64 array
        Any number of points above 0.
    count : int
        How many directions; fewer where there are fewer.

    Notes
    -----
    As `principal_coordinates`; of many points by the eigenvectors of the second moments, O(n D^2).
    """
    mean = points.mean(0)
    centred = points - mean
    size = np.abs(centred).max()
    if size > 0.0:
        centred /= size
    if len(points) > 4 * points.shape[1]:
        return mean, np.linalg.eigh(centred.T @ centred)[1].T[::-1][:count]
    return mean, np.linalg.svd(centred, full_matrices=False)[2][:count]


def principal_coordinates(points: Float64[np.ndarray, "n D"], count: int) -> Float64[np.ndarray, "n k"]:
    """Return points by the directions in which they spread most, widest first.

    Parameters
    ----------
    points : (n, D) float64 array
        Any number of points.
    count : int
        How many coordinates; where there are fewer, the others are 0.

    Notes
    -----
    Principal component analysis by the singular values of the centred points (Pearson 1901; Jolliffe, *Principal
    Component Analysis*, 2002, section 3.5). Each direction points to where its largest entry is positive. The cost is
    O(n D min(n, D)).
    """
    result = np.zeros((len(points), count))
    if not points.size:
        return result
    centred = points - points.mean(0)
    size = np.abs(centred).max()
    if not size > 0.0:
        return result
    _, _, directions = np.linalg.svd(centred / size, full_matrices=False)
    found = directions[:count]
    largest = np.take_along_axis(found, np.abs(found).argmax(1)[:, None], 1)
    result[:, : len(found)] = centred @ (found * np.sign(largest)).T
    return result
