"""The hovered and the picked point in all views, the distance between two points, and a region of them."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject

from app.scene.disk import Hit
from app.state.selection import Pick, Selection
from app.views.view import View
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.lasso import Lasso
from app.widgets.canvas.surface_canvas import SurfaceCanvas


class LinkedPoints(QObject):
    """Passes on what the views are pointed at, and lights up the same points in all of them.

    Parameters
    ----------
    views : mapping from str to View
        The views, whose keys and tools ask for distances and for the lasso.
    canvases : mapping from str to SurfaceCanvas or DiskCanvas
        The canvases by the keys of their views.
    selection : Selection
        The points.
    parent : QObject
        Owner.
    """

    def __init__(
        self,
        views: Mapping[str, View],
        canvases: Mapping[str, SurfaceCanvas | DiskCanvas],
        selection: Selection,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.canvases, self._selection = canvases, selection
        for key, canvas in canvases.items():
            canvas.hovered.connect(lambda hit, key=key: self._on_hovered(key, hit))
            canvas.clicked.connect(lambda hit, key=key: self._on_clicked(key, hit))
        selection.hovered_changed.connect(lambda pick: self._link(pick, False))
        selection.picked_changed.connect(lambda pick: self._link(pick, True))
        selection.origin_changed.connect(self._measure)
        self.lassos = {key: Lasso(canvas) for key, canvas in canvases.items()}
        for lasso in self.lassos.values():
            lasso.drawn.connect(self._choose)
            selection.region_changed.connect(lasso.show_region)
            selection.lasso_changed.connect(lasso.set_in_use)
        for view in views.values():
            view.measure_requested.connect(self.toggle_measuring)
            view.lasso_requested.connect(self.toggle_lasso)
            if view.lasso_button is not None:
                selection.lasso_changed.connect(view.lasso_button.setChecked)

    def toggle_measuring(self) -> None:
        """Measure from the picked point, or else from the hovered one, or no more."""
        selection = self._selection
        selection.measure_from(None if selection.origin is not None else selection.picked or selection.hovered)

    def toggle_lasso(self) -> None:
        """Let the pointer draw around points in all views, or turn and pick as always."""
        self._selection.draw_lasso(not self._selection.draws_lasso)

    def _choose(self, numbers: np.ndarray, way: str) -> None:
        """Take what was gone around; the pointer turns and picks again."""
        self._selection.choose(numbers, way)
        self._selection.draw_lasso(False)

    def _on_hovered(self, key: str, hit: Hit | int | None) -> None:
        if hit is not None:
            self._selection.hover(_pick(key, hit))
        elif self._selection.hovered is not None and self._selection.hovered.view == key:
            self._selection.hover(None)

    def _on_clicked(self, key: str, hit: Hit | int | None) -> None:
        if hit is not None:
            self._selection.pick(_pick(key, hit))

    def _link(self, pick: Pick | None, picked: bool) -> None:
        """Light up a point in all views."""
        for key, canvas in self.canvases.items():
            named = not picked and pick is not None and pick.view == key
            if isinstance(canvas, DiskCanvas):
                canvas.set_linked(pick and Hit(pick.vertex, pick.code), picked, named)
            else:
                canvas.set_linked(pick and pick.vertex, picked, named)
        if self._selection.origin is not None:
            self._measure()

    def _measure(self, *_: object) -> None:
        """Show how far the hovered point is from the origin, or else the picked one."""
        start, stop = self._selection.origin, self._selection.hovered or self._selection.picked
        for canvas in self.canvases.values():
            if start is None or stop is None:
                canvas.set_measured(None)
            elif isinstance(canvas, DiskCanvas):
                canvas.set_measured((Hit(start.vertex, start.code), Hit(stop.vertex, stop.code)))
            else:
                canvas.set_measured((start.vertex, stop.vertex))


def _pick(view: str, hit: Hit | int) -> Pick:
    """Return what a canvas says of the place under the pointer as a pick."""
    return Pick(hit.vertex, view, hit.code) if isinstance(hit, Hit) else Pick(hit, view)
