"""Labels by their role, and how numbers are written."""

import math
import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.style.translation import tr

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
EN_DASH = "\N{EN DASH}"
_POWER = re.compile(r"(?<![\w.])(-?\d(?:\.\d+)?)e[+-]?\d+(?!\w)")
"""A number as Python writes it with a power of ten; what stands before that power is a group."""
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def label(text: str, role: str, parent: QWidget | None = None, wrap: bool = False) -> QLabel:
    """Return a label that the stylesheet knows by its role."""
    made = QLabel(text, parent)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made


class ElidedLabel(QLabel):
    """One line that takes the room there is, and asks for none: what does not fit ends in dots."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        place = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        palette = self.palette()
        self.style().drawItemText(QPainter(self), self.rect(), place, palette, True, shown, self.foregroundRole())


def number(value: float, digits: int = 4) -> str:
    """Return a number as a person writes it: thousands with comma, a true minus, powers of ten as such.

    Examples
    --------
    >>> number(1391.62, 5), number(-0.43424), number(2.3e-15, 2), number(23108)
    ('1,391.6', '−0.4342', '2.3 × 10⁻¹⁵', '23,108')
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else f"{MINUS if value < 0 else ''}∞"
    size = abs(value)
    if size and (size < 1e-4 or size >= 1e9):
        mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa} {TIMES} 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    elif float(value).is_integer():
        text = f"{size:,.0f}"
    else:
        decimals = max(0, digits - 1 - math.floor(math.log10(size)))
        text = f"{size:,.{decimals}f}"
    return (MINUS if value < 0 else "") + text


def typeset(message: str) -> str:
    """Return a message of a work with its powers of ten written as everywhere else in the window.

    Examples
    --------
    >>> typeset("Largest area error 1.9e-10"), typeset("Area ratio spread 1.56e-02, 3 folded")
    ('Largest area error 1.9 × 10⁻¹⁰', 'Area ratio spread 0.0156, 3 folded')
    """
    return _POWER.sub(lambda found: number(float(found[0]), len(re.sub(r"\D", "", found[1]))), message)


def counted(n: int, one: str, many: str) -> str:
    """Return a count with its noun, which is another for one.

    Examples
    --------
    >>> counted(1, "1 step", "{n} steps"), counted(1113, "1 step", "{n} steps")
    ('1 step', '1,113 steps')
    """
    return tr(one) if n == 1 else tr(many, n=number(n))


def power_of_ten(exponent: int) -> str:
    """Return a power of ten.

    Examples
    --------
    >>> power_of_ten(-5), power_of_ten(0)
    ('10⁻⁵', '1')
    """
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}" if exponent else "1"


def percent(fraction: float) -> str:
    """Return a fraction in percent, with two digits below 1 % and three above.

    Examples
    --------
    >>> percent(0.0087), percent(0.00012), percent(0.25), percent(0.02943)
    ('0.87 %', '0.012 %', '25 %', '2.94 %')
    """
    return f"{number(100.0 * fraction, 2 if abs(fraction) < 0.01 else 3)} %"


def duration(seconds: float) -> str:
    """Return a time as a person says it.

    Examples
    --------
    >>> duration(0.04), duration(60.0), duration(155), duration(7300)
    ('0.04 s', '60 s', '2 min 35 s', '2 h 1 min')
    """
    if seconds < 10 and not float(seconds).is_integer():
        return f"{seconds:.2f} s" if seconds < 0.1 else f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def components(values: object, decimals: int) -> str:
    """Return coordinates side by side, such as ``−14.87  −4.90  −3.94``; of more than four the first three."""
    texts = [f"{value:.{decimals}f}".replace("-", MINUS) for value in values]  # type: ignore[attr-defined]
    return "  ".join(texts if len(texts) <= 4 else [*texts[:3], "\N{HORIZONTAL ELLIPSIS}"])
