"""Search among all commands: type a few letters, press Enter."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.text import label

WIDTH = 480
_ROWS = 10
_ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """A command as the palette shows it."""

    key: str
    text: str
    group: str
    shortcut: str
    icon: str
    is_ready: bool


def score(text: str, typed: str) -> int | None:
    """Return how well a text fits what is typed: less is better, None where letters are missing.

    Examples
    --------
    >>> score("Open a surface", "open"), score("Reopen", "open"), score("Open a surface", "osf"), score("Undo", "x")
    (0, 12, 102, None)
    """
    low, wanted = text.lower(), typed.lower().strip()
    at = low.find(wanted)
    if at >= 0:
        return at if at == 0 or low[at - 1] == " " else 10 + at
    place, gaps = -1, 0
    for letter in wanted.replace(" ", ""):
        following = low.find(letter, place + 1)
        if following < 0:
            return None
        gaps += following > place + 1
        place = following
    return 100 + gaps + (low[0] != wanted[0])


class CommandPalette(QFrame):
    """A field and a list over the window.

    Signals
    -------
    chosen(key)
        The user took a command.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popover")
        self._theme = theme
        self._entries: tuple[Entry, ...] = ()
        self.field = QLineEdit()
        self.field.setProperty("role", "search")
        self.field.setProperty("ringless", True)
        self.field.setPlaceholderText(tr("Search commands"))
        self.field.setAccessibleName(tr("Search commands"))
        self.field.setToolTip(tr("Type some letters of a command; Enter does it."))
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Commands"))
        self._nothing = label(tr("No command has these letters."), "label")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.field)
        rule = QFrame()
        rule.setObjectName("line")
        column.addWidget(rule)
        column.addWidget(self.list)
        column.addWidget(self._nothing)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._choose(index.row()))
        theme.follow(self._restyle)
        self.hide()

    def open(self, entries: Sequence[Entry]) -> None:
        """Show the palette with these commands and wait for letters."""
        self._entries = tuple(entries)
        self.field.clear()
        self._filter("")
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Sit at the top of the parent, in the middle."""
        parent = self.parentWidget()
        if parent is not None:
            width = min(self._theme.px(WIDTH), parent.width() - 32)
            self.setGeometry((parent.width() - width) // 2, self._theme.px(48), width, self._height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()  # closes the search instead of running the command of this key
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event.key())
        return False

    def _on_key(self, key: int) -> bool:
        row = self.list.currentIndex().row()
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(row)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._model.rowCount():
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentIndex(self._model.index((row + step) % self._model.rowCount(), 0))
        else:
            return False
        return True

    def _choose(self, row: int) -> None:
        item = self._model.item(row)
        if item is None or not item.data(_ENTRY).is_ready:
            return
        self.hide()
        self.chosen.emit(item.data(_ENTRY).key)

    def _filter(self, typed: str) -> None:
        found = [(score(entry.text, typed), entry) for entry in self._entries]
        fitting = [(value, entry) for value, entry in found if value is not None]
        if typed.strip():
            fitting.sort(key=lambda pair: pair[0])
        self._model.clear()
        for _, entry in fitting:
            item = QStandardItem(entry.text)
            item.setData(entry, _ENTRY)
            item.setEditable(False)
            self._model.appendRow(item)
        self.list.setVisible(bool(fitting))
        self._nothing.setVisible(not fitting)
        if fitting:
            self.list.setCurrentIndex(self._model.index(0, 0))
        self.resize(self.width(), self._height())

    def _height(self) -> int:
        rows = min(_ROWS, max(1, self._model.rowCount()))
        return rows * self._theme.px(32) + self._theme.px(28) + 16 + 9 + 4

    def _restyle(self) -> None:
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setOffset(0, 8)
        shadow.setBlurRadius(24)
        shadow.setColor(QColor(0, 0, 0, 46))
        self.setGraphicsEffect(shadow)


class _EntryDelegate(QStyledItemDelegate):
    """Draws icon, text, group and shortcut of a command."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._theme.px(32))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(_ENTRY)
        theme, px, rect = self._theme, self._theme.px, option.rect  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(rect, 4, 4)
        role = "text" if entry.is_ready else "text_faint"
        if entry.icon:
            ratio = painter.device().devicePixelRatio()
            pixmap = theme.pixmap(entry.icon, "text_muted" if entry.is_ready else "text_faint", 16, ratio)
            painter.drawPixmap(rect.left() + px(8), rect.top() + (rect.height() - px(16)) // 2, pixmap)
        painter.setPen(theme.color(role))
        painter.setFont(theme.font(13))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(px(32), 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, entry.text)
        text_width = QFontMetrics(theme.font(13)).horizontalAdvance(entry.text)
        painter.setFont(theme.font(11))
        painter.setPen(theme.color("text_faint"))
        painter.drawText(rect.adjusted(px(40) + text_width, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, entry.group)
        painter.drawText(rect.adjusted(0, 0, -px(8), 0), middle | Qt.AlignmentFlag.AlignRight, entry.shortcut)
        painter.restore()
