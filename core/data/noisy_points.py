"""Noisy points."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.data.reading_options import ReadingOptions


@dataclass(frozen=True, eq=False)
class NoisyPoints:
    """Points with noise, as a file holds them.

    Parameters
    ----------
    name : str
        Name of the file.
    points : (n, 3) float64 array
        Finite points, in the units of the file.
    rows : (n,) int64 array
        Number of each in the file, from 0.
    warnings : tuple of str
        What the user should know.
    path : str
        The file.
    how : ReadingOptions
        How it was read.
    """

    name: str
    points: Float64[np.ndarray, "n 3"]
    rows: Int64[np.ndarray, " n"]
    warnings: tuple[str, ...]
    path: str = ""
    how: ReadingOptions = field(default_factory=ReadingOptions)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", frozen(self.points, np.float64, (None, 3)))
        object.__setattr__(self, "rows", frozen(self.rows, np.int64, (len(self.points),)))
