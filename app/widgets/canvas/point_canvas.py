"""A figure in space in which linked points are places with names of their own."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtWidgets import QWidget

from app.scene.sight import HIDDEN_BEHIND
from app.style.theme import Theme
from app.widgets.canvas.overlays import Marker
from app.widgets.canvas.plotter import SurfacePlotter
from app.widgets.canvas.space_marks import Seen
from app.widgets.canvas.surface_canvas import SurfaceCanvas


@dataclass(frozen=True, eq=False)
class Place:
    """A linked point in space.

    Parameters
    ----------
    point : (3,) float array
        Where it is, in the drawing frame.
    label : str
        Text of its chip, empty for none.
    """

    point: np.ndarray
    label: str = ""


class PointCanvas(SurfaceCanvas):
    """Lights up places instead of vertices."""

    def __init__(self, plotter: SurfacePlotter, theme: Theme, executor: Executor, parent: QWidget) -> None:
        super().__init__(plotter, theme, executor, parent)
        self._places: dict[bool, Place | None] = {False: None, True: None}
        self._tags: tuple[Place, ...] = ()

    def set_place(self, place: Place | None, picked: bool) -> None:
        """Light up a place, hovered or picked."""
        self._places[picked] = place
        if place is not None:
            self._look()
        self.update()

    def set_tags(self, tags: tuple[Place, ...]) -> None:
        """Name some places."""
        self._tags = tags
        self.update()

    def look_at(self, point: np.ndarray) -> None:
        """Fly to where a point is seen in the middle, from the same direction and as near."""
        camera = self.camera
        way = np.asarray(point, np.float64) - camera.focus
        position = tuple(float(value) for value in np.add(camera.position, way))
        focus = tuple(float(value) for value in np.add(camera.focus, way))
        self._fly(replace(camera, position=position, focus=focus))

    def _markers(self, seen: Seen) -> list[Marker]:
        markers, camera = [], seen.drawn
        for picked, place in sorted(self._places.items()):
            if place is None or (not picked and self._is_picked(place)):
                continue
            where, depth = camera.project(place.point[None], self.width(), self.height())
            x, y = where[0].tolist()
            if depth[0] > 0.0 and 0.0 <= x < self.width() and 0.0 <= y < self.height():
                label = "" if self._is_tagged(place) else place.label
                markers.append(Marker(x, y, picked, label, self._hides(x, y, float(depth[0]))))
        for tag in self._tags:
            where, depth = camera.project(tag.point[None], self.width(), self.height())
            x, y = where[0].tolist()
            if depth[0] > 0.0 and 0.0 <= x < self.width() and 0.0 <= y < self.height():
                markers.append(Marker(x, y, label=tag.label, is_bare=True))
        return markers

    def _is_tagged(self, place: Place) -> bool:
        """Whether a place has a name of its own already: that of a tag."""
        return any(np.allclose(tag.point, place.point, rtol=0.0, atol=1e-6) for tag in self._tags)

    def _is_picked(self, place: Place) -> bool:
        picked = self._places[True]
        return picked is not None and bool((picked.point == place.point).all())

    def _hides(self, x: float, y: float, depth: float) -> bool:
        """Whether the figure lies before a place; unknown while it moves."""
        if self._sight is None:
            return False
        height, width = self._sight.ids.shape
        column, row = int(np.floor(x)), int(np.floor(y))
        if not (0 <= row < height and 0 <= column < width):
            return False
        around = self._sight.depth[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        return bool(depth > around.max() + HIDDEN_BEHIND)
