"""What is shown while a file is dragged over the window."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.style.theme import Theme


class DropFrame(QWidget):
    """A frame of 2 pixels in the accent around the window, and what a drop would do."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_text(self, text: str) -> None:
        """Cover the parent and say what a drop would do."""
        self.text = text
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(palette.window)
        ground.setAlphaF(0.55)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(palette.accent), 2))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        font = self._theme.font(15, 600)
        width = min(QFontMetrics(font).horizontalAdvance(self.text) + px(48), self.width() - px(32))
        box = QRectF((self.width() - width) / 2, (self.height() - px(48)) / 2, width, px(48))
        painter.setBrush(QColor(palette.raised))
        painter.setPen(QPen(QColor(palette.accent), 1))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QColor(palette.text))
        painter.setFont(font)
        text = QFontMetrics(font).elidedText(self.text, Qt.TextElideMode.ElideMiddle, int(width) - px(32))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
