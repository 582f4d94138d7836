"""One figure drawn by a plotter: whole at rest, coarse where frames must be quick."""

from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.scene.coarse import Coarse, coarse
from app.widgets.frame_pacer import FramePacer
from app.widgets.newest import Newest
from app.widgets.plotter import Mesh, SurfacePlotter

MOVING_BUDGET, LIVE_BUDGET = 100.0, 30.0
"""Milliseconds of a frame of the whole mesh above which a coarser one is drawn while it moves, while it is trained."""
REST_DELAY = 180
"""Milliseconds without movement after which the whole mesh is drawn again."""
FIGURE, COARSE = "figure", "coarse"


class FigureDrawing(QObject):
    """Keeps the meshes of a figure in a plotter, and chooses between them.

    Signals
    -------
    rested()
        Nothing has moved for a while.
    """

    rested = Signal()

    def __init__(self, plotter: SurfacePlotter, executor: Executor, pacer: FramePacer, parent: QObject) -> None:
        super().__init__(parent)
        self.mesh: Mesh | None = None
        self.is_coarse = False
        self._plotter, self._pacer = plotter, pacer
        self._coarse: Coarse | None = None
        self._is_stale = False
        self._is_live = False
        self._is_textured = False
        self._frame = 0.0
        self._coarsener = Newest(executor, self)
        self._coarsener.done.connect(self._on_coarse)
        self._rest = QTimer(self, singleShot=True, interval=REST_DELAY)
        self._rest.timeout.connect(self._come_to_rest)
        plotter.painted.connect(self._on_painted)

    def show(self, mesh: Mesh | None) -> None:
        """Draw another figure, or nothing."""
        self._plotter.remove(FIGURE)
        self._plotter.remove(COARSE)
        self._coarsener.forget()
        self._coarse = None
        self.is_coarse = self._is_stale = self._is_textured = False
        self._frame = 0.0
        self.mesh = mesh
        if mesh is not None:
            self._plotter.show_mesh(FIGURE, mesh)
        self._pacer.request(self._plotter)

    def set_points(self, points: np.ndarray, normals: np.ndarray | None) -> None:
        """Move the points of the figure."""
        assert self.mesh is not None
        self.mesh = replace(self.mesh, points=points, normals=normals)
        if self.is_coarse and self._coarse is not None:
            kept = self._coarse.vertices
            self._plotter.set_points(COARSE, points[kept], None if normals is None else normals[kept])
            self._is_stale = True
        else:
            self._plotter.set_points(FIGURE, points, normals)
        self._pacer.request(self._plotter)

    def set_colors(self, colors: np.ndarray) -> None:
        """Give the points of the figure other colours."""
        assert self.mesh is not None
        self.mesh = replace(self.mesh, colors=colors)
        if self.is_coarse and self._coarse is not None:
            self._plotter.set_colors(COARSE, colors[self._coarse.vertices])
            self._is_stale = True
        else:
            self._plotter.set_colors(FIGURE, colors)
        self._pacer.request(self._plotter)

    def set_texture(self, coordinates: np.ndarray | None, image: np.ndarray | None) -> None:
        """Lay a picture on the figure, or take it away."""
        if image is None and not self._is_textured:
            return
        self._is_textured = image is not None
        self._choose()
        self._plotter.set_texture(FIGURE, coordinates, image)
        self._pacer.request(self._plotter)

    def set_live(self, live: bool) -> None:
        """Tell whether the figure is changing all the time; then its frames must be quick."""
        if live != self._is_live:
            self._is_live = live
            self._choose()
            if not live:
                self._rest.start()

    def moved(self) -> None:
        """Tell that the camera moves."""
        self._rest.start()
        self._choose()

    def show_whole(self) -> None:
        """Draw the whole figure, however long it takes."""
        self._show_coarse(False)

    def stop(self) -> None:
        """Wait for nothing more."""
        self._rest.stop()
        self._coarsener.forget()

    def _on_painted(self, milliseconds: float) -> None:
        if not self.is_coarse:
            self._frame = milliseconds if not self._frame else 0.7 * self._frame + 0.3 * milliseconds
            self._choose()

    def _choose(self) -> None:
        """Draw the coarse mesh where the whole one takes too long."""
        is_moving = self._rest.isActive()
        quick = (self._is_live and self._frame > LIVE_BUDGET) or (is_moving and self._frame > MOVING_BUDGET)
        if quick and self.mesh is not None and len(self.mesh.faces) and not self._is_textured:
            if self._coarse is None and not self._coarsener.is_busy:
                self._coarsener.submit(coarse, self.mesh.points, self.mesh.faces)
            self._show_coarse(self._coarse is not None)
        elif self._is_textured or not (self._is_live or is_moving):
            self._show_coarse(False)

    def _on_coarse(self, result: Coarse | None) -> None:
        if self.mesh is None or result is None:
            return
        self._coarse = result
        kept, mesh = result.vertices, self.mesh
        normals = None if mesh.normals is None else mesh.normals[kept]
        self._plotter.show_mesh(COARSE, Mesh(mesh.points[kept], result.faces, normals, mesh.colors[kept]))
        self._plotter.set_visible(COARSE, False)
        self._choose()

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
        self._plotter.set_visible(COARSE, on)
        self._plotter.set_visible(FIGURE, not on)

    def _come_to_rest(self) -> None:
        if self.is_coarse and not self._is_live:
            self._show_coarse(False)
            self._pacer.request(self._plotter)
        self.rested.emit()
