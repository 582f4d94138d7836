"""Where the four views are: in a grid whose lines can be dragged, one large, or one at a time."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.style.theme import Theme
from app.style.translation import tr
from app.views.view import View
from app.widgets.segmented import Segmented

THUMBNAIL = 96
TABS_MARGIN = 6
"""Pixels around the tabs of the smallest window."""
LEAST = 120
"""Least width and height of a view, in pixels."""
KEYS = ("surface", "latent", "reconstruction", "fourth")


class Line(QWidget):
    """A line between views that can be dragged; a double click resets it."""

    moved = Signal(QPoint)
    reset = Signal()

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(parent)
        across = orientation == Qt.Orientation.Vertical
        self.setCursor(Qt.CursorShape.SplitHCursor if across else Qt.CursorShape.SplitVCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.moved.emit(self.mapToParent(event.position().toPoint()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()


class Shield(QWidget):
    """Lies over a thumbnail: names it, and a click shows it large."""

    clicked = Signal()

    def __init__(self, view: View, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._view, self._theme = view, theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font(11, 500))
        painter.setPen(QColor(self._theme.palette.text_muted))
        painter.drawText(self.rect().adjusted(8, 6, -8, -6), Qt.AlignmentFlag.AlignTop, self._view.header.title)


class ViewLayout(QWidget):
    """Four views and their places.

    Signals
    -------
    maximised_changed(str)
        Key of the view that fills the centre, or empty.
    """

    maximised_changed = Signal(str)
    views: dict[str, View]

    def arrange(self, theme: Theme) -> None:
        """Put the views, which are there by now, into their places."""
        self._order: list[str] = list(KEYS)
        self._share = [0.5, 0.5]
        self._maximised: str | None = None
        self._ground = theme
        self._make_lines()
        titles = {key: view.header.title for key, view in self.views.items()}
        self.tabs = Segmented(theme, titles, self)
        self.tabs.setToolTip(tr("The view that is shown: a small window has room for one."))
        self.tabs.hide()
        self.tabs.edited.connect(self._lay_out)
        self._shields = {key: Shield(view, theme, self) for key, view in self.views.items()}
        for key, view in self.views.items():
            view.maximise_requested.connect(lambda key=key: self.maximise(None if self._maximised == key else key))
            view.drag_dropped.connect(lambda place, key=key: self._swap(key, self.mapFromGlobal(place)))
            self._shields[key].clicked.connect(lambda key=key: self.maximise(key))

    @property
    def first_tab(self) -> str:
        """Key of the view that is shown first where one is shown at a time."""
        return KEYS[0]

    def maximise(self, key: str | None) -> None:
        """Let one view fill the centre, the others becoming thumbnails; None shows all four again.

        Where one view is shown at a time anyway, it is that one.
        """
        if self.tabs.isVisibleTo(self):
            self.tabs.set_value(key or self.tabs.value())
            self._lay_out()
            return
        if key == self._maximised:
            return
        self._maximised = key
        for name, view in self.views.items():
            view.set_maximised(name == key)
            view.set_thumbnail(key is not None and name != key)
            self._shields[name].setVisible(key is not None and name != key)
            self._shields[name].raise_()
        for line in (self._across, self._down, self._cross):
            line.setVisible(key is None)
        self._lay_out()
        self.maximised_changed.emit(key or "")

    @property
    def maximised(self) -> str | None:
        """Key of the view that fills the centre."""
        return self._maximised

    def set_tabbed(self, tabbed: bool) -> None:
        """Show one view at a time, chosen by tabs, or all four."""
        if tabbed == self.tabs.isVisibleTo(self):
            return
        self.maximise(None)
        self.tabs.set_value(self.first_tab)
        self.tabs.setVisible(tabbed)
        for part in (self._across, self._down, self._cross, *self.views.values()):
            part.setVisible(not tabbed)
        for view in self.views.values():
            view.set_alone(tabbed)
        self._lay_out()

    def _make_lines(self) -> None:
        self._across = Line(Qt.Orientation.Vertical, self)
        self._down = Line(Qt.Orientation.Horizontal, self)
        self._cross = Line(Qt.Orientation.Vertical, self)
        self._cross.setCursor(Qt.CursorShape.SizeAllCursor)
        self._across.moved.connect(lambda place: self._share_at(place, True, False))
        self._down.moved.connect(lambda place: self._share_at(place, False, True))
        self._cross.moved.connect(lambda place: self._share_at(place, True, True))
        for line in (self._across, self._down, self._cross):
            line.reset.connect(self._share_equally)

    # -- layout ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        if self.tabs.isVisibleTo(self):
            self._lay_out_tabbed()
            return
        if self._maximised is not None:
            self._lay_out_maximised(self._maximised)
            return
        x = self._split(self.width(), self._share[0])
        y = self._split(self.height(), self._share[1])
        columns, rows = ((0, x), (x + 1, self.width() - x - 1)), ((0, y), (y + 1, self.height() - y - 1))
        for place, key in enumerate(self._order):
            (left, width), (top, height) = columns[place % 2], rows[place // 2]
            self.views[key].setGeometry(left, top, width, height)
        self._across.setGeometry(x - 3, 0, 7, self.height())
        self._down.setGeometry(0, y - 3, self.width(), 7)
        self._cross.setGeometry(x - 5, y - 5, 11, 11)
        for line in (self._across, self._down, self._cross):
            line.raise_()

    def _lay_out_tabbed(self) -> None:
        self.tabs.setGeometry(TABS_MARGIN, TABS_MARGIN, self.width() - 2 * TABS_MARGIN, self.tabs.height())
        top = self.tabs.height() + 2 * TABS_MARGIN
        for key, view in self.views.items():
            view.setGeometry(0, top, self.width(), self.height() - top)
            view.setVisible(key == self.tabs.value())

    def _lay_out_maximised(self, key: str) -> None:
        others = [other for other in self._order if other != key]
        strip = min(THUMBNAIL, self.height() // 3)
        self.views[key].setGeometry(0, 0, self.width(), self.height() - strip - 1)
        for k, other in enumerate(others):
            left, right = (k * self.width()) // 3, ((k + 1) * self.width()) // 3
            place = QRect(left, self.height() - strip, right - left - (k < 2), strip)
            self.views[other].setGeometry(place)
            self._shields[other].setGeometry(place)

    @staticmethod
    def _split(length: int, share: float) -> int:
        return round(min(max(share * (length - 1), LEAST), max(length - 1 - LEAST, LEAST)))

    def _share_at(self, place: QPoint, across: bool, down: bool) -> None:
        if across:
            self._share[0] = place.x() / max(self.width() - 1, 1)
        if down:
            self._share[1] = place.y() / max(self.height() - 1, 1)
        self._lay_out()

    def _share_equally(self) -> None:
        self._share = [0.5, 0.5]
        self._lay_out()

    def _swap(self, key: str, place: QPoint) -> None:
        for other, view in self.views.items():
            if other != key and view.isVisible() and view.geometry().contains(place) and self._maximised is None:
                one, two = self._order.index(key), self._order.index(other)
                self._order[one], self._order[two] = other, key
                self._lay_out()
                return

    # -- events ------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(990, 920)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * LEAST + 1, 2 * LEAST + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def paintEvent(self, event: object) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._ground.palette.border))
