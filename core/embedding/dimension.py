"""Intrinsic dimension of rows: how many numbers tell where on their manifold a point is, and at which scale."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from core.embedding.neighbours import distinct, sorted_distances

FEWEST = 12
"""Distinct rows without which nothing is told."""
ALL = 5_000
"""Up to so many distinct rows all are looked at, of more a random part."""
SAMPLE = 2_000
"""Rows of that part."""
_NEIGHBOURS = 10
"""The number of neighbours that the one figure of Levina and Bickel is told for."""
_FARTHEST = 1_000
"""The largest number of neighbours on the curve."""


@dataclass(frozen=True)
class Dimension:
    """Estimates of the intrinsic dimension.

    Parameters
    ----------
    twonn : float or None
        By the two nearest neighbours (Facco et al. 2017); None where there is nothing to measure.
    levina_bickel : float or None
        By maximum likelihood with ten neighbours.
    scales : tuple of pairs of float
        The same for growing numbers of neighbours: the median distance of the last of them, and the estimate. Where
        noise is smaller than the scale, its directions are not counted.
    rows : int
        How many rows were looked at, among all.
    """

    twonn: float | None
    levina_bickel: float | None
    scales: tuple[tuple[float, float], ...]
    rows: int


def intrinsic_dimension(
    rows: Float64[np.ndarray, "n D"], rng: np.random.Generator, sample: int = SAMPLE, everything: int = ALL
) -> Dimension:
    """Estimate the intrinsic dimension of rows.

    Parameters
    ----------
    rows : (n, D) float64 array
        Points; equal ones count once.
    rng : Generator
        Chooses the rows that are looked at, where there are many.
    sample, everything : int
        How many these are, and from how many distinct rows on not all are taken.

    Notes
    -----
    TwoNN: Facco, d'Errico, Rodriguez, Laio (2017), *Scientific Reports* 7, 12140: the ratios mu of second to first
    distance follow F(mu) = 1 - mu^-d; the slope of -ln(1 - F) over ln mu through 0, without the largest tenth. Levina
    and Bickel (2004), *Advances in NIPS* 17, with the mean of inverses of MacKay and Ghahramani. O(n D) for each row
    that is looked at.
    """
    rows = rows[distinct(rows)]
    n = len(rows)
    if n < FEWEST:
        return Dimension(None, None, (), n)
    chosen = np.arange(n) if n <= everything else np.sort(rng.choice(n, sample, replace=False))
    distances = sorted_distances(rows, chosen, min(n - 1, _FARTHEST))
    counts = _counts(distances.shape[1])
    estimates = {k: levina_bickel(distances, k) for k in counts}
    medians = np.median(distances, axis=0)
    curve = tuple((float(medians[k - 1]), value) for k in counts if (value := estimates[k]) is not None)
    at = min(_NEIGHBOURS, distances.shape[1])
    return Dimension(two_nn(distances), levina_bickel(distances, at), curve, len(chosen))


def local_dimension(rows: Float64[np.ndarray, "n D"], neighbours: int = 20) -> Float64[np.ndarray, " n"]:
    """Return the estimate of Levina and Bickel at each row; NaN at rows that are equal to another or few.

    Parameters
    ----------
    rows : (n, D) float64 array
        Points.
    neighbours : int
        How many take part.
    """
    marks = distinct(rows)
    result = np.full(len(rows), np.nan)
    count = min(neighbours, int(marks.sum()) - 1)
    if count < 3:
        return result
    near = sorted_distances(rows[marks], np.arange(int(marks.sum())), count)
    spread = np.log(near[:, -1:] / near[:, :-1]).sum(1)
    with np.errstate(divide="ignore"):
        result[marks] = np.where(spread > 0.0, (count - 1) / spread, np.nan)
    return result


def two_nn(distances: Float64[np.ndarray, "m k"]) -> float | None:
    """Return the estimate by the two nearest neighbours, from sorted distances."""
    ratios = np.log(np.sort(distances[:, 1] / distances[:, 0]))
    n = len(ratios)
    rank = np.arange(1, int(0.9 * n) + 1)
    x, y = ratios[rank - 1], -np.log(1.0 - rank / n)
    return float((x * y).sum() / (x * x).sum()) if x.any() else None


def levina_bickel(distances: Float64[np.ndarray, "m k"], count: int) -> float | None:
    """Return the maximum likelihood estimate with so many neighbours, from sorted distances; None where all are one."""
    logs = np.log(distances[:, :count])
    mean = float((logs[:, -1:] - logs[:, :-1]).mean())
    return 1.0 / mean if mean > 0.0 else None


def _counts(most: int) -> list[int]:
    """Return numbers of neighbours, each half as large again as the one before."""
    found, k = list[int](), 5.0
    while k <= most:
        found.append(round(k))
        k *= 1.5
    return found or [most]
