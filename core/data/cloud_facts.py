"""What a cloud of points is: figures, and values of its points that can be shown as colours."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.arrays import frozen
from core.data.cloud_change import Box


@dataclass(frozen=True, eq=False)
class Cluster:
    """Points that hang together.

    Parameters
    ----------
    n_points : int
        How many of those looked at.
    middle : (float, float, float)
        Their median, in input units.
    diagonal : float
        Length of the diagonal of their bounding box.
    """

    n_points: int
    middle: tuple[float, float, float]
    diagonal: float


@dataclass(frozen=True, eq=False)
class CloudFacts:
    """What a cloud is.

    Parameters
    ----------
    n_points : int
        Its points.
    ids : (m,) int64 array
        Those that were looked at: all, or an even part of a large cloud; in places of their own.
    bounds : tuple of 6 float
        Lower and upper corner of the box around all points.
    diagonal : float
        Length of the diagonal of the box around the points without outliers.
    spacing : (m,) float64 array
        Side of the square that each has for itself, in input units.
    noise : (m,) float64 array
        Distance of each from the quadric through its neighbours; NaN for outliers.
    outlier : (m,) bool array
        Which belong to no surface.
    cluster : (m,) int64 array
        Cluster of each, the largest 0; -1 for outliers and for groups that are too small.
    clusters : tuple of Cluster
        The largest first.
    normals : "none", "given"
        Whether the file gives them.
    grid : tuple of int
        Rows and columns where the points are those of a depth image; empty where they are not.
    n_repeated : int
        Points in places where there is one already.
    most_repeated : (int, (float, float, float)) or None
        How many points the fullest place has, and where it is.
    doubts : tuple of str
        What is odd, as sentences.
    advice : str
        The ways to prepare it that are recommended, with commas between them.
    why : str
        The reason, as a sentence.
    seconds : float
        Time it took to find out.
    """

    n_points: int
    ids: Int64[np.ndarray, " m"]
    bounds: Box
    diagonal: float
    spacing: Float64[np.ndarray, " m"]
    noise: Float64[np.ndarray, " m"]
    outlier: Bool[np.ndarray, " m"]
    cluster: Int64[np.ndarray, " m"]
    clusters: tuple[Cluster, ...]
    normals: str
    grid: tuple[int, ...]
    n_repeated: int
    most_repeated: tuple[int, tuple[float, float, float]] | None
    doubts: tuple[str, ...] = ()
    advice: str = "auto"
    why: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        kinds = {"ids": np.int64, "spacing": np.float64, "noise": np.float64, "outlier": bool, "cluster": np.int64}
        for name, kind in kinds.items():
            object.__setattr__(self, name, frozen(getattr(self, name), kind, (None,)))

    @property
    def spacing_range(self) -> tuple[float, float, float]:
        """5th, 50th and 95th percentile of the spacing."""
        low, middle, high = np.percentile(self.spacing, (5, 50, 95))
        return float(low), float(middle), float(high)

    @property
    def noise_size(self) -> float:
        """Standard deviation of the noise across the surface, from the median distance as if it were normal."""
        known = self.noise[np.isfinite(self.noise)]
        return float(np.median(known) / 0.6745) if len(known) else 0.0

    @property
    def n_outliers(self) -> int:
        """Outliers among the points that were looked at."""
        return int(self.outlier.sum())

    @property
    def n_small(self) -> int:
        """Points of groups that are too small for a cluster."""
        return int(((self.cluster < 0) & ~self.outlier).sum())
