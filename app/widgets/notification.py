"""A sentence at the bottom right of the centre, with at most one thing to do about it."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.style.sentences import said
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.icon_button import IconButton
from app.widgets.text import label

SECONDS, ERROR_SECONDS = 6, 30
"""How long it stays; the log keeps it."""
FADE_MILLISECONDS = 400
MOST_SHOWN = 4
"""As many are stacked; an older one makes room for the newest."""
WIDTH = 320
ICONS = {
    "info": ("info", "link"),
    "ok": ("check-circle-fill", "ok"),
    "warn": ("warning-fill", "warn"),
    "bad": ("x-circle-fill", "bad"),
}


class Notification(QFrame):
    """One message; it fades by itself, later where somebody points at it.

    Signals
    -------
    action_triggered(key)
        The user took the action.
    closed()
    """

    action_triggered = Signal(str)
    closed = Signal()

    def __init__(
        self, theme: Theme, text: str, kind: str, action: str, action_text: str, parent: QWidget, about: str = ""
    ) -> None:
        super().__init__(parent)
        self.setObjectName("notification")
        self._theme, self._kind, self.text, self.about = theme, kind, text, about
        self._icon = QLabel()
        message = label(said(text), "", wrap=True)
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
            self.action.clicked.connect(self.end)
            column.addWidget(self.action, 0, Qt.AlignmentFlag.AlignRight)
        self.close_button.clicked.connect(self.end)
        self.setAccessibleName(said(text))
        self._has_ended = False
        self.setMouseTracking(True)
        self._fade = QVariantAnimation(self, startValue=1.0, endValue=0.0, duration=FADE_MILLISECONDS)
        self._fade.valueChanged.connect(lambda share: self._set_opacity(min(0.999, float(share))))
        self._fade.finished.connect(self.end)
        stays = round(1000 * (ERROR_SECONDS if kind == "bad" else SECONDS))
        self._timer = QTimer(self, singleShot=True, interval=stays)
        self._timer.timeout.connect(self._begin_fading)
        self._timer.start()
        theme.follow(self._restyle)

    def end(self) -> None:
        """Take it away."""
        if not self._has_ended:
            self._has_ended = True
            self._fade.stop()
            self.hide()
            self.closed.emit()
            self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._stay()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._stay()

    def _stay(self) -> None:
        """Begin anew to wait: somebody points at it. A pointer that was left lying there holds nothing."""
        if not self._has_ended:
            self._timer.start()
            self._fade.stop()
            self._set_opacity(1.0)

    def _begin_fading(self) -> None:
        if self._theme.reduced_motion:
            self.end()
        else:
            self._fade.start()

    def _set_opacity(self, opacity: float) -> None:
        """Draw it more or less; a widget has one effect at a time, and the shadow goes first."""
        if opacity == 1.0:
            self._restyle()
        elif not isinstance(self.graphicsEffect(), QGraphicsOpacityEffect):
            self.setGraphicsEffect(QGraphicsOpacityEffect(self))
        effect = self.graphicsEffect()
        if isinstance(effect, QGraphicsOpacityEffect):
            effect.setOpacity(opacity)

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

    def show_message(
        self, text: str, kind: str = "info", action: str = "", action_text: str = "", about: str = ""
    ) -> Notification:
        """Show a sentence; the same sentence is not shown twice at once.

        Parameters
        ----------
        text, kind, action, action_text : str
            What a `Notification` shows.
        about : str
            What it is about, such as the key of a stage: `end_about` takes it away.
        """
        for former in self.shown:
            if former.text == text:
                return former
        if len(self.shown) >= MOST_SHOWN:
            self.shown[0].end()
        made = Notification(self._theme, text, kind, action, action_text, self._host, about)
        made.action_triggered.connect(self.action_triggered)
        made.closed.connect(lambda: self._drop(made))
        self.shown.append(made)
        made.show()
        self._place()
        return made

    def end_about(self, *about: str) -> None:
        """Take away what was about something that is over: another run of a stage begins, another surface is shown."""
        for made in list(self.shown):
            if made.about in about:
                made.end()

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
