"""What takes the place of the latent disk while the stage *Maps* is open: both disks side by side."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_body import StageBody
from app.views.view import painted_widget
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.text import label


class MapDisks(StageBody):
    """The codes of the first manifold, and beside them the same on their way into the disk of the second.

    Signals
    -------
    resized()
        Other pictures are needed.
    """

    resized = Signal()

    def __init__(self, theme: Theme, owner: QWidget) -> None:
        self.source, self.target = DiskCanvas(theme, owner), DiskCanvas(theme, owner)
        super().__init__(self.target, owner)
        self._theme = theme
        self.titles = label("", "label"), label("", "label")
        self.source.setToolTip(tr("Codes of the first manifold, with a square grid."))
        self.target.setToolTip(tr("The same codes and lines, carried into the disk of the second so far."))
        layout, row = self.layout(), QHBoxLayout()
        assert isinstance(layout, QVBoxLayout)
        layout.removeWidget(self.target)
        row.setSpacing(0)
        for title, disk in zip(self.titles, (self.source, self.target), strict=True):
            column = QVBoxLayout()
            column.setContentsMargins(0, 4, 0, 0)
            title.setContentsMargins(8, 0, 8, 0)
            column.addWidget(title)
            column.addWidget(disk, 1)
            row.addLayout(column, 1)
            disk.window_changed.connect(self.resized)
        layout.addLayout(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("view"))

    @property
    def disks(self) -> tuple[DiskCanvas, DiskCanvas]:
        """Both canvases."""
        return self.source, self.target

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        """Return both disks at a multiple of their size."""
        return painted_widget(self, scale, transparent)
