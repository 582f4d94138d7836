"""The nearest points of the decoded manifold of a table: exact over the cells of a plane, by descent elsewhere."""

from typing import cast

import numpy as np
from jaxtyping import Float64
from scipy.spatial.distance import cdist

from core.base.progress import Progress, Work
from core.cells.decoder_image import DecoderImage
from core.charts.autoencoder import Autoencoder

_BLOCK = 200
"""Rows between two places to cancel."""
_STARTS = 3
"""Nearest known rows whose codes are starts."""
_STEPS = 60
"""Steps of the descent, at most."""
_GAIN = 1e-12
"""Relative gain of a step below which a row is done."""


def project_rows(image: DecoderImage, rows: Float64[np.ndarray, "n D"]) -> Work[Float64[np.ndarray, "n 2"]]:
    """Find the codes whose images are nearest to rows, over all cells.

    Parameters
    ----------
    image : DecoderImage
        The exact image of the latent disk, in any dimension.
    rows : (n, D) float64 array
        In input units.

    Returns
    -------
    (n, 2) float64 array
        The codes.

    Notes
    -----
    On a triangle of a cell the decoder is affine, so that its nearest point needs inner products alone. Triangles whose
    first corner is farther away than the nearest corner of all by more than their longest edge from it are left out.
    """
    middle = image.points.mean(0)
    corners, given = image.points - middle, np.asarray(rows, np.float64) - middle
    squares = np.square(corners).sum(1)
    a, b, c = image.triangles.T
    first, second = corners[b] - corners[a], corners[c] - corners[a]
    gram = np.stack([(first * first).sum(1), (first * second).sum(1), (second * second).sum(1)])
    reach = np.sqrt(np.maximum(gram[0], gram[2]))
    from_a = np.stack([(first * corners[a]).sum(1), (second * corners[a]).sum(1)])
    codes = np.empty((len(given), 2))
    for start in range(0, len(given), _BLOCK):
        yield Progress(start / len(given), f"Nearest points of {len(given):,} rows, exact over the cells")
        products = given[start : start + _BLOCK] @ corners.T
        for k, product in enumerate(products):
            far = np.maximum(squares - 2.0 * product + np.square(given[start + k]).sum(), 0.0)
            near = np.flatnonzero(np.sqrt(far)[a] - reach <= np.sqrt(far.min()))
            slopes = product[[b[near], c[near]]] - product[a[near]] - from_a[:, near]
            weights, gain = _in_triangles(gram[:, near], slopes)
            best = int((far[a[near]] + gain).argmin())
            u, v = weights[:, best]
            simplex = image.codes[image.triangles[near[best]]]
            codes[start + k] = (1.0 - u - v) * simplex[0] + u * simplex[1] + v * simplex[2]
    return codes


def _in_triangles(
    gram: Float64[np.ndarray, "3 t"], slopes: Float64[np.ndarray, "2 t"]
) -> tuple[Float64[np.ndarray, "2 t"], Float64[np.ndarray, " t"]]:
    """Return the nearest points of triangles as weights of both edges, and what they gain on the first corner."""
    (g11, g12, g22), (s1, s2) = gram, slopes

    def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
        return np.divide(above, below, out=np.zeros_like(above), where=below > 0.0)

    zero, across = np.zeros_like(s1), g11 - 2.0 * g12 + g22
    on_third = np.clip(ratio(g11 - g12 - s1 + s2, across), 0.0, 1.0)
    det = g11 * g22 - g12 * g12
    u, v = ratio(g22 * s1 - g12 * s2, det), ratio(g11 * s2 - g12 * s1, det)
    inside = (u > 0.0) & (v > 0.0) & (u + v < 1.0)
    places = np.stack(
        [
            np.stack([np.clip(ratio(s1, g11), 0.0, 1.0), zero]),
            np.stack([zero, np.clip(ratio(s2, g22), 0.0, 1.0)]),
            np.stack([1.0 - on_third, on_third]),
            np.where(inside, np.stack([u, v]), 0.0),
        ]
    )
    u, v = places[:, 0], places[:, 1]
    gains = g11 * u * u + 2.0 * g12 * u * v + g22 * v * v - 2.0 * (s1 * u + s2 * v)
    best = gains.argmin(0)
    all_ = np.arange(len(best))
    return places[best, :, all_].T, gains[best, all_]


def descend_rows(
    autoencoder: Autoencoder,
    rows: Float64[np.ndarray, "n D"],
    known: Float64[np.ndarray, "N D"],
    known_codes: Float64[np.ndarray, "N d"],
) -> Work[Float64[np.ndarray, "n d"]]:
    """Find codes whose images are near rows, by damped Gauss-Newton steps within the unit ball.

    Parameters
    ----------
    autoencoder : Autoencoder
        Of codes of any dimension.
    rows : (n, D) float64 array
        In input units.
    known : (N, D) float64 array
        Rows that were learned from: the codes of the nearest ones are starts beside that of the encoder.
    known_codes : (N, d) float64 array
        Their codes.

    Returns
    -------
    (n, d) float64 array
        The best end of all descents: never worse than any start, and a local minimum as a rule.
    """
    codes = np.empty((len(rows), autoencoder.latent_dimension))
    for start in range(0, len(rows), _BLOCK):
        yield Progress(start / len(rows), f"Near points of {len(rows):,} rows, by descent")
        block = rows[start : start + _BLOCK]
        nearest = np.argsort(cdist(block, known), axis=1)[:, :_STARTS].T
        starts = (autoencoder.encode(block), *(known_codes[rank] for rank in nearest))
        ends = [_descent(autoencoder, block, first) for first in starts]
        best = np.array([lost for _, lost in ends]).argmin(0)
        codes[start : start + _BLOCK] = np.array([found for found, _ in ends])[best, np.arange(len(block))]
    return codes


def _descent(
    autoencoder: Autoencoder, rows: Float64[np.ndarray, "n D"], start: Float64[np.ndarray, "n d"]
) -> tuple[Float64[np.ndarray, "n d"], Float64[np.ndarray, " n"]]:
    """Return where descents end, and the squared distances there."""
    codes = _in_ball(start)
    lost = _squared(autoencoder, rows, codes)
    damping, going = np.full(len(rows), 1e-3), np.arange(len(rows))
    for _ in range(_STEPS):
        if not len(going):
            break
        slope = autoencoder.decode_jacobian(codes[going])
        rest = rows[going] - autoencoder.decode(codes[going])
        normal = np.einsum("nij,nik->njk", slope, slope)
        size = np.trace(normal, axis1=1, axis2=2) / normal.shape[1] + 1e-300
        normal += (damping[going] * size)[:, None, None] * np.eye(normal.shape[1])
        downhill = np.einsum("nij,ni->nj", slope, rest)[:, :, None]
        step = cast(np.ndarray, np.linalg.solve(normal, downhill))[:, :, 0]
        tried = _in_ball(codes[going] + step)
        now = _squared(autoencoder, rows[going], tried)
        better = now < lost[going]
        taken = going[better]
        done = np.zeros(len(going), bool)
        done[better] = lost[taken] - now[better] <= _GAIN * lost[taken]
        codes[taken], lost[taken] = tried[better], now[better]
        damping[going] *= np.where(better, 0.3, 5.0)
        going = going[~done & (damping[going] < 1e8)]
    return codes, lost


def _in_ball(codes: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n d"]:
    return codes / np.maximum(1.0, np.linalg.norm(codes, axis=1, keepdims=True))


def _squared(
    autoencoder: Autoencoder, rows: Float64[np.ndarray, "n D"], codes: Float64[np.ndarray, "n d"]
) -> Float64[np.ndarray, " n"]:
    return np.square(rows - autoencoder.decode(codes)).sum(1)
