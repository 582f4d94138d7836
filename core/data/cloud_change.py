"""What becomes of a cloud that is thinned, cropped or cleaned: the points, a sentence, and which are left."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

from core.base.arrays import frozen
from core.data.point_cloud import PointCloud

Box = tuple[float, float, float, float, float, float]
"""Lower and upper corner."""


@dataclass(frozen=True, eq=False)
class CloudChange:
    """What was made of a cloud.

    Parameters
    ----------
    cloud : PointCloud
        The result.
    sentence : str
        What was done, as a sentence.
    kept : (n,) bool array
        Which of the former points it has.
    unsure : (m,) int64 array
        Points of the result whose normals are in doubt.
    box : tuple of 6 float, or None
        Lower and upper corner where it was cropped.
    """

    cloud: PointCloud
    sentence: str
    kept: Bool[np.ndarray, " n"]
    unsure: Int64[np.ndarray, " m"]
    box: Box | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kept", frozen(self.kept, bool, (None,)))
        object.__setattr__(self, "unsure", frozen(self.unsure, np.int64, (None,)))
