"""Are samples uniform by area? Pearson's chi-square test on patches of equal area."""

import numpy as np
from jaxtyping import Float64, Int64
from scipy.special import chdtrc

from core.data.surface import Surface

MOST_PATCHES = 500
_FEWEST_SAMPLES = 20  # expected in each patch
_LEAST_EXPECTED = 5.0
"""Samples expected below which a patch is put together with others: for fewer the statistic has another law."""


def uniformity_p(
    surface: Surface,
    sample_faces: Int64[np.ndarray, " n"],
    rng: np.random.Generator,
    face_masses: Float64[np.ndarray, " f"] | None = None,
) -> float | None:
    """Chance of counts as uneven as these if the samples were drawn uniformly by area, or by another measure.

    Parameters
    ----------
    surface : Surface
        The surface on which samples should be uniform.
    sample_faces : (n,) int64 array
        The face of each sample.
    rng : Generator
        Chooses the directions in which the surface is cut into patches.
    face_masses : (f,) float64 array, optional
        The measure of each face by which they should be; the area without it.

    Returns
    -------
    float or None
        The p-value; None if there are too few samples or faces for a test.
    """
    count = int(min(MOST_PATCHES, len(sample_faces) // _FEWEST_SAMPLES, len(surface.faces) // 4))
    if count < 2:
        return None
    masses = surface.face_areas if face_masses is None else face_masses
    patch = equal_area_patches(surface.corners.mean(1), masses, count, rng)
    share = np.bincount(patch, masses, count) / masses.sum()
    expected = share * len(sample_faces)
    observed = np.bincount(patch[sample_faces], minlength=count)
    # Faces larger than a patch leave others small or empty: those in which too few samples are expected are one.
    enough = expected >= _LEAST_EXPECTED
    expected, observed = (
        np.append(values[enough], values[~enough].sum()) for values in (expected, observed.astype(np.float64))
    )
    if expected[-1] < _LEAST_EXPECTED:  # even together
        expected, observed = (np.append(values[:-2], values[-2:].sum()) for values in (expected, observed))
    if len(expected) < 2:
        return None
    # The upper tail of the chi-square distribution; scipy.stats has it too, and takes half a second to import.
    return float(chdtrc(len(expected) - 1, ((observed - expected) ** 2 / expected).sum()))


def equal_area_patches(
    centres: Float64[np.ndarray, "f 3"], areas: Float64[np.ndarray, " f"], count: int, rng: np.random.Generator
) -> Int64[np.ndarray, " f"]:
    """Number faces by patch: the whole is cut again and again, across a random direction, in proportion to the area."""
    patch = np.zeros(len(areas), np.int64)
    parts = [(np.arange(len(areas)), 0, count)]
    while parts:
        members, first, k = parts.pop()
        if k == 1 or len(members) < 2:
            patch[members] = first
            continue
        members = members[np.argsort(centres[members] @ rng.standard_normal(3), kind="stable")]
        reached = np.cumsum(areas[members])
        half: float = reached[-1] * (k // 2) / k
        cut = int(np.searchsorted(reached, half))
        cut = min(max(cut, 1), len(members) - 1)
        parts += [(members[:cut], first, k // 2), (members[cut:], first + k // 2, k - k // 2)]
    return patch
