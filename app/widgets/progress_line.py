"""A thin bar and a wheel: how far a job is, and that it lives."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme

_TURN_MILLISECONDS = 100


class ProgressLine(QWidget):
    """A bar of 280 x 4; a short piece wanders where the end is not known."""

    def __init__(self, theme: Theme, width: int = 280, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._width = theme, width
        self._fraction: float | None = 0.0
        self._phase = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TURN_MILLISECONDS)
        self._timer.timeout.connect(self._wander)
        self.setAccessibleName("")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    @property
    def fraction(self) -> float | None:
        return self._fraction

    def show_fraction(self, fraction: float | None) -> None:
        """Show a share from 0 to 1, None where it cannot be told."""
        self._fraction = None if fraction is None else min(1.0, max(0.0, fraction))
        if self._fraction is None and self.isVisible() and not self._theme.reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(self._width), 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(self._width // 4), 4)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        self.show_fraction(self._fraction)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("track"))
        whole = QRectF(self.rect())
        painter.drawRoundedRect(whole, 2, 2)
        painter.setBrush(self._theme.color("accent"))
        if self._fraction is None:
            piece = whole.width() * 0.2
            place = (whole.width() - piece) * abs((self._phase % 40) - 20) / 20
            painter.drawRoundedRect(QRectF(place, 0, piece, 4), 2, 2)
        elif self._fraction > 0:
            painter.drawRoundedRect(QRectF(0, 0, max(4.0, whole.width() * self._fraction), 4), 2, 2)

    def _wander(self) -> None:
        self._phase += 1
        self.update()

    def _restyle(self) -> None:
        self.setFixedHeight(4)
        self.setMaximumWidth(self._theme.px(self._width))
        self.updateGeometry()
        self.update()


class StatusIcon(QWidget):
    """An icon of 16 pixels that turns while a job runs; it stands still with reduced motion."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon, self._role = "info", "text_muted"
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TURN_MILLISECONDS)
        self._timer.timeout.connect(self._turn)
        theme.follow(self._restyle)

    def show_icon(self, icon: str, role: str, turning: bool = False) -> None:
        """Show an icon, standing still or turning."""
        self._icon, self._role, self._angle = icon, role, 0
        if turning and not self._theme.reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    @property
    def is_turning(self) -> bool:
        return self._timer.isActive()

    def paintEvent(self, event: QPaintEvent) -> None:
        pixmap = self._theme.pixmap(self._icon, self._role, 16, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(QPointF(self.width() / 2, self.height() / 2))
        painter.rotate(self._angle)
        half = self._theme.px(16) / 2
        painter.drawPixmap(QPointF(-half, -half), pixmap)

    def _turn(self) -> None:
        self._angle = (self._angle + 45) % 360
        self.update()

    def _restyle(self) -> None:
        side = self._theme.px(16)
        self.setFixedSize(side, side)
        self.update()
