"""Noise taken from points, as far as points that were held out tell."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64
from scipy.spatial import KDTree

from core.base.arrays import frozen
from core.base.progress import Progress, Work
from core.cloud.local_fits import N_TERMS, Patches, Width, fit
from core.cloud.noise_scale import noise_scale
from core.cloud.orientation import oriented_normals, plane_normals

_LADDER = (10, 12, 14, 17, 22, 32, 45, 64, 90, 128, 180, 256, 360, 450)
"""Numbers of neighbours that are tried."""
_FEWEST = 20
"""Neighbours over which points are placed first, at least; else half of those over which the cloud is flat: more draw
the two sides of a thin part together."""
_TURN = 0.4
"""How far normals may turn within a patch, where they are looked at."""
_ASKED = 2_500
"""Points that are held out to choose."""
_JUDGES, _OF_ALL = 120, 3_000
"""Points that judge together which patches are best where they are, and how many there are of them in all."""
_CLEAN = 32
"""Neighbours up to which noise is too little to tell places apart by it: one width is then best everywhere."""
_WIDEST = 360
"""Neighbours up to which patches grow beyond those that place the points: more take long."""
_DOUBT = 1.5
"""Standard errors by which wider patches may tell these worse: no more than chance."""
_MERGED = 8
"""Judges whose choices are averaged at a point."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Points with the noise taken away as far as their neighbours tell.

    Parameters
    ----------
    patches : Patches
        One about each point, oriented.
    width : Width
        How wide they are.
    spacing : float
        Mean distance of neighbours: the side of the square that a point has for itself.
    noise : float
        Root mean square distance of the points from what their neighbours tell, across the surface, in input units.
    unsure : float
        Part of what neighbours tell of the orientation that speaks against it.
    """

    patches: Patches
    width: Width
    spacing: float
    noise: float
    unsure: float

    def __post_init__(self) -> None:
        object.__setattr__(self.patches, "feet", frozen(self.patches.feet, np.float64, (None, 3)))

    @property
    def points(self) -> Float64[np.ndarray, "n 3"]:
        """The smoothed points, in input units."""
        return self.patches.feet

    @property
    def normals(self) -> Float64[np.ndarray, "n 3"]:
        """Their unit normals, oriented."""
        return self.patches.normals


def smoothed(points: Float64[np.ndarray, "n 3"], known: Float64[np.ndarray, "n 3"] | None = None) -> Work[Smoothed]:
    """Smooth a cloud by polynomial patches of the width that predicts held-out points best.

    Parameters
    ----------
    points : (n, 3) float64 array
        Points of a surface, noisy or not; no two in one place.
    known : (n, 3) float64 array, optional
        Normals that came with them: they decide the orientation.

    Notes
    -----
    Three rounds: quadrics over half of the neighbourhoods in which the cloud is flat (`noise_scale`), which place the
    points along the surface; quadrics; quadrics or cubics that end at creases. In the second the width is the one with
    the least mean distance of held-out points, which needs no number from the user and no truth. In the last too, but
    where the noise is wide it is chosen about each point, the widest that held-out points there do not speak against.
    """
    yield Progress(0.0, "Smoothing: scale of the noise")
    tree = KDTree(points)
    scale = noise_scale(points, tree)
    place, normals = plane_normals(tree, points, max(_FEWEST, scale.neighbours // 2))
    every = np.arange(len(points))
    some = every[:: max(1, len(points) // _ASKED)]
    yield Progress(0.2, "Smoothing: width of the patches")
    tree = KDTree(place)  # signs of normals do not matter to patches that do not look at how these turn
    first = best_width(tree, normals, points, some, [Width(k, 2) for k in _LADDER if k <= len(points)])
    found = fit(tree, normals, points, every, first)
    yield Progress(0.5, "Smoothing: orientation")
    tree, normals = KDTree(found.feet), oriented_normals(found.feet, found.normals, known)[0]
    wider = [k for k in _LADDER if first.neighbours <= k <= min(4 * first.neighbours, len(points))]
    yield Progress(0.6, "Smoothing: creases")
    if first.neighbours <= _CLEAN:
        choices = [Width(k, order, _TURN) for k in wider for order in N_TERMS if k >= 1.6 * N_TERMS[order]]
        width = best_width(tree, normals, points, some, choices)
        yield Progress(0.8, "Smoothing")
        patches = fit(tree, normals, points, every, width)
    else:
        choices = [Width(k, 2, _TURN) for k in wider if k <= max(_WIDEST, first.neighbours)]
        chosen = _widest_by_place(tree, normals, points, choices)
        width = choices[int(np.median(chosen))]
        yield Progress(0.8, "Smoothing")
        patches = _by_width(tree, normals, points, choices, chosen)
    patches, unsure = _oriented(patches, known)
    noise = float(np.sqrt((patches.held_out**2).mean()))
    spacing = float(np.sqrt((tree.query(place[some], [min(7, len(points))])[0] ** 2).mean())) / np.sqrt(7 / np.pi)
    return Smoothed(patches, width, spacing, noise, unsure)


def _widest_by_place(tree: KDTree, normals: np.ndarray, points: np.ndarray, choices: list[Width]) -> np.ndarray:
    """About each point the number of the widest choice, of ascending ones, that held-out points allow.

    Held-out points ask for patches too narrow: their neighbours were found from where they lie themselves, and with
    them a little of their noise. So the widest is taken that is not worse than the best by more than chance.
    """
    rows = np.arange(len(points))[:: max(1, len(points) // _OF_ALL)]
    errors = np.array([np.abs(fit(tree, normals, points, rows, width).held_out) for width in choices])
    place = np.ascontiguousarray(tree.data)
    judges = KDTree(place[rows])
    around = judges.query(place[rows], [*range(1, min(_JUDGES, len(rows)) + 1)])[1]
    mean = np.array([some[around].mean(1) for some in errors])
    best = mean.argmin(0)
    widest: np.ndarray = best.copy()
    for k, some in enumerate(errors):
        worse = some[around] - errors[best[:, None], around]
        is_chance = worse.mean(1) <= _DOUBT * worse.std(1) / np.sqrt(worse.shape[1])
        widest = np.where(is_chance, np.maximum(widest, k), widest)
    near = judges.query(place, [*range(1, min(_MERGED, len(rows)) + 1)])[1]
    return np.rint(widest[near].mean(1)).astype(np.int64)


def _by_width(
    tree: KDTree, normals: np.ndarray, points: np.ndarray, choices: list[Width], chosen: np.ndarray
) -> Patches:
    """Patches about all points, each of the width that was chosen for it."""
    groups = [(np.flatnonzero(chosen == k), width) for k, width in enumerate(choices)]
    parts = [(rows, fit(tree, normals, points, rows, width)) for rows, width in groups if len(rows)]
    back = np.argsort(np.concatenate([rows for rows, _ in parts]))
    names = ("feet", "normals", "origins", "frames", "terms", "reach", "held_out")
    return Patches(*(np.concatenate([getattr(some, name) for _, some in parts])[back] for name in names))


def _oriented(patches: Patches, known: np.ndarray | None) -> tuple[Patches, float]:
    """Patches turned to the sides that agree from neighbour to neighbour, and what speaks against it."""
    normals, unsure = oriented_normals(patches.feet, patches.normals, known)
    sign = np.where((normals * patches.normals).sum(1) < 0.0, -1.0, 1.0)
    frames = patches.frames.copy()
    frames[:, :, 0] *= sign[:, None]
    return replace(patches, normals=normals, frames=frames, terms=patches.terms * sign[:, None]), unsure


def best_width(tree: KDTree, normals: np.ndarray, points: np.ndarray, some: np.ndarray, choices: list[Width]) -> Width:
    """Return the width with the least mean distance of some points that are held out; the rest as for `fit`."""
    errors = [float(np.abs(fit(tree, normals, points, some, width).held_out).mean()) for width in choices]
    return choices[int(np.argmin(errors))]
