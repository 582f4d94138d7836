"""New points of a learned surface, and a walk between two codes, as values."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.arrays import frozen
from core.generation.judge import Judgement
from core.generation.latent_path import LatentPath
from core.generation.options import GenerationOptions

_ARRAYS = ("codes", "points", "inside", "distances", "disk_points", "charts")
"""What holds something of each point."""


@dataclass(frozen=True, eq=False)
class Walk:
    """Two ways between two codes.

    Parameters
    ----------
    straight : LatentPath
        The segment in the disk.
    geodesic : LatentPath
        A shortest path on the decoded surface.
    converged : bool
        Whether no small change shortens it any more.
    straight_outside, geodesic_outside : float
        Part of the length that runs where no code of the surface lies.
    """

    straight: LatentPath
    geodesic: LatentPath
    converged: bool
    straight_outside: float
    geodesic_outside: float


@dataclass(frozen=True, eq=False)
class Generation:
    """Points made from codes, with what is known of them.

    Parameters
    ----------
    options : GenerationOptions
        What was asked for.
    codes : (n, d) float64 array
        The codes, in latent units.
    points : (n, D) float64 array
        What the decoder makes of them, in input units.
    inside : (n,) bool array
        Which codes lie in the latent image of the surface; of a table those that do not lie between modes.
    distances : (n,) float64 array
        Distance of each point from the surface, or from the nearest row that was learned, in input units.
    disk_points : (n, d) float64 array
        The point of the uniform disk that each came from; the code itself where nothing was transported.
    diagonal : float
        Of the bounding box of the surface, in input units.
    walk : Walk or None
        The walk, where one was asked for.
    seconds : float
        Time worked.
    warnings : tuple of str
        What the user should know.
    charts : (n,) int64 array or None
        The chart of an atlas that each code belongs to; None where there is one chart.
    judgement : Judgement or None
        What a classifier of real rows says of those of a table with classes.
    """

    options: GenerationOptions
    codes: Float64[np.ndarray, "n d"]
    points: Float64[np.ndarray, "n D"]
    inside: Bool[np.ndarray, " n"]
    distances: Float64[np.ndarray, " n"]
    disk_points: Float64[np.ndarray, "n d"]
    diagonal: float
    walk: Walk | None = None
    seconds: float = 0.0
    warnings: tuple[str, ...] = field(default=())
    charts: Int64[np.ndarray, " n"] | None = None
    judgement: Judgement | None = None

    def __post_init__(self) -> None:
        n, set_ = len(self.codes), object.__setattr__
        for name, kind, shape in (
            ("codes", np.float64, (n, None)),
            ("points", np.float64, (n, None)),
            ("inside", np.bool_, (n,)),
            ("distances", np.float64, (n,)),
            ("disk_points", np.float64, (n, None)),
        ):
            set_(self, name, frozen(getattr(self, name), kind, shape))

        if self.charts is not None:
            set_(self, "charts", frozen(self.charts, np.int64, (n,)))

    def where(self, kept: Bool[np.ndarray, " n"]) -> "Generation":
        """Return the same with some of its points; what is told of the whole stays."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        return replace(self, **{name: None if values is None else values[kept] for name, values in arrays.items()})

    @staticmethod
    def together(parts: "Sequence[Generation]") -> "Generation":
        """Return the points of all charts, one chart behind the other; what is told of the whole is told by each."""
        arrays: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in parts]) for name in _ARRAYS}
        return replace(parts[0], **arrays)

    @property
    def n_outside(self) -> int:
        """Number of codes that are none of the surface."""
        return int((~self.inside).sum())

    @property
    def distance_inside(self) -> float | None:
        """Mean distance from the surface where the code is one of the surface, in input units."""
        return float(self.distances[self.inside].mean()) if self.inside.any() else None

    @property
    def distance_outside(self) -> float | None:
        """The same where it is not."""
        return float(self.distances[~self.inside].mean()) if self.n_outside else None
