"""Pages beside the embeddings: the dimension over the scale, and the distances between the classes."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from app.scene.color_maps import color_table
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.view import painted_widget
from app.widgets.text import number
from core.embedding.compare import Comparison

MARGIN = 46
"""Room for words around a drawing, in pixels."""
WRITTEN = 14
"""Classes up to which the distances are written into the squares."""


class ComparisonPage(QWidget):
    """A drawing of a comparison; what there is to say while there is none."""

    of = ("table",)

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        super().__init__()
        self._workspace, self._theme = workspace, theme
        workspace.project_changed.connect(lambda *_: self.update())
        theme.follow(self.update)

    @property
    def found(self) -> Comparison | None:
        """The comparison of the project."""
        return self._workspace.project.results.get("comparison")

    def picture(self, scale: int, transparent: bool) -> QImage:
        """Return the page at a multiple of its size."""
        return painted_widget(self, scale, transparent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        painter.setFont(self._theme.font(11, 500))
        painter.setPen(self._theme.color("text_muted"))
        found = self.found
        if found is None or not self.has_something(found):
            words = tr("Press Compare to see this.") if found is None else self.nothing()
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        else:
            self.draw(painter, found)

    def has_something(self, found: Comparison) -> bool:
        """Return whether there is something to draw."""
        return True

    def nothing(self) -> str:
        """Return what to say where there is nothing to draw."""
        return ""

    def draw(self, painter: QPainter, found: Comparison) -> None:
        """Draw a comparison."""


class DimensionPage(ComparisonPage):
    """The estimate of the intrinsic dimension by the number of neighbours that take part, over their distance."""

    def has_something(self, found: Comparison) -> bool:
        return len(found.dimension.scales) > 1

    def nothing(self) -> str:
        return tr("There are too few different rows to tell a dimension.")

    def curve(self, found: Comparison) -> list[QPointF]:
        """Return where the points of the curve are drawn."""
        scales, values = np.array(found.dimension.scales).T
        room, high = self._room, self._highest(found)
        share = np.log(scales / scales[0]) / np.log(scales[-1] / scales[0])
        return [
            QPointF(room.left() + float(x) * room.width(), room.bottom() - float(y) / high * room.height())
            for x, y in zip(share, values, strict=True)
        ]

    @property
    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN // 2, -MARGIN)

    @staticmethod
    def _highest(found: Comparison) -> float:
        return float(np.ceil(1.15 * max(value for _, value in found.dimension.scales)))

    def draw(self, painter: QPainter, found: Comparison) -> None:
        room, high, scales = self._room, self._highest(found), found.dimension.scales
        painter.drawText(QPointF(room.left(), room.top() - 14), tr("Intrinsic dimension over the scale"))
        step = max(1, round(high / 8))
        for value in range(0, int(high) + 1, step):
            y = room.bottom() - value / high * room.height()
            painter.setPen(QPen(self._theme.color("border"), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(self._theme.color("text_muted"))
            place = QRectF(0, y - 9, room.left() - 8, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(value))
        curve = self.curve(found)
        for k in (0, len(scales) // 2, len(scales) - 1):
            place = QRectF(curve[k].x() - 40, room.bottom() + 6, 80, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, number(scales[k][0], 3))
        below = QRectF(room.left(), room.bottom() + 22, room.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, tr("median distance of the last neighbour"))
        color = QColor(self._theme.palette.layers[0])
        painter.setPen(QPen(color, 2))
        painter.drawPolyline(curve)
        painter.setBrush(color)
        for point in curve:
            painter.drawEllipse(point, 3.0, 3.0)
        told = found.dimension
        if told.twonn is not None and told.levina_bickel is not None:
            words = tr(
                "TwoNN {a} · Levina-Bickel, 10 neighbours {b}", a=number(told.twonn, 3), b=number(told.levina_bickel, 3)
            )
            painter.setPen(self._theme.color("text"))
            painter.drawText(QRectF(room.left() + 8, room.top(), room.width(), 20), Qt.AlignmentFlag.AlignLeft, words)


class DistancesPage(ComparisonPage):
    """W2 between the codes of each two classes, and on the diagonal between both halves of each."""

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        super().__init__(workspace, theme)
        self.setMouseTracking(True)

    def has_something(self, found: Comparison) -> bool:
        return found.between is not None

    def nothing(self) -> str:
        return tr("Distances between classes need a table with classes, and not too many.")

    @property
    def _square(self) -> QRectF:
        side = max(1.0, min(self.width(), self.height()) - 2.0 * MARGIN)
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2 + 8, side, side)

    def value(self, found: Comparison, row: int, column: int) -> float | None:
        """Return the distance of two classes, or of the halves of one; None where that has one row alone."""
        return found.inside[row] if row == column else float(found.between[row, column])

    def name(self, kind: int) -> str:
        """Return the name of a class by its place."""
        table = self._workspace.project.source.table
        return table.class_name(int(table.kinds[kind]))

    def words(self, found: Comparison, row: int, column: int) -> str:
        """Return what a square says."""
        value = self.value(found, row, column)
        told = tr("nothing to measure") if value is None else number(value, 4)
        if row == column:
            return tr("{a}, first half to second: {x}", a=self.name(row), x=told)
        return tr("{a} to {b}: {x}", a=self.name(row), b=self.name(column), x=told)

    def draw(self, painter: QPainter, found: Comparison) -> None:
        square, n = self._square, len(found.between)
        side, high, table = square.width() / n, float(found.between.max()) or 1.0, color_table("crameri:batlow")
        separated, pairs = found.separated
        title = tr("W\N{SUBSCRIPT TWO} of codes: {n} of {m} pairs farther apart than within", n=separated, m=pairs)
        painter.drawText(QPointF(square.left(), square.top() - 24), title)
        for row in range(n):
            for column in range(n):
                value = self.value(found, row, column)
                if value is None:
                    continue
                share = min(value / high, 1.0)
                place = QRectF(square.left() + column * side, square.top() + row * side, side - 1, side - 1)
                painter.fillRect(place, QColor(*table[round(255 * share)].tolist()))
                if n <= WRITTEN:
                    painter.setPen(QColor("#FFFFFF" if share < 0.6 else "#000000"))
                    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{value:.2f}")
                if (min(row, column), max(row, column)) in found.not_separated:
                    painter.setPen(QPen(self._theme.color("bad"), 2.0))
                    painter.drawRect(place.adjusted(1, 1, -2, -2))
            if n <= 2 * WRITTEN:
                painter.setPen(self._theme.color("text_muted"))
                left = QRectF(square.left() - MARGIN, square.top() + row * side, MARGIN - 6, side)
                painter.drawText(left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.name(row))
                above = QRectF(square.left() + row * side, square.top() - 18, side, 16)
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, self.name(row))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found, square = self.found, self._square
        if found is None or found.between is None or not square.contains(event.position()):
            QToolTip.hideText()
            return
        side = square.width() / len(found.between)
        place = event.position() - square.topLeft()
        text = self.words(found, int(place.y() / side), int(place.x() / side))
        QToolTip.showText(event.globalPosition().toPoint(), text, self)
