"""A ring around the control that the keyboard has reached."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app.style.theme import Theme

_REACH = 3
"""A line of 2 pixels, 1 pixel away from the control."""


class FocusRing(QObject):
    """Draws the ring on every control of the program that is reached by key, not by the mouse, while a window lives."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._ring: _Ring | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    @property
    def widget(self) -> QWidget | None:
        """Return the control that the ring is around."""
        return self._ring.around if self._ring is not None and shiboken6.isValid(self._ring) else None

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        if self._ring is not None and shiboken6.isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None
        by_key = QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton
        parent = now.parentWidget() if now is not None else None
        if now is not None and parent is not None and by_key and not now.property("ringless"):
            self._ring = _Ring(now, parent, self._theme)


class _Ring(QWidget):
    """The ring itself, a sibling of the control."""

    def __init__(self, around: QWidget, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.around, self._theme = around, theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("focusRing")
        around.installEventFilter(self)
        self._place()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.ParentChange):
            self._place()
        elif event.type() == QEvent.Type.Hide:
            self.hide()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("link"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)

    def _place(self) -> None:
        self.setGeometry(self.around.geometry().adjusted(-_REACH, -_REACH, _REACH, _REACH))
        self.raise_()
