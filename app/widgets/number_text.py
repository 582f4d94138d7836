"""Numbers as people type them: lenient in, one way out."""

import re
from collections.abc import Sequence
from decimal import Decimal

from app.style.translation import tr
from app.widgets.text import EN_DASH, MINUS, TIMES, power_of_ten

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)\s(?=\d)")
_POWER = re.compile(rf"(?:{TIMES}|·|\*|x)10\^?(?=[-+\d])")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,4})?")
_PART = r"(\d++\.?\d*+|\.\d++)"
_TIME = re.compile(rf"(?:{_PART}\s*h)?\s*(?:{_PART}\s*(?:min|m))?\s*(?:{_PART}\s*(?:sec|s)?)?")
_CLOCK = re.compile(r"\d+:\d{1,2}(?::\d{1,2})?")


def parse_number(text: str, unit: str = "") -> float:
    """Return the number of a text; thousands separators, a true minus, powers of ten and the unit may be there.

    Raises
    ------
    ValueError
        If it is no number, or none that is finite.

    Examples
    --------
    >>> parse_number("1 × 10⁻⁹"), parse_number("−1,391.6"), parse_number("2e-3"), parse_number("1.5 px", "px")
    (1e-09, -1391.6, 0.002, 1.5)
    """
    return _finite(_decimal(text, unit))


def _decimal(text: str, unit: str) -> Decimal:
    """Return the number of a text as it is written."""
    plain = text.strip().replace(MINUS, "-").translate(_SUPERSCRIPTS).removesuffix(unit)
    plain = "".join(_BETWEEN_DIGITS.sub(",", plain).split())
    plain = _POWER.sub("e", plain).lower()
    if not _NUMBER.fullmatch(plain):  # a comma that parts no thousands may be meant for a point: nothing is guessed
        raise ValueError(text)
    return Decimal(plain.replace(",", ""))


def _finite(value: Decimal) -> float:
    found = float(value)
    if found in (float("inf"), float("-inf")):
        raise ValueError(str(value))
    return found


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
    if _CLOCK.fullmatch(plain):
        total = 0.0
        for part in plain.split(":"):
            total = 60.0 * total + float(part)
        return total
    found = _TIME.fullmatch(plain)
    if found is None or not any(found.groups()):
        return parse_number(plain, "s")
    hours, minutes, seconds = (Decimal(part or 0) for part in found.groups())
    return _finite(3600 * hours + 60 * minutes + seconds)


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
        return _finite(_decimal(text, "%") / 100)
    return parse_number(text, unit)


def value_text(value: float, kind: str, unit: str, whole: bool = False) -> str:
    """Return the shortest text that `parse_value` reads back as the very same number.

    Parameters
    ----------
    value : float
        The number; rounded where it is to be whole.
    kind, unit : str
        As for `parse_value`.
    whole : bool
        Whether it is a whole number, which is written in full.

    Examples
    --------
    >>> value_text(1e-9, "", ""), value_text(2147483647, "", "", whole=True), value_text(0.5, "", "px")
    ('1 × 10⁻⁹', '2,147,483,647', '0.5 px')
    >>> value_text(0.0125, "percent", ""), value_text(7325.0, "seconds", "s"), value_text(2.5, "seconds", "s")
    ('1.25 %', '2 h 2 min 5 s', '2.5 s')
    """
    written = Decimal(round(value)) if whole else Decimal(repr(float(value)))
    if kind == "percent":
        return f"{_digits(100 * written)} %"
    if kind == "seconds" and written >= 100 and written == written.to_integral_value():
        return _spoken(int(written))
    if kind == "seconds":
        return f"{_digits(written)} s"
    text = f"{int(written):,d}".replace("-", MINUS) if whole else _digits(written)
    return f"{text} {unit}" if unit else text


def _digits(value: Decimal) -> str:
    """Return all digits of a number, with a power of ten where it is very small or large."""
    size = abs(value).normalize()
    if size and not Decimal("1e-4") <= size < Decimal("1e9"):
        text = f"{size.scaleb(-size.adjusted()):f} {TIMES} {power_of_ten(size.adjusted())}"
    else:
        text = f"{size:,f}"
    return (MINUS if value < 0 else "") + text


def _spoken(seconds: int) -> str:
    """Return whole seconds in hours, minutes and the rest."""
    parts = (seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


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


def bounds_text(
    minimum: float | None, maximum: float | None, unit: str = "", whole: bool = False, kind: str = ""
) -> str:
    """Return one sentence that says what a number may be; the field understands the numbers in it."""
    what = tr("a whole number") if whole else tr("a number")

    def written(value: float) -> str:
        return value_text(value, kind, unit, whole)

    if minimum is not None and maximum is not None:
        return tr("Must be {kind} from {low} to {high}", kind=what, low=written(minimum), high=written(maximum))
    if minimum is not None:
        return tr("Must be {kind}, {low} or more", kind=what, low=written(minimum))
    return tr("Must be {kind}", kind=what)
