"""Synthetic noise on points of a surface."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.data.surface import Surface
from core.geometry.sampling import sample_by_area

NoiseKind = Literal["gaussian", "uniform", "outliers", "normal"]
NOISE_KINDS: tuple[NoiseKind, ...] = ("gaussian", "uniform", "outliers", "normal")

OUTLIER_SHARE = 0.05
"""Part of the points that noise of the kind "outliers" throws anywhere into the bounding box."""


@dataclass(frozen=True, eq=False)
class NoisySamples:
    """Points of a surface and the same points with noise, in input units.

    Parameters
    ----------
    originals : (n, 3) float64 array
        Points of the surface, uniform by area.
    points : (n, 3) float64 array
        Where the noise has carried them.
    normals : (n, 3) float64 array
        Unit normal of the face that each original lies in.
    """

    originals: Float64[np.ndarray, "n 3"]
    points: Float64[np.ndarray, "n 3"]
    normals: Float64[np.ndarray, "n 3"]

    def __post_init__(self) -> None:
        for name in ("originals", "points", "normals"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.float64, (len(self.originals), 3)))


def noisy_samples(
    surface: Surface, kind: NoiseKind, noise_rel: float, count: int, rng: np.random.Generator
) -> NoisySamples:
    """Draw points of a surface, uniform by area, and add noise.

    Parameters
    ----------
    surface : Surface
        Where the points lie.
    kind : "gaussian", "uniform", "outliers" or "normal"
        Gaussian: independent in each coordinate. Uniform: the same deviation, from a cube. Outliers: Gaussian, and
        `OUTLIER_SHARE` of the points anywhere in the bounding box. Normal: Gaussian along the normal alone.
    noise_rel : float
        Standard deviation of each coordinate ("normal": along the normal), over the diagonal of the bounding box.
    count : int
        How many points.
    rng : Generator
        Where randomness comes from.

    Raises
    ------
    ValueError
        If the kind is not known, or the surface has no area.
    """
    samples = sample_by_area(surface.corners, count, rng)
    vectors = surface.face_area_vectors[samples.faces]
    normals = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    deviation = noise_rel * surface.diagonal
    if kind == "uniform":
        noise = rng.uniform(-1.0, 1.0, (count, 3)) * (np.sqrt(3.0) * deviation)
    elif kind == "normal":
        noise = rng.normal(size=(count, 1)) * deviation * normals
    elif kind in ("gaussian", "outliers"):
        noise = rng.normal(size=(count, 3)) * deviation
    else:
        raise ValueError(f"noise of the kind {kind!r} is not known")
    points = samples.points + noise
    if kind == "outliers":
        thrown = rng.random(count) < OUTLIER_SHARE
        low, high = surface.bounds
        points[thrown] = rng.uniform(low, high, (int(thrown.sum()), 3))
    return NoisySamples(samples.points, points, normals)
