"""A choice between two or three, all of them in sight."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.style.theme import Theme


class Segmented(QWidget):
    """Buttons side by side, exactly one of them down.

    Signals
    -------
    edited()
        The user chose another.
    """

    edited = Signal()

    def __init__(self, theme: Theme, choices: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segmented")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for key, text in choices.items():
            button = QPushButton(text)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(self.edited)
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button, 1)
        theme.follow(self._restyle)

    def value(self) -> str:
        """Return the key of the button that is down."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Press a button."""
        self._buttons[key].setChecked(True)

    def button(self, key: str) -> QPushButton:
        """Return one of the buttons."""
        return self._buttons[key]

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(28))
