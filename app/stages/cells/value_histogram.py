"""How a quantity is distributed between two ends: bars in the colours of its map, with its median."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme

SIDE, TOP, BOTTOM = 16, 30, 26
"""Room at the sides, above for the title, and below for the numbers."""


@dataclass(frozen=True, eq=False)
class Distribution:
    """Counts in equal bins.

    Parameters
    ----------
    title : str
        What is counted.
    low, high : float
        Ends of the axis; what lies beyond counts in the first and last bin.
    shares : (n,) float64 array
        Part of all in each bin.
    colors : (n, 3) uint8 array
        Colour of each bar.
    median : float
        Marked on the axis.
    ticks : tuple of (float, str)
        Places and texts under the axis.
    note : str
        Written at the right of the title.
    """

    title: str
    low: float
    high: float
    shares: np.ndarray
    colors: np.ndarray
    median: float
    ticks: tuple[tuple[float, str], ...]
    note: str = ""


class ValueHistogram(QWidget):
    """Draws one distribution."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.shown: Distribution | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.follow(self.update)

    def show_distribution(self, shown: Distribution | None) -> None:
        """Show another distribution, or nothing."""
        self.shown = shown
        self.setAccessibleName("" if shown is None else f"{shown.title}, {shown.note}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.shown is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, self.shown)

    def _paint(self, painter: QPainter, shown: Distribution) -> None:
        px, color = self._theme.px, self._theme.color
        area = QRectF(px(SIDE), px(TOP), self.width() - 2 * px(SIDE), self.height() - px(TOP) - px(BOTTOM))
        head = QRectF(area.left(), px(6), area.width(), px(18))
        painter.setFont(self._theme.font(11, 500))
        painter.setPen(color("text_muted"))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, shown.title)
        painter.setFont(self._theme.font(11))
        painter.setPen(color("text_faint"))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown.note)
        most, step = max(float(shown.shares.max()), 1e-12), area.width() / len(shown.shares)
        painter.setPen(Qt.PenStyle.NoPen)
        for k, share in enumerate(shown.shares.tolist()):
            height = area.height() * share / most
            painter.setBrush(QColor(*(int(part) for part in shown.colors[k])))
            painter.drawRect(QRectF(area.left() + k * step, area.bottom() - height, max(1.0, step - 1.0), height))
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), color("border_strong"))
        self._paint_ticks(painter, shown, area)
        pen = QPen(color("text_faint"), 1)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        x = self._place(shown, area, shown.median)
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_ticks(self, painter: QPainter, shown: Distribution, area: QRectF) -> None:
        painter.setPen(self._theme.color("text_faint"))
        metrics = painter.fontMetrics()
        for value, text in shown.ticks:
            width = metrics.horizontalAdvance(text)
            x = self._place(shown, area, value) - width / 2
            x = min(max(x, area.left() - self._theme.px(8)), area.right() + self._theme.px(8) - width)
            line = QRectF(x, area.bottom() + self._theme.px(4), width + 1, self._theme.px(16))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _place(shown: Distribution, area: QRectF, value: float) -> float:
        part = (value - shown.low) / (shown.high - shown.low)
        return area.left() + area.width() * min(max(part, 0.0), 1.0)
