"""What was opened: a value, where it came from, what was changed on the way, and what it can do."""

from dataclasses import dataclass, field

from core.data.point_cloud import PointCloud
from core.data.reading_options import ReadingOptions
from core.data.surface import Surface
from core.data.topology import Topology


@dataclass(frozen=True, eq=False)
class Source:
    """A surface or a point cloud with all that was found out while opening it.

    Parameters
    ----------
    path : str
        Where it was read from.
    name : str
        Name of the file without its suffix.
    surface : Surface or PointCloud
        What was read, repaired, in the units of the file.
    topology : Topology or None
        Certificate of the surface; None for a cloud.
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
    """

    path: str
    name: str
    surface: Surface | PointCloud
    topology: Topology | None
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float
    is_learned: bool = False
    how: ReadingOptions = field(default_factory=ReadingOptions)
    gap: float = 0.0

    @property
    def is_cloud(self) -> bool:
        """Whether there are points and no faces."""
        return isinstance(self.surface, PointCloud)
