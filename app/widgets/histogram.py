"""How a quantity is distributed: bars in the colours of its map."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme

BINS = 50


class Histogram(QWidget):
    """Counts of values in equal bins from 0 to a round number.

    Parameters
    ----------
    theme : Theme
        The look.
    colors : callable
        Returns (n, 3) uint8 colours of n numbers from 0 to 1.
    unit : str
        Written after the ticks.
    """

    def __init__(self, theme: Theme, colors: Callable[[np.ndarray], np.ndarray], unit: str) -> None:
        super().__init__()
        self._theme, self._colors, self._unit = theme, colors, unit
        self._counts = np.zeros(BINS)
        self._high = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def show_values(self, values: np.ndarray, high: float) -> None:
        """Show how values are distributed from 0 to `high`; what lies above counts in the last bin."""
        self._high = high
        self._counts, _ = np.histogram(np.minimum(values, high), bins=BINS, range=(0.0, high))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(112))

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self._theme.px
        painter = QPainter(self)
        base = self.height() - px(24)
        top = px(8)
        most = max(1.0, float(self._counts.max()))
        step = self.width() / BINS
        rgb = self._colors((np.arange(BINS) + 0.5) / BINS)
        painter.setPen(Qt.PenStyle.NoPen)
        for k, count in enumerate(self._counts):
            height = (base - top) * count / most
            painter.setBrush(QColor(*(int(part) for part in rgb[k])))
            painter.drawRect(QRectF(k * step, base - height, max(1.0, step - 1.0), height))
        painter.fillRect(QRectF(0, base, self.width(), 1), self._theme.color("border_strong"))
        painter.setPen(self._theme.color("text_muted"))
        painter.setFont(self._theme.font(11))
        parts = 5 if f"{self._high:e}".startswith("5") else 4
        for k in range(parts + 1):
            self._draw_tick(painter, k / parts, base)

    def _draw_tick(self, painter: QPainter, share: float, base: int) -> None:
        """Write one number below the axis, inside the widget."""
        text = f"{self._high * share:.4g} {self._unit}".strip()
        width = painter.fontMetrics().horizontalAdvance(text)
        left = min(max(0.0, self.width() * share - width / 2), self.width() - width)
        rect = QRectF(left, base + self._theme.px(4), width + 1, self._theme.px(16))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _restyle(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()
