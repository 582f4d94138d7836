"""What a figure is put together from: which views, where, how large, in which type."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from core.base.errors import BudaiError

POINT = 25.4 / 72.0
"""Millimetres of a point of type."""
TYPE = 11.0
"""Pixels of the type that views are labelled with: it is drawn in the size of type of the figure."""
LEAST_SIDE = 8.0
"""Least width and height of the picture of a view, in millimetres."""
MOST_PIXELS = 150_000_000
LETTERS = {"(a)": "({})", "a": "{}", "A": "{}", "none": ""}


@dataclass(frozen=True)
class FigureOptions:
    """Size and type of a figure.

    Parameters
    ----------
    width, height : float
        Size of the whole, in millimetres.
    columns : int
        Views side by side.
    resolution : int
        Dots an inch of what is drawn in pixels.
    type_size : float
        Size of all type, in points.
    letters : "(a)", "a", "A" or "none"
        What each view is lettered with.
    ground : "paper", "clear" or "screen"
        White, nothing, or that of the window.
    has_remarks : bool
        Whether remarks on the work and the linked points are drawn too.
    gap : float
        Between views, in millimetres.
    family : str
        Font; empty for that of the interface.
    """

    width: float = field(
        default=170.0,
        metadata={
            "label": "Width",
            "unit": "mm",
            "minimum": 10.0,
            "maximum": 2000.0,
            "tooltip": "Width of the whole figure. A column of a journal is about 85 mm wide, a page 170 mm.",
        },
    )
    height: float = field(
        default=130.0,
        metadata={
            "label": "Height",
            "unit": "mm",
            "minimum": 10.0,
            "maximum": 2000.0,
            "tooltip": "Height of the whole figure with its captions; the views share it.",
        },
    )
    columns: int = field(
        default=2,
        metadata={
            "label": "Columns",
            "minimum": 1,
            "maximum": 8,
            "tooltip": "How many views stand side by side.",
        },
    )
    resolution: int = field(
        default=300,
        metadata={
            "label": "Resolution",
            "unit": "dpi",
            "minimum": 50,
            "maximum": 1200,
            "tooltip": "Dots an inch of what is drawn in pixels: all of a PNG, the views in space of a PDF or an SVG.",
        },
    )
    type_size: float = field(
        default=8.0,
        metadata={
            "label": "Size of type",
            "unit": "pt",
            "minimum": 4.0,
            "maximum": 24.0,
            "tooltip": "Of the captions, and of all that is written in the views: lines grow with it.",
        },
    )
    letters: str = field(
        default="(a)",
        metadata={
            "label": "Letters",
            "kind": "segmented",
            "choices": tuple(LETTERS),
            "tooltip": "What each view is lettered with, in the order of the list.",
        },
    )
    ground: str = field(
        default="paper",
        metadata={
            "label": "Ground",
            "kind": "segmented",
            "choices": ("paper", "clear", "screen"),
            "tooltip": "White with the light colours, transparent, or as in the window.",
        },
    )
    has_remarks: bool = field(
        default=False,
        metadata={
            "label": "Remarks and points",
            "tooltip": "Draw also the remarks in the corners of the views, and the points that are picked.",
        },
    )
    gap: float = field(
        default=4.0,
        metadata={
            "label": "Gap",
            "unit": "mm",
            "minimum": 0.0,
            "maximum": 50.0,
            "tooltip": "Room between the views.",
        },
    )
    family: str = field(default="", metadata={"hidden": True})

    def __post_init__(self) -> None:
        for name, side in (("wide", self.width), ("high", self.height)):
            if not 10.0 <= side <= 2000.0:
                raise BudaiError(f"A figure cannot be {side:g} mm {name}. Choose 10 to 2,000 mm.")
        if not 50 <= self.resolution <= 1200:
            raise BudaiError(f"A figure has no {self.resolution:,} dots an inch. Choose 50 to 1,200.")
        if not 1 <= self.columns <= 8:
            raise BudaiError(f"A figure has no {self.columns:,} columns. Choose 1 to 8.")

    @property
    def unit(self) -> float:
        """Millimetres of a pixel of the views."""
        return self.type_size * POINT / TYPE

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height at the resolution.

        Raises
        ------
        BudaiError
            If these are too many.
        """
        width, height = (max(round(side / 25.4 * self.resolution), 1) for side in (self.width, self.height))
        if width * height > MOST_PIXELS:
            raise BudaiError(
                f"A figure of {width:,} \N{MULTIPLICATION SIGN} {height:,} pixels does not fit into memory. "
                "Choose a lower resolution or a smaller size."
            )
        return width, height


@dataclass(frozen=True)
class Part:
    """A view in a figure.

    Parameters
    ----------
    key : str
        Key of the view, or of a page of the fourth one.
    caption : str
        What stands beneath it.
    is_taken : bool
        Whether it is in the figure.
    """

    key: str
    caption: str = ""
    is_taken: bool = True


@dataclass(frozen=True)
class Cell:
    """Where a view stands, in millimetres from the top left corner of the figure."""

    x: float
    y: float
    width: float
    height: float


def cells(options: FigureOptions, caption_heights: list[float]) -> list[Cell]:
    """Return where the pictures stand; each caption begins beneath its picture.

    Parameters
    ----------
    options : FigureOptions
        Size and columns.
    caption_heights : list of float
        Height of the caption of each view, in millimetres.

    Raises
    ------
    BudaiError
        If there is no view, or no room for it.
    """
    n, across = len(caption_heights), options.columns
    if not n:
        raise BudaiError("There is no view in the figure. Tick one.")
    across = min(across, n)
    rows = [caption_heights[first : first + across] for first in range(0, n, across)]
    width = (options.width - (across - 1) * options.gap) / across
    taken = sum(max(row) for row in rows) + (len(rows) - 1) * options.gap
    height = (options.height - taken) / len(rows)
    if min(width, height) < LEAST_SIDE:
        raise BudaiError(
            f"A figure of {options.width:g} \N{MULTIPLICATION SIGN} {options.height:g} mm has no room for "
            f"{n:,} views. Make it larger, or take fewer."
        )
    found, y = list[Cell](), 0.0
    for row in rows:
        found += [Cell(k * (width + options.gap), y, width, height) for k in range(len(row))]
        y += height + max(row) + options.gap
    return found


def letter(options: FigureOptions, place: int) -> str:
    """Return the letter of a view by its place."""
    form = LETTERS[options.letters]
    found = chr(ord("A" if options.letters == "A" else "a") + place % 26)
    return form.format(found)


def plan_text(options: FigureOptions, parts: list[Part]) -> str:
    """Return a plan as JSON."""
    return json.dumps({"options": asdict(options), "parts": [asdict(part) for part in parts]})


def plan_from(text: str) -> tuple[FigureOptions, list[Part]]:
    """Return the plan of a text; what it does not say, or says in a way that cannot be used, is as at first."""
    try:
        known = json.loads(text)
        options = FigureOptions(**_known(FigureOptions, known["options"]))
        parts = [Part(**_known(Part, part)) for part in known["parts"]]
    except (ValueError, KeyError, TypeError, AttributeError, BudaiError):
        return FigureOptions(), []
    return options, parts


def _known(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of fields that there are, of the kind of their defaults."""
    found = {}
    for known in fields(kind):
        value = values.get(known.name)
        choices = known.metadata.get("choices")
        is_number = isinstance(known.default, int | float) and not isinstance(known.default, bool)
        fits = isinstance(value, int | float) if is_number else isinstance(value, str | bool)
        if value is not None and fits and (choices is None or value in choices):
            found[known.name] = value
    return found
