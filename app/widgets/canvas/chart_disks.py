"""The charts of an atlas as small disks beside the large one: a click shows another, a point lights up in all."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.scene.chart_disks import ChartRims, packed
from app.style.theme import Theme
from app.style.translation import tr

NUMBERED = 11.0
"""Radius, in pixels, from which a disk holds the number of its chart."""
LEARNED = 0.45
"""How strong the colour of a chart is where it reaches beyond what it owns."""
GROUND = 0.14
"""How strong it is in the rest of the disk."""
MARK = 3.0
"""Radius of a linked point, in pixels."""
REACH = 3.0
"""Pixels from the nearest code within which a place of a disk is that code."""

Code = tuple[float, float]


class ChartDisks(QWidget):
    """Disks in the colours of their charts, sized by area; in each the shape of what the chart owns and learns.

    Signals
    -------
    chosen(int)
        A chart is to be large, by its number from 0.
    compared(int or None)
        The chart under the pointer, None where there is none: how does it lie in the large one?
    pointed(int, int or None)
        A chart, and the vertex in it whose code is under the pointer; None where there is none.
    """

    chosen = Signal(int)
    compared = Signal(object)
    pointed = Signal(int, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._areas: tuple[float, ...] = ()
        self._colors = np.zeros((0, 3), np.uint8)
        self._rims: ChartRims | None = None
        self._codes: tuple[np.ndarray, ...] = ()
        self._lit: dict[bool, dict[int, Code]] = {False: {}, True: {}}
        self._places = np.zeros((0, 3))
        self._under: int | None = None
        self.current = 0
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Charts"))
        self.hide()
        theme.follow(self.update)

    @property
    def count(self) -> int:
        """Number of charts."""
        return len(self._areas)

    def show_charts(self, areas: Sequence[float], colors: np.ndarray, rims: ChartRims | None, current: int) -> None:
        """Show so many charts, and which of them is the present one."""
        if len(areas) != len(self._areas):
            self._lit = {False: {}, True: {}}
        self._areas, self._colors, self._rims, self.current = tuple(areas), colors, rims, current
        self._lay_out()

    def show_codes(self, codes: Sequence[np.ndarray]) -> None:
        """Show where each chart lies in its disk by the codes of its vertices; the whole disk without any."""
        self._codes = tuple(codes)
        self.update()

    def light_up(self, codes: Mapping[int, Code], picked: bool) -> None:
        """Mark the hovered or the picked point in the disks of the charts that have it, by its code in each."""
        if codes != self._lit[picked]:
            self._lit[picked] = dict(codes)
            self.update()

    def lit(self, picked: bool) -> dict[int, Code]:
        """Return the codes that are marked, by their charts."""
        return self._lit[picked]

    def place_of(self, chart: int, code: Code = (0.0, 0.0)) -> QPointF:
        """Return where a code of a chart is."""
        x, y, radius = self._places[chart]
        return QPointF(x + radius * code[0], y - radius * code[1])

    def chart_at(self, place: QPointF) -> int | None:
        """Return the chart whose disk is at a place, None where there is none."""
        if not self.count:
            return None
        away = np.hypot(self._places[:, 0] - place.x(), self._places[:, 1] - place.y()) - self._places[:, 2]
        chart = int(np.argmin(away))
        return chart if away[chart] <= 0.0 else None

    def vertex_at(self, chart: int, place: QPointF) -> int | None:
        """Return the vertex of a chart whose code is at a place of its disk, None where there is none."""
        if chart >= len(self._codes) or not len(self._codes[chart]):
            return None
        x, y, radius = self._places[chart]
        away = np.hypot(*(self._codes[chart] * (radius, -radius) - (place.x() - x, place.y() - y)).T)
        vertex = int(np.argmin(away))
        return vertex if away[vertex] <= REACH else None

    # -- painting ----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        if self.count:
            self._places = packed(self._areas, self.width(), self.height())
        self.update()

    def paintEvent(self, event: object) -> None:
        painter, palette = QPainter(self), self._theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(palette.view))
        painter.setFont(self._theme.font(11, 500))
        for chart in range(self.count):
            self._paint_disk(painter, chart)
        for picked in (False, True):
            for chart, code in self._lit[picked].items():
                if chart != self.current:  # there it is in the large disk
                    self._paint_mark(painter, self.place_of(chart, code), picked)

    def _paint_mark(self, painter: QPainter, place: QPointF, picked: bool) -> None:
        """Paint the linked point as large as a small disk has room for: a ring where it is hovered, a dot if picked."""
        color = QColor(self._theme.palette.select)
        for halo, radius in (("#16181C", MARK + 1.75), ("#FFFFFF", MARK + 1.0)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(halo))
            painter.drawEllipse(place, radius, radius)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color if picked else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place, MARK - 0.5, MARK - 0.5)

    def _paint_disk(self, painter: QPainter, chart: int) -> None:
        palette, color = self._theme.palette, QColor(*self._colors[chart].tolist())
        middle, radius = self.place_of(chart), float(self._places[chart, 2])
        painter.setPen(Qt.PenStyle.NoPen)
        known = self._rims is not None and chart < len(self._codes)
        ground = QPainterPath()
        ground.addEllipse(middle, radius, radius)
        painter.fillPath(ground, QColor(palette.sheet))
        painter.fillPath(ground, _faded(color, GROUND if known else 1.0))
        if known and self._rims is not None:
            painter.fillPath(self._path(chart, self._rims.learned[chart]), _faded(color, LEARNED))
            painter.fillPath(self._path(chart, self._rims.owned[chart]), color)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        is_current = chart == self.current
        pen = QPen(QColor(palette.text), 2.0) if is_current else QPen(QColor(palette.border_strong), 1.0)
        if chart == self._under and not is_current:
            pen = QPen(QColor(palette.text_muted), 2.0)
        painter.setPen(pen)
        painter.drawEllipse(middle, radius, radius)
        if radius >= self._theme.px(NUMBERED):
            painter.setPen(QColor("#1A1D23"))
            box = QPointF(radius, radius)
            painter.drawText(QRectF(middle - box, middle + box), Qt.AlignmentFlag.AlignCenter, str(chart + 1))

    def _path(self, chart: int, rims: tuple[np.ndarray, ...]) -> QPainterPath:
        """Return loops of vertices as they lie in the disk of a chart."""
        path = QPainterPath()
        x, y, radius = self._places[chart]
        for rim in rims:
            corners = np.asarray(self._codes[chart][rim], np.float64) * (radius, -radius) + (x, y)
            path.moveTo(*corners[0].tolist())
            for corner in corners[1:].tolist():
                path.lineTo(*corner)
            path.closeSubpath()
        return path

    # -- events ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        chart = self.chart_at(event.position())
        if chart is not None:
            self.chosen.emit(chart)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        chart = self.chart_at(event.position())
        self._set_under(chart)
        if chart is not None:
            self.pointed.emit(chart, self.vertex_at(chart, event.position()))

    def leaveEvent(self, event: object) -> None:
        self._set_under(None)

    def _set_under(self, chart: int | None) -> None:
        former, self._under = self._under, chart
        if chart == former:
            return
        if former is not None:
            self.pointed.emit(former, None)
        self.setCursor(Qt.CursorShape.ArrowCursor if chart is None else Qt.CursorShape.PointingHandCursor)
        self.compared.emit(chart)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            chart = self.chart_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if chart is None else tr("Chart {n}", n=chart + 1), self)
            return True
        return super().event(event)


def _faded(color: QColor, strength: float) -> QColor:
    """Return a colour of which the ground shows through."""
    faded = QColor(color)
    faded.setAlphaF(strength)
    return faded
