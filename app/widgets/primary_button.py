"""The one button of a form that runs it."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.style.theme import Theme


class PrimaryButton(QPushButton):
    """Filled: the next thing to do. Tonal: its result is up to date. Its key stands at the right end."""

    def __init__(self, theme: Theme, key_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._key_text, self.is_tonal = theme, "", key_text, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.follow(self._restyle)

    def show_action(self, icon: str, text: str, tonal: bool = False) -> None:
        """Say what a click does."""
        if (icon, text, tonal) != (self._icon, self.text(), self.is_tonal):
            self._icon, self.is_tonal = icon, tonal
            self.setText(text)
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(100), self._theme.px(32))

    def minimumSizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font(13, 600)).horizontalAdvance(self.text())
        keys = QFontMetrics(self._theme.font(11, 500)).horizontalAdvance(self._key_text)
        return QSize(width + keys + self._theme.px(56), self._theme.px(32))

    def _colors(self) -> tuple[str, str, str]:
        """Return ground, line and text of the present state."""
        palette = self._theme.palette
        if not self.isEnabled():
            return palette.control_hover, palette.border, "text_faint"
        if self.is_tonal:
            ground = palette.track if self.isDown() else palette.accent_soft
            return ground, palette.link if self.underMouse() else ground, "link"
        ground = palette.accent_hover if self.underMouse() or self.isDown() else palette.accent
        return ground, ground, "#FFFFFF"

    def paintEvent(self, event: QPaintEvent) -> None:
        ground, line, role = self._colors()
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(line), 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        font, key_font = self._theme.font(13, 600), self._theme.font(11, 500)
        keys = QFontMetrics(key_font).horizontalAdvance(self._key_text)
        icon = px(16) if self._icon else 0
        gap = px(6) if self._icon else 0
        content = icon + gap + QFontMetrics(font).horizontalAdvance(self.text())
        free_right = keys + px(20) if self._key_text else px(12)
        left = max(px(8), min((self.width() - content) // 2, self.width() - free_right - content))
        if self._icon:
            pixmap = self._theme.pixmap(self._icon, role, 16, self.devicePixelRatioF())
            painter.drawPixmap(QPoint(left, (self.height() - icon) // 2), pixmap)
        painter.setPen(self._theme.color(role))
        painter.setFont(font)
        text_rect = self.rect().adjusted(left + icon + gap, 0, 0, 0)
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self._key_text:
            painter.setFont(key_font)
            painter.setOpacity(0.8)
            keys_rect = self.rect().adjusted(0, 0, -px(11), 0)
            painter.drawText(keys_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._key_text)

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(32))
        self.update()
