"""A map between two learned manifolds, and what it is worth."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from core.base.arrays import frozen
from core.data.source import Source
from core.maps.disk_way import DiskWay
from core.maps.options import MapsOptions
from core.relu.relu_map import ReluMap
from core.training.result import TrainingResult


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two manifolds.

    Parameters
    ----------
    source : Source
        What was learned.
    training : TrainingResult
        Its chart.
    """

    source: Source
    training: TrainingResult

    @cached_property
    def decoded(self) -> Float64[np.ndarray, "n D"]:
        """Its vertices or rows as its own chart gives them back, in input units."""
        return self.training.autoencoder.decode(self.training.codes)


@dataclass(frozen=True, eq=False)
class MapFigures:
    """What a map is worth. Errors are root mean square distances over the diagonal of the second manifold.

    Parameters
    ----------
    rows : int
        Vertices or rows that were mapped.
    withheld_rows : int
        Pairs that the map was not learned from.
    error_rel, learned_error_rel : float or None
        How far decode(h(encode(x))) lies from the point that corresponds to x, on pairs withheld and learned; None
        where there are none.
    baseline_rel : float or None
        The same on pairs withheld, where the nearest learned point lends its partner.
    floor_rel : float or None
        How far the second chart by itself brings the points that correspond to those withheld back from where they lie.
    cycle_rms, cycle_max : float
        Distance of codes of the first from where they come back to, in latent units.
    moved_rms, least_moved_rms : float or None
        How far the map moves codes, and how far at least those codes must be moved to those places; None where
        codes have other dimensions.
    area_ratio_sd : tuple of float
        Without pairs: how unevenly either way to the disk keeps shares of the measure.
    """

    rows: int
    withheld_rows: int
    error_rel: float | None
    learned_error_rel: float | None
    baseline_rel: float | None
    floor_rel: float | None
    cycle_rms: float
    cycle_max: float
    moved_rms: float | None = None
    least_moved_rms: float | None = None
    area_ratio_sd: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class ManifoldMap:
    """A map from the codes of one manifold to those of another.

    Parameters
    ----------
    first, second : Side
        From where and to where.
    options : MapsOptions
        What was asked for.
    images : (n, e) float64 array
        Codes in the second chart that the codes of the first are mapped to.
    returns : (n, d) float64 array
        Where those come back to in the first chart.
    withheld : (n,) bool array
        Pairs that were not learned from; none without correspondence.
    networks : pair of ReluMap, or None
        The map h between the codes, and the one back; None without correspondence.
    ways : pair of DiskWay, or None
        The ways of both charts to the disk; None where rows correspond.
    figures : MapFigures
        What it is worth.
    seconds : float
        How long it took, without learning the second chart.
    messages : tuple of str
        What the user should know.
    """

    first: Side
    second: Side
    options: MapsOptions
    images: Float64[np.ndarray, "n e"]
    returns: Float64[np.ndarray, "n d"]
    withheld: Bool[np.ndarray, " n"]
    networks: tuple[ReluMap, ReluMap] | None
    ways: tuple[DiskWay, DiskWay] | None
    figures: MapFigures
    seconds: float
    messages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        codes = self.first.training.codes
        set_ = object.__setattr__
        set_(self, "images", frozen(self.images, np.float64, (len(codes), self.second.training.codes.shape[1])))
        set_(self, "returns", frozen(self.returns, np.float64, codes.shape))
        set_(self, "withheld", frozen(self.withheld, np.bool_, (len(codes),)))
        if (self.networks is None) == (self.ways is None):
            raise ValueError("a map is a network or goes through the disk")

    def carry(self, codes: Float64[np.ndarray, "m d"]) -> Float64[np.ndarray, "m e"]:
        """Return the codes of the second manifold that codes of the first are mapped to."""
        return carried(self.networks, self.ways, codes)

    def carry_back(self, codes: Float64[np.ndarray, "m e"]) -> Float64[np.ndarray, "m d"]:
        """Return the codes of the first manifold that codes of the second come from."""
        return carried(self.networks, self.ways, codes, back=True)

    @cached_property
    def arrived(self) -> Float64[np.ndarray, "n D"]:
        """The vertices or rows of the first as points of the second manifold, in its input units."""
        return self.second.training.autoencoder.decode(self.images)

    @property
    def has_way(self) -> bool:
        """Whether both manifolds lie in spaces of one dimension, so that there is something between them."""
        return self.first.source.dimension == self.second.source.dimension

    def between(self, t: float) -> Float64[np.ndarray, "n D"]:
        """Return the vertices or rows on their straight way from the first (t = 0) to the second manifold (t = 1).

        Raises
        ------
        ValueError
            If these lie in spaces of different dimension.
        """
        if not self.has_way:
            raise ValueError("there is nothing between spaces of different dimension")
        return (1.0 - t) * self.first.decoded + t * self.arrived

    def report(self) -> Mapping[str, Any]:
        """Return what there is to tell, as JSON holds it."""
        return {
            "first": self.first.source.name,
            "second": self.second.source.name,
            "pairs": self.options.pairs,
            **asdict(self.figures),
            "area_ratio_sd": list(self.figures.area_ratio_sd) or None,
            "seconds": self.seconds,
            "messages": list(self.messages),
        }


def carried(
    networks: tuple[ReluMap, ReluMap] | None,
    ways: tuple[DiskWay, DiskWay] | None,
    codes: Float64[np.ndarray, "m d"],
    back: bool = False,
) -> Float64[np.ndarray, "m e"]:
    """Return where codes are mapped to, by a network or through the disk; from the second to the first on request.

    Raises
    ------
    ValueError
        If there is neither.
    """
    if networks is not None:
        return networks[back](codes)
    if ways is None:
        raise ValueError("a map is a network or goes through the disk")
    return ways[not back].out(ways[back].into(codes))
