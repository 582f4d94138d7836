"""A surface made of an open cloud, with a sentence on each thing that was done."""

import time
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.spatial import KDTree

from core.base.errors import InputError
from core.base.progress import Progress, Work, part
from core.cloud.chance import without_chance_handles
from core.cloud.outliers import outliers
from core.cloud.places import places
from core.cloud.point_fit import fitted_to_points
from core.cloud.reconstruction import SPACING, Reconstruction, surface_through
from core.cloud.smoothing import Smoothed, smoothed
from core.cloud.specks import without_specks
from core.cloud.terrain import Terrain, is_terrain, terrain
from core.data.scan import Scan
from core.data.source import Source
from core.data.surface import Surface
from core.data.topology import counted
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.scatter import is_thread
from core.geometry.simplify import simplified
from core.geometry.topology import topology

FEWEST = 100
"""Points that a surface may be made of at least."""
MOST_POINTS = 100_000
"""Points of a larger cloud that a surface is made of: patches about more take minutes and tell little."""
MADE = "Made a surface of"
"""How the sentence begins that tells of it among what was done to a source."""
_UNSURE = 0.01
"""Part of the evidence against an orientation from which it is told."""
_COARSER = 1.4
"""Width of the cells at the second resolution, over that at the first."""
_FACES_A_POINT = 2.0
"""Triangles that are kept for each point."""
_NEAR = 10
"""Neighbour that tells how densely points lie."""
_WITHHELD = 10
"""One of so many points is withheld where the surface is fitted to the points."""
_FEWEST_FACES = 20_000
"""Triangles that are kept at least: few points may bend much."""


def making(source: Source, learn: str = "surface") -> Work[Source]:
    """Make a surface of a cloud.

    Parameters
    ----------
    source : Source
        A cloud.
    learn : "points" or "surface"
        Withhold a tenth of the points and fit the surface to the others as smoothly as the withheld ones tell
        (`fitted_to_points`), or take the surface through all of them as it is.

    Returns
    -------
    Source
        The surface, examined, as wide open and of as many components as the points tell; what was done stands among
        its repairs, what is in doubt among its warnings.

    Raises
    ------
    InputError
        If the points are too few, or lie on a line.
    BudaiError
        If no surface runs through them.

    Notes
    -----
    Of more than 100,000 points that many are taken at random. Points that are alone are left out, places that several
    points share count once. The cloud is smoothed as far as
    held-out points tell (`smoothed`), and the zero set of its blended patches taken at two resolutions
    (`surface_through`), without handles as short as the noise (`without_chance_handles`): where their Euler
    characteristics differ, this is told. Vertices that tell little go. Where that surface has handles or falls apart
    and the points are heights over a plane, as those of an airborne scan of trees and houses, they become a terrain.
    Components of very few points are left out (`without_specks`).
    """
    if not source.is_cloud:
        raise InputError(source.name, f"is {source.words}: there is nothing to make a surface of")
    started = time.monotonic()
    points, normals, left_out = _distinct(source)
    if len(points) < FEWEST:
        reason = f"{len(points):,} points in places of their own are too few to make a surface of"
        raise InputError(source.name, reason, "", f"Give {FEWEST:,} or more.")
    refuse_thread(source.name, points)
    withheld = _withheld(len(points), learn)
    kept = ~withheld
    cloud = yield from part(smoothed(points[kept], None if normals is None else normals[kept]), 0.0, 0.45)
    made = yield from part(surface_through(cloud), 0.45, 0.6)
    known = topology(made.surface)
    if (known.genus != 0 or known.n_components > 1) and is_terrain(points[kept]):
        found = yield from part(terrain(points[kept]), 0.6, 0.85)
        surface, done, doubts = found.surface, _told_of_terrain(found, int(kept.sum())), _doubts_of_terrain(found)
        on = np.ones(len(points), bool)
    else:
        again = yield from part(surface_through(cloud, _COARSER * SPACING), 0.6, 0.65)
        coarse, _ = yield from part(without_chance_handles(again.surface, cloud), 0.65, 0.7)
        surface = made.surface
        most = max(_FEWEST_FACES, int(_FACES_A_POINT * len(points)))
        if len(surface.faces) > most:
            surface = yield from part(simplified(surface, most), 0.7, 0.8)
        surface, handles = yield from part(without_chance_handles(surface, cloud), 0.8, 0.85)
        surface, specks = without_specks(surface, points)
        done = (*_told(cloud, made, surface, int(kept.sum())), *handles, *specks)
        doubts = _doubts(cloud, (surface, made.cell), (coarse, again.cell))
        on = triangle_tree(surface.corners).query(points)[0] < 2.0 * max(2.0 * made.cell, cloud.noise)
    points, withheld = points[on], withheld[on]
    scan = Scan(points, withheld, cloud.noise)
    if withheld.any():
        fit = yield from part(fitted_to_points(surface, points, withheld), 0.85, 1.0)
        surface, scan = fit.surface, replace(scan, smoothness=fit.smoothness)
        done += (fit.sentence,)
    yield Progress(1.0, "Examining the surface")
    return replace(
        source,
        data=surface,
        topology=topology(surface),
        repairs=(*source.repairs, *left_out, *done),
        warnings=(*source.warnings, *doubts),
        seconds=source.seconds + time.monotonic() - started,
        is_learned=True,
        scan=scan,
    )


def _withheld(n_points: int, learn: str) -> Bool[np.ndarray, " n"]:
    """Which points nothing is learned from: a tenth at random where the surface is learned from the points."""
    chosen = np.zeros(n_points, bool)
    if learn == "points":
        chosen[np.random.default_rng(0).choice(n_points, n_points // _WITHHELD, replace=False)] = True
    return chosen


def _told_of_terrain(found: Terrain, n_points: int) -> tuple[str, ...]:
    """What was done, as sentences."""
    share = 100 * found.noise / found.surface.diagonal
    said = (
        f"{MADE} {n_points:,} points, a terrain with one height z for each place: heights smoothed over "
        f"{found.width.neighbours:,} neighbours, whose number points tell that were held out; the points lie about it "
        f"by {share:.2g} % of its diagonal.",
    )
    if found.bridged:
        said += (f"Bridged gaps between the points by {counted(found.bridged, 'long triangle')}.",)
    return said


def _doubts_of_terrain(found: Terrain) -> tuple[str, ...]:
    """Where a terrain joins what stands before something else to it."""
    if found.steps is None:
        return ()
    steps, place = found.steps, " ".join(f"{value:.7g}" for value in found.steps.middle)
    return (
        f"Joined over steps higher than {steps.least:.3g}, which no point fills: {steps.count:,} triangles in "
        f"{steps.walls:,} places, most of them, {steps.largest:,} up to a height of {steps.height:.3g}, about ({place}"
        "). What stands there before something else is no component of its own: crop it, or choose its cluster.",
    )


def refuse_thread(name: str, points: Float64[np.ndarray, "n 3"]) -> None:
    """Refuse points that no surface runs through.

    Raises
    ------
    InputError
        If they lie on a line, or all around one.
    """
    if is_thread(points):
        reason = "the points lie on a line, or all around one: no surface runs through them"
        raise InputError(name, reason, "", "Give points of a surface.")


def _distinct(
    source: Source,
) -> tuple[Float64[np.ndarray, "n 3"], Float64[np.ndarray, "n 3"] | None, tuple[str, ...]]:
    """Points in places of their own that are not alone, their normals, and what was left out."""
    points, normals, said = source.positions, getattr(source.data, "normals", None), ()
    first = places(points)[0]
    if len(first) < len(points):
        said += (f"Left out {len(points) - len(first):,} points in places where there was one already.",)
    first, taken = sample(first)
    said += taken
    alone = outliers(points[first])
    if alone.any():
        said += (f"Left out {counted(int(alone.sum()), 'outlier')}: far from all others, or about no surface.",)
    kept = first[~alone]
    return np.ascontiguousarray(points[kept]), None if normals is None else normals[kept], said


def sample(rows: Int64[np.ndarray, " n"]) -> tuple[Int64[np.ndarray, " m"], tuple[str, ...]]:
    """Return numbers of points, at most so many that a surface is made of, and what is told where they are fewer.

    Parameters
    ----------
    rows : (n,) int64 array
        Numbers of points, ascending.
    """
    if len(rows) <= MOST_POINTS:
        return rows, ()
    chosen = np.sort(np.random.default_rng(0).choice(len(rows), MOST_POINTS, replace=False))
    return rows[chosen], (f"Took {MOST_POINTS:,} of {len(rows):,} points at random: enough to make a surface of.",)


def _told(cloud: Smoothed, made: Reconstruction, surface: Surface, n_points: int) -> tuple[str, ...]:
    """What was done, as sentences."""
    diagonal = surface.diagonal
    said = (
        f"{MADE} {n_points:,} points: patches of {cloud.width.neighbours:,} neighbours, whose width points tell that "
        f"were held out; the points lie about it by {100 * cloud.noise / diagonal:.2g} % of its diagonal.",
    )
    if made.filled:
        said += (f"Filled {counted(made.filled, 'hole')} no wider than gaps between random points are.",)
    lost = cloud.points[made.component < 0]
    if len(lost):
        x, y, z = _densest(lost)
        where = (
            f"at ({x:.6g}, {y:.6g}, {z:.6g})" if len(lost) == 1 else f"most densely near ({x:.6g}, {y:.6g}, {z:.6g})"
        )
        lie = "lies" if len(lost) == 1 else "lie"
        said += (f"{counted(len(lost), 'point')} of {n_points:,} {lie} on no component that was kept, {where}.",)
    return said


def _densest(points: Float64[np.ndarray, "n 3"]) -> list[float]:
    """The point with the nearest tenth neighbour."""
    k = min(_NEAR, len(points))
    return points[int(np.argmin(KDTree(points).query(points, [k])[0]))].tolist()


def _doubts(cloud: Smoothed, made: tuple[Surface, float], again: tuple[Surface, float]) -> tuple[str, ...]:
    """What is in doubt of it, as sentences, from surfaces at two resolutions and the widths of their cells."""
    fine, coarse = topology(made[0]), topology(again[0])
    doubts = ()
    if (fine.euler_characteristic, fine.n_components) != (coarse.euler_characteristic, coarse.n_components):
        doubts += (
            f"Its topology is in doubt: Euler characteristic {fine.euler_characteristic} and "
            f"{counted(fine.n_components, 'component')} on cells of {made[1]:.3g}, {coarse.euler_characteristic} and "
            f"{counted(coarse.n_components, 'component')} on cells of {again[1]:.3g}. Look at its holes and handles.",
        )
    if cloud.unsure > _UNSURE:
        doubts += (
            f"Which side is outside is in doubt: {100 * cloud.unsure:.2g} % of what neighbouring points tell speaks "
            "against it. Give normals with the points if there are any.",
        )
    return doubts
