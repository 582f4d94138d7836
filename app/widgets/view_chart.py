"""Curves over time on a logarithmic scale, each named at its end."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.style.theme import Theme
from app.widgets.number_text import value_text

LEFT, RIGHT, TOP, BOTTOM = 52, 104, 40, 36
GAP = 44
"""Between two panels, with the title of the lower."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Values over time.

    Parameters
    ----------
    name : str
        Written at the end of the curve, before its last value.
    seconds, values : (n,) arrays
        Points of the curve; values that are not positive and finite are left out.
    color : str
        Of curve and name.
    """

    name: str
    seconds: np.ndarray
    values: np.ndarray
    color: str


@dataclass(frozen=True, eq=False)
class Panel:
    """Curves that share a scale.

    Parameters
    ----------
    title : str
        Above the panel.
    curves : tuple of Curve
        What is drawn.
    low, high : float
        Range of the scale, powers of ten.
    every : int
        Tens between two grid lines.
    goal : float or None
        Dashed line.
    goal_name : str
        Written above it.
    weight : float
        Share of the height.
    write : callable
        Returns the last value of a curve as it stands after its name; by default a percentage.
    """

    title: str
    curves: tuple[Curve, ...]
    low: float
    high: float
    every: int = 1
    goal: float | None = None
    goal_name: str = ""
    weight: float = 1.0
    write: Callable[[float], str] = lambda value: percent(value)


def percent(value: float) -> str:
    """Return a percentage with two figures that count."""
    digits = 2 if value < 0.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f} %" if value >= 0.095 else f"{value:.2g} %"


class Chart(QWidget):
    """Panels above each other over one axis of time."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.panels: tuple[Panel, ...] = ()
        self.duration = 60.0
        self.now: float | None = None

    def show_panels(self, panels: tuple[Panel, ...], duration: float, now: float | None) -> None:
        """Draw other curves; the axis ends at `duration` seconds, a line marks `now`."""
        self.panels, self.duration, self.now = panels, max(duration, 1e-3), now
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.palette.sheet))
        self.paint(painter)

    def paint(self, painter: QPainter) -> None:
        """Draw the panels without their ground."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = self.theme.px
        width = self.width() - px(LEFT) - px(RIGHT)
        total = self.height() - px(TOP) - px(BOTTOM) - px(GAP) * (len(self.panels) - 1)
        if self.panels and (width < 120 or total < 80):
            self._paint_curves(painter, self.panels[0], QRectF(self.rect()).adjusted(8, 24, -8, -8))
            return
        if not self.panels:
            return
        weights, y = sum(panel.weight for panel in self.panels), float(px(TOP))
        for k, panel in enumerate(self.panels):
            area = QRectF(px(LEFT), y, width, total * panel.weight / weights)
            self._paint_panel(painter, panel, area)
            y = area.bottom() + px(GAP)
            if k == len(self.panels) - 1:
                self._paint_times(painter, area)

    def _paint_panel(self, painter: QPainter, panel: Panel, area: QRectF) -> None:
        theme, palette = self.theme, self.theme.palette
        painter.setFont(theme.font(11, 500))
        painter.setPen(QColor(palette.text_muted))
        title = QRectF(area.left(), area.top() - 28, area.width(), 20)
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, panel.title)
        painter.setFont(theme.font(11))
        low, high = np.log10(panel.low), np.log10(panel.high)
        for power in np.arange(np.ceil(low), np.floor(high) + 0.5, panel.every):
            y = area.bottom() - (power - low) / (high - low) * area.height()
            is_goal = panel.goal is not None and abs(np.log10(panel.goal) - power) < 1e-9
            if not is_goal:
                painter.setPen(QPen(QColor(palette.border), 1))
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(palette.text_faint))
            label = QRectF(0, y - 8, area.left() - 8, 16)
            sides = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(label, sides, value_text(10.0**power, "", ""))
        ends = self._paint_curves(painter, panel, area)
        if panel.goal is not None:
            self._paint_goal(painter, panel, area, ends)
        if self.now is not None:
            x = area.left() + min(self.now / self.duration, 1.0) * area.width()
            painter.setPen(QPen(QColor(palette.border_strong), 1))
            painter.drawLine(QPointF(x, area.top() - 8), QPointF(x, area.bottom()))
        self._paint_names(painter, panel, ends, area)

    def _paint_goal(self, painter: QPainter, panel: Panel, area: QRectF, ends: list[tuple[Curve, QPointF]]) -> None:
        """Draw the dashed line of the goal, broken where the name of a curve stands on it."""
        palette = self.theme.palette
        assert panel.goal is not None
        low, high = np.log10(panel.low), np.log10(panel.high)
        y = area.bottom() - (np.log10(panel.goal) - low) / (high - low) * area.height()
        pen = QPen(QColor(palette.text_faint), 1)
        pen.setDashPattern([4.0, 4.0])
        pieces = [(area.left(), area.right())]
        metrics = QFontMetricsF(self.theme.font(11, 600))
        for curve, end in self._spread(ends, area):
            if abs(end.y() - y) < 9:
                left = end.x() + 6
                right = left + metrics.horizontalAdvance(f"{curve.name} {panel.write(float(curve.values[-1]))}") + 8
                pieces = [(area.left(), left), (right, area.right())]
        painter.setPen(pen)
        for left, right in pieces:
            if right > left:
                painter.drawLine(QPointF(left, y), QPointF(right, y))
        painter.setPen(QColor(palette.text_faint))
        side = Qt.AlignmentFlag.AlignRight if self.has_room_at_right(panel, area, ends) else Qt.AlignmentFlag.AlignLeft
        text = QRectF(area.left() + 4, y - 19, area.width() - 4, 16)
        painter.drawText(text, int(side | Qt.AlignmentFlag.AlignVCenter), panel.goal_name)

    def has_room_at_right(self, panel: Panel, area: QRectF, ends: list[tuple[Curve, QPointF]]) -> bool:
        """Return whether neither a curve nor its name reaches to where the name of the goal stands at the right."""
        metrics = QFontMetricsF(self.theme.font(11, 600))
        free = area.right() - metrics.horizontalAdvance(panel.goal_name) - 8
        names = [f"{curve.name} {panel.write(float(curve.values[-1]))}" for curve, _ in ends]
        reach = [end.x() + 9 + metrics.horizontalAdvance(name) for (_, end), name in zip(ends, names, strict=True)]
        return all(x < free for x in reach)

    def _paint_curves(self, painter: QPainter, panel: Panel, area: QRectF) -> list[tuple[Curve, QPointF]]:
        """Draw the curves; return them with their ends."""
        low, high = np.log10(panel.low), np.log10(panel.high)
        ends = []
        for curve in panel.curves:
            good = np.isfinite(curve.values) & (curve.values > 0.0)
            if not good.any():
                continue
            times, values = curve.seconds[good], curve.values[good]
            x = area.left() + np.clip(times / self.duration, 0.0, 1.0) * area.width()
            height = np.clip((np.log10(values) - low) / (high - low), 0.0, 1.0)
            y = area.bottom() - height * area.height()
            pen = QPen(QColor(curve.color), 1.75)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]))
            kept = Curve(curve.name, times, values, curve.color)
            ends.append((kept, QPointF(float(x[-1]), float(y[-1]))))
        return ends

    def _paint_names(self, painter: QPainter, panel: Panel, ends: list[tuple[Curve, QPointF]], area: QRectF) -> None:
        for curve, end in ends:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(curve.color))
            painter.drawEllipse(end, 3.5, 3.5)
        painter.setFont(self.theme.font(11, 600))
        for curve, end in self._spread(ends, area):
            painter.setPen(QColor(curve.color))
            text = f"{curve.name} {panel.write(float(curve.values[-1]))}"
            painter.drawText(QRectF(end.x() + 9, end.y() - 9, 200, 18), Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _spread(ends: list[tuple[Curve, QPointF]], area: QRectF) -> list[tuple[Curve, QPointF]]:
        """Move names apart that would overlap."""
        placed: list[tuple[Curve, QPointF]] = []
        for curve, end in sorted(ends, key=lambda pair: pair[1].y()):
            y = end.y() if not placed else max(end.y(), placed[-1][1].y() + 15)
            placed.append((curve, QPointF(end.x(), y)))
        return placed

    def _paint_times(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(self.theme.font(11))
        painter.setPen(QColor(self.theme.palette.text_faint))
        step = time_step(self.duration, max(int(area.width() // self.theme.px(52)), 1))
        for k in range(int(self.duration / step + 1e-6) + 1):
            x = area.left() + k * step / self.duration * area.width()
            text, place = f"{k * step:g} s", QRectF(x - 40, area.bottom() + 6, 80, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def time_step(duration: float, most: int) -> float:
    """Return seconds between ticks, so that there are at most `most` steps."""
    power = 10.0 ** np.floor(np.log10(max(duration / most, 1e-6)))
    for step in (1, 2, 5, 10, 20):
        if duration / (step * power) <= most + 1e-9:
            return float(step * power)
    return float(50 * power)
