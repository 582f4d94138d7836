"""What a plane leaves of a triangle mesh, and where it cuts it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer


@dataclass(frozen=True, eq=False)
class Clipped:
    """The part of a triangle mesh on one side of a plane.

    Parameters
    ----------
    points : (m, 3) float64 array
        The given points, and behind them two on the plane for each triangle that is cut.
    faces : (k, 3) int64 array
        Corners of the triangles that are left, wound as those that they are parts of.
    origins : (k,) int64 array
        Given triangle that each of them is, or is a part of.
    cuts : (c, 2) int64 array
        Ends of the segments in which the plane cuts triangles.
    """

    points: Float[np.ndarray, "m 3"]
    faces: Integer[np.ndarray, "k 3"]
    origins: Integer[np.ndarray, " k"]
    cuts: Integer[np.ndarray, "c 2"]


def clip_triangles(
    points: Float[np.ndarray, "n 3"],
    faces: Integer[np.ndarray, "f 3"],
    normal: Float[np.ndarray, " 3"],
    offset: float,
) -> Clipped:
    r"""Return what of a triangle mesh lies where :math:`\langle x, n\rangle \le c`.

    Parameters
    ----------
    points : (n, 3) float array
        Positions.
    faces : (f, 3) integer array
        Corners of each triangle.
    normal : (3,) float array
        The direction :math:`n`; its length does not matter but for the offset.
    offset : float
        The number :math:`c`, in units of the points times the length of the normal.

    Notes
    -----
    O(n + f). A point on the plane belongs to what is left; a triangle that touches the plane from outside leaves
    triangles without area, no gap.
    """
    points, faces = np.asarray(points, np.float64), np.asarray(faces, np.int64)
    height = points @ np.asarray(normal, np.float64) - offset
    is_left = height <= 0.0
    n_left = is_left[faces].sum(axis=1)
    whole = np.flatnonzero(n_left == 3)
    cut = np.flatnonzero((n_left == 1) | (n_left == 2))
    alone = is_left[faces[cut]] == (n_left[cut] == 1)[:, None]  # the corner that is on its side alone
    first = alone.argmax(axis=1)
    a, b, c = (faces[cut, (first + k) % 3] for k in range(3))
    on_ab, on_ac = _between(points, height, a, b), _between(points, height, a, c)
    ab = len(points) + np.arange(len(cut))
    ac = ab + len(cut)
    keeps_a = n_left[cut] == 1
    tips = np.column_stack([a, ab, ac])[keeps_a]
    near, far = np.column_stack([ab, b, c])[~keeps_a], np.column_stack([ab, c, ac])[~keeps_a]
    return Clipped(
        np.concatenate([points, on_ab, on_ac]),
        np.concatenate([faces[whole], tips, near, far]),
        np.concatenate([whole, cut[keeps_a], cut[~keeps_a], cut[~keeps_a]]),
        np.column_stack([ab, ac]),
    )


def _between(
    points: Float[np.ndarray, "n 3"],
    height: Float[np.ndarray, " n"],
    start: Integer[np.ndarray, " k"],
    stop: Integer[np.ndarray, " k"],
) -> Float[np.ndarray, "k 3"]:
    """Return where edges whose ends lie on both sides meet the plane."""
    part = (height[start] / (height[start] - height[stop]))[:, None]
    return (1.0 - part) * points[start] + part * points[stop]


def enclosed_side(points: Float[np.ndarray, "n 3"], faces: Integer[np.ndarray, "f 3"]) -> int:
    """Return on which side of its triangles a closed surface has its inside.

    Returns
    -------
    int
        1 where it lies behind them, as usual, -1 before them, 0 where they do not enclose anything: where some edge is
        not run through once in each direction.
    """
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)
    forth, back = np.sort(ends[:, 0] * len(points) + ends[:, 1]), np.sort(ends[:, 1] * len(points) + ends[:, 0])
    is_closed = len(ends) > 0 and bool((forth == back).all())
    if not is_closed or bool((forth[1:] == forth[:-1]).any()):
        return 0
    a, b, c = (np.asarray(points, np.float64)[faces[:, k]] for k in range(3))
    return int(np.sign(np.einsum("fk,fk->", a, np.cross(b, c))))
