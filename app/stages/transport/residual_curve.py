"""Residual of an iteration over its steps, on a logarithmic scale."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme
from app.widgets.text import power_of_ten


class ResidualCurve(QWidget):
    """A line through the residuals, one point a step; a dashed line where it should come to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._residuals = np.zeros(0)
        self._goal: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.follow(self._restyle)

    def show_residuals(self, residuals: np.ndarray, goal: float | None = None) -> None:
        """Show residuals of the start and of each step; a goal is drawn as a dashed line."""
        self._residuals, self._goal = np.asarray(residuals, float), goal
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(112))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter)

    def paint(self, painter: QPainter) -> None:
        """Paint the curve over the whole widget."""
        known = np.flatnonzero(np.isfinite(self._residuals) & (self._residuals > 0))
        if not len(known):
            return
        px, values = self._theme.px, np.log10(self._residuals[known])
        goal = None if self._goal is None else float(np.log10(self._goal))
        lowest = float(values.min()) if goal is None else min(goal, float(values.min()))
        low, high = float(np.floor(lowest)), max(float(np.ceil(values.max())), float(np.floor(lowest)) + 1.0)
        rect = QRectF(px(40), px(8), self.width() - px(52), self.height() - px(32))
        steps = max(len(self._residuals) - 1, 1)

        def place(step: float, value: float) -> QPointF:
            return QPointF(
                rect.left() + rect.width() * step / steps, rect.bottom() - rect.height() * (value - low) / (high - low)
            )

        self._paint_grid(painter, rect, low, high, steps)
        color = self._theme.color("accent")
        if goal is not None:
            painter.setPen(QPen(self._theme.color("text_faint"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(place(0, goal), place(steps, goal))
        painter.setPen(QPen(QColor(color), 1.5))
        points = [place(float(step), float(value)) for step, value in zip(known, values, strict=True)]
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        for point in points if len(points) <= 60 else points[-1:]:
            painter.drawEllipse(point, 2.5, 2.5)

    def _paint_grid(self, painter: QPainter, rect: QRectF, low: float, high: float, steps: int) -> None:
        """Paint lines at powers of ten, and the numbers of some steps."""
        px = self._theme.px
        painter.setFont(self._theme.font(11))
        every = max(1, int(np.ceil((high - low) / 3)))
        for power in np.arange(high, low - 0.5, -every):
            y = rect.bottom() - rect.height() * (power - low) / (high - low)
            painter.fillRect(QRectF(rect.left(), y, rect.width(), 1), self._theme.color("border"))
            painter.setPen(self._theme.color("text_faint"))
            place = QRectF(0, y - px(8), rect.left() - px(6), px(16))
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, power_of_ten(int(power))
            )
        stride = max(1, int(np.ceil(steps / 6)))
        for step in range(0, steps + 1, stride):
            x = rect.left() + rect.width() * step / steps
            place = QRectF(x - px(16), rect.bottom() + px(4), px(32), px(16))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(step))

    def _restyle(self) -> None:
        self.setMinimumHeight(self.sizeHint().height())
        self.update()
