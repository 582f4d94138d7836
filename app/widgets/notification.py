"""A sentence at the bottom right of the centre, with at most one thing to do about it."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme import Theme
from app.translation import tr
from app.widgets.icon_button import IconButton
from app.widgets.text import label

SECONDS = 6
WIDTH = 320
ICONS = {
    "info": ("info", "link"),
    "ok": ("check-circle-fill", "ok"),
    "warn": ("warning-fill", "warn"),
    "bad": ("x-circle-fill", "bad"),
}


class Notification(QFrame):
    """One message; it goes by itself unless it is an error.

    Signals
    -------
    action_triggered(key)
        The user took the action.
    closed()
    """

    action_triggered = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, text: str, kind: str, action: str, action_text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notification")
        self._theme, self._kind, self.text = theme, kind, text
        self._icon = QLabel()
        message = label(text, "", wrap=True)
        message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = IconButton(theme, "x", tr("Close"), size=20)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(message, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(4)
        column.addLayout(row)
        self.action: QPushButton | None = None
        if action:
            self.action = QPushButton(action_text)
            self.action.setProperty("role", "link")
            self.action.clicked.connect(lambda: self.action_triggered.emit(action))
            self.action.clicked.connect(self._end)
            column.addWidget(self.action, 0, Qt.AlignmentFlag.AlignRight)
        self.close_button.clicked.connect(self._end)
        self.setAccessibleName(text)
        if kind != "bad":
            QTimer.singleShot(SECONDS * 1000, self, self._end)
        theme.follow(self._restyle)

    def _end(self) -> None:
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def _restyle(self) -> None:
        icon, role = ICONS[self._kind]
        self._icon.setPixmap(self._theme.pixmap(icon, role, 16, self.devicePixelRatioF()))
        self.setFixedWidth(self._theme.px(WIDTH))
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setOffset(0, 8)
        shadow.setBlurRadius(24)
        shadow.setColor(QColor(0, 0, 0, 46))
        self.setGraphicsEffect(shadow)


class Notifications(QObject):
    """Stacks notifications in a corner of a widget, the newest lowest.

    Signals
    -------
    action_triggered(key)
    """

    action_triggered = Signal(str)

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._host = theme, host
        self.shown: list[Notification] = []
        host.installEventFilter(self)

    def show_message(self, text: str, kind: str = "info", action: str = "", action_text: str = "") -> Notification:
        """Show a sentence; the same sentence is not shown twice at once."""
        for former in self.shown:
            if former.text == text:
                return former
        made = Notification(self._theme, text, kind, action, action_text, self._host)
        made.action_triggered.connect(self.action_triggered)
        made.closed.connect(lambda: self._drop(made))
        self.shown.append(made)
        made.show()
        self._place()
        return made

    def clear(self) -> None:
        """Take all away."""
        for made in list(self.shown):
            made.close_button.click()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _drop(self, made: Notification) -> None:
        self.shown.remove(made)
        self._place()

    def _place(self) -> None:
        bottom = self._host.height() - 12
        for made in reversed(self.shown):
            height = made.heightForWidth(made.width()) if made.hasHeightForWidth() else made.sizeHint().height()
            made.setGeometry(self._host.width() - made.width() - 12, bottom - height, made.width(), height)
            made.raise_()
            bottom -= height + 8
