"""The points that a surface was made of."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from core.base.arrays import frozen


@dataclass(frozen=True, eq=False)
class Scan:
    """The points that a surface was made of: what is learned is compared with them, not with the surface alone.

    Parameters
    ----------
    points : (n, 3) float64 array
        Those that it was made of, in input units; outliers, and points on no component that was kept, are left out.
    withheld : (n,) bool array
        Those that nothing was learned from, neither the surface nor its fit; they choose how smooth the fit is.
    noise : float
        Root mean square distance of points from what their neighbours tell, in input units; it was measured without
        a network.
    smoothness : float
        How smoothly the surface was fitted to the points; 0 where the surface is as it was made of them.
    """

    points: Float64[np.ndarray, "n 3"]
    withheld: Bool[np.ndarray, " n"]
    noise: float
    smoothness: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", frozen(self.points, np.float64, (None, 3)))
        object.__setattr__(self, "withheld", frozen(self.withheld, np.bool_, (len(self.points),)))
