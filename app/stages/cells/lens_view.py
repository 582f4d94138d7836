"""The lens: exact cells around a point of the disk, at any zoom."""

from concurrent.futures import Executor

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.scene.disk import Window
from app.scene.snapshot import Snapshot
from app.stages.cells.display import CellsDisplay
from app.stages.cells.presenter import ShownCells
from app.stages.cells.scene.colors import shown_layers
from app.stages.cells.scene.plane import CellsLook, CellsPicture, cells_picture
from app.style.paper import Paper
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.overlays import Overlay, Words
from app.widgets.layer_chips import layer_color
from app.widgets.text import TIMES

CELLS = 50
"""How many cells are seen at first, in the mean."""
MAGNIFICATION = 18.0
"""How much larger than in the fitted disk things are seen before there are cells."""


class LensView(QWidget):
    """A page of the fourth view that shows a small part of the disk.

    Signals
    -------
    caption_changed(str)
        Magnification, and how many cells are seen.
    window_changed(Window)
        Another part is seen, in device-independent pixels.
    """

    caption_changed = Signal(str)
    window_changed = Signal(object)

    def __init__(self, theme: Theme, executor: Executor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.canvas = DiskCanvas(theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.caption = ""
        self._cells: ShownCells | None = None
        self._snapshot: Snapshot | None = None
        self._look = CellsLook("cell", CellsDisplay(), theme.palette)
        self._around_pick = self._is_coming = False
        self.pictures = Newest(executor, self)
        self.pictures.done.connect(self._on_picture)
        self.canvas.window_changed.connect(self._on_window)
        self.canvas.show_window(0.0, 0.0, MAGNIFICATION)
        self._show_overlay()

    def show_cells(self, cells: ShownCells | None, snapshot: Snapshot | None, look: CellsLook) -> None:
        """Show other cells, or the same in another way."""
        former, self._cells, self._snapshot, self._look = self._cells, cells, snapshot, look
        is_new = cells is not None and (former is None or former.cells is not cells.cells)
        if is_new and cells is not None and cells.plane is not None and not cells.is_live:
            self.canvas.show_window(self.window.x, self.window.y, self._magnification(cells.plane.cells.n_cells))
        if cells is None or cells.plane is None or snapshot is None or snapshot.codes is None:
            self.pictures.forget()
            self.canvas.show_picture(None)
            self._show_overlay()
        else:
            self._draw()

    def show_coming(self, coming: bool) -> None:
        """Say while there is no picture whether one is being drawn, or what is to be done for it."""
        if coming != self._is_coming:
            self._is_coming = coming
            self._show_overlay()

    def look_at(self, code: tuple[float, float], is_pick: bool) -> None:
        """Bring a point of the disk to the middle."""
        self._around_pick = is_pick
        self.canvas.show_window(*code)

    def _magnification(self, n_cells: int) -> float:
        """Return how much the disk must be magnified for some cells to be in view."""
        window, fitted = self.window, self.window.scale / self.canvas.magnification
        scale = np.sqrt(window.width * window.height * n_cells / (np.pi * CELLS))
        return float(max(scale / fitted, 1.0))

    @property
    def window(self) -> Window:  # type: ignore[override]
        """The part of the disk that is seen."""
        return self.canvas.window_at(1.0)

    def picture(self, scale: int, transparent: bool) -> QImage:
        """Return the lens at a multiple of its size."""
        request = self._request(scale)
        return self.canvas.drawn(scale, transparent, None if request is None else cells_picture(*request))

    def paint_on(self, painter: QPainter, paper: Paper) -> None:
        """Paint the lens into a figure."""
        request = self._request(paper.ratio)
        picture = None if request is None else cells_picture(*request)
        self.canvas.paint_on(painter, picture, paper.has_vectors)

    def set_small(self, small: bool) -> None:
        """Leave out what lies over the cells in a thumbnail."""
        self.canvas.is_small = small
        self.canvas.update()

    def close_page(self) -> None:
        """Wait for nothing more."""
        self.pictures.forget()

    def _on_window(self) -> None:
        self.window_changed.emit(self.window)
        self._draw()

    def _request(self, ratio: float) -> tuple | None:
        """Return what the picture is made from."""
        if self._cells is None or self._cells.plane is None or self._snapshot is None:
            return None
        window = self.canvas.window_at(ratio)
        return self._cells.plane, self._snapshot, self._look, window, ratio, self._cells.flipped

    def _draw(self) -> None:
        request = self._request(self.canvas.devicePixelRatioF())
        if request is not None and self.isVisible():
            self.pictures.submit(cells_picture, *request)

    def _on_picture(self, picture: CellsPicture) -> None:
        if self._cells is not None and self._snapshot is not None:
            self.canvas.show_picture(picture)
            self._show_overlay()

    def _show_overlay(self) -> None:
        picture = self.canvas.picture
        self.caption = ""
        if not isinstance(picture, CellsPicture):
            text = tr("Where the network is one affine map. Press Compute cells.")
            words = Words(tr("Exact cells"), tr("Being drawn…") if self._is_coming else text)
            self.canvas.set_overlay(Overlay(words=words))
        else:
            self.caption = self._caption(picture)
            layers = shown_layers(picture.cells, self._look.display)
            chips = tuple(Chip(tr("Layer {n}", n=k + 1), icon=self._dash(k)) for k in layers)
            self.canvas.set_overlay(Overlay(chips=chips))
        self.caption_changed.emit(self.caption)

    def _caption(self, picture: CellsPicture) -> str:
        size = self.canvas.magnification
        text = f"{size:,.0f}" if size >= 10.0 else f"{size:.1f}"
        if self._around_pick:
            return tr("× {size} around the pick", size=text)
        return f"{TIMES} {text} · {tr('{n} cells', n=f'{picture.n_in_view:,}')}"

    def _dash(self, layer: int) -> QIcon:
        """Return the line of a layer as an icon."""
        side, icon = 14, QIcon()
        for ratio in (1, 2, 3):
            pixmap = QPixmap(side * ratio, side * ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.scale(ratio, ratio)
            painter.fillRect(QRectF(1, 0.5 * side - 1.25, side - 4, 2.5), QColor(layer_color(self._theme, layer)))
            painter.end()
            pixmap.setDevicePixelRatio(ratio)
            icon.addPixmap(pixmap)
        return icon

    def showEvent(self, event: object) -> None:
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.window_changed.emit(self.window)
