"""The table of quantities that a view can be coloured by: their names, colour maps and ranges."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from cmap import Colormap

GRID_SQUARES = 28
"""Squares across the unit disk in the checker pattern."""
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
CHECKER_COLORS = ((0xE8, 0xE6, 0xE2), (0x56, 0x68, 0x8C))


@dataclass(frozen=True)
class Quantity:
    """Something that a surface or the disk can be coloured by.

    Parameters
    ----------
    key : str
        Name in code.
    title : str
        Name in the menu, not translated.
    caption : str
        Title of the colour bar, not translated; empty where there is no bar.
    color_map : str
        Name in the catalogue of `cmap`; ends in "_r" where it is reversed.
    limits : (float, float) or None
        Fixed range; None where the range follows the data.
    signed : bool
        Whether ticks show a plus sign.
    made_by : str
        Title of the stage that makes it, not translated; empty where it comes with the file.
    """

    key: str
    title: str
    caption: str = ""
    color_map: str = ""
    limits: tuple[float, float] | None = None
    signed: bool = False
    made_by: str = ""


QUANTITIES: dict[str, Quantity] = {
    quantity.key: quantity
    for quantity in (
        Quantity("none", "None"),
        Quantity("normal", "Normal"),
        Quantity("chart", "Chart", made_by="Preparation"),
        Quantity(
            "area_distortion", "Area distortion", "log₂ area\nratio", "crameri:vik", (-2.0, 2.0), True, "Training"
        ),
        Quantity("conformality", "Conformality", "σ₁ / σ₂", "crameri:lajolla_r", (1.0, 4.0), made_by="Training"),
        Quantity("error", "Error", "Error, %\nof diagonal", "cmocean:matter", made_by="Training"),
        Quantity("checker", "Checker", made_by="Training"),
        Quantity("uv_grid", "UV grid", made_by="Training"),
        Quantity("image", "Image of yours"),
        Quantity("texture", "Colours of the file"),
    )
}
"""What a view can be coloured by, in the order of the menu; scalars of the file follow as "scalar:NAME"."""
BEFORE_PATTERNS = "error"
"""Behind this quantity stand those that stages add: patterns and colours of the file come last."""


def quantity_named(key: str) -> Quantity:
    """Return a quantity by its key; "scalar:NAME" is a scalar that the file holds.

    Raises
    ------
    KeyError
        If there is no such quantity.
    """
    if key.startswith("scalar:"):
        name = key.removeprefix("scalar:")
        return Quantity(key, name, name, "crameri:batlow")
    return QUANTITIES[key]


@cache
def color_table(color_map: str) -> np.ndarray:
    """Return the (256, 3) uint8 colours of a map, the lowest value first; "NAME@0.3" leaves out its first 30 %."""
    name, _, start = color_map.partition("@")
    colors = Colormap(name)(np.linspace(float(start), 1.0, 256)) if start else Colormap(name).lut(256)
    table = np.round(np.asarray(colors)[:, :3] * 255).astype(np.uint8)
    table.setflags(write=False)
    return table


def mapped(values: np.ndarray, limits: tuple[float, float], color_map: str) -> np.ndarray:
    """Return the (n, 3) uint8 colours of values; what lies outside the range takes the colour of its end."""
    low, high = limits
    width = high - low if high > low else 1.0
    place = np.nan_to_num((values - low) * (255.0 / width), nan=0.0, posinf=255.0, neginf=0.0)
    return color_table(color_map)[np.clip(np.rint(place), 0, 255).astype(np.uint8)]


def normal_colors(normals: np.ndarray) -> np.ndarray:
    """Return the (n, 3) uint8 colours of unit normals: 0.25 + 0.7 (0.5 + 0.5 n)."""
    return np.clip((0.6 + 0.35 * normals) * 255.0, 0.0, 255.0).astype(np.uint8)


def rounded_up(value: float) -> float:
    """Return the least of 1, 2, 5 times a power of ten that is not less than a positive value."""
    power = 10.0 ** np.floor(np.log10(value))
    for step in (1.0, 2.0, 5.0):
        if value <= step * power * (1.0 + 1e-9):
            return float(step * power)
    return float(10.0 * power)


def rounded_near(value: float) -> float:
    """Return the 1, 2 or 5 times a power of ten that is nearest to a positive value, by ratio."""
    power = 10.0 ** np.floor(np.log10(value))
    steps = np.array([1.0, 2.0, 5.0, 10.0]) * power
    return float(steps[np.argmin(np.abs(np.log(steps / value)))])


def value_range(
    quantity: Quantity, values: np.ndarray, former: tuple[float, float] | None = None
) -> tuple[float, float]:
    """Return the range that a quantity is shown in.

    Parameters
    ----------
    quantity : Quantity
        What is shown.
    values : (n,) array
        Its values.
    former : (float, float), optional
        The range in use: kept while it still fits, so that colours do not flicker during training.

    Notes
    -----
    Errors go from 0 to their 99th percentile, rounded up to 1, 2 or 5 times a power of ten; densities from their first
    to their 99th percentile; other quantities without a fixed range go over their data.
    """
    if quantity.limits is not None:
        return quantity.limits
    finite = values[np.isfinite(values)]
    if not len(finite):
        return (0.0, 1.0)
    if quantity.key == "log_density":
        low, high = (float(value) for value in np.percentile(finite, (1.0, 99.0)))
        return (low, high) if high > low else (low, low + 1.0)
    if quantity.key == "error":
        top = float(np.percentile(finite, 99))
        if former is not None and 0.3 * former[1] <= top <= former[1]:
            return former
        return (0.0, rounded_up(top)) if top > 0.0 else (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low, low + 1.0)


@dataclass(frozen=True)
class Legend:
    """What a colour bar says.

    Parameters
    ----------
    caption : str
        Its title, not translated.
    color_map : str
        Name of the colour map.
    ticks : (str, str, str)
        Labels at the top, in the middle and at the bottom.
    """

    caption: str
    color_map: str
    ticks: tuple[str, str, str]


def legend(quantity: Quantity, limits: tuple[float, float], values: np.ndarray) -> Legend | None:
    """Return the colour bar of a quantity, None where it has none; clamped ends are marked with ≤ and ≥."""
    if not quantity.color_map:
        return None
    low, high = limits
    finite = values[np.isfinite(values)]
    below = bool(len(finite)) and float(finite.min()) < low
    above = len(finite) < len(values) or (bool(len(finite)) and float(finite.max()) > high)
    top, middle, bottom = (_number(value, quantity.signed) for value in (high, 0.5 * (low + high), low))
    return Legend(quantity.caption, quantity.color_map, ("≥ " * above + top, middle, "≤ " * below + bottom))


def _number(value: float, signed: bool) -> str:
    text, _, exponent = f"{value:.3g}".partition("e")
    if exponent:
        text += f" × 10{str(int(exponent)).translate(_RAISED)}"
    if signed and value > 0.0:
        text = "+" + text
    return text.replace("-", "−")
