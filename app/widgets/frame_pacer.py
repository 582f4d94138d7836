"""Frames of several views one after the other, so that no two are drawn in one turn of the event loop."""

from PySide6.QtCore import QObject, QTimer

from app.widgets.plotter import SurfacePlotter

REST_PART = 0.4
"""Part of the time of a frame that is left to other events before the next."""
LONGEST_WAIT = 150
"""Milliseconds after which a frame that was not drawn (a hidden view) is given up."""


class FramePacer(QObject):
    """Lets plotters draw in turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[SurfacePlotter, None] = {}
        self._drawing: SurfacePlotter | None = None
        self._known: set[SurfacePlotter] = set()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._next)

    def request(self, plotter: SurfacePlotter) -> None:
        """Have a plotter draw one frame when it is its turn."""
        if plotter not in self._known:
            self._known.add(plotter)
            plotter.painted.connect(self._on_painted)
        self._waiting[plotter] = None
        if self._drawing is None and not self._timer.isActive():
            self._timer.start(0)

    def forget(self) -> None:
        """Draw nothing more."""
        self._timer.stop()
        self._waiting.clear()
        self._drawing = None

    def _next(self) -> None:
        self._drawing = None
        if self._waiting:
            plotter = next(iter(self._waiting))
            del self._waiting[plotter]
            self._drawing = plotter
            self._timer.start(LONGEST_WAIT)
            plotter.redraw()

    def _on_painted(self, milliseconds: float) -> None:
        if self.sender() is self._drawing:
            self._drawing = None
            self._timer.start(round(REST_PART * milliseconds) + 2)
