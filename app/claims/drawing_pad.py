"""A square to draw points in with the mouse, of two classes or of one."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.segmented import Segmented
from app.widgets.text import label

_APART = 0.06
"""Least distance of two points of one stroke; the square goes from -1 to 1."""


class DrawingPad(QWidget):
    """The square, which class is drawn, and a way to begin anew.

    Parameters
    ----------
    theme : Theme
        The look.
    has_classes : bool
        Whether points are of two classes; else all are of the first.

    Signals
    -------
    changed(tuple of float)
        Two coordinates and the class, 0 or 1, of each point.
    """

    changed = Signal(tuple)

    def __init__(self, theme: Theme, has_classes: bool = True) -> None:
        super().__init__()
        self.canvas = _Canvas(theme, has_classes)
        self.kind = Segmented(theme, {"0": tr("First class"), "1": tr("Second class")})
        self.kind.set_value("0")
        self.clear_button = QPushButton(tr("Clear"))
        self.clear_button.setProperty("role", "flat")
        self.clear_button.setToolTip(tr("Take all points away"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.kind, 1)
        self.kind.setVisible(has_classes)
        row.addWidget(self.clear_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.canvas)
        column.addLayout(row)
        words = tr("Press and drag to draw points; the right button draws the other class.")
        if not has_classes:
            words = tr("Press and drag to draw points.")
        column.addWidget(label(words, "caption", wrap=True))
        self.canvas.kind = lambda: int(self.kind.value())
        self.canvas.changed.connect(self.changed)
        self.clear_button.clicked.connect(lambda: self.canvas.set_points((), tell=True))

    def set_value(self, points: tuple[float, ...]) -> None:
        """Show points; nothing is emitted."""
        self.canvas.set_points(points)


class _Canvas(QWidget):
    """The square itself."""

    changed = Signal(tuple)

    def __init__(self, theme: Theme, has_classes: bool) -> None:
        super().__init__()
        self._theme, self.points, self._has_classes = theme, tuple[float, ...](), has_classes
        self.kind: Callable[[], int] = lambda: 0
        self._last: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Points of your own"))
        theme.follow(self._restyle)

    def set_points(self, points: tuple[float, ...], tell: bool = False) -> None:
        """Show other points."""
        self.points = points
        self.update()
        if tell:
            self.changed.emit(points)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(220), self._theme.px(220))

    @property
    def _square(self) -> QRectF:
        side = min(self.width(), self.height()) - 1
        return QRectF((self.width() - side) / 2, 0.5, side, side)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = None
        self._add(event.position(), self._has_classes and event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._add(event.position(), self._has_classes and bool(event.buttons() & Qt.MouseButton.RightButton))

    def _add(self, at: QPointF, is_other: bool) -> None:
        """Add the point at a place of the square, unless it is where the last one was."""
        square = self._square
        if not square.contains(at):
            return
        x = 2.0 * (at.x() - square.left()) / square.width() - 1.0
        y = 1.0 - 2.0 * (at.y() - square.top()) / square.height()
        if self._last is not None and (QPointF(x, y) - self._last).manhattanLength() < _APART:
            return
        self._last = QPointF(x, y)
        kind = self.kind()
        self.set_points((*self.points, round(x, 3), round(y, 3), float(1 - kind if is_other else kind)), tell=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, square, palette = QPainter(self), self._square, self._theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.border_strong), 1))
        painter.setBrush(QColor(palette.sheet))
        painter.drawRoundedRect(square, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        for k in range(0, len(self.points), 3):
            x, y, kind = self.points[k : k + 3]
            painter.setBrush(QColor(palette.layers[int(kind)]))
            place = QPointF(
                square.left() + 0.5 * (x + 1.0) * square.width(), square.top() + 0.5 * (1.0 - y) * square.height()
            )
            painter.drawEllipse(place, 3.5, 3.5)

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(220))
        self.update()
