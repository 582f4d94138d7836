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
    points along the surface; quadrics; quadrics or cubics that end at creases. In each of the last two the width is
    the one with the least mean distance of held-out points, which needs no number from the user and no truth.
    """
    yield Progress(0.0, "Smoothing: scale of the noise")
    tree = KDTree(points)
    scale = noise_scale(points, tree)
    place, normals = plane_normals(tree, points, max(_FEWEST, scale.neighbours // 2))
    yield Progress(0.2, "Smoothing: orientation")
    normals = oriented_normals(place, normals, known)[0]
    every = np.arange(len(points))
    some = every[:: max(1, len(points) // _ASKED)]
    yield Progress(0.3, "Smoothing: width of the patches")
    tree = KDTree(place)
    first = best_width(tree, normals, points, some, [Width(k, 2) for k in _LADDER if k <= len(points)])
    found = fit(tree, normals, points, every, first)
    yield Progress(0.6, "Smoothing: creases")
    tree, normals = KDTree(found.feet), oriented_normals(found.feet, found.normals, known)[0]
    wider = [k for k in _LADDER if first.neighbours <= k <= min(4 * first.neighbours, len(points))]
    choices = [Width(k, order, _TURN) for k in wider for order in N_TERMS]
    width = best_width(tree, normals, points, some, [w for w in choices if w.neighbours >= 1.6 * N_TERMS[w.order]])
    yield Progress(0.8, "Smoothing")
    patches = fit(tree, normals, points, every, width)
    patches, unsure = _oriented(patches, known)
    noise = float(np.sqrt((patches.held_out**2).mean()))
    spacing = float(np.sqrt((tree.query(place[some], [min(7, len(points))])[0] ** 2).mean())) / np.sqrt(7 / np.pi)
    return Smoothed(patches, width, spacing, noise, unsure)


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
