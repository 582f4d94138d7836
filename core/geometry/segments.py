"""Segments in the plane."""

import numpy as np
from jaxtyping import Float64


def clipped(
    corners: Float64[np.ndarray, "f 3 2"], start: Float64[np.ndarray, " 2"], stop: Float64[np.ndarray, " 2"]
) -> tuple[Float64[np.ndarray, " f"], Float64[np.ndarray, " f"]]:
    """Return where a segment enters and leaves each triangle, as parts of its length; first above last where apart.

    Parameters
    ----------
    corners : (f, 3, 2) float64 array
        Corners of each triangle, counter-clockwise.
    start, stop : (2,) float64 array
        Ends of the segment.

    Notes
    -----
    Cyrus and Beck (1978), *Computers and Graphics* 3.
    """
    first, last = np.zeros(len(corners)), np.ones(len(corners))
    for k in range(3):
        here, side = corners[:, k], corners[:, (k + 1) % 3] - corners[:, k]
        normal = np.column_stack([-side[:, 1], side[:, 0]])
        at_start, at_stop = ((point - here) * normal for point in (start, stop))
        a, b = at_start.sum(1), at_stop.sum(1)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = a / (a - b)
        enters, leaves = (a < 0.0) & (b >= 0.0), (a >= 0.0) & (b < 0.0)
        first = np.where(enters, np.maximum(first, crossing), first)
        last = np.where(leaves, np.minimum(last, crossing), last)
        last = np.where((a < 0.0) & (b < 0.0), -1.0, last)
    return first, last
