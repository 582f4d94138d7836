"""Rivals that know no surface, each with its best settings: more than a user without the truth could choose."""

import numpy as np
from jaxtyping import Float64
from scipy.spatial import KDTree

from core.base.progress import Progress, Work
from core.cloud.moving_least_squares import moving_least_squares, settings
from core.denoising.laplacian import laplacian_smoothing
from core.geometry.nearest_triangle import TriangleTree

_JUDGED = 2_000
"""Points by which the best settings are chosen."""


def best_least_squares(
    noisy: Float64[np.ndarray, "n 3"], truth: TriangleTree, rng: np.random.Generator
) -> Work[tuple[Float64[np.ndarray, "n 3"], str]]:
    """Try all settings of moving least squares on some points, and take the best for all.

    Parameters
    ----------
    noisy : (n, 3) float64 array
        Noisy points, in input units.
    truth : TriangleTree
        The true surface.
    rng : Generator
        Chooses the points.

    Returns
    -------
    ((n, 3) float64 array, str)
        The points, and what was chosen.
    """
    tree, tried = KDTree(noisy), settings(len(noisy))
    some = rng.permutation(len(noisy))[:_JUDGED]
    errors: list[float] = []
    for setting in tried:
        yield Progress(0.0, f"Moving least squares: {setting.neighbours} neighbours")
        errors.append(_rms(truth, moving_least_squares(tree, noisy[some], setting)))
    if not tried:
        return noisy, "too few points"
    best = tried[int(np.argmin(errors))]
    yield Progress(0.5, "Moving least squares")
    kind = "planes" if best.order == 1 else "quadrics"
    setting = f"{kind}, {best.neighbours} neighbours: the best of {len(tried)} settings, chosen by the truth"
    return moving_least_squares(tree, noisy, best), setting


def best_laplacian(
    noisy: Float64[np.ndarray, "n 3"], truth: TriangleTree, rng: np.random.Generator
) -> Work[tuple[Float64[np.ndarray, "n 3"], str]]:
    """Take the number of steps of Laplacian smoothing that is best; parameters and result as `best_least_squares`."""
    some = rng.permutation(len(noisy))[:_JUDGED]
    best, error, steps, tried = noisy, np.inf, 0, 0
    for step, points in laplacian_smoothing(noisy):
        yield Progress(0.0, f"Laplacian smoothing: {step} {'step' if step == 1 else 'steps'}")
        found, tried = _rms(truth, points[some]), tried + 1
        if found < error:
            best, error, steps = points, found, step
    return best, f"{steps} {'step' if steps == 1 else 'steps'}: the best of {tried}, chosen by the truth"


def _rms(truth: TriangleTree, points: np.ndarray) -> float:
    """Root mean square distance of points from the truth."""
    return float(np.sqrt(np.square(truth.query(points)[0]).mean()))
