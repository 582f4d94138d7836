"""Numbers as people type them: lenient in, one way out."""

import re
from collections.abc import Sequence

from app.translation import tr
from app.widgets.text import EN_DASH, MINUS

_UNITS = {"": 1.0, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def parse_number(text: str, unit: str = "") -> float:
    """Return the number of a text; thousands separators, a true minus and the unit may be there.

    Raises
    ------
    ValueError
        If it is no number.
    """
    plain = text.strip().replace(MINUS, "-").replace(",", "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if unit and plain.endswith(unit):
        plain = plain[: -len(unit)]
    return float(plain)


def parse_seconds(text: str) -> float:
    """Return the seconds of a text such as "90", "90 s", "2 min", "1 min 30 s", "1:30" or "1 h".

    Raises
    ------
    ValueError
        If it is no time.

    Examples
    --------
    >>> parse_seconds("90 s"), parse_seconds("1 min 30 s"), parse_seconds("1:30"), parse_seconds("2 h")
    (90.0, 90.0, 90.0, 7200.0)
    """
    plain = text.strip().lower()
    if re.fullmatch(r"\d+:\d{1,2}(:\d{1,2})?", plain):
        total = 0.0
        for part in plain.split(":"):
            total = 60.0 * total + float(part)
        return total
    if not re.fullmatch(r"(\d+(\.\d*)?\s*(s|sec|m|min|h)?\s*)+", plain):
        raise ValueError(text)
    return sum(float(value) * _UNITS[unit] for value, unit in re.findall(r"(\d+(?:\.\d*)?)\s*(sec|min|s|m|h|)", plain))


def parse_value(text: str, kind: str, unit: str) -> float:
    """Return the number of a text of a kind: "seconds", "percent", or "" for a plain number with a unit.

    Raises
    ------
    ValueError
        If it is none.
    """
    if kind == "seconds":
        return parse_seconds(text)
    if kind == "percent":
        return parse_number(text, "%") / 100.0
    return parse_number(text, unit)


def parse_widths(text: str, ends: tuple[int, int] | None) -> tuple[int, ...]:
    """Return the hidden widths of a text such as "3–256–256–2", "256, 256" or "256 x 256".

    Parameters
    ----------
    text : str
        Whole numbers with anything but digits and signs between them.
    ends : (int, int) or None
        Input and output width, which may be written before and after the hidden ones.

    Raises
    ------
    ValueError
        If something in it is no whole number.

    Examples
    --------
    >>> parse_widths("3–256–128–2", (3, 2)), parse_widths("256, 128", (3, 2)), parse_widths("", (3, 2))
    ((256, 128), (256, 128), ())
    """
    parts = [part for part in re.split(r"[\s,;x×→>–—-]+", text.strip()) if part]
    widths = tuple(int(part) for part in parts)
    if ends is not None:
        if widths and widths[0] == ends[0]:
            widths = widths[1:]
        if widths and widths[-1] == ends[1]:
            widths = widths[:-1]
    return widths


def widths_text(widths: Sequence[int], ends: tuple[int, int] | None) -> str:
    """Return widths as they are shown.

    Examples
    --------
    >>> widths_text((256, 128), (3, 2))
    '3–256–128–2'
    """
    chain = widths if ends is None else (ends[0], *widths, ends[1])
    return EN_DASH.join(str(width) for width in chain)


def bounds_text(minimum: float | None, maximum: float | None, unit: str = "", whole: bool = False) -> str:
    """Return one sentence that says what a number may be."""
    kind = tr("a whole number") if whole else tr("a number")
    suffix = f" {unit}" if unit else ""
    if minimum is not None and maximum is not None:
        return tr(
            "Must be {kind} from {low} to {high}{unit}",
            kind=kind,
            low=f"{minimum:,g}",
            high=f"{maximum:,g}",
            unit=suffix,
        )
    if minimum is not None:
        return tr("Must be {kind}, {low}{unit} or more", kind=kind, low=f"{minimum:,g}", unit=suffix)
    return tr("Must be {kind}", kind=kind)
