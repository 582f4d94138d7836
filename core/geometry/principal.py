"""Principal coordinates of points of any dimension."""

import numpy as np
from jaxtyping import Float64


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
