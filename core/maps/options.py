"""Options of a map between two manifolds."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from core.base.errors import BudaiError
from core.base.option_checks import check_known, check_within
from core.base.option_fields import seed_field

PairsName = Literal["rows", "none"]
MOST_ROWS_OF_TRANSPORT = 200_000
"""Codes that are carried without correspondence at most."""


@dataclass(frozen=True)
class MapsOptions:
    """Which manifold is mapped to, and how the map is found.

    Parameters
    ----------
    other : str
        A project file with one trained chart, or a file that is read and learned as the first one was.
    pairs : "rows" or "none"
        Rows: row i of one corresponds to row i of the other. None: the map keeps shares of the area, or of the rows.
    seconds : float
        How long the map between codes is trained, where rows correspond.
    withheld : float
        Part of the pairs that is not learned from; rows of a table that its chart was tested on never are.
    frames : int
        Frames that a morph is exported with, both ends among them.
    widths : tuple of int
        Hidden widths of the map between codes.
    steps : int
        Take exactly so many steps, whatever their time; 0 to go by the clock.
    seed : int
        Start of all random choices.

    Raises
    ------
    BudaiError
        If a value is out of its bounds.
    """

    other: str = field(
        default="",
        metadata={
            "label": "Other",
            "kind": "file",
            "tooltip": "The manifold that is mapped to: a project file with a trained chart, or a surface or table, "
            "which is learned first, as this one was.",
        },
    )
    pairs: PairsName = field(
        default="rows",
        metadata={
            "label": "Pairs",
            "kind": "segmented",
            "choices": get_args(PairsName),
            "tooltip": "Rows: vertex or row i of one corresponds to i of the other, and a small network learns the "
            "map between the codes. None: optimal transport carries both to the disk, and the map goes through it.",
        },
    )
    seconds: float = field(
        default=20.0,
        metadata={
            "label": "Train for",
            "unit": "s",
            "minimum": 0.1,
            "maximum": 86_400.0,
            "tooltip": "How long the map between the codes is trained, where rows correspond.",
        },
    )
    withheld: float = field(
        default=0.25,
        metadata={
            "label": "Withheld",
            "kind": "percent",
            "minimum": 0.0,
            "maximum": 0.99,
            "tooltip": "Part of the pairs that the map is not learned from but tested on.",
        },
    )
    frames: int = field(
        default=25,
        metadata={
            "label": "Frames",
            "minimum": 2,
            "maximum": 1_000,
            "of": "faces",
            "advanced": True,
            "tooltip": "How many frames a morph is exported with, both ends among them.",
        },
    )
    widths: tuple[int, ...] = field(
        default=(64, 64),
        metadata={"label": "Layers", "kind": "layers", "hidden": True},
    )
    steps: int = field(default=0, metadata={"label": "Steps", "minimum": 0, "maximum": 10_000_000, "hidden": True})
    seed: int = seed_field(advanced=True)

    def __post_init__(self) -> None:
        check_known(self, "pairs")
        for name in ("seconds", "withheld", "frames", "steps", "seed"):
            check_within(self, name, getattr(self, name))
        if not self.widths or min(self.widths) < 1:
            raise BudaiError("Layers: a map needs at least one hidden layer, each of 1 unit or more. Choose 64-64.")
