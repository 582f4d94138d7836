"""Which targets and which models: a list to check."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget


class Choices(QWidget):
    """Check boxes in two columns.

    Signals
    -------
    changed()
        The user chose others.
    """

    changed = Signal()

    def __init__(self, titles: Mapping[str, str], chosen: tuple[str, ...], columns: int = 2) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for k, (name, title) in enumerate(titles.items()):
            box = self.boxes[name] = QCheckBox(title)
            box.setChecked(name in chosen)
            box.toggled.connect(lambda _: self.changed.emit())
            grid.addWidget(box, k // columns, k % columns)

    def value(self) -> tuple[str, ...]:
        """Return what is chosen, in the order of the list."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked() and not box.isHidden())
