"""Denoised points with the evidence of every method that was tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.arrays import frozen
from core.denoising.options import DenoisingOptions

_ARRAYS = ("noisy", "rows", "originals", "codes", "pieces", "at_rim", "charts")
"""What holds something of each point."""
_NOTHING = 1e-9
"""An ideal bound below this part of the diagonal is that of noise that was all across the surface."""


@dataclass(frozen=True, eq=False)
class MethodResult:
    """What one method made of the noisy points.

    Parameters
    ----------
    method : str
        "noisy" (nothing was done), "true_foot" (nearest point of the true surface) or one of `METHODS`.
    points : (n, 3) float64 array
        Where the points are now, in input units.
    distances : (n,) float64 array
        Distance of each from the true surface, in input units.
    errors : (n,) float64 array or None
        Distance of each from the point it came from, in input units; None where that is not known.
    seconds : float
        How long it took.
    settings : str
        What was chosen in it, in words; empty where there was nothing to choose.
    """

    method: str
    points: Float64[np.ndarray, "n 3"]
    distances: Float64[np.ndarray, " n"]
    errors: Float64[np.ndarray, " n"] | None
    seconds: float
    settings: str = ""

    def __post_init__(self) -> None:
        n = len(self.distances)
        object.__setattr__(self, "points", frozen(self.points, np.float64, (n, 3)))
        object.__setattr__(self, "distances", frozen(self.distances, np.float64, (n,)))
        if self.errors is not None:
            object.__setattr__(self, "errors", frozen(self.errors, np.float64, (n,)))

    def where(self, kept: Bool[np.ndarray, " n"]) -> "MethodResult":
        """Return the same for some of the points."""
        errors = None if self.errors is None else self.errors[kept]
        return replace(self, points=self.points[kept], distances=self.distances[kept], errors=errors)

    @cached_property
    def distance(self) -> float:
        """Root mean square distance from the true surface, in input units."""
        return float(np.sqrt(np.square(self.distances).mean()))

    @cached_property
    def position(self) -> float | None:
        """Root mean square distance from where the points came from, in input units; None where not known."""
        return None if self.errors is None else float(np.sqrt(np.square(self.errors).mean()))


@dataclass(frozen=True, eq=False)
class Denoising:
    """Noisy points, the same points denoised, and the truth as far as it is known.

    Parameters
    ----------
    options : DenoisingOptions
        What was asked for.
    name : str
        Of the file the points come from; empty for synthetic ones.
    noisy : (n, 3) float64 array
        The points that were denoised, in input units; those left out are not among them.
    rows : (n,) int64 array
        Number of each among all points given, from 0.
    originals : (n, 3) float64 array or None
        Where each came from; known for synthetic noise only.
    results : tuple of MethodResult
        "noisy" and "true_foot" first, then every method that was run.
    codes : (n, 2) float64 array
        Code of the projection of each point, in latent units.
    pieces : (n,) int64 array
        Piece of the decoder that the projection lies on.
    at_rim : (n,) bool array
        Where that code lies on the outline of the latent image of the surface, or beyond it.
    ideal : float or None
        Root mean square length of the tangential part of the noise, in input units: the position error that is left
        where everything across the surface has been undone. None where the originals are not known.
    diagonal : float
        Of the bounding box of the true surface, in input units; relative figures refer to it.
    n_given, n_far : int
        Points given, and those left out for being far away.
    n_pieces : int
        Pieces of the decoder's image.
    seconds : mapping of str to float
        "image" (finding the pieces), "tree" (sorting them), "projection" of all points, "check", and "total".
    warnings : tuple of str
        What the user should know.
    n_checked : int
        Points whose distance from the image was found by brute force as well.
    check_gap : float
        Largest difference of the two, in input units.
    charts : (n,) int64 array or None
        The chart of an atlas that each projection lies in, whose disk its code and whose pieces its piece are; None
        where there is one chart.
    """

    options: DenoisingOptions
    name: str
    noisy: Float64[np.ndarray, "n 3"]
    rows: Int64[np.ndarray, " n"]
    originals: Float64[np.ndarray, "n 3"] | None
    results: tuple[MethodResult, ...]
    codes: Float64[np.ndarray, "n 2"]
    pieces: Int64[np.ndarray, " n"]
    at_rim: Bool[np.ndarray, " n"]
    ideal: float | None
    diagonal: float
    n_given: int
    n_far: int
    n_pieces: int
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    warnings: tuple[str, ...] = ()
    n_checked: int = 0
    check_gap: float = 0.0
    charts: Int64[np.ndarray, " n"] | None = None

    def __post_init__(self) -> None:
        n, set_ = len(self.noisy), object.__setattr__
        set_(self, "noisy", frozen(self.noisy, np.float64, (n, 3)))
        set_(self, "rows", frozen(self.rows, np.int64, (n,)))
        if self.originals is not None:
            set_(self, "originals", frozen(self.originals, np.float64, (n, 3)))
        set_(self, "codes", frozen(self.codes, np.float64, (n, 2)))
        set_(self, "pieces", frozen(self.pieces, np.int64, (n,)))
        set_(self, "at_rim", frozen(self.at_rim, np.bool_, (n,)))
        set_(self, "seconds", dict(self.seconds))
        if self.charts is not None:
            set_(self, "charts", frozen(self.charts, np.int64, (n,)))

    def where(self, kept: Bool[np.ndarray, " n"]) -> "Denoising":
        """Return the same with some of its points; what is told of the whole run stays."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        some = {name: None if values is None else values[kept] for name, values in arrays.items()}
        return replace(self, results=tuple(result.where(kept) for result in self.results), **some)

    def parts(self, n_charts: int) -> "tuple[Denoising | None, ...]":
        """Return what belongs to each of so many charts, None where nothing does."""
        assert self.charts is not None
        counts = np.bincount(self.charts, minlength=n_charts)
        return tuple(self.where(self.charts == k) if counts[k] else None for k in range(n_charts))

    @staticmethod
    def together(parts: "Sequence[Denoising | None]") -> "Denoising":
        """Return the whole that has these parts, in the order in which its points were given."""
        there = [one for one in parts if one is not None]
        order = np.argsort(np.concatenate([one.rows for one in there]), kind="stable")

        def joined(values: list[Any]) -> np.ndarray | None:
            return None if values[0] is None else np.concatenate(values)[order]

        results = [
            replace(
                result,
                **{
                    name: joined([getattr(one.results[k], name) for one in there])
                    for name in ("points", "distances", "errors")
                },
            )
            for k, result in enumerate(there[0].results)
        ]
        arrays = {name: joined([getattr(one, name) for one in there]) for name in _ARRAYS}
        return replace(there[0], results=tuple(results), **arrays)

    def result(self, method: str) -> MethodResult | None:
        """Return what a method made, None where it was not run."""
        return next((result for result in self.results if result.method == method), None)

    def _run(self, method: str) -> MethodResult:
        found = self.result(method)
        if found is None:
            raise ValueError(f"{method} was not run")
        return found

    @property
    def before(self) -> MethodResult:
        """The noisy points as they were."""
        return self._run("noisy")

    @property
    def true_foot(self) -> MethodResult:
        """The points of the true surface nearest to the noisy ones."""
        return self._run("true_foot")

    @property
    def chosen(self) -> MethodResult:
        """What the chosen method made."""
        return self._run(self.options.method)

    @property
    def points(self) -> Float64[np.ndarray, "n 3"]:
        """The denoised points, in input units."""
        return self.chosen.points

    @property
    def points_per_second(self) -> float:
        """Points projected in a second, once the pieces are sorted."""
        return self.n_given / max(self.seconds["projection"], 1e-9)

    @cached_property
    def way(self) -> float:
        """Root mean square way that the chosen method has moved the points, in input units."""
        return float(np.sqrt(np.square(self.points - self.noisy).sum(1).mean()))

    def relative(self, length: float | None) -> float | None:
        """Return a length over the diagonal."""
        return None if length is None else length / self.diagonal

    def over_ideal(self, result: MethodResult) -> float | None:
        """Return the position error of a method over the ideal bound; None where that is not known, or nothing."""
        if result.position is None or self.ideal is None or not self.ideal > _NOTHING * self.diagonal:
            return None
        return result.position / self.ideal
