"""How points lie: on a line, alone, far from the others, or far from the origin."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float64, UInt64

LINE_TOLERANCE = 1e-5
"""Points are called collinear if their width across the best line is less than this, relative to its length."""

_THREAD, _ROUND = 0.1, 0.5
"""Points lie about a line if they are ten times as long as wide, and at least half as thick as wide."""
_ALONE, _NEIGHBOURS = 20.0, 5
_FAR, _FEW = 1000.0, 0.01
_LONG = 1e4  # an axis longer than the others by this leaves them below what networks learn
_GAP, _APART = 5.0, 50.0  # between two kinds of spacing, and between their medians
_MOST_ASKED = 200_000
"""Points beyond which nobody waits for the neighbours of each while a file is opened."""


def spread(points: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, " 3"]:
    """Return thickness, width and length of points: root mean square along their principal axes, unit of the longest.

    Parameters
    ----------
    points : (n, 3) float64 array
        One at least; at any scale.
    """
    low = points.min(0)
    size = float((points.max(0) - low).max())
    unit = (points - low) / (size or 1.0)
    unit = unit - unit.mean(0)
    found = np.sqrt(np.maximum(np.linalg.eigvalsh(unit.T @ unit), 0.0))
    return found / (found[2] or 1.0)


def is_line(points: Float64[np.ndarray, "n 3"]) -> bool:
    """Return whether points lie exactly on a line, or all at one place."""
    return bool(spread(points)[1] <= LINE_TOLERANCE)


def is_flat(points: Float64[np.ndarray, "n 3"]) -> bool:
    """Return whether points lie in a plane."""
    return bool(spread(points)[0] <= LINE_TOLERANCE)


def is_thread(points: Float64[np.ndarray, "n 3"]) -> bool:
    """Return whether points lie on a line or all around one, like no surface does."""
    thickness, width, _ = spread(points)
    return bool(width <= LINE_TOLERANCE or (width < _THREAD and thickness > _ROUND * width))


def isolated(points: Float64[np.ndarray, "n 3"]) -> Bool[np.ndarray, " n"]:
    """Return which points are alone: their fifth neighbour is 20 times as far as is usual, there and in the cloud.

    Parameters
    ----------
    points : (n, 3) float64 array
        Positions.

    Notes
    -----
    A region where points are sparse is not alone, for there the neighbours of a point are sparse too. O(n log n).
    """
    if len(points) <= 4 * _NEIGHBOURS:
        return np.zeros(len(points), bool)
    from scipy.spatial import KDTree  # takes longer to import than most files to open

    distance, around = KDTree(points).query(points, _NEIGHBOURS + 1)
    reach = distance[:, -1]
    usual = np.maximum(reach[around].min(axis=1), float(np.median(reach)))
    return (reach > _ALONE * usual) & (usual > 0)


def strayed(points: Float64[np.ndarray, "n 3"]) -> Bool[np.ndarray, " n"]:
    """Return which few points lie a thousand times as far out as half of all; none where these are not few.

    Parameters
    ----------
    points : (n, 3) float64 array
        Positions, one at least.
    """
    away = np.abs(points - np.median(points, axis=0)).max(axis=1)
    half = float(np.median(away))
    far = away > _FAR * half
    is_few = half > 0 and 0 < int(far.sum()) <= max(1, _FEW * len(points))
    return far if is_few else np.zeros(len(points), bool)


def scale_warnings(points: Float64[np.ndarray, "n 3"], noun: str, is_single: bool) -> tuple[str, ...]:
    """Return what should be known of the size of points and of their place.

    Parameters
    ----------
    points : (n, 3) float64 array
        Positions, one at least.
    noun : str
        What they are: "vertex" or "point".
    is_single : bool
        Whether they are stored in 32 bits.

    Notes
    -----
    The size of an object is that of the box around its points without those that lie a thousand times as far out as
    half of all. A single one of these would hide steps that are coarse for all others.
    """
    low, high = points.min(0), points.max(0)
    far = strayed(points)
    n_far = int(far.sum())
    warnings: list[str] = []
    if n_far:
        away = np.abs(points - np.median(points, axis=0)).max(axis=1)
        half = float(np.median(away))
        k = int(away.argmax())
        place = " ".join(f"{value:.6g}" for value in points[k])
        lie = f"1 {noun} lies" if n_far == 1 else f"{n_far:,} {_plural(noun)} lie"
        warnings.append(
            f"{lie} far outside: ({place}) is {away[k] / half:,.0f} times as far out as half of all, and sets the size "
            "of the whole. A missing value, or another unit or coordinate system: remove or convert it."
        )
        low, high = points[~far].min(0), points[~far].max(0)
    size = float((high - low).max())
    second = float(np.sort(high - low)[-2])
    if 0 < second < size / _LONG:
        warnings.append(
            f"The size along {'xyz'[int(np.argmax(high - low))]} is {size / second:,.0f} times that along the other "
            "axes: the chart may fold. Check the units, or scale each axis to a like size before and back afterwards."
        )
    largest = float(np.abs([low, high]).max())
    kind, coarse = (np.float32, 1e-4) if is_single else (np.float64, 1e-6)
    step = float(np.spacing(kind(min(largest, float(np.finfo(kind).max)))))
    if step > coarse * size:
        precision = "single precision" if is_single else "double precision"
        warnings.append(
            f"The coordinates are stored in {precision} far from the origin, in steps of up to {step:.3g} "
            f"on a size of {size:.4g}: export the surface closer to the origin."
        )
    return tuple(warnings)


def row_hashes(rows: Float64[np.ndarray, "n D"]) -> UInt64[np.ndarray, " n"]:
    """Return 64 bits made of all bits of all numbers of each row: the same for equal rows.

    Notes
    -----
    That two of a million different rows agree has a chance below 1e-7.
    """
    bits = (np.ascontiguousarray(rows) + 0.0).view(np.uint64)  # 0.0 makes -0 and 0 equal
    factors = np.random.default_rng(0).integers(0, 2**63, rows.shape[1], np.uint64) * np.uint64(2) + np.uint64(1)
    hashes = np.zeros(len(rows), np.uint64)
    for column, factor in zip(bits.T, factors, strict=True):
        mixed = (column ^ (column >> np.uint64(29))) * factor
        hashes = (hashes ^ (hashes >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15) + (
            mixed ^ (mixed >> np.uint64(32))
        )
    return hashes


def repeats_warning(points: Float64[np.ndarray, "n 3"], place: Callable[[int], str]) -> tuple[str, ...]:
    """Return what should be known of points that stand in a cloud several times.

    Parameters
    ----------
    points : (n, 3) float64 array
        Positions.
    place : callable
        Tells where in the file a point stands.
    """
    first, counts = np.unique(row_hashes(points), return_index=True, return_counts=True)[1:]
    n, where = len(points) - len(first), place(int(first[counts.argmax()]))
    if n == 1:
        return (f"1 point repeats another ({where}): each place counts once where a surface is learned.",)
    if n:
        return (
            f"{n:,} points repeat others, that of {where} stands {counts.max():,} times: each place counts once where "
            "a surface is learned.",
        )
    return ()


def units_warning(points: Float64[np.ndarray, "n 3"], place: Callable[[int], str]) -> tuple[str, ...]:
    """Return what should be known of a cloud of two kinds of spacing with nothing in between.

    Parameters
    ----------
    points : (n, 3) float64 array
        Positions.
    place : callable
        Tells where in the file a point stands.

    Notes
    -----
    A scanner's spacing changes with the distance, all the way; two units leave a gap.
    """
    if not 4 * _NEIGHBOURS < len(points) <= _MOST_ASKED:
        return ()
    from scipy.spatial import KDTree

    spacing = KDTree(points).query(points, 2)[0][:, 1]
    known = np.flatnonzero(spacing > 0)
    order = known[np.argsort(spacing[known])]
    few = max(3, int(_FEW * len(order)))
    if len(order) <= 2 * few:
        return ()
    steps = spacing[order[few:-few]]
    k = int((steps[1:] / steps[:-1]).argmax())
    close, wide = order[: few + k + 1], order[few + k + 1 :]
    ratio = float(np.median(spacing[wide]) / np.median(spacing[close]))
    if steps[k + 1] < _GAP * steps[k] or ratio < _APART:
        return ()
    return (
        f"{len(wide):,} points (first: {place(int(wide.min()))}) lie about {ratio:.3g} times as far apart as the other "
        f"{len(close):,}, with nothing in between: perhaps two units. Convert one part, or split the file.",
    )


def isolated_warning(points: Float64[np.ndarray, "n 3"]) -> tuple[str, ...]:
    """Return what should be known of isolated points of a cloud that is opened."""
    if len(points) > _MOST_ASKED:
        return ()
    n = int(isolated(points[np.unique(row_hashes(points), return_index=True)[1]]).sum())
    if not n:
        return ()
    lie, they = ("1 point lies", "it is") if n == 1 else (f"{n:,} points lie", "they are")
    return (f"{lie} far from all others: {they} left out where a surface is learned from the cloud.",)


def _plural(noun: str) -> str:
    return noun[:-2] + "ices" if noun.endswith("ex") else noun + "s"
