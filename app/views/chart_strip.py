"""A row of small disks, one for each chart of an atlas: a click shows another."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from app.scene.chart_colors import chart_colors
from app.style.theme import Theme
from app.style.translation import tr

HEIGHT, STEP = 40, 34
LEAST, MOST = 12.0, 26.0
"""Diameters of the smallest and the largest disk."""


class ChartStrip(QWidget):
    """Disks in the colours of their charts, sized by area; the chart that is shown has a ring.

    Signals
    -------
    chosen(int)
        A chart was clicked, by its number from 0.
    """

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sizes: tuple[float, ...] = ()
        self._lit: dict[int, tuple[float, float]] = {}
        self.current = 0
        self.setAccessibleName(tr("Charts"))
        self.hide()
        theme.follow(self._restyle)

    @property
    def count(self) -> int:
        """Number of charts."""
        return len(self._sizes)

    def show_charts(self, areas: Sequence[float], current: int) -> None:
        """Show so many charts, and which of them is the present one."""
        if len(areas) != len(self._sizes):
            self._lit = {}
        self._sizes, self.current = tuple(areas), current
        self.update()

    def light_up(self, codes: Mapping[int, tuple[float, float]]) -> None:
        """Mark a point in the disks of the charts that have it, by its code in each."""
        if codes != self._lit:
            self._lit = dict(codes)
            self.update()

    def place_of(self, chart: int) -> QPointF:
        """Return the middle of the disk of a chart; outside where there is no room for it."""
        step = self._theme.px(STEP)
        return QPointF((chart - self._first + 0.5) * step + self._theme.px(8), self.height() / 2)

    def chart_at(self, x: float) -> int | None:
        """Return the chart at a place, None where there is none."""
        chart = int((x - self._theme.px(8)) // self._theme.px(STEP)) + self._first
        return chart if self._first <= chart < self.count else None

    @property
    def _first(self) -> int:
        """The first chart that is seen: the present one is near the middle where not all have room."""
        room = max(1, (self.width() - 2 * self._theme.px(8)) // self._theme.px(STEP))
        return max(0, min(self.current - room // 2, self.count - room))

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._theme.px(HEIGHT))

    def paintEvent(self, event: object) -> None:
        painter, palette = QPainter(self), self._theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(palette.panel))
        painter.fillRect(0, 0, self.width(), 1, QColor(palette.border))
        painter.setFont(self._theme.font(11, 500))
        largest, colors = max(self._sizes, default=1.0), chart_colors(self.count)
        for chart in range(self._first, self.count):
            middle = self.place_of(chart)
            if middle.x() > self.width():
                break
            diameter = self._theme.px(max(LEAST, MOST * float(np.sqrt(self._sizes[chart] / largest))))
            disk = QRectF(middle.x() - diameter / 2, middle.y() - diameter / 2, diameter, diameter)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*colors[chart].tolist()))
            painter.drawEllipse(disk)
            if chart == self.current:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(palette.text), 2))
                painter.drawEllipse(disk.adjusted(-3, -3, 3, 3))
            if diameter >= self._theme.px(18):
                painter.setPen(QColor("#1A1D23"))
                painter.drawText(disk, Qt.AlignmentFlag.AlignCenter, str(chart + 1))
            if chart in self._lit:
                x, y = self._lit[chart]
                painter.setPen(QPen(QColor(palette.raised), 1))
                painter.setBrush(QColor(palette.select))
                painter.drawEllipse(middle + QPointF(x, -y) * diameter / 2, 3.5, 3.5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        chart = self.chart_at(event.position().x())
        if chart is not None:
            self.chosen.emit(chart)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            chart = self.chart_at(event.pos().x())
            QToolTip.showText(event.globalPos(), "" if chart is None else tr("Chart {n}", n=chart + 1), self)
            return True
        return super().event(event)
