"""Pages of the fourth view that tables alone have: what says how much is seen, and pictures that can be picked."""

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.state.selection import Pick, Selection
from app.views.view import painted_widget


class TablePage(QWidget):
    """A page with a caption.

    Signals
    -------
    caption_changed(str)
        What the page says of itself.
    """

    caption_changed = Signal(str)
    of = ("table",)

    def __init__(self) -> None:
        super().__init__()
        self.caption = ""

    def picture(self, scale: int, transparent: bool) -> QImage:
        """Return the page at a multiple of its size."""
        return painted_widget(self, scale, transparent)

    def _tell(self, caption: str) -> None:
        if caption != self.caption:
            self.caption = caption
            self.caption_changed.emit(caption)


class PickablePage(TablePage):
    """A page of pictures; what is under the pointer lights up in all views, a click picks it."""

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self._selection = selection
        self.setMouseTracking(True)

    def pick_at(self, place: QPointF) -> Pick | None:
        """Return what is picked at a place; None where nothing is."""
        raise NotImplementedError

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._selection.hover(self.pick_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pick = self.pick_at(event.position())
        if pick is not None:
            self._selection.pick(pick)

    def leaveEvent(self, event: object) -> None:
        self._selection.hover(None)
