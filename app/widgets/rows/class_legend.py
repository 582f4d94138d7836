"""The classes of a table: colour, name and number of rows of each; a click lights one up."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from app.style.translation import tr
from app.widgets.canvas.dot_icon import dot_icon
from app.widgets.text import label

ACROSS, MOST = 2, 40
"""Classes in a line, and how many are listed."""


class ClassLegend(QWidget):
    """A button for each class.

    Signals
    -------
    chosen(int or None)
        A class was clicked, by its place in the list; None where it was the one that is lit up.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QPushButton] = []
        self._rest: QLabel | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)

    def show_classes(self, names: Sequence[str], counts: Sequence[int], colors: Sequence[str]) -> None:
        """Show other classes; colours are "#RRGGBB"."""
        for part in (*self.buttons, self._rest):
            if part is not None:
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
        self.buttons, self._rest = [], None
        for k, (name, count, color) in enumerate(zip(names, counts, colors, strict=True)):
            if k == MOST:
                self._rest = label(tr("and {n} more", n=f"{len(names) - MOST:,}"), "label")
                self._grid.addWidget(self._rest, k // ACROSS, 0, 1, ACROSS)
                return
            button = QPushButton(dot_icon(color), f"{name} · {count:,}")
            button.setProperty("role", "flat")
            button.setCheckable(True)
            button.setToolTip(tr("Light up the rows of this class in all views"))
            button.clicked.connect(lambda on, k=k: self.chosen.emit(k if on else None))
            self._grid.addWidget(button, k // ACROSS, k % ACROSS)
            self.buttons.append(button)

    def set_chosen(self, chosen: int | None) -> None:
        """Show which class is lit up."""
        for k, button in enumerate(self.buttons):
            button.setChecked(k == chosen)
