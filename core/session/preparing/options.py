"""How a surface is made ready for learning, as a user says it."""

from dataclasses import dataclass, field

from core.base.errors import BudaiError
from core.base.option_checks import check_known, check_within
from core.geometry.changes.opening import ENDS

MOST_CHARTS = 2000
"""Charts that can be asked for at most."""
WAYS = ("auto", "as-is", "fill", "open", "handles", "split", "largest", "cut", "atlas")
"""What can be done; the words of the command line."""
CHANGES = ("fill", "open", "handles", "split", "largest")
"""Those that change the surface; it is then prepared as by "auto"."""


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
            "refused where there is none. Fill, open, remove handles, split, largest change the surface first, then as "
            "auto. Cut: one large chart and disks along a short cut. Atlas: several charts, for a disk too.",
        },
    )
    charts: int = field(
        default=0,
        metadata={
            "label": "Charts",
            "minimum": 0,
            "maximum": MOST_CHARTS,
            "tooltip": "How many charts an atlas has; 0 for as few as their distortion allows.",
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
            "the diagonal. Automatic: all boundary loops but the longest; handles up to 5 %.",
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
    before: tuple[str, ...] = field(default=(), metadata={"hidden": True})

    def __post_init__(self) -> None:
        check_known(self, "way", "end", error=BudaiError)
        for name in ("charts", "size", "height"):
            check_within(self, name, getattr(self, name), BudaiError)
        for word in self.before:
            if word not in CHANGES:
                raise BudaiError(f"Prepare: {word!r} cannot come before something else. Of {', '.join(CHANGES)} any.")

    @property
    def changes(self) -> tuple[str, ...]:
        """What is done to the surface itself, in this order."""
        return (*self.before, *((self.way,) if self.way in CHANGES else ()))
