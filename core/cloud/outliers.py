"""Points that belong to no surface, and what the others fall apart into."""

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.spatial import KDTree

from core.cloud.local_fits import in_threads
from core.geometry.topology import groups

_FAR = 3.0
"""How much farther than usual the neighbours of an outlier are."""
_NEIGHBOURS, _AROUND = 6, 16
"""Neighbour that tells how far they are, and how many tell whether they lie about a plane."""
_FLAT = 0.1
"""Spread across neighbours over the lesser one along them, in squares, below which they lie about a plane."""
_GAP = 4.0
"""Distance of neighbours, over the spacing there, that parts clusters."""
FEWEST = 50
"""Points that a cluster has at least; fewer that hang together are outliers."""
_LINKS = 8
"""Neighbours that a point may hang on."""


def spacings(points: Float64[np.ndarray, "m 3"], tree: KDTree) -> Float64[np.ndarray, " m"]:
    """Return the side of the square that each of some points of a cloud has for itself, by its sixth neighbour.

    Parameters
    ----------
    points : (m, 3) float64 array
        Some of them.
    tree : KDTree
        Of all; no two in one place.
    """
    k = min(_NEIGHBOURS + 1, tree.n)

    def some(part: np.ndarray) -> tuple[np.ndarray, ...]:
        return (tree.query(points[part], [k])[0][:, 0] * np.sqrt(np.pi / k),)

    return in_threads(some, np.arange(len(points)))[0]


def outliers(points: Float64[np.ndarray, "n 3"], tree: KDTree | None = None) -> Bool[np.ndarray, " n"]:
    """Return which points of a cloud belong to no surface.

    Parameters
    ----------
    points : (n, 3) float64 array
        No two in one place.
    tree : KDTree, optional
        Of these points.

    Notes
    -----
    Their neighbours are three times as far as is usual, in the cloud and among these neighbours; or, where the
    neighbours are as lonely, do not lie about a plane. A region that was scanned sparsely is flat, and stays.
    O(n log n).
    """
    n = len(points)
    if n <= 2 * _AROUND:
        return np.zeros(n, bool)
    tree = tree or KDTree(points)
    spacing = spacings(points, tree)
    if not spacing.any():
        return np.zeros(n, bool)
    usual = float(np.median(spacing[spacing > 0.0]))
    lonely = np.flatnonzero(spacing > _FAR * usual)  # the others need no second look

    def some(part: np.ndarray) -> tuple[np.ndarray, ...]:
        rows = lonely[part]
        around = tree.query(points[rows], _AROUND + 1)[1]
        least = np.maximum(spacing[around[:, : _NEIGHBOURS + 1]].min(1), usual)
        step = points[around] - points[rows][:, None]
        step /= np.abs(step).max((1, 2), keepdims=True)
        step -= step.mean(1, keepdims=True)
        spread = np.linalg.eigvalsh(np.einsum("nki,nkj->nij", step, step))
        is_flat = (spread[:, 0] < _FLAT * spread[:, 1]) & (spread[:, 1] > _FLAT * spread[:, 2])
        return ((spacing[rows] > _FAR * least) | ~is_flat,)

    found = np.zeros(n, bool)
    if len(lonely):
        found[lonely] = in_threads(some, np.arange(len(lonely)))[0]
    return found


def clusters(
    points: Float64[np.ndarray, "n 3"], lost: Bool[np.ndarray, " n"], tree: KDTree | None = None
) -> Int64[np.ndarray, " n"]:
    """Return the cluster of each point, the largest first, from 0; -1 for outliers and for what few points hang on.

    Parameters
    ----------
    points : (n, 3) float64 array
        No two in one place.
    lost : (n,) bool array
        Which are outliers.
    tree : KDTree, optional
        Of these points.

    Notes
    -----
    Neighbours hang together unless they are four times as far apart as is usual about both.
    """
    n = len(points)
    number = np.full(n, -1)
    kept = np.flatnonzero(~lost)
    if not len(kept):
        return number
    place = points[kept]
    tree = tree if tree is not None and len(kept) == n else KDTree(place)
    spacing = np.maximum(spacings(place, tree), 0.0)
    k = min(_LINKS + 1, len(kept))

    def some(part: np.ndarray) -> tuple[np.ndarray, ...]:
        distance, around = (found.reshape(len(part), k) for found in tree.query(place[part], k))
        near = distance <= _GAP * np.minimum(spacing[part][:, None], spacing[around])
        return (np.where(near, around, part[:, None]),)

    around = in_threads(some, np.arange(len(kept)))[0]
    pairs = np.column_stack([np.repeat(np.arange(len(kept)), k), around.ravel()])
    label = groups(pairs[pairs[:, 0] != pairs[:, 1]], len(kept))[1]
    sizes = np.bincount(label)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(len(sizes), np.int64)
    rank[order] = np.arange(len(sizes))
    least = min(FEWEST, int(sizes.max()))
    number[kept] = np.where(sizes[label] >= least, rank[label], -1)
    return number
