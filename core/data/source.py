"""What was opened: a value, where it came from, what was changed on the way, and what it can do."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float64, Int64

from core.base.errors import TopologyError
from core.data.point_cloud import PointCloud
from core.data.reading_options import ReadingOptions
from core.data.scan import Scan
from core.data.surface import Surface
from core.data.table import Table
from core.data.topology import Topology

Capability = Literal["faces", "disk", "space", "labels", "rows"]
"""What a stage may need of a source."""


@dataclass(frozen=True, eq=False)
class Source:
    """What a file holds, with all that was found out while opening it.

    Parameters
    ----------
    path : str
        Where it was read from.
    name : str
        Name of the file without its suffix.
    data : Surface, PointCloud or Table
        What was read, repaired, in the units of the file.
    topology : Topology or None
        Certificate of the surface; None where there are no faces.
    repairs : tuple of str
        Every change that was made, as sentences.
    warnings : tuple of str
        What the user should know, as sentences.
    seconds : float
        How long it took.
    is_learned : bool
        Whether the file holds points, and the surface was made from them.
    how : ReadingOptions
        What the user has chosen of how it is read.
    gap : float
        Width of the gaps between corners that nearly meet, in the units of the file; 0 where there are none.
    scan : Scan or None
        The points that the surface was made of, where it was made of some.
    """

    path: str
    name: str
    data: Surface | PointCloud | Table
    topology: Topology | None
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float
    is_learned: bool = False
    how: ReadingOptions = field(default_factory=ReadingOptions)
    gap: float = 0.0
    scan: Scan | None = None

    @property
    def has_faces(self) -> bool:
        """Whether it is a surface."""
        return self.data.has_faces

    @property
    def is_cloud(self) -> bool:
        """Whether it is points in space, without faces."""
        return self.data.kind == "cloud"

    @property
    def is_table(self) -> bool:
        """Whether it is rows of numbers: points of any dimension."""
        return self.data.kind == "table"

    @property
    def is_disk(self) -> bool:
        """Whether it is a topological disk."""
        return self.topology is not None and self.topology.is_disk

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return self.data.dimension

    @property
    def labels(self) -> Int64[np.ndarray, " n"] | None:
        """Class of each point, None where there are none."""
        return self.data.labels

    @property
    def positions(self) -> Float64[np.ndarray, "n d"]:
        """Vertices, points or rows."""
        return self.data.positions

    @property
    def surface(self) -> Surface:
        """The surface.

        Raises
        ------
        TopologyError
            If there are no faces.
        """
        if not isinstance(self.data, Surface):
            raise TopologyError(lacking(self, "this", "faces"))
        return self.data

    @property
    def cloud(self) -> PointCloud:
        """The cloud.

        Raises
        ------
        TopologyError
            If it is none.
        """
        if not isinstance(self.data, PointCloud):
            raise TopologyError(f"{self.name} is {self.words}, no cloud. Open a file of points.")
        return self.data

    @property
    def table(self) -> Table:
        """The table.

        Raises
        ------
        TopologyError
            If it is none.
        """
        if not isinstance(self.data, Table):
            raise TopologyError(lacking(self, "this", "rows"))
        return self.data

    @property
    def words(self) -> str:
        """What it is, in words."""
        n = len(self.positions)
        if self.has_faces:
            return f"a surface of {len(self.data.faces):,} faces"
        if self.is_cloud:
            return f"a cloud of {n:,} points without faces"
        return f"a table of {n:,} rows and {self.dimension} columns"


def lacking(source: Source, what: str, *needs: Capability) -> str:
    """Say in one sentence which capability a source lacks, and what helps; nothing where it has all.

    Parameters
    ----------
    source : Source
        The source.
    what : str
        What needs them: "training".
    *needs : "faces", "disk", "space", "labels" or "rows"
        A surface; one that is a topological disk; three coordinates; a class of each point; a table.
    """
    for need in needs:
        if need in ("faces", "disk") and not source.has_faces:
            remedy = " Make a surface of its points first." if source.is_cloud else " Open a surface."
            return f"{source.name} is {source.words}; {what} needs a surface.{remedy}"
        if need == "disk" and not source.is_disk:
            return source.topology.verdict if source.topology else f"{source.name} was not examined. Open it again."
        if need == "space" and source.dimension != 3:
            return f"{source.name} has {source.dimension} coordinates; {what} needs 3. Open a surface or a cloud."
        if need == "rows" and not source.is_table:
            return f"{source.name} is {source.words}; {what} needs a table. Open one, or read it with --table."
        if need == "labels" and source.labels is None:
            return f"{source.name} holds no labels; {what} needs a class of each point. Open a table with labels."
    return ""


def require(source: Source, what: str, *needs: Capability) -> None:
    """Refuse a source that lacks what is needed.

    Parameters
    ----------
    source, what, *needs
        As for `lacking`.

    Raises
    ------
    TopologyError
        With the sentence of `lacking`.
    """
    sentence = lacking(source, what, *needs)
    if sentence:
        raise TopologyError(sentence)
