"""What a linear map does to a circle: an ellipse with its axes, and the circle of the same area."""

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme

WIDTH, HEIGHT, FILL = 108, 108, 0.84


class EllipseView(QWidget):
    """Draws the ellipse of two singular values, as large as fits."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.stretches = (1.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def show_stretches(self, greater: float, smaller: float) -> None:
        """Show an ellipse with these half axes."""
        self.stretches = greater, smaller
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH), self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("view"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        greater, smaller = self.stretches
        if not (math.isfinite(greater) and greater > 0.0):
            return
        middle = QPointF(self.width() / 2, self.height() / 2)
        long = 0.5 * FILL * min(self.width(), self.height())
        short, round_ = long * smaller / greater, long * math.sqrt(smaller / greater)
        tint = theme.color("link")
        tint.setAlphaF(0.16)
        painter.setBrush(tint)
        painter.setPen(QPen(theme.color("link"), 1.5))
        painter.drawEllipse(middle, long, short)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(theme.color("text_faint"), 1)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawEllipse(middle, round_, round_)
        painter.setPen(QPen(theme.color("link"), 1.5))
        painter.drawLine(QLineF(middle, middle - QPointF(long, 0)))
        painter.setPen(QPen(theme.color(theme.palette.layers[2]), 1.5))
        painter.drawLine(QLineF(middle, middle + QPointF(0, short)))

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
