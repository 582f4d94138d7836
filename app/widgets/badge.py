"""A word on a tinted ground: Disk, Live, 1 warning."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme

ROLES = {"ok": "ok", "warn": "warn", "bad": "bad", "info": "link", "none": "text_faint"}


class Badge(QWidget):
    """The verdict of a section in one or two words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._kind = theme, "none"
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def show_text(self, text: str, kind: str) -> None:
        """Show a word; `kind` is "ok", "warn", "bad", "info" or "none". An empty word hides the badge."""
        if (text, kind) != (self.text, self._kind):
            self.text, self._kind = text, kind
            self.setAccessibleName(text)
            self._restyle()
        self.setVisible(bool(text))

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(11, 600))
        return QSize(metrics.horizontalAdvance(self.text) + self._theme.px(18), self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        color = self._theme.color(ROLES[self._kind])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(color)
        ground.setAlphaF(0.25 if self._theme.palette.is_dark else 0.13)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setPen(color)
        painter.setFont(self._theme.font(11, 600))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
