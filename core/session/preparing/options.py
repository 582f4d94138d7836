"""How a surface or a cloud is made ready for learning, as a user says it."""

import math
from dataclasses import dataclass, field

from core.base.errors import BudaiError
from core.base.option_checks import check_known, check_within
from core.geometry.changes.opening import ENDS

MOST_CHARTS = 2000
"""Charts that can be asked for at most."""
CLOUD_CHANGES = ("outliers", "clusters", "thin", "crop", "normals")
"""What changes a cloud, which stays one; "largest" does that too."""
CHANGES = ("untangle", "fill", "open", "handles", "split", "largest")
"""What changes a surface; it is then prepared as by "auto"."""
WAYS = ("auto", "as-is", *CLOUD_CHANGES, "surface", *CHANGES, "cut", "atlas")
"""What can be done; the words of the command line."""

LEARN_FROM = ("points", "surface")
"""What a surface made of a cloud is learned from."""


@dataclass(frozen=True)
class PreparationOptions:
    """How a surface is made ready for learning.

    Raises
    ------
    BudaiError
        If a choice is not known or a number out of its bounds.
    """

    way: str = field(
        default="auto",
        metadata={
            "label": "Prepare",
            "choices": WAYS,
            "tooltip": "Auto: one chart for a topological disk, an atlas for every other surface. As it is: one chart, "
            "refused where there is none. Untangle, fill, open, remove handles, split, largest change it first, then "
            "as auto. Cut: one large chart and disks along a short cut. Atlas: several charts, for a disk too. Of a "
            "cloud outliers are removed, clusters kept, points thinned, cropped or given normals; a surface is made "
            "of it.",
        },
    )
    charts: int = field(
        default=0,
        metadata={
            "label": "Charts",
            "minimum": 0,
            "maximum": MOST_CHARTS,
            "zero": "automatic",
            "tooltip": "How many charts an atlas has; automatic: as few as their distortion allows.",
        },
    )
    size: float = field(
        default=0.0,
        metadata={
            "label": "Up to",
            "minimum": 0.0,
            "maximum": 1000.0,
            "unit": "%",
            "zero": "automatic",
            "tooltip": "The longest boundary loop that is filled, or loop around a handle that is cut along, in % of "
            "the diagonal; how far vertices of triangles that cross are moved at most. Automatic: all boundary loops "
            "but the longest; handles up to 5 %; moves up to 0.5 %.",
        },
    )
    end: str = field(
        default="auto",
        metadata={
            "label": "End",
            "choices": ("auto", *ENDS),
            "tooltip": "The end of the surface at which a plane opens it. Auto: that where the plane makes one loop, "
            "the largest.",
        },
    )
    height: float = field(
        default=2.0,
        metadata={
            "label": "Height",
            "minimum": 0.01,
            "maximum": 99.0,
            "unit": "%",
            "tooltip": "Where the plane that opens the surface is, in % of the way from this end to the other one.",
        },
    )
    clusters: str = field(
        default="1",
        metadata={
            "label": "Clusters",
            "tooltip": "The clusters of a cloud that are kept, by their numbers with commas between them; 1 is the "
            "largest. A click on a line of the inspector adds one or takes it away.",
        },
    )
    distance: float = field(
        default=0.0,
        metadata={
            "label": "Distance",
            "minimum": 0.0,
            "maximum": 1e60,
            "zero": "automatic",
            "tooltip": "How far apart points are at least after thinning, in the units of the file. Automatic: twice "
            "the spacing.",
        },
    )
    box: str = field(
        default="",
        metadata={
            "label": "Box",
            "tooltip": "Lower and upper corner of the box that is kept: six numbers x y z x y z in the units of the "
            "file. Empty: between the 1st and 99th percentile along each axis.",
        },
    )
    learn: str = field(
        default="surface",
        metadata={
            "label": "Learn from",
            "choices": LEARN_FROM,
            "tooltip": "Of a cloud: the points, one in ten of them withheld, to which the surface through them is "
            "fitted as smoothly as the withheld ones tell; or that surface as it is, through all of them.",
        },
    )
    before: tuple[str, ...] = field(default=(), metadata={"hidden": True})

    def __post_init__(self) -> None:
        check_known(self, "way", "end", "learn", error=BudaiError)
        for name in ("charts", "size", "height", "distance"):
            check_within(self, name, getattr(self, name), BudaiError)
        first = (*CLOUD_CHANGES, "surface", *CHANGES)
        for word in self.before:
            if word not in first:
                raise BudaiError(f"Prepare: {word!r} cannot come before something else. Of {', '.join(first)} any.")
        words = (*self.before, self.way)
        of_surface = [k for k, word in enumerate(words) if word not in (*CLOUD_CHANGES, "largest")]
        late = [word for word in words[of_surface[0] :] if word in CLOUD_CHANGES] if of_surface else []
        if late:
            raise BudaiError(f"Prepare: {late[0]!r} is for points: it cannot come behind {words[of_surface[0]]!r}.")
        self.chosen_clusters  # noqa: B018 - what cannot be read is refused
        self.corners  # noqa: B018

    @property
    def changes(self) -> tuple[str, ...]:
        """What is done to the surface or the cloud itself, in this order."""
        return (*self.before, *((self.way,) if self.way in (*CLOUD_CHANGES, "surface", *CHANGES) else ()))

    @property
    def is_of_cloud(self) -> bool:
        """Whether it ends with a cloud where it began with one."""
        return self.way in (*CLOUD_CHANGES, "largest") and "surface" not in self.before

    @property
    def chosen_clusters(self) -> tuple[int, ...]:
        """The clusters that are kept, by their numbers from 0."""
        words = [word.strip() for word in self.clusters.split(",")]
        if not all(word.isascii() and word.isdigit() and 0 < int(word) < 10**9 for word in words):
            raise BudaiError(f"Clusters: {self.clusters!r} are no numbers from 1 with commas between them.")
        return tuple(sorted({int(word) - 1 for word in words}))

    @property
    def corners(self) -> tuple[float, float, float, float, float, float] | None:
        """The box that is kept, lower corner first; None for that of the program."""
        words = self.box.replace(",", " ").split()
        if not words:
            return None
        try:
            x, y, z, a, b, c = (float(word) for word in words)
        except ValueError:
            raise BudaiError(f"Box: {self.box!r} are not six numbers x y z x y z.") from None
        if not (x <= a and y <= b and z <= c and all(math.isfinite(v) for v in (x, y, z, a, b, c))):
            raise BudaiError(f"Box: {self.box!r}: the lower corner comes first, then the upper one.")
        return x, y, z, a, b, c
