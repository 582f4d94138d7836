"""What a picture is made of once laid out: lines, dots, rectangles, texts and rasters, in pixels from the top left."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Line:
    """A polyline of (n, 2) points, perhaps dashed."""

    points: np.ndarray
    color: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class Strokes:
    """Straight lines between the (n, 2, 2) pairs of ends."""

    points: np.ndarray
    color: str
    width: float = 1.0


@dataclass(frozen=True, eq=False)
class Dots:
    """Dots of one diameter at (n, 2) points."""

    points: np.ndarray
    color: str
    size: float


@dataclass(frozen=True, eq=False)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    color: str


@dataclass(frozen=True, eq=False)
class Words:
    """One line of text, its middle at y; at x it begins (-1), has its middle (0) or ends (1)."""

    x: float
    y: float
    text: str
    color: str
    side: int = 0
    size: float = 11.0
    is_strong: bool = False
    is_upright: bool = False


@dataclass(frozen=True, eq=False)
class Raster:
    """An (h, w, 3) uint8 picture stretched over a rectangle, its first row at the top."""

    x: float
    y: float
    width: float
    height: float
    pixels: np.ndarray


Shape = Line | Strokes | Dots | Box | Words | Raster
