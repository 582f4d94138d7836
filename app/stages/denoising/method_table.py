"""A small table: what each method comes to, one row each, of which one is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from app.style.theme import Theme
from app.style.translation import tr

NUMBERS = (130, 62)
"""From the right end of the table to the left end of each column of numbers, in pixels of the design."""


@dataclass(frozen=True)
class MethodLine:
    """A row.

    Parameters
    ----------
    key : str
        Key of the method; empty for a bound, which cannot be chosen.
    name, distance, position : str
        What is written.
    about : str
        Explains the row.
    """

    key: str
    name: str
    distance: str
    position: str
    about: str = ""


class _Row(QAbstractButton):
    """One row, or the head of the table."""

    def __init__(self, theme: Theme, line: MethodLine, is_head: bool = False) -> None:
        super().__init__()
        self._theme, self._is_head = theme, is_head
        self.line = line
        self.is_chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if line.key else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if line.key:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(line.about)
        theme.follow(self._restyle)

    def show_line(self, line: MethodLine, chosen: bool) -> None:
        """Show other figures."""
        self.line, self.is_chosen = line, chosen
        words = tr(
            "{name}: distance {distance}, position {position}",
            name=line.name,
            distance=line.distance,
            position=line.position,
        )
        self.setAccessibleName(words)
        self.setToolTip(line.about)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette, px = QPainter(self), self._theme.palette, self._theme.px
        area = QRectF(self.rect())
        if self.is_chosen:
            painter.fillRect(area, QColor(palette.accent_soft))
        elif self.line.key and self.underMouse():
            painter.fillRect(area, QColor(palette.control_hover))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(palette.border))
        if self.hasFocus() and self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            painter.setPen(QPen(QColor(palette.link), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        weight = 600 if self.is_chosen else 400
        painter.setFont(self._theme.font(11 if self._is_head else 12, weight))
        faint = QColor(palette.text_faint if self._is_head else palette.text_muted)
        painter.setPen(QColor(palette.text) if self.is_chosen else faint)
        room = self.width() - px(NUMBERS[0])
        name = QFontMetrics(painter.font()).elidedText(self.line.name, Qt.TextElideMode.ElideRight, room)
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(px(4), 0, room, self.height()), vertical, name)
        painter.setFont(self._theme.font(11 if self._is_head else 12, 600 if self.is_chosen else 500))
        painter.setPen(faint if self._is_head else QColor(palette.text))
        for text, end in ((self.line.distance, NUMBERS[1]), (self.line.position, 0)):
            right = self.width() - px(end) - px(4)
            painter.drawText(QRectF(0, 0, right, self.height()), vertical | Qt.AlignmentFlag.AlignRight, text)

    def enterEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(24))
        self.update()


class MethodTable(QWidget):
    """A head, and a row for each method.

    Signals
    -------
    chosen(key)
        The user clicked on a method.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.head = _Row(theme, MethodLine("", tr("Method"), tr("Distance"), tr("Position")), True)
        self._column.addWidget(self.head)
        self.rows: list[_Row] = []

    def show_lines(self, lines: Sequence[MethodLine], chosen: str, distance: str = "") -> None:
        """Show rows, that of one key tinted; `distance` is what the first column of numbers is called."""
        self.head.show_line(MethodLine("", tr("Method"), distance or tr("Distance"), tr("Position")), False)
        if [row.line.key for row in self.rows] != [line.key for line in lines]:
            for row in self.rows:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows = [_Row(self._theme, line) for line in lines]
            for row in self.rows:
                row.clicked.connect(lambda _=False, row=row: self._choose(row))
                self._column.addWidget(row)
        for row, line in zip(self.rows, lines, strict=True):
            row.show_line(line, bool(line.key) and line.key == chosen)

    def _choose(self, row: _Row) -> None:
        if row.line.key:
            self.chosen.emit(row.line.key)
