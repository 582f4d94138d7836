"""What is counted at the marks: overlaps of the picture, activation patterns, the variance that is seen."""

import numpy as np
from jaxtyping import Float, Float64, Int64, UInt64

from core.geometry.crossings import crossings
from core.relu.cell_patterns import pattern_hashes
from core.unfolding.overlaps import plane_overlaps

_SPLIT = np.uint64(0x9E3779B97F4A7C15)
"""Makes hashes of one layer others than those of the next: 2^64 over the golden ratio."""
_MOST_PAIRS = 30_000_000
"""Pairs of triangles near each other above which overlaps are not counted: they would not fit into memory."""
_BINS, _FLAT = 64, 1e-7
"""Boxes along each side in which triangles are counted, and thickness over size below which a picture is a plane."""


def patterns_of(shifted: Float64[np.ndarray, "n k"], layer: int) -> UInt64[np.ndarray, " n"]:
    """Return a hash of which units of a layer are on at each point, another one for each layer."""
    return pattern_hashes(shifted > 0.0) * np.uint64(2 * layer + 1) * _SPLIT


def seen_part(values: Float64[np.ndarray, "n k"], view: Float64[np.ndarray, "3 k"]) -> float:
    """Return the part of the variance of values that a view shows; 1 where there is none."""
    moved = values - values.mean(0)
    total = float((moved**2).sum())
    return float(min(((moved @ view.T) ** 2).sum() / total, 1.0)) if total > 0.0 else 1.0


def counted_overlaps(picture: Float[np.ndarray, "n k"], faces: Int64[np.ndarray, "f 3"]) -> int | None:
    """Return how many pairs of triangles of a picture lie over each other or pass through each other.

    Parameters
    ----------
    picture : (n, 2) or (n, 3) float array
        Points; in a plane, insides that meet are counted, exactly where they are given by two coordinates; in space,
        triangles that cross.
    faces : (f, 3) int64 array
        Triangles between them.

    Returns
    -------
    int or None
        None where there are no triangles, the picture is a line or a point, or too many lie in one place.
    """
    moved = np.asarray(picture, np.float64) - picture.mean(0, dtype=np.float64)
    if not len(faces):
        return None
    _, sizes, axes = np.linalg.svd(moved, full_matrices=False)
    if len(sizes) < 2 or sizes[1] <= _FLAT * sizes[0] or _near_pairs(moved[faces].mean(1)) > _MOST_PAIRS:
        return None
    if picture.shape[1] == 2:
        return len(plane_overlaps(np.asarray(picture, np.float64), faces))
    if len(sizes) < 3 or sizes[2] <= _FLAT * sizes[0]:
        return len(plane_overlaps(moved @ axes[:2].T, faces))
    return len(crossings(moved, faces))


def _near_pairs(middles: Float64[np.ndarray, "f k"]) -> float:
    """Return about how many pairs of triangles lie near each other: of those in one box of many."""
    low, span = middles.min(0), np.maximum(np.ptp(middles, 0), np.finfo(float).tiny)
    place = np.minimum((middles - low) / span * _BINS, _BINS - 1).astype(np.int64)
    counts = np.bincount(place @ _BINS ** np.arange(int(middles.shape[1])))
    return float((counts.astype(np.float64) ** 2).sum())
