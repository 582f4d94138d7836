"""One figure drawn by a plotter: whole at rest, coarse where frames must be quick."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.scene.coarse import Coarse, coarse, thin
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.plotter import Lines, Mesh, Picture, Polygons, SurfacePlotter

MOVING_BUDGET, LIVE_BUDGET = 100.0, 30.0
"""Milliseconds of a frame of the whole mesh above which a coarser one is drawn while it moves, while it is trained."""
REST_DELAY, LIVE_REST_DELAY = 250, 1500
"""Milliseconds without a change after which the whole mesh is drawn, with smooth edges; while it is trained."""
THIN_SIZE = 3.0
"""Largest side of a point while a cloud moves, in pixels: round ones take software ten times as long."""
FIGURE, COARSE, FACETS, LINES = "figure", "coarse", "facets", "lines"


@dataclass(frozen=True, eq=False)
class Facets:
    """What is drawn at rest in place of the mesh of a figure.

    Parameters
    ----------
    polygons : Polygons
        Its shape; the same object as long as only colours change.
    colors : (f, 3) uint8 array
        Colour of each polygon.
    lines : Lines or None
        Drawn over it.
    """

    polygons: Polygons
    colors: np.ndarray
    lines: Lines | None = None


class FigureDrawing(QObject):
    """Keeps the meshes of a figure in a plotter, and chooses between them.

    Signals
    -------
    rested()
        Nothing has moved for a while.
    """

    rested = Signal()

    def __init__(self, plotter: SurfacePlotter, executor: Executor, parent: QObject) -> None:
        super().__init__(parent)
        self.mesh: Mesh | None = None
        self.is_coarse = False
        self._plotter = plotter
        self._coarse: Coarse | None = None
        self._is_stale = self._has_asked = False
        self._is_live = False
        self._is_moving = False
        self._is_textured = False
        self._frame = self._facets_frame = 0.0
        self.facets: Facets | None = None
        self.shows_facets = False
        self._coarsener = Newest(executor, self)
        self._coarsener.done.connect(self._on_coarse)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._come_to_rest)
        plotter.drawn.connect(self._on_drawn)

    def show(self, mesh: Mesh | None) -> None:
        """Draw another figure, or nothing."""
        self._plotter.remove(FIGURE)
        for key in (COARSE, FACETS, LINES):
            self._plotter.remove(key)
        self.facets, self.shows_facets = None, False
        self._coarsener.forget()
        self._coarse = None
        self.is_coarse = self._is_stale = self._is_textured = self._has_asked = False
        self._frame = 0.0
        self.mesh = mesh
        if mesh is not None:
            self._plotter.show_mesh(FIGURE, mesh)
        self.redraw()

    def set_shape(self, points: np.ndarray, normals: np.ndarray | None, colors: np.ndarray) -> None:
        """Move the points of the figure and give them other colours."""
        assert self.mesh is not None
        self.mesh = replace(self.mesh, points=points, normals=normals, colors=colors)
        self._choose()
        if self.is_coarse and self._coarse is not None:
            kept = self._coarse.vertices
            self._plotter.set_points(COARSE, points[kept], None if normals is None else normals[kept])
            self._plotter.set_colors(COARSE, colors[kept])
            self._is_stale = True
        else:
            self._plotter.set_points(FIGURE, points, normals)
            self._plotter.set_colors(FIGURE, colors)
        self.redraw()

    def set_colors(self, colors: np.ndarray) -> None:
        """Give the points of the figure other colours."""
        assert self.mesh is not None
        self.mesh = replace(self.mesh, colors=colors)
        self._choose()
        if self.is_coarse and self._coarse is not None:
            self._plotter.set_colors(COARSE, colors[self._coarse.vertices])
            self._is_stale = True
        else:
            self._plotter.set_colors(FIGURE, colors)
        self.redraw()

    def set_texture(self, coordinates: np.ndarray | None, image: np.ndarray | None) -> None:
        """Lay a picture on the figure, or take it away."""
        if image is None and not self._is_textured:
            return
        self._is_textured = image is not None
        self._choose()
        self._plotter.set_texture(FIGURE, coordinates, image)
        self.redraw()

    def set_facets(self, facets: Facets | None) -> None:
        """Draw something else in place of the mesh whenever there is time; None draws the mesh again."""
        former, self.facets = self.facets, facets
        if facets is None:
            if former is not None:
                self._show_facets(False)
                self._plotter.remove(FACETS)
                self._plotter.remove(LINES)
                self.redraw()
            return
        if former is not None and former.polygons is facets.polygons:
            self._plotter.set_colors(FACETS, facets.colors)
        else:
            self._plotter.show_polygons(FACETS, facets.polygons, facets.colors)
            self._facets_frame = 0.0
        self._plotter.remove(LINES)
        if facets.lines is not None:
            self._plotter.show_lines(LINES, facets.lines)
        self.shows_facets = False
        self._show_facets(True)
        self.redraw()

    def set_live(self, live: bool) -> None:
        """Tell whether the figure is changing all the time; then its frames must be quick."""
        if live != self._is_live:
            self._is_live = live
            self._rest.start(LIVE_REST_DELAY if live else REST_DELAY)

    def redraw(self, moves: bool = False) -> None:
        """Have a picture drawn, and a better one after a while without changes; `moves` tells that the camera does."""
        self._is_moving = self._is_moving or moves
        self._choose()
        self._plotter.redraw()
        self._rest.start(LIVE_REST_DELAY if self._is_live else REST_DELAY)

    def show_whole(self) -> None:
        """Draw the whole figure, however long it takes."""
        self._show_coarse(False)
        self._show_facets(True)

    def stop(self) -> None:
        """Wait for nothing more."""
        self._rest.stop()
        self._coarsener.forget()

    def _on_drawn(self, picture: Picture) -> None:
        if self.shows_facets:
            if not picture.is_fine:
                before = self._facets_frame or picture.milliseconds
                self._facets_frame = 0.7 * before + 0.3 * picture.milliseconds
        elif not self.is_coarse and not picture.is_fine:
            self._frame = picture.milliseconds if not self._frame else 0.7 * self._frame + 0.3 * picture.milliseconds

    def _choose(self) -> None:
        """Draw the mesh where its facets take too long, and the coarse one where that does."""
        too_long = LIVE_BUDGET if self._is_live else MOVING_BUDGET if self._is_moving else np.inf
        if self.facets is not None:
            # Slow facets are left for when nothing has changed for a while: the mesh answers at once.
            self._show_facets(self._facets_frame <= min(too_long, MOVING_BUDGET))
            if self.shows_facets:
                return
        quick = self._frame > too_long
        if quick and self.mesh is not None and not self._is_textured:
            if not self._has_asked:
                self._has_asked = True
                self._ask_coarse(self.mesh)
            self._show_coarse(self._coarse is not None)
        elif self._is_textured:
            self._show_coarse(False)

    def _ask_coarse(self, mesh: Mesh) -> None:
        """Have a coarse mesh made; the part of a cloud is there at once."""
        if len(mesh.faces):
            self._coarsener.submit(coarse, mesh.points, mesh.faces)
        else:
            self._on_coarse(thin(len(mesh.points)))

    def _on_coarse(self, result: Coarse | None) -> None:
        if self.mesh is None or result is None:
            return
        self._coarse = result
        kept, mesh = result.vertices, self.mesh
        normals = None if mesh.normals is None else mesh.normals[kept]
        size = min(mesh.point_size, THIN_SIZE)
        self._plotter.show_mesh(COARSE, Mesh(mesh.points[kept], result.faces, normals, mesh.colors[kept], size))
        self._plotter.set_visible(COARSE, False)

    def _show_coarse(self, on: bool) -> None:
        mesh = self.mesh
        if on == self.is_coarse or mesh is None or self._coarse is None:
            return
        self.is_coarse = on
        if on:
            kept = self._coarse.vertices
            self._plotter.set_points(COARSE, mesh.points[kept], None if mesh.normals is None else mesh.normals[kept])
            self._plotter.set_colors(COARSE, mesh.colors[kept])
        elif self._is_stale:
            self._plotter.set_points(FIGURE, mesh.points, mesh.normals)
            self._plotter.set_colors(FIGURE, mesh.colors)
            self._is_stale = False
        self._plotter.set_visible(COARSE, on and not self.shows_facets)
        self._plotter.set_visible(FIGURE, not on and not self.shows_facets)

    def _show_facets(self, on: bool) -> None:
        if on == self.shows_facets or (on and self.facets is None) or self.mesh is None:
            return
        self.shows_facets = on
        self._plotter.set_visible(FACETS, on)
        if self.facets is not None and self.facets.lines is not None:
            self._plotter.set_visible(LINES, on)
        if self._coarse is not None:
            self._plotter.set_visible(COARSE, self.is_coarse and not on)
        self._plotter.set_visible(FIGURE, not self.is_coarse and not on)

    def _come_to_rest(self) -> None:
        self._is_moving = False
        self._show_coarse(False)
        self._show_facets(True)
        self._plotter.redraw(fine=True)
        self.rested.emit()
