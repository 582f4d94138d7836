"""The picture of a claim as data: panels with marks, drawn by one widget and one writer for all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen

COLORS = ("a", "b", "c", "d", "text", "faint", "ok", "bad", "select")
"""Roles of colours: four for kinds of data, then of text, of lines in the background, of what is right or wrong, and
of a witness."""


@dataclass(frozen=True, eq=False)
class Points:
    """Dots.

    Parameters
    ----------
    at : (n, 2) float64 array
        Where they are, in the units of the panel.
    color : str
        One of `COLORS`.
    size : float
        Diameter in pixels.
    name : str
        What they are, for the legend; empty for none.
    """

    at: Float64[np.ndarray, "n 2"]
    color: str = "a"
    size: float = 4.0
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", frozen(self.at, np.float64, (None, 2)))


@dataclass(frozen=True, eq=False)
class Path:
    """A polyline.

    Parameters
    ----------
    at : (n, 2) float64 array
        Its corners; a row that is not a number begins another piece.
    color : str
        One of `COLORS`.
    width : float
        In pixels.
    dashed : bool
        Whether it is a line to compare with.
    name : str
        What it is, for the legend; empty for none.
    """

    at: Float64[np.ndarray, "n 2"]
    color: str = "a"
    width: float = 1.75
    dashed: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", frozen(self.at, np.float64, (None, 2)))


@dataclass(frozen=True, eq=False)
class Segments:
    """Many straight lines: arrows without heads.

    Parameters
    ----------
    at : (n, 2, 2) float64 array
        Both ends of each.
    color : str
        One of `COLORS`.
    width : float
        In pixels.
    name : str
        What they are, for the legend; empty for none.
    """

    at: Float64[np.ndarray, "n 2 2"]
    color: str = "a"
    width: float = 1.0
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", frozen(self.at, np.float64, (None, 2, 2)))


@dataclass(frozen=True, eq=False)
class Bars:
    """A bar for each of some values, in the order of the horizontal axis.

    Parameters
    ----------
    values : (n,) float64 array
        Their heights.
    colors : sequence of str
        One of `COLORS` for each, or one for all.
    names : sequence of str
        What stands under them; numbers from 1 where there is none.
    """

    values: Float64[np.ndarray, " n"]
    colors: Sequence[str] = ("a",)
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, np.float64, (None,)))


@dataclass(frozen=True, eq=False)
class Field:
    """Numbers from -1 to 1 over a rectangle: below zero in the first colour, above in the second.

    Parameters
    ----------
    values : (rows, columns) float64 array
        The first row is the lowest.
    box : tuple of float
        Left, right, lower and upper end.
    strength : float
        Share of the colour where the number is 1 or -1.
    """

    values: Float64[np.ndarray, "rows columns"]
    box: tuple[float, float, float, float]
    strength: float = 0.38

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, np.float64, (None, None)))


Mark = Points | Path | Segments | Bars | Field


@dataclass(frozen=True, eq=False)
class Panel:
    """One picture of a figure.

    Parameters
    ----------
    title : str
        What is shown.
    marks : tuple
        What is drawn, from back to front.
    x_label, y_label : str
        What the axes say; empty for none.
    equal : bool
        Whether a unit is as long in both directions; such a panel has no ticks.
    log_x, log_y : bool
        Whether an axis is logarithmic.
    bare : bool
        Whether it has no ticks either way.
    """

    title: str
    marks: tuple[Mark, ...] = ()
    x_label: str = ""
    y_label: str = ""
    equal: bool = False
    log_x: bool = False
    log_y: bool = False
    bare: bool = False


@dataclass(frozen=True, eq=False)
class Figure:
    """Panels beside each other.

    Parameters
    ----------
    panels : tuple of Panel
        From left to right.
    """

    panels: tuple[Panel, ...] = field(default=())

    def record(self) -> list[dict[str, Any]]:
        """Return what is drawn as plain lists, with six digits."""
        return [
            {"title": panel.title, "x": panel.x_label, "y": panel.y_label, "marks": [_record(m) for m in panel.marks]}
            for panel in self.panels
        ]


def _record(mark: Mark) -> dict[str, Any]:
    """Return one mark as plain lists; what is no number becomes None."""
    name = getattr(mark, "name", "")
    made: dict[str, Any] = {"kind": type(mark).__name__.lower()} | ({"name": name} if name else {})
    values = mark.at if isinstance(mark, Points | Path | Segments) else mark.values
    return made | {"values": _plain(values)} | ({"box": list(mark.box)} if isinstance(mark, Field) else {})


def _plain(values: np.ndarray) -> list[Any]:
    """Return an array as lists of numbers with six digits."""
    if values.ndim > 1:
        return [_plain(row) for row in values]
    return [float(f"{value:.6g}") if np.isfinite(value) else None for value in values.tolist()]
