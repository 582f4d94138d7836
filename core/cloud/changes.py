"""What is changed of a cloud before a surface is made of it, each change told as a sentence."""

from dataclasses import replace

import numpy as np
from numba import njit
from scipy.spatial import KDTree

from core.base.errors import InputError
from core.base.progress import Progress, Work
from core.cloud.noise_scale import noise_scale
from core.cloud.orientation import oriented_normals, plane_normals
from core.cloud.outliers import clusters, outliers, spacings
from core.cloud.places import places
from core.data.cloud_change import Box, CloudChange
from core.data.point_cloud import PointCloud
from core.data.topology import counted
from core.geometry.scatter import is_thread

_THINNER = 2.0
"""Distance that disks keep unless one is given, in spacings."""
_INNER = (1.0, 99.0)
"""Percentiles between which the box lies that is taken unless one is given."""
_LEAST = 20
"""Neighbours that tell a normal, at least."""
UNSURE = 0.5
"""Part of a point's neighbours that speak against its normal from which that is unsure."""


def _part(cloud: PointCloud, kept: np.ndarray, said: str, box: Box | None = None) -> CloudChange:
    """A part of a cloud; the grid of a depth image goes on naming where it came from."""
    points, normals, colors = cloud.points[kept], cloud.normals, cloud.colors
    made = replace(
        cloud,
        points=points,
        normals=None if normals is None else normals[kept],
        colors=None if colors is None else colors[kept],
    )
    return CloudChange(made, said, kept, np.zeros(0, np.int64), box)


def without_outliers(name: str, cloud: PointCloud) -> Work[CloudChange]:
    """Leave outliers out, and all points but one of each place; see `core.cloud.outliers.outliers`.

    Raises
    ------
    InputError
        If there is none.
    """
    yield Progress(0.0, "Outliers")
    first, _ = places(cloud.points)
    lost = outliers(cloud.points[first])
    repeated = len(cloud.points) - len(first)
    if not lost.any() and not repeated:
        raise InputError(name, "there is nothing to remove: no point is an outlier or repeated")
    kept = np.zeros(len(cloud.points), bool)
    kept[first[~lost]] = True
    parts = [counted(int(lost.sum()), "outlier")] if lost.any() else []
    parts += [f"{repeated:,} in places where there was one already"] if repeated else []
    return _part(cloud, kept, f"Removed {' and '.join(parts)}, of {counted(len(cloud.points), 'point')}.")


def with_clusters(name: str, cloud: PointCloud, chosen: tuple[int, ...] = (0,)) -> Work[CloudChange]:
    """Keep some clusters, by their numbers from 0, the largest first.

    Raises
    ------
    InputError
        If there is no such cluster, or nothing else.
    """
    yield Progress(0.0, "Clusters")
    first, number = places(cloud.points)
    place = cloud.points[first]
    label = clusters(place, outliers(place))
    count = int(label.max()) + 1
    wrong = [k for k in chosen if k >= count]
    if wrong:
        there = "there is one cluster" if count == 1 else f"there are {count:,} clusters"
        raise InputError(name, f"there is no cluster {wrong[0] + 1}: {there}")
    kept = np.isin(label, chosen)[number]
    if kept.all():
        raise InputError(name, "there is nothing to leave out: all points belong to these clusters")
    named = ", ".join(f"{k + 1}" for k in sorted(chosen))
    what = f"cluster {named}" if len(chosen) == 1 else f"clusters {named}"
    said = f"Kept {what} of {count:,}: {int(kept.sum()):,} of {len(kept):,} points."
    return _part(cloud, kept, said)


def thinned(name: str, cloud: PointCloud, distance: float = 0.0) -> Work[CloudChange]:
    """Thin a cloud by Poisson disks: no two points nearer than a distance, no point farther than that from one kept.

    Parameters
    ----------
    name : str
        For messages.
    cloud : PointCloud
        What to thin.
    distance : float
        In input units; 0 for twice the spacing.

    Raises
    ------
    InputError
        If no two points are that near.

    Notes
    -----
    Points in random order, each kept unless one nearer than the distance is (dart throwing: Cook, *Stochastic sampling
    in computer graphics*, 1986). O(n) by a grid of that width.
    """
    yield Progress(0.0, "Thinning")
    points = cloud.points
    if not distance:
        first, _ = places(points)
        some = points[first[:: max(1, len(first) // 20_000)]]
        distance = _THINNER * float(np.median(spacings(some, KDTree(points[first]))))
    order = np.random.default_rng(0).permutation(len(points))
    kept = _disks(points, order, distance)
    if kept.all():
        raise InputError(name, f"there is nothing to thin: no two points are nearer than {distance:.3g}")
    said = f"Thinned by disks of radius {distance:.3g}: {int(kept.sum()):,} of {len(kept):,} points are left."
    return _part(cloud, kept, said)


def _disks(points: np.ndarray, order: np.ndarray, distance: float) -> np.ndarray:
    """Which points are kept by throwing darts in an order."""
    cell = np.floor((points - points.min(0)) / distance).astype(np.int64)
    n_lists = 1 << max(4, int(len(points) - 1).bit_length())
    return _thrown(points, order, cell, n_lists, distance * distance)


@njit(cache=True, nogil=True)
def _thrown(points: np.ndarray, order: np.ndarray, cell: np.ndarray, n_lists: int, least: float) -> np.ndarray:
    """The same; cells that share a list by chance cost a look at points that are far."""
    kept = np.zeros(len(points), np.bool_)
    last = np.full(n_lists, -1)  # the last point kept of each list of cells, and before each kept one that before it
    before = np.full(len(points), -1)
    for k in order:
        free = True
        for step in range(27):
            x, y, z = cell[k, 0] + step // 9 - 1, cell[k, 1] + step // 3 % 3 - 1, cell[k, 2] + step % 3 - 1
            j = last[_list_of(x, y, z, n_lists)]
            while j >= 0 and free:
                away = 0.0
                for axis in range(3):
                    away += (points[j, axis] - points[k, axis]) ** 2
                free = away >= least
                j = before[j]
            if not free:
                break
        if free:
            kept[k] = True
            own = _list_of(cell[k, 0], cell[k, 1], cell[k, 2], n_lists)
            before[k] = last[own]
            last[own] = k
    return kept


@njit(cache=True, nogil=True)
def _list_of(x: int, y: int, z: int, n_lists: int) -> int:
    """The list of a cell; numbers times large primes (Teschner and others, *Optimized spatial hashing*, 2003)."""
    return (x * 73856093 ^ y * 19349663 ^ z * 83492791) & (n_lists - 1)


def cropped(name: str, cloud: PointCloud, box: Box | None = None) -> Work[CloudChange]:
    """Keep what lies in a box with sides along the axes.

    Parameters
    ----------
    name : str
        For messages.
    cloud : PointCloud
        What to crop.
    box : tuple of 6 float, optional
        Lower and upper corner; else between the 1st and 99th percentile along each axis.

    Raises
    ------
    InputError
        If it holds none of the points, or all.
    """
    yield Progress(0.0, "Cropping")
    if box is None:
        low, high = np.percentile(cloud.points, _INNER, axis=0).tolist()
        box = (*low, *high)
    kept = np.all((cloud.points >= box[:3]) & (cloud.points <= box[3:]), axis=1)
    shown = " ".join(f"{value:.6g}" for value in box)
    if not kept.any() or kept.all():
        which = "all" if kept.any() else "none"
        raise InputError(name, f"{which} of its {len(kept):,} points lie in the box {shown}", "", "Give another box.")
    said = f"Cropped to the box {shown}: {int(kept.sum()):,} of {len(kept):,} points are left."
    return _part(cloud, kept, said, box)


def with_normals(name: str, cloud: PointCloud) -> Work[CloudChange]:
    """Give points normals that look outward, in place of those that they have; see `oriented_normals`.

    Raises
    ------
    InputError
        If the points lie on a line, or are too few.
    """
    yield Progress(0.0, "Normals")
    first, number = places(cloud.points)
    points = cloud.points[first]
    if len(points) < _LEAST or is_thread(points):
        raise InputError(name, f"{len(points):,} points, too few or along a line, tell no normals")
    tree = KDTree(points)
    place, normals = plane_normals(tree, points, max(_LEAST, noise_scale(points, tree).neighbours // 2))
    yield Progress(0.5, "Normals: orientation")
    normals, against = oriented_normals(place, normals)
    around = KDTree(place).query(place, min(9, len(place)))[1]
    agree = (normals[around] * normals[:, None]).sum(2)
    unsure = np.flatnonzero((agree < 0.0).mean(1) >= UNSURE)
    doubt = (
        f"{100 * against:.2g} % of what neighbours tell speaks against it, {counted(len(unsure), 'point')} most"
        if len(unsure)
        else "neighbours agree everywhere"
        if not against
        else f"{100 * against:.2g} % of what neighbours tell speaks against it"
    )
    said = f"Oriented the normals of {counted(len(cloud.points), 'point')}: {doubt}."
    kept = np.ones(len(cloud.points), bool)
    made = replace(cloud, normals=normals[number])
    return CloudChange(made, said, kept, np.flatnonzero(np.isin(number, unsure)))
