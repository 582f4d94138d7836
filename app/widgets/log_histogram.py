"""How lengths are distributed before and after, on a logarithmic axis."""

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.text import number

BINS = 48
HEIGHT = 124
"""Height that it would like to have, in pixels of the design."""
MOST_DECADES = 6
"""Decades shown below the largest value; what is smaller counts in the first bin."""


class LogHistogram(QWidget):
    """Grey bars before, blue bars after, each named above its highest bar.

    Parameters
    ----------
    theme : Theme
        The look.
    names : (str, str), optional
        What grey and blue bars are called, if not before and after.
    least : int
        Least height, in pixels of the design.
    """

    def __init__(self, theme: Theme, names: tuple[str, str] | None = None, least: int = HEIGHT) -> None:
        super().__init__()
        self._theme, self._least = theme, least
        self.names = names or (tr("before"), tr("after"))
        self.shares: tuple[np.ndarray, np.ndarray] | None = None
        self.decades = (-2, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.follow(self._restyle)

    def show_percentages(self, before: np.ndarray, after: np.ndarray) -> None:
        """Show how percentages are distributed; a value of 0 counts in the first bin."""
        both = np.concatenate([before, after])
        positive = both[both > 0.0]
        if not len(positive):
            self.clear()
            return
        high = math.ceil(math.log10(float(positive.max())) - 1e-12)
        low = math.floor(math.log10(max(float(np.percentile(positive, 2.0)), 1e-300)) + 1e-12)
        self.decades = (max(min(low, high - 1), high - MOST_DECADES), high)
        self.shares = _shares(before, self.decades), _shares(after, self.decades)
        self.update()

    def name(self, before: str, after: str) -> None:
        """Call grey and blue bars otherwise."""
        self.names = before, after
        self.update()

    def clear(self) -> None:
        """Show the axis alone."""
        self.shares = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = self._theme.px
        area = QRectF(0, px(22), self.width(), self.height() - px(22) - px(24))
        if self.shares is not None:
            before, after = self.shares
            grey, blue = QColor(self._theme.palette.text_faint), QColor(self._theme.palette.link)
            grey.setAlphaF(0.45)
            blue.setAlphaF(0.85)
            most = max(float(before.max()), float(after.max()), 1e-12)
            self._paint_bars(painter, before, area, grey, most)
            self._paint_bars(painter, after, area, blue, most)
            self._paint_names(painter, before, after, area)
        painter.fillRect(QRectF(0, area.bottom(), self.width(), 1), self._theme.color("border_strong"))
        self._paint_ticks(painter, area)

    @staticmethod
    def _paint_bars(painter: QPainter, shares: np.ndarray, area: QRectF, color: QColor, most: float) -> None:
        """Paint bars, the highest of all as high as the area."""
        step = area.width() / BINS
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for k in np.flatnonzero(shares):
            height = area.height() * float(shares[k]) / most
            painter.drawRect(QRectF(area.left() + k * step, area.bottom() - height, max(1.0, step - 1.0), height))

    def _paint_names(self, painter: QPainter, before: np.ndarray, after: np.ndarray, area: QRectF) -> None:
        """Write each name above its highest bar, apart from the other."""
        painter.setFont(self._theme.font(11, 600))
        metrics, step = painter.fontMetrics(), area.width() / BINS
        texts = [(self.names[1], "link", after), (self.names[0], "text_muted", before)]
        texts = [text for text in texts if text[2].any()]
        rects = []
        for text, _, shares in texts:
            width = metrics.horizontalAdvance(text) + 4.0
            left = area.left() + (float(shares.argmax()) + 0.5) * step - 0.5 * width
            rects.append(QRectF(min(max(left, area.left()), area.right() - width), 0, width, self._theme.px(18)))
        if len(rects) == 2 and rects[0].adjusted(-4, 0, 4, 0).intersects(rects[1]):
            middle = 0.5 * (rects[0].center().x() + rects[1].center().x())
            left, right = sorted(rects, key=lambda rect: rect.center().x())
            middle = min(max(middle, left.width() + 6.0), area.right() - right.width() - 6.0)
            left.moveRight(middle - 6.0)
            right.moveLeft(middle + 6.0)
        for (text, role, _), rect in zip(texts, rects, strict=True):
            painter.setPen(self._theme.color(role))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_ticks(self, painter: QPainter, area: QRectF) -> None:
        """Write the powers of ten below the axis."""
        low, high = self.decades
        painter.setFont(self._theme.font(11))
        painter.setPen(self._theme.color("text_faint"))
        free = self.width() + 8.0
        for power in range(high, low - 1, -1):
            text = f"{number(10.0**power, 1)} %"
            width = painter.fontMetrics().horizontalAdvance(text) + 2.0
            place = area.left() + (power - low) / (high - low) * area.width() - 0.5 * width
            place = min(max(place, 0.0), self.width() - width)
            if place + width + 8.0 > free:
                continue  # no room beside the one at its right
            free = place
            painter.drawText(
                QRectF(place, area.bottom() + self._theme.px(4), width, self._theme.px(16)),
                Qt.AlignmentFlag.AlignCenter,
                text,
            )

    def _restyle(self) -> None:
        self.setMinimumHeight(self._theme.px(self._least))
        self.update()


def _shares(values: np.ndarray, decades: tuple[int, int]) -> np.ndarray:
    """Return the share of the values in each bin."""
    low, high = decades
    with np.errstate(divide="ignore"):
        places = np.clip(np.log10(values), low, high)
    counts, _ = np.histogram(places, BINS, (low, high))
    return counts / max(len(values), 1)
