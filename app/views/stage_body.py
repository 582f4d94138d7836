"""What takes the place of a view's body while a stage is open."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.scene.disk import DiskPicture
from app.style.paper import Paper
from app.views.camera_menu import fill_camera_menu
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.surface_canvas import SurfaceCanvas


class StageBody(QWidget):
    """A canvas with its caption and what it can be coloured by.

    Parameters
    ----------
    canvas : SurfaceCanvas or DiskCanvas
        What is seen.
    owner : QWidget
        Keeps it until a view takes it in.
    draw : callable, optional
        Returns the picture of a disk at a multiple of its size; only for a `DiskCanvas`.

    Signals
    -------
    changed()
        Caption or colours are others.
    color_chosen(str)
        The user wants another quantity.
    """

    changed = Signal()
    color_chosen = Signal(str)

    def __init__(
        self,
        canvas: SurfaceCanvas | DiskCanvas,
        owner: QWidget,
        draw: Callable[[int], DiskPicture | None] | None = None,
    ) -> None:
        super().__init__(owner)
        self.canvas = canvas
        self._draw = draw
        self.caption, self.color_by = "", "none"
        self.colors: list[tuple[str, str]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(canvas)
        self.hide()

    def describe(self, caption: str, color_by: str, colors: list[tuple[str, str]]) -> None:
        """Say what is drawn, by which quantity, and which there are (key and title)."""
        self.caption, self.color_by, self.colors = caption, color_by, colors
        self.changed.emit()

    def handle_key(self, key: int) -> bool:
        """Act on a key pressed in the view; return whether it meant something."""
        return self.canvas.handle_key(key)

    def fill_camera_menu(self, menu: QMenu) -> None:
        """Append the entries of the camera menu."""
        if isinstance(self.canvas, SurfaceCanvas):
            fill_camera_menu(menu, self.canvas)

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        """Return what is seen, with its overlays, at a multiple of its size."""
        if isinstance(self.canvas, SurfaceCanvas):
            return self.canvas.picture(scale, transparent)
        assert self._draw is not None
        return self.canvas.drawn(scale, transparent, self._draw(scale))

    def paint_on(self, painter: QPainter, paper: Paper) -> None:
        """Paint what is seen, with its overlays, into a figure."""
        if isinstance(self.canvas, SurfaceCanvas):
            self.canvas.paint_on(painter, paper)
        else:
            assert self._draw is not None
            self.canvas.paint_on(painter, self._draw(paper.ratio), paper.has_vectors)
