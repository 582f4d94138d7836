"""A list to choose from, with the arrow of the theme."""

from collections.abc import Mapping

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QSizePolicy, QWidget

from app.style.theme import Theme


class ComboBox(QComboBox):
    """A combo box of keys and texts.

    Signals
    -------
    edited()
        The user chose another.
    """

    edited = Signal()

    def __init__(self, theme: Theme, choices: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        view = QListView(self)
        self.setView(view)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for key, text in choices.items():
            self.addItem(text, key)
        self.activated.connect(lambda _: self.edited.emit())
        theme.changed.connect(self.update)

    def set_sentences(self, sentences: Mapping[str, str]) -> None:
        """Say of each choice what it means: beside it in the list, and of the one that is chosen."""
        for key, sentence in sentences.items():
            self.setItemData(self.findData(key), sentence, Qt.ItemDataRole.ToolTipRole)
        self.currentIndexChanged.connect(self._say)
        self._say()

    def _say(self, *_: object) -> None:
        self.setToolTip(self.currentData(Qt.ItemDataRole.ToolTipRole) or "")

    def value(self) -> str:
        """Return the key of the choice."""
        return self.currentData()

    def set_value(self, key: str) -> None:
        """Choose by key."""
        self.setCurrentIndex(self.findData(key))

    def set_choice_enabled(self, key: str, enabled: bool) -> None:
        """Offer a choice, or show it grey."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        model.item(self.findData(key)).setEnabled(enabled)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = self._theme.px(12)
        role = "text_muted" if self.isEnabled() else "text_faint"
        pixmap = self._theme.pixmap("caret-down", role, 12, self.devicePixelRatioF())
        place = QRect(self.width() - size - self._theme.px(8), (self.height() - size) // 2, size, size)
        QPainter(self).drawPixmap(place, pixmap)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a column that is scrolled must not change what is under the pointer
