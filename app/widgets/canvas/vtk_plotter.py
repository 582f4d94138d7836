"""Surfaces drawn by VTK, off the screen and in a thread of its own, so that the window never waits for a frame."""

import time
from collections import deque
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from app.scene.camera import Camera
from app.scene.sight import Clip
from app.widgets.canvas.plotter import Lines, Mesh, Picture, Polygons, SurfacePlotter
from app.widgets.canvas.vtk_scene import VtkScene

FINE = 2
"""Samples along each side of a pixel of a fine picture."""


class VtkPlotter(SurfacePlotter):
    """Hands what it is told to a scene in the drawing thread; of the pictures asked for only the newest is drawn."""

    _done = Signal(object)

    def __init__(self, drawing: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._scene: VtkScene | None = None
        self._commands: deque[tuple[str, tuple[Any, ...]]] = deque()
        self._is_busy = self._is_wanted = self._is_fine = self._is_closed = False
        self._is_seen = True
        self._done.connect(self._on_done)

    def show_mesh(self, key: str, mesh: Mesh) -> None:
        self._commands.append(("show_mesh", (key, mesh)))

    def show_polygons(self, key: str, polygons: Polygons, colors: np.ndarray) -> None:
        self._commands.append(("show_polygons", (key, polygons, colors)))

    def show_lines(self, key: str, lines: Lines) -> None:
        self._commands.append(("show_lines", (key, lines)))

    def remove(self, key: str) -> None:
        self._commands.append(("remove", (key,)))

    def set_points(self, key: str, points: np.ndarray, normals: np.ndarray | None) -> None:
        self._commands.append(("set_points", (key, points, normals)))

    def set_colors(self, key: str, colors: np.ndarray) -> None:
        self._commands.append(("set_colors", (key, colors)))

    def set_texture(self, key: str, coordinates: np.ndarray | None, image: np.ndarray | None) -> None:
        self._commands.append(("set_texture", (key, coordinates, image)))

    def set_visible(self, key: str, visible: bool) -> None:
        self._commands.append(("set_visible", (key, visible)))

    def set_wireframe(self, on: bool) -> None:
        self._commands.append(("set_wireframe", (on,)))

    def set_camera(self, camera: Camera) -> None:
        self._commands.append(("set_camera", (camera,)))

    def set_clip(self, clip: Clip | None, inside: int, color: str) -> None:
        self._commands.append(("set_clip", (clip, inside, color)))

    def set_background(self, color: str) -> None:
        self._commands.append(("set_background", (color,)))

    def set_size(self, width: int, height: int, ratio: float) -> None:
        self._commands.append(("set_size", (width, height, ratio)))

    def set_seen(self, seen: bool) -> None:
        if seen != self._is_seen:
            self._is_seen = seen
            self.redraw()

    def redraw(self, fine: bool = False) -> None:
        if self._is_closed:
            return
        self._is_fine = fine
        if self._is_busy:
            self._is_wanted = True
            return
        self._is_busy, self._is_wanted = True, False
        self._drawing.submit(self._frame, fine).add_done_callback(self._done.emit)

    def image(self, scale: int = 1, transparent: bool = False) -> QImage:
        return self._drawing.submit(self._fine_image, scale, transparent).result()

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._commands.clear()
            self._drawing.submit(self._close_scene).result()

    def _on_done(self, future: "Future[Picture | None]") -> None:
        self._is_busy = False
        if self._is_closed or future.cancelled():
            return
        if self._is_wanted:
            self.redraw(self._is_fine)
        picture = future.result()
        if picture is not None:
            self.drawn.emit(picture)

    # -- in the drawing thread ---------------------------------------------------------------------------------------

    def _obey(self) -> VtkScene:
        if self._scene is None:
            self._scene = VtkScene()
        while self._commands:
            name, arguments = self._commands.popleft()
            getattr(self._scene, name)(*arguments)
        return self._scene

    def _frame(self, fine: bool) -> Picture | None:
        start = time.perf_counter()
        scene = self._obey()
        if not self._is_seen:
            scene.release()
            return None
        image = scene.draw(FINE if fine else 1)
        return Picture(image, scene.camera, 1e3 * (time.perf_counter() - start), fine)

    def _fine_image(self, scale: int, transparent: bool) -> QImage:
        scene = self._obey()
        drawn = scene.draw(FINE * scale, transparent)
        if not self._is_seen:
            scene.release()
        return drawn.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied).scaled(
            scene.size[0] * scale,
            scene.size[1] * scale,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )

    def _close_scene(self) -> None:
        if self._scene is not None:
            self._scene.close()
            self._scene = None
