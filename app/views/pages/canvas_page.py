"""A page of the fourth view that is one canvas in space."""

from concurrent.futures import Executor
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.style.paper import Paper
from app.style.theme import Theme
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.overlays import Overlay
from app.widgets.canvas.plotter import SurfacePlotter
from app.widgets.canvas.surface_canvas import SurfaceCanvas

Canvas = TypeVar("Canvas", bound=SurfaceCanvas)


class CanvasPage(QWidget, Generic[Canvas]):
    """A canvas with a caption, and what is computed for it in a thread.

    Parameters
    ----------
    kind : type
        A `SurfaceCanvas`, or what draws more.
    theme : Theme
        The look.
    plotter : SurfacePlotter
        What the canvas draws with.
    executor : Executor
        Where it computes.

    Signals
    -------
    caption_changed(str)
        What the header says beside the title.
    """

    caption_changed = Signal(str)

    def __init__(self, kind: type[Canvas], theme: Theme, plotter: SurfacePlotter, executor: Executor) -> None:
        super().__init__()
        self._theme = theme
        self.canvas: Canvas = kind(plotter, theme, executor, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.caption = ""
        self._making = Newest(executor, self)
        theme.changed.connect(self._on_theme)

    def restyle(self) -> None:
        """Take over the theme."""
        self.canvas.restyle()

    def set_small(self, small: bool) -> None:
        """Draw nothing but the figure, in a thumbnail."""
        self.canvas.is_small = small
        self.canvas.update()

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        """Return the page at a multiple of its size."""
        return self.canvas.picture(scale, transparent)

    def paint_on(self, painter: QPainter, paper: Paper) -> None:
        """Paint the page into a figure."""
        self.canvas.paint_on(painter, paper)

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return [self._making]

    def close_page(self) -> None:
        """Let go of graphics and threads."""
        self._making.forget()
        self.canvas.close_plotter()

    def describe(self, caption: str, overlay: Overlay) -> None:
        """Say in the header and over the figure what is drawn."""
        self.caption = caption
        self.canvas.set_overlay(overlay)
        self.caption_changed.emit(caption)

    def _on_theme(self, *_: object) -> None:
        self.restyle()

    @property
    def aspect(self) -> float:
        """Width of the canvas over its height."""
        return self.canvas.width() / max(self.canvas.height(), 1)
