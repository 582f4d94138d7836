"""What stands between a surface and one planar chart, with the places where it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from jaxtyping import Int64

from core.base.arrays import frozen

Kind = Literal["edge", "vertex", "component", "closed", "hole", "handle", "winding", "flat", "crossing"]
"""Edges of three or more faces, vertices where parts touch, separate components, components without boundary, boundary
loops, handles, edges at which the winding turns over, faces without area, pairs of faces that cross."""

NOUNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "edge": ("edge of more than two faces", "edges of more than two faces"),
        "vertex": ("vertex where parts touch", "vertices where parts touch"),
        "component": ("component", "components"),
        "closed": ("closed component", "closed components"),
        "hole": ("boundary loop", "boundary loops"),
        "handle": ("handle", "handles"),
        "winding": ("edge where the winding turns over", "edges where the winding turns over"),
        "flat": ("face without area", "faces without area"),
        "crossing": ("pair of triangles that cross", "pairs of triangles that cross"),
    }
)
"""What one of each kind is called, and several."""


@dataclass(frozen=True, eq=False)
class Place:
    """One thing that stands in the way, and where it is.

    Parameters
    ----------
    kind : str
        What it is.
    edges : (e, 2) int64 array
        Edges of the surface that show it, as pairs of vertices.
    vertices : (n,) int64 array
        Vertices that show it: where it is a point or a part.
    size : float
        Length of a boundary loop, a loop around a handle or of edges; area of a component; extent of faces that cross;
        in input units.
    n_faces : int
        Faces that it has, where it is a component, or that cross there; else 0.
    """

    kind: Kind
    edges: Int64[np.ndarray, "e 2"]
    vertices: Int64[np.ndarray, " n"]
    size: float
    n_faces: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", frozen(self.edges, np.int64, (None, 2)))
        object.__setattr__(self, "vertices", frozen(self.vertices, np.int64, (None,)))

    @property
    def concerned(self) -> Int64[np.ndarray, " m"]:
        """All vertices that show it, each once."""
        return np.unique(np.concatenate([self.edges.ravel(), self.vertices]))


@dataclass(frozen=True, eq=False)
class Obstacles:
    """What stands between a surface and one planar chart.

    Parameters
    ----------
    places : tuple of Place
        Each with its place: the worst kinds first, of a kind the largest first.
    counts : mapping of str to int
        How many there are of each kind that occurs, as counted from the topology: of handles, places may be fewer where
        a part is one-sided or no manifold.
    advice : str
        The ways to prepare the surface that are recommended, with commas between them.
    why : str
        The reason, as a sentence.
    seconds : float
        Time it took to find them.
    """

    places: tuple[Place, ...]
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    advice: str = "as-is"
    why: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", tuple(self.places))
        object.__setattr__(self, "counts", MappingProxyType(dict(self.counts)))

    def __getstate__(self) -> dict[str, object]:
        # A mapping proxy cannot travel to a worker process.
        return {**self.__dict__, "counts": dict(self.counts)}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def of(self, kind: str) -> tuple[Place, ...]:
        """Return the places of one kind."""
        return tuple(place for place in self.places if place.kind == kind)

    @property
    def sentence(self) -> str:
        """What there is, in words; empty where nothing is."""
        return ", ".join(f"{n:,} {NOUNS[kind][n != 1]}" for kind, n in self.counts.items())
