"""A source made ready for more than one chart: its cover by patches, each a source of its own."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Int64

from core.base.arrays import frozen
from core.charts.atlas import Cover
from core.data.source import Source
from core.geometry.topology import topology

Way = Literal["as-is", "untangle", "fill", "open", "handles", "split", "largest", "cut", "atlas"]
"""How what stands in the way of a chart was met; the words of the command line."""


@dataclass(frozen=True, eq=False)
class Preparation:
    """A surface and the patches that cover it.

    Parameters
    ----------
    source : Source
        The whole surface that is used.
    cover : Cover
        What each chart shall learn.
    way : str
        How it was prepared.
    done : tuple of str
        What was filled, opened, cut or left out, as sentences.
    seconds : float
        Time it took.
    seam : (c, 2) int64 array
        Where the surface was cut to one disk: the edges of the cut, as pairs of vertices.
    """

    source: Source
    cover: Cover
    way: Way = "atlas"
    done: tuple[str, ...] = field(default=())
    seconds: float = 0.0
    seam: Int64[np.ndarray, "c 2"] = field(default_factory=lambda: np.zeros((0, 2), np.int64))

    def __post_init__(self) -> None:
        object.__setattr__(self, "seam", frozen(self.seam, np.int64, (None, 2)))

    @property
    def seam_length(self) -> float:
        """Length of the cut, in input units."""
        ends = self.source.surface.vertices[self.seam]
        return float(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).sum())

    @cached_property
    def parts(self) -> tuple[Source, ...]:
        """The patches as sources of their own, in the order of the cover."""
        whole, total = self.source.surface, len(self.cover)
        regions = [patch.surface(whole) for patch in self.cover.patches]
        names = [f"{self.source.name} · {k + 1} of {total}" for k in range(total)]
        return tuple(
            Source(self.source.path, name, region, topology(region), (), (), 0.0)
            for name, region in zip(names, regions, strict=True)
        )

    def __getstate__(self) -> dict[str, object]:
        # The parts are made anew where they are needed: they would travel twice.
        return {name: value for name, value in self.__dict__.items() if name != "parts"}
