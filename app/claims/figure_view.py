"""The figure of a claim in the window, laid out as in its files."""

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.scene.plots.layout import lay_out
from app.scene.plots.shapes import Box, Dots, Line, Raster, Shape, Strokes, Words
from app.style.theme import Theme
from core.claims.figure import Figure

_ROOM = 1000.0


class FigureView(QWidget):
    """Draws a figure as large as it is itself.

    Parameters
    ----------
    theme : Theme
        The look.
    columns : int
        How many panels stand side by side; 0 for as many as suit the room.
    """

    def __init__(self, theme: Theme, columns: int = 0) -> None:
        super().__init__()
        self._theme, self._columns = theme, columns
        self.figure, self.hint = Figure(), ""
        self._shapes: list[Shape] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.follow(self._renew)

    def show_figure(self, figure: Figure) -> None:
        """Show another figure."""
        self.figure = figure
        self.setAccessibleName("; ".join(panel.title for panel in figure.panels))
        self._renew()

    def sizeHint(self) -> QSize:
        return QSize(760, 520)

    def resizeEvent(self, event: object) -> None:
        self._renew()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shapes is None:
            size = self.size()
            room, palette = (size.width(), size.height()), self._theme.palette
            self._shapes = lay_out(self.figure, *room, palette, self._theme.text_scale, self._columns)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        if not self.figure.panels:
            painter.setPen(self._theme.color("text_faint"))
            painter.setFont(self._theme.font(13))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.hint)
        for shape in self._shapes:
            paint_shape(painter, shape, self._theme)

    def _renew(self, *_: object) -> None:
        self._shapes = None
        self.update()


def paint_shape(painter: QPainter, shape: Shape, theme: Theme) -> None:
    """Paint one shape of a figure."""
    if isinstance(shape, Line):
        pen = QPen(QColor(shape.color), shape.width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if shape.dashed:
            pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in shape.points.tolist()]))
    elif isinstance(shape, Strokes):
        painter.setPen(QPen(QColor(shape.color), shape.width))
        painter.drawLines([QLineF(*ends) for ends in shape.points.reshape(-1, 4).tolist()])
    elif isinstance(shape, Dots):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shape.color))
        for x, y in shape.points.tolist():
            painter.drawEllipse(QPointF(x, y), 0.5 * shape.size, 0.5 * shape.size)
    elif isinstance(shape, Box):
        painter.fillRect(QRectF(shape.x, shape.y, shape.width, shape.height), QColor(shape.color))
    elif isinstance(shape, Raster):
        height, width = shape.pixels.shape[:2]
        image = QImage(shape.pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        painter.drawImage(QRectF(shape.x, shape.y, shape.width, shape.height), image)
    elif isinstance(shape, Words) and shape.text:
        _paint_words(painter, shape, theme)


def _paint_words(painter: QPainter, words: Words, theme: Theme) -> None:
    """Paint a line of text; upright it reads from below."""
    painter.save()
    painter.translate(words.x, words.y)
    if words.is_upright:
        painter.rotate(-90.0)
    painter.setFont(theme.font(words.size, 600 if words.is_strong else 400))
    painter.setPen(QColor(words.color))
    left = (0.0, -_ROOM / 2, -_ROOM)[words.side + 1]
    align = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)[words.side + 1]
    painter.drawText(QRectF(left, -12.0, _ROOM, 24.0), int(align | Qt.AlignmentFlag.AlignVCenter), words.text)
    painter.restore()
