"""A source made ready for more than one chart: its cover by patches, each a source of its own."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from core.charts.atlas import Cover
from core.data.source import Source
from core.geometry.topology import topology

Way = Literal["as-is", "fill", "open", "cut", "atlas", "largest"]
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
    """

    source: Source
    cover: Cover
    way: Way = "atlas"
    done: tuple[str, ...] = field(default=())
    seconds: float = 0.0

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
