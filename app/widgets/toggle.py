"""A switch between off and on."""

from PySide6.QtCore import Property, QEasingCurve, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.style.theme import Theme

MILLISECONDS = 120


class Toggle(QAbstractButton):
    """A track of 32 x 18 with a knob of 14 pixels."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._place = 0.0
        self._motion = QPropertyAnimation(self, b"place", self)
        self._motion.setDuration(MILLISECONDS)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggled.connect(self._move)
        theme.follow(self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(32), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.setBrush(QColor(palette.accent if self.isChecked() else palette.border_strong))
        height, width = float(self.height()), float(self.width())
        painter.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
        gap = height / 9
        knob = height - 2 * gap
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(QRectF(gap + self._place * (width - height), gap, knob, knob))

    def _move(self, on: bool) -> None:
        self._motion.stop()
        if self._theme.reduced_motion or not self.isVisible():
            self._set_place(float(on))
            return
        self._motion.setStartValue(self._place)
        self._motion.setEndValue(float(on))
        self._motion.start()

    def _get_place(self) -> float:
        return self._place

    def _set_place(self, place: float) -> None:
        self._place = place
        self.update()

    place = Property(float, _get_place, _set_place)

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
