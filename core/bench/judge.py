"""What drawn points are judged by: exact distances to withheld ones, modes, stray points, points learned by heart."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist
from scipy.special import chdtrc

from core.base.errors import SolveError
from core.base.memory import free_bytes
from core.bench.semidiscrete_distance import MOST_SITES, distance_to_gaussians
from core.bench.targets import Target

MOST_POINTS = 5000
"""Points on either side that an exact distance is computed for; of more the first are taken."""
_MOST_GAUSSIANS = 64
_SHARE_OF_MODE = 0.1
"""A mode is covered where it has at least this part of the points that it should have."""
_COPY = 1e-6
_BYTES_OF_PAIR = 24.0
"""Memory of the linear program for a pair of points: cost, flow and what the simplex keeps."""


@dataclass(frozen=True)
class Judgement:
    """What came out, all distances in input units.

    Parameters
    ----------
    w1, w2 : float
        Wasserstein distances between drawn and withheld points.
    covered, pieces : int
        Modes, or parts of the support, that have at least a tenth of their share of points, of how many.
    between : float
        Share of points farther from the support than the target's reach: mass between the modes.
    distance : float
        Mean distance from the support.
    copies : float
        Share of points that are one of the training sample.
    nearer : float
        Share of points that are nearer to the training sample than to a withheld one of the same size; 0.5 is chance.
    p_uniform : float
        Chance that points uniform over the parts of the support differ so much: chi-square against withheld points; on
        a surface against the areas, each point counted where it is nearest.
    judged : int
        Points on either side of the exact distances.
    w2_density, w2_bound : float or None
        W2 between the first drawn points and the density itself: a lower bound and an upper one, which meet where the
        solver came to its end; None where the density is no sum of a few Gaussians.
    """

    w1: float
    w2: float
    covered: int
    pieces: int
    between: float
    distance: float
    copies: float
    nearer: float
    p_uniform: float
    judged: int
    w2_density: float | None = None
    w2_bound: float | None = None


def wasserstein(x: Float64[np.ndarray, "n d"], y: Float64[np.ndarray, "m d"], power: int) -> float:
    """Return the Wasserstein distance of order 1 or 2 between the uniform measures on two sets of points.

    Parameters
    ----------
    x, y : (n, d), (m, d) float64 arrays
        The sets.
    power : int
        1 or 2.

    Notes
    -----
    Exact: the network simplex of POT. For order 2 the distance of the means is split off, which keeps digits where
    sets are far apart.
    """
    from ot.lp import emd2  # takes a second: only where it is needed

    measures = np.full(len(x), 1.0 / len(x)), np.full(len(y), 1.0 / len(y))
    if power == 1:
        return float(emd2(*measures, cdist(x, y), numItermax=10_000_000))
    apart = x.mean(0) - y.mean(0)
    cost = cdist(x - x.mean(0), y - y.mean(0), "sqeuclidean")
    return float(np.sqrt(max(float(emd2(*measures, cost, numItermax=10_000_000)), 0.0) + apart @ apart))


def judge(
    target: Target,
    drawn: Float64[np.ndarray, "n d"],
    withheld: Float64[np.ndarray, "m d"],
    training: Float64[np.ndarray, "k d"],
) -> Judgement:
    """Judge drawn points.

    Parameters
    ----------
    target : Target
        What was to be learned.
    drawn, withheld, training : (n, d), (m, d), (k, d) float64 arrays
        New points of a model, true ones that it has not seen, and those that it has.
    """
    distance, pieces = target.place(drawn)
    on = distance <= target.reach
    counts = np.bincount(pieces[on], minlength=target.n_pieces)
    most = judged_points(len(drawn), len(withheld))
    rows = min(len(withheld), len(training))
    to_nearest = cKDTree(training).query(drawn)[0]
    to_training = to_nearest if rows == len(training) else cKDTree(training[:rows]).query(drawn)[0]
    to_withheld = cKDTree(withheld[:rows]).query(drawn)[0]
    is_copy = to_nearest <= _COPY * np.ptp(training, axis=0).max()
    return Judgement(
        w1=wasserstein(drawn[:most], withheld[:most], 1),
        w2=wasserstein(drawn[:most], withheld[:most], 2),
        covered=int((counts >= _SHARE_OF_MODE * target.shares * len(drawn)).sum()),
        pieces=target.n_pieces,
        between=float(1.0 - on.mean()),
        distance=float(distance.mean()),
        copies=float(is_copy.mean()),
        nearer=float((to_training < to_withheld).mean()),
        p_uniform=_chance(target, pieces, counts, withheld),
        judged=most,
        **_to_density(target, drawn),
    )


def _to_density(target: Target, drawn: Float64[np.ndarray, "n d"]) -> dict[str, float]:
    """Return between what W2 to the density lies, where that is a sum of a few Gaussians in the plane."""
    middles = target.support
    if not target.is_gaussian or target.dimension != 2 or len(middles) > _MOST_GAUSSIANS:
        return {}
    shares = np.full(len(middles), 1.0 / len(middles))
    try:
        found = distance_to_gaussians(drawn[:MOST_SITES], middles, target.noise, shares)
    except SolveError:  # points too near to each other for float64: the column stays empty
        return {}
    return {"w2_density": found.lower, "w2_bound": found.upper}


def judged_points(drawn: int, withheld: int) -> int:
    """Return how many points on either side an exact distance can be computed for, within the memory that is free."""
    fitting = int((0.5 * free_bytes() / _BYTES_OF_PAIR) ** 0.5)
    return max(min(drawn, withheld, MOST_POINTS, fitting), 1)


def _chance(
    target: Target,
    pieces: Int64[np.ndarray, " n"],
    counts: Int64[np.ndarray, " k"],
    withheld: Float64[np.ndarray, "m d"],
) -> float:
    """Return the chance of a chi-square test: by area on a surface, else that two samples are alike over the parts."""
    if target.surface is not None:
        return area_chance(np.bincount(pieces, minlength=target.n_pieces), target.shares)
    true = np.bincount(target.place(withheld)[1], minlength=target.n_pieces)
    if not counts.sum():
        return 0.0
    table = np.array([counts, true], float)[:, counts + true > 0]
    expected = table.sum(1)[:, None] * table.sum(0) / table.sum()
    return float(chdtrc(max(table.shape[1] - 1, 1), ((table - expected) ** 2 / expected).sum()))


def area_chance(counts: Int64[np.ndarray, " k"], shares: Float64[np.ndarray, " k"]) -> float:
    """Return the chance of counts as uneven as these, if each part had its share.

    Parameters
    ----------
    counts : (k,) int64 array
        Points in each part.
    shares : (k,) float64 array
        What part of all should lie there; they sum to 1.
    """
    expected = shares * counts.sum()
    held = expected > 0.0
    if counts[~held].any() or held.sum() < 2:
        return 0.0 if counts[~held].any() else 1.0
    return float(chdtrc(int(held.sum()) - 1, ((counts - expected)[held] ** 2 / expected[held]).sum()))
