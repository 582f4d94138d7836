"""The bar above a view: icon, name, what is drawn, and its tools."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from app.style.theme import Theme

HEIGHT = 32
BUTTON = 24
PADDING = 12


class HeaderButton(QAbstractButton):
    """A tool of 24 x 24 pixels, or a text with an arrow that opens a menu."""

    def __init__(self, theme: Theme, icon: str, tooltip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.icon_name = theme, icon
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        side = self._theme.px(BUTTON)
        if not self.text():
            return QSize(side, side)
        width = QFontMetrics(self._theme.font(12)).horizontalAdvance(self.text())
        return QSize(width + self._theme.px(36), side)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self.icon_name = name
        self.update()

    def paintEvent(self, event: object) -> None:
        palette, painter = self._theme.palette, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        ground = palette.accent_soft if self.isChecked() else palette.control_hover if self.underMouse() else None
        if ground is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(area, 4, 4)
        if self.hasFocus() and self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            painter.setPen(QPen(QColor(palette.link), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)
        role = "link" if self.isChecked() else "text_muted"
        ratio, size = self.devicePixelRatioF(), self._theme.px(16 if not self.text() else 12)
        picture = self._theme.pixmap(self.icon_name, role, 16 if not self.text() else 12, ratio)
        top = (self.height() - size) // 2
        if not self.text():
            painter.drawPixmap((self.width() - size) // 2, top, picture)
            return
        painter.drawPixmap(self.width() - size - self._theme.px(8), top, picture)
        painter.setFont(self._theme.font(12))
        painter.setPen(QColor(palette.text_muted))
        painter.drawText(area.adjusted(8, 0, -24, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class ViewHeader(QWidget):
    """The bar above a view; it never asks for a width.

    Signals
    -------
    double_clicked()
    tab_clicked(key)
    drag_moved(QPoint), drag_dropped(QPoint)
        The header is dragged to a global place.
    """

    double_clicked = Signal()
    tab_clicked = Signal(str)
    drag_moved = Signal(QPoint)
    drag_dropped = Signal(QPoint)

    def __init__(self, theme: Theme, icon: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.icon_name, self.title, self.caption = icon, title, ""
        self.body_caption: str | None = None
        self.tabs: list[tuple[str, str]] = []
        self.current_tab = ""
        self.is_compact = False
        self._buttons: list[HeaderButton] = []
        self._pressed: QPoint | None = None
        self._dragging = False
        self.restyle()

    def add_button(self, icon: str, tooltip: str) -> HeaderButton:
        """Append a tool at the right end."""
        button = HeaderButton(self._theme, icon, tooltip, self)
        self._buttons.append(button)
        return button

    def name(self, icon: str, title: str) -> None:
        """Change icon and name."""
        self.icon_name, self.title = icon, title
        self.update()

    def set_caption(self, caption: str) -> None:
        """Say what is drawn, and how many."""
        if caption != self.caption:
            self.caption = caption
            self.update(0, 0, self._text_end(), self.height() - 1)  # the tools need no repainting

    def lend_caption(self, caption: str | None) -> None:
        """Say something else for a while; None says again what was said before."""
        if caption != self.body_caption:
            self.body_caption = caption
            self.update(0, 0, self._text_end(), self.height() - 1)

    def set_tabs(self, tabs: list[tuple[str, str]], current: str) -> None:
        """Show tabs (key, title) in place of the name where there are several."""
        self.tabs, self.current_tab = tabs, current
        self.update()

    def restyle(self) -> None:
        """Take over sizes and colours of the theme."""
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.lay_out()
        self.update()

    def lay_out(self) -> None:
        """Place the tools that are shown."""
        x = self.width() - self._theme.px(6)
        for button in reversed(self._buttons):
            if button.isVisibleTo(self):
                size = button.sizeHint()
                x -= size.width()
                button.setGeometry(x, (self.height() - 1 - size.height()) // 2, size.width(), size.height())
                x -= 0 if button.text() else self._theme.px(0)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._theme.px(HEIGHT))

    def tab_rects(self) -> list[tuple[str, str, QRect]]:
        """Return key, title and place of each tab."""
        metrics, x = QFontMetrics(self._theme.font(12, 600)), self._theme.px(40)
        places = []
        for key, title in self.tabs if len(self.tabs) > 1 else []:
            width = metrics.horizontalAdvance(title) + self._theme.px(16)
            places.append((key, title, QRect(x, (self.height() - 1 - BUTTON) // 2, width, BUTTON)))
            x += width
        return places

    def paintEvent(self, event: object) -> None:
        theme, palette, painter = self._theme, self._theme.palette, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(palette.panel))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.border))
        size, middle = theme.px(16), (self.height() - 1) // 2
        picture = theme.pixmap(self.icon_name, "text_muted", 16, self.devicePixelRatioF())
        painter.drawPixmap(theme.px(PADDING), middle - size // 2, picture)
        right = self._text_end()
        if len(self.tabs) > 1:
            self._paint_tabs(painter)
            self._paint_caption(painter, self.tab_rects()[-1][2].right() + theme.px(10), right)
            return
        x = theme.px(36)
        painter.setFont(theme.font(12, 600))
        painter.setPen(QColor(palette.text))
        metrics = QFontMetrics(painter.font())
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, max(right - x, 0))
        painter.drawText(QRect(x, 0, right - x, self.height() - 1), Qt.AlignmentFlag.AlignVCenter, title)
        self._paint_caption(painter, x + metrics.horizontalAdvance(title) + theme.px(8), right)

    def _paint_caption(self, painter: QPainter, left: int, right: int) -> None:
        """Paint what is drawn, where there is room for it."""
        text = self.caption if self.body_caption is None else self.body_caption
        painter.setFont(self._theme.font(11))
        if text and not self.is_compact and right - left > self._theme.px(40):
            painter.setPen(QColor(self._theme.palette.text_faint))
            metrics = QFontMetrics(painter.font())
            caption = metrics.elidedText(text, Qt.TextElideMode.ElideRight, right - left)
            painter.drawText(QRect(left, 0, right - left, self.height() - 1), Qt.AlignmentFlag.AlignVCenter, caption)

    def _text_end(self) -> int:
        """Where the tools begin."""
        shown = [button.x() for button in self._buttons if button.isVisibleTo(self)]
        return min(shown, default=self.width()) - 8

    def _paint_tabs(self, painter: QPainter) -> None:
        palette = self._theme.palette
        for key, title, place in self.tab_rects():
            current = key == self.current_tab
            if current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(palette.control_hover))
                painter.drawRoundedRect(place, 4, 4)
            painter.setFont(self._theme.font(12, 600 if current else 400))
            painter.setPen(QColor(palette.text if current else palette.text_muted))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.lay_out()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.lay_out()
        super().changeEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.double_clicked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        for key, _, area in self.tab_rects():
            if area.contains(place):
                self.tab_clicked.emit(key)
                return
        self._pressed, self._dragging = place, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        way = (event.position().toPoint() - self._pressed).manhattanLength()
        if self._dragging or way >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.drag_moved.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.drag_dropped.emit(event.globalPosition().toPoint())
        self._pressed, self._dragging = None, False
        self.unsetCursor()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()


def popup_below(menu: QMenu, button: QWidget) -> None:
    """Open a menu under a button, its right edges aligned."""
    corner = button.mapToGlobal(QPoint(button.width(), button.height()))
    menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y()))
