"""What a cloud is, found out without changing it."""

import time

import numpy as np
from scipy.spatial import KDTree

from core.base.progress import Progress, Work
from core.cloud.local_fits import Width, fit
from core.cloud.noise_scale import noise_scale
from core.cloud.orientation import plane_normals
from core.cloud.outliers import FEWEST, clusters, outliers, spacings
from core.cloud.places import places
from core.cloud.smoothing import best_width
from core.data.cloud_facts import CloudFacts, Cluster
from core.data.point_cloud import PointCloud
from core.data.topology import counted

MOST_POINTS = 200_000
"""Points of a larger cloud that are looked at."""
_NEIGHBOURS = 20
"""Neighbours that tell the normal at a point, at least."""
_LADDER = (10, 14, 20, 32, 64, 128)
"""Numbers of neighbours of which the noise is told by those that tell held-out points best."""
_ASKED = 2_000
"""Points that are held out for this."""
_OTHER_UNIT = 100.0
"""Ratio of the sizes of two large clusters from which they may be in other units."""
_LARGE = 0.05
"""Part of the points that a large cluster has at least."""


def examining(cloud: PointCloud) -> Work[CloudFacts]:
    """Find out what a cloud is: spacing, noise, outliers, clusters, repeated points.

    Parameters
    ----------
    cloud : PointCloud
        One point at least.

    Notes
    -----
    Of more than 200,000 points an even part is looked at: spacings are then those of that part. Noise is the distance
    of a point from the quadric through those neighbours that tell points best that are held out. O(n log n).
    """
    started, points = time.monotonic(), cloud.points
    yield Progress(0.0, "Examining: places")
    first, number = places(points)
    times = np.bincount(number)
    n_repeated = len(points) - len(first)
    fullest = int(np.argmax(times))
    most = (int(times[fullest]), _triple(points[first[fullest]])) if n_repeated else None
    ids = first if len(first) <= MOST_POINTS else first[np.linspace(0, len(first) - 1, MOST_POINTS).astype(np.int64)]
    place = points[ids]
    yield Progress(0.2, "Examining: outliers")
    tree = KDTree(place)
    spacing, lost = spacings(place, tree), outliers(place, tree)
    yield Progress(0.4, "Examining: clusters")
    label = clusters(place, lost, tree)
    known = tuple(_cluster(place[label == k]) for k in range(int(label.max()) + 1))
    yield Progress(0.5, "Examining: noise")
    noise = _noise(place, lost)
    advice, why = _advice(lost, known, n_repeated)
    return CloudFacts(
        len(points),
        ids,
        (*_triple(points.min(0)), *_triple(points.max(0))),
        float(np.linalg.norm(np.ptp(place[~lost], axis=0))),
        spacing,
        noise,
        lost,
        label,
        known,
        "none" if cloud.normals is None else "given",
        cloud.grid,
        n_repeated,
        most,
        _doubts(known, len(place)),
        advice,
        why,
        time.monotonic() - started,
    )


def _triple(values: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)
    return x, y, z


def _cluster(points: np.ndarray) -> Cluster:
    size = float(np.linalg.norm(points.max(0) - points.min(0)))
    return Cluster(len(points), _triple(np.median(points, axis=0)), size)


def _noise(place: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """Distance of each point from what its neighbours tell."""
    noise, kept = np.full(len(place), np.nan), np.flatnonzero(~lost)
    if len(kept) <= 2 * _NEIGHBOURS:
        return noise
    points = place[kept]
    tree = KDTree(points)
    k = min(max(_NEIGHBOURS, noise_scale(points, tree).neighbours // 2), len(points))
    moved, normals = plane_normals(tree, points, k)
    tree, every = KDTree(moved), np.arange(len(points))
    choices = [Width(n, 2) for n in _LADDER if n <= len(points)]
    width = best_width(tree, normals, points, every[:: max(1, len(points) // _ASKED)], choices)
    patches = fit(tree, normals, points, every, width)
    noise[kept] = np.abs(patches.held_out)
    return noise


def _doubts(known: tuple[Cluster, ...], n_points: int) -> tuple[str, ...]:
    """Return what is odd about clusters."""
    large = [k for k, cluster in enumerate(known) if cluster.n_points >= max(FEWEST, _LARGE * n_points)]
    if len(large) < 2:
        return ()
    sizes = [known[k].diagonal for k in large]
    small, big = large[int(np.argmin(sizes))], large[int(np.argmax(sizes))]
    ratio = known[big].diagonal / max(known[small].diagonal, np.finfo(float).tiny)
    if ratio < _OTHER_UNIT:
        return ()
    x, y, z = known[small].middle
    return (
        f"Cluster {small + 1} of {known[small].n_points:,} points, near ({x:.6g}, {y:.6g}, {z:.6g}), is {ratio:,.0f} "
        f"times smaller than cluster {big + 1} of {known[big].n_points:,}: they may be in other units. Keep one of "
        "them, or convert one before.",
    )


def _advice(lost: np.ndarray, known: tuple[Cluster, ...], n_repeated: int) -> tuple[str, str]:
    """Return what is recommended, and why."""
    said = list[str]()
    if n_repeated:
        said.append(f"{counted(n_repeated, 'repeated point')} count once")
    if lost.any():
        said.append(f"{counted(int(lost.sum()), 'outlier')} would draw the surface away")
    if len(known) > 1:
        said.append(f"{counted(len(known), 'cluster')} become components")
    way = "outliers,auto" if lost.any() else "auto"
    reason = "; ".join(said)
    return way, f"{reason[0].upper()}{reason[1:]}." if reason else "A surface can be made of the points as they are."
