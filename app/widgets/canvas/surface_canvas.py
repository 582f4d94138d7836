"""A figure in space that can be turned, moved, zoomed and pointed at."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, QSizeF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QHideEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.scene.camera import Camera, camera_from, camera_text, close_up, fitted, named_view
from app.scene.outline import SpaceOutline
from app.scene.sight import Sight, sight
from app.style.paper import Paper
from app.style.theme import Theme
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.clipping import Clipping
from app.widgets.canvas.figure_drawing import FigureDrawing
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.overlays import AXIS_RADIUS, Marker, Overlay, axis_ends, paint_overlay, probes
from app.widgets.canvas.plotter import Lines, Mesh, Picture, SurfacePlotter
from app.widgets.canvas.space_marks import Seen, SpaceMarks
from core.geometry.normalization import Frame

TURN_PER_PIXEL = 0.009
TURN_PER_KEY = 0.1
ZOOM_PER_NOTCH = 1.15
NEAR = 0.8
"""Distance from which a vertex is looked at, over the diagonal of the figure."""
FLIGHT = 250
"""Milliseconds of a camera flight."""


class SurfaceCanvas(QWidget):
    """Shows one figure by a plotter, with overlays drawn by Qt.

    Signals
    -------
    camera_changed(Camera)
        The user moved the camera.
    hovered(int or None), clicked(int or None)
        The vertex under the pointer; None where nothing is.
    around_clicked(int), around_hovered(int)
        A vertex of what lies around the figure was clicked, or is under the pointer.
    """

    camera_changed = Signal(object)
    hovered = Signal(object)
    clicked = Signal(object)
    around_clicked = Signal(int)
    around_hovered = Signal(int)

    def __init__(self, plotter: SurfacePlotter, theme: Theme, executor: Executor, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme, self.plotter = theme, plotter
        self.drawing = FigureDrawing(plotter, executor, self)
        self.camera = Camera()
        self.overlay = Overlay()
        self.is_wireframe = False
        self.is_small = False
        self.up_axis = "z"
        self.first_view = "start"
        """The axis of the file that points upward, and the named view in which the figure is seen first."""
        self.extent: np.ndarray | None = None
        """Points that are fitted into the view; None for those of the figure."""
        self.around: Mesh | None = None
        """What the figure is a part of, without it."""
        self._target: tuple[np.ndarray, np.ndarray] | None = None
        self._shown: Picture | None = None
        self._space = Frame(np.zeros(3), 1.0)
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragged = False
        self._pointer: QPointF | None = None
        self._sight: Sight | None = None
        self._marks = SpaceMarks()
        self._sights = Newest(executor, self)
        self._sights.done.connect(self._on_sight)
        self._flight: QVariantAnimation | None = None
        self._fitted: Camera | None = None
        self.clipping = Clipping(self)
        self.drawing.rested.connect(self._look_if_needed)
        plotter.drawn.connect(self._on_drawn)
        plotter.set_background(theme.palette.view)
        plotter.set_seen(False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- what is shown -----------------------------------------------------------------------------------------------

    @property
    def mesh(self) -> Mesh | None:
        """The figure that is shown."""
        return self.drawing.mesh

    def show_mesh(self, mesh: Mesh | None, space: Frame | None = None) -> None:
        """Show another figure, or nothing; `space` carries input units into the drawing frame."""
        is_same_space = space is self._space
        self._space, self._sight, self._target = space or self._space, None, None
        self.drawing.show(mesh)
        if not is_same_space:
            self._fit_quietly()
            self.clipping.choose(None)
        self.clipping.refresh()
        self.update()

    def show_around(self, mesh: Mesh | None) -> None:
        """Draw what the figure is a part of; it hides what lies behind, and can be clicked."""
        if mesh is None and self.around is None:
            return
        self.around, self._sight, self._target = mesh, None, None
        self.show_beside("around", mesh)
        self.clipping.refresh()

    def set_shape(self, points: np.ndarray, normals: np.ndarray | None, colors: np.ndarray) -> None:
        """Move the points of the figure and give them other colours."""
        self._sight = self._target = None
        self.drawing.set_shape(points, normals, colors)
        self.clipping.refresh()

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return [self._sights]

    def show_beside(self, key: str, mesh: Mesh | Lines | None) -> None:
        """Draw points or lines beside the figure, under a key of their own; None takes them away."""
        if mesh is None:
            self.plotter.remove(key)
        elif isinstance(mesh, Lines):
            self.plotter.show_lines(key, mesh)
        else:
            self.plotter.show_mesh(key, mesh)
        self.drawing.redraw()

    def show_lines(self, key: str, lines: Lines | None) -> None:
        """Draw lines beside the figure, under a key of their own; None takes them away."""
        if lines is None:
            self.plotter.remove(key)
        else:
            self.plotter.show_lines(key, lines)
        self.drawing.redraw()

    def set_overlay(self, overlay: Overlay) -> None:
        """Set chips, colour bar, words and veil; axes, scale bar and linked points are the canvas's own."""
        self.overlay = overlay
        self.update()

    def set_linked(self, vertex: int | None, picked: bool, named: bool = False) -> None:
        """Light up a vertex, hovered or picked; `named` shows its number while hovered."""
        if not picked:
            self._marks.names_hovered = named
        if self._marks.linked[picked] != vertex:
            self._marks.linked[picked] = vertex
            if vertex is not None:
                self._look()
            self.update()

    def set_linked_around(self, vertex: int | None) -> None:
        """Light up a vertex of what lies around the figure as hovered, or none."""
        if self.mesh is not None and self.around is not None:
            self.set_linked(None if vertex is None else len(self.mesh.points) + vertex, False)

    def set_measured(self, vertices: tuple[int, int] | None) -> None:
        """Show how far two vertices are from each other, or nothing."""
        self._marks.measured = vertices
        self.update()

    def set_outline(self, outline: SpaceOutline | None) -> None:
        """Let polygons in the drawing frame stand out at the picked point."""
        if outline is not self._marks.outline:
            self._marks.outline = outline
            self.update()

    def set_rings(self, points: np.ndarray | None) -> None:
        """Draw rings around (r, 3) points of the drawing frame, where they are in sight."""
        self._marks.rings = points
        self._look_if_needed()
        self.update()

    def set_wireframe(self, on: bool) -> None:
        """Draw edges alone."""
        self.is_wireframe = on
        self.plotter.set_wireframe(on)
        self.drawing.redraw()

    def restyle(self) -> None:
        """Take over the colours of the theme."""
        self.plotter.set_background(self.theme.palette.view)
        self.clipping.refresh()
        self.drawing.redraw()
        self.update()

    def complete_overlay(self) -> Overlay:
        """Return everything that lies over the figure now."""
        if self.mesh is None or self.overlay.words is not None:
            return self.overlay
        if self.is_small:
            return Overlay(veil=self.overlay.veil)
        chips = self.overlay.chips
        if self.plotter.obstacle:
            chips = (*chips, Chip(self.plotter.obstacle, "warn", self.theme.icon("warning-fill", "warn")))
        seen = self._seen(self.mesh)
        return replace(
            self.overlay,
            chips=chips,
            axes=seen.drawn.axes(),
            units_per_pixel=seen.drawn.units_per_pixel(max(self.height(), 1)) * self._space.scale,
            markers=tuple(self._markers(seen)),
            ruler=self._marks.ruler(seen, self._space.scale),
            is_busy=self._is_busy,
        )

    def _is_busy(self, rect: QRectF) -> bool:
        """Whether the figure is seen in a rectangle."""
        if self._shown is None:
            return False
        image, ground = self._shown.image, QColor(self.theme.palette.view)
        factor = image.width() / max(self.width(), 1)
        places = [(place * factor).toPoint() for place in probes(rect)]
        return any(image.valid(place) and image.pixelColor(place) != ground for place in places)

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        """Return the view with its overlays at a multiple of its size."""
        image = QImage(self.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.scale(scale, scale)
        self.paint_on(painter, Paper(scale, transparent))
        painter.end()
        return image

    def paint_on(self, painter: QPainter, paper: Paper) -> None:
        """Paint the view with its overlays into a figure, with a picture of the figure in space of its own."""
        self.drawing.show_whole()
        ratio = self.devicePixelRatioF()
        self.plotter.set_size(self.width(), self.height(), 1.0)
        drawn = self.plotter.image(paper.ratio, paper.is_clear)
        self.plotter.set_size(round(self.width() * ratio), round(self.height() * ratio), ratio)
        self._shown = None if self._shown is None else replace(self._shown, camera=self.camera)
        painter.drawImage(QRectF(self.rect()), drawn.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
        if not self.theme.on_paper:
            self._paint_marks(painter)
        paint_overlay(painter, QRectF(self.rect()), self.complete_overlay(), self.theme)

    def close_plotter(self) -> None:
        """Let go of the graphics; nothing can be drawn afterwards."""
        if self._flight is not None:
            self._flight.stop()
        self.drawing.stop()
        self._sights.forget()
        self.plotter.close()

    # -- camera ------------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """See the whole figure from where it is seen when opened."""
        if self.mesh is not None:
            self._fitted = self.seen_from(self.first_view)
            self._fly(self._fitted)

    def view_along(self, name: str) -> None:
        """See the figure from a named side."""
        if self.mesh is not None:
            self._fly(self.seen_from(name))

    def look_at(self, vertex: int) -> None:
        """Look at a vertex of the figure straight on, from near."""
        if self.mesh is None or self.mesh.normals is None or vertex >= len(self.mesh.points):
            return
        self._fly(self.camera.facing(self.mesh.points[vertex], self.mesh.normals[vertex], NEAR))

    def look_at_all(self, points: np.ndarray, normals: np.ndarray) -> None:
        """Look at (n, 3) points of the drawing frame from where most of them face the eye, with what is around them."""
        if self.mesh is not None and len(points):
            self._fly(close_up(points, normals, self.camera, self._aspect))

    def seen_from(self, name: str) -> Camera:
        """Return the camera that sees the whole figure from where a name of `named_view` says."""
        points = np.zeros((0, 3)) if self.mesh is None else self._fit_points(self.mesh)
        return fitted(points, self._aspect, *named_view(name, self.up_axis), self.camera.is_parallel)

    def set_stance(self, up_axis: str, first_view: str) -> None:
        """Let another axis of the file point upward, and see the figure as when it is opened."""
        if (up_axis, first_view) != (self.up_axis, self.first_view):
            self.up_axis, self.first_view = up_axis, first_view
            self._fit_quietly()

    def set_parallel(self, on: bool) -> None:
        """See the figure by parallel rays, or in perspective, as large as it is at the point looked at."""
        self._move(replace(self.camera, is_parallel=on))

    def zoom(self, factor: float) -> None:
        """Enlarge the figure."""
        self._move(self.camera.zoomed(factor))

    def turn(self, right: float, down: float) -> None:
        """Turn the figure, in radians."""
        self._move(self.camera.turned(right, down))

    def pan(self, right: float, down: float) -> None:
        """Move the figure by some pixels."""
        self._move(self.camera.moved(right, down, max(self.height(), 1)))

    def copy_camera(self) -> None:
        """Put the camera on the clipboard, as JSON in input units."""
        QGuiApplication.clipboard().setText(camera_text(self.camera, self._space))

    def paste_camera(self) -> None:
        """Fly to the camera on the clipboard, if it is one."""
        camera = camera_from(QGuiApplication.clipboard().text(), self._space)
        if camera is not None and self.mesh is not None:
            self._fly(camera)

    def set_camera(self, camera: Camera) -> None:
        """See the figure from elsewhere."""
        if camera == self.camera:
            return
        self.camera = camera
        self._sight = None
        self.plotter.set_camera(camera)
        if not self.isHidden():
            self.drawing.redraw(moves=True)

    def handle_key(self, key: int) -> bool:
        """Act on a key that moves the camera or changes the drawing; return whether it meant something."""
        act = _KEYS.get(key)
        if act is not None:
            act(self)
        return act is not None

    def _fit_quietly(self) -> None:
        """See the whole figure at once; linked cameras stay, for they have figures of their own."""
        if self.mesh is not None:
            self._fitted = self.seen_from(self.first_view)
            self.set_camera(self._fitted)

    def _fit_points(self, mesh: Mesh) -> np.ndarray:
        return mesh.points if self.extent is None else self.extent

    @property
    def _aspect(self) -> float:
        return self.width() / max(self.height(), 1)

    def _fly(self, target: Camera) -> None:
        """Move the camera elsewhere in a quarter of a second."""
        if self._flight is not None:
            self._flight.stop()
            self._flight.deleteLater()  # else this widget would keep all of them
            self._flight = None
        if self.theme.reduced_motion or not self.isVisible():
            self._move(target)
            return
        start = self.camera
        self._flight = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=FLIGHT)
        self._flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._flight.valueChanged.connect(lambda part: self._move(start.toward(target, part)))
        self._flight.start()

    def _move(self, camera: Camera) -> None:
        self.set_camera(camera)
        self.camera_changed.emit(camera)

    def _on_drawn(self, picture: Picture) -> None:
        self._shown = picture
        self.update()

    # -- pointing ----------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Have the sight from here computed, unless it is known or the pointer turns the figure."""
        if self.mesh is None or self._sight is not None or self._sights.is_busy or self._pressed is not None:
            return
        size = max(self.width(), 1), max(self.height(), 1)
        self._sights.submit(sight, *self._seen_shape(self.mesh), self.camera, *size, self.clipping.clip)

    def seen_shape(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return the points and faces of all that is cut and can hide something; None where nothing is shown."""
        return None if self.mesh is None else self._seen_shape(self.mesh)

    @property
    def known_sight(self) -> Sight | None:
        """What is seen from here, where that is known already."""
        return self._sight

    def sight_now(self) -> Sight | None:
        """Return what is seen from here, looked for now if it is not known: for what is rare, such as a click."""
        if self._sight is None and self.mesh is not None:
            size = max(self.width(), 1), max(self.height(), 1)
            return sight(*self._seen_shape(self.mesh), self.camera, *size, self.clipping.clip)
        return self._sight

    def forget_sight(self) -> None:
        """Look again at what is in sight, when that is next asked for."""
        self._sight = None

    def _seen_shape(self, mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
        """Return the points and faces of all that can hide something: those of the figure come first."""
        if self._target is None:
            self._target = mesh.points, mesh.faces
            if self.around is not None:
                points = np.concatenate([mesh.points, self.around.points])
                self._target = points, np.concatenate([mesh.faces, self.around.faces + len(mesh.points)])
        return self._target

    def _look_if_needed(self) -> None:
        if self._pointer is not None or self._marks.need_sight:
            self._look()

    def _on_sight(self, seen: Sight) -> None:
        if self.mesh is None or seen.camera != self.camera or seen.clip != self.clipping.clip:
            return
        points, faces = self._seen_shape(self.mesh)
        if seen.points is points and seen.faces is faces:
            self._sight = seen
        elif self.around is not None or seen.faces is not faces:
            return
        if self._pressed is None:
            self._hover(seen)
        self.update()

    def _hover(self, seen: Sight) -> None:
        if self._pointer is not None:
            vertex = seen.vertex_at(self._pointer.x(), self._pointer.y())
            if vertex is None or self.mesh is None or vertex < len(self.mesh.points):
                self.hovered.emit(vertex)
            else:
                self.around_hovered.emit(vertex - len(self.mesh.points))

    def _markers(self, seen: Seen) -> list[Marker]:
        return self._marks.markers(seen)

    def _seen(self, mesh: Mesh) -> Seen:
        """What is seen of the figure; the picture may be of a moment ago."""
        drawn = self.camera if self._shown is None else self._shown.camera
        return Seen(mesh, drawn, self.camera, QSizeF(self.size()), self._sight, self.around)

    def _paint_marks(self, painter: QPainter) -> None:
        if self.mesh is not None and not self.is_small and self.overlay.words is None:
            self._marks.paint(painter, self._seen(self.mesh), self.theme)

    def _axis_at(self, place: QPointF) -> str | None:
        """Name of the view along the end of an axis under a place; the other way if it is seen so already."""
        if self.mesh is None or self.overlay.words is not None:
            return None
        for k, (depth, end) in enumerate(axis_ends(QRectF(self.rect()), self.camera.axes())):
            if (place - end).manhattanLength() <= 1.4 * AXIS_RADIUS:
                return ("-" if depth > 0.999 else "+") + "xyz"[k]
        return None

    # -- events ------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.palette.view))
        if self._shown is not None and self.mesh is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self._shown.image)
            self._paint_marks(painter)
        paint_overlay(painter, QRectF(self.rect()), self.complete_overlay(), self.theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        ratio = self.devicePixelRatioF()
        self.plotter.set_size(max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1), ratio)
        self._sight = None
        self.clipping.place_bar()
        if self.camera == self._fitted:
            self._fit_quietly()
        self.drawing.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.plotter.set_seen(True)
        self.drawing.redraw()  # the camera may have been moved meanwhile

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.plotter.set_seen(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_camera()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_camera()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._last = event.position()
        self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._pressed is None:
            self._point(self._pointer)
            return
        if not self._dragged:
            if (self._pointer - self._pressed).manhattanLength() < QApplication.startDragDistance() / 2:
                return
            self._dragged = True
            self.hovered.emit(None)
        way, self._last = self._pointer - self._last, self._pointer
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.buttons() & Qt.MouseButton.LeftButton and not shifted:
            self.turn(way.x() * TURN_PER_PIXEL, way.y() * TURN_PER_PIXEL)
        else:
            self.pan(way.x(), way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._dragged or event.button() != Qt.MouseButton.LeftButton or self.mesh is None:
            self._look()
            return
        place = event.position()
        name = self._axis_at(place)
        if name is not None:
            self.view_along(name)
            return
        seen = self.sight_now()
        vertex = None if seen is None else seen.vertex_at(place.x(), place.y())
        if vertex is not None and vertex >= len(self.mesh.points):
            self.around_clicked.emit(vertex - len(self.mesh.points))
        else:
            self.clicked.emit(vertex)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120.0))

    def leaveEvent(self, event: object) -> None:
        self._pointer = None
        self.hovered.emit(None)

    def _point(self, place: QPointF) -> None:
        if self.mesh is None or self.overlay.words is not None:
            return
        if self._sight is not None:
            self._hover(self._sight)
        else:
            self._look()
        cursor = Qt.CursorShape.ArrowCursor if self._axis_at(place) is None else Qt.CursorShape.PointingHandCursor
        self.setCursor(cursor)


_KEYS: dict[int, Callable[[SurfaceCanvas], None]] = {
    Qt.Key.Key_R: SurfaceCanvas.fit,
    Qt.Key.Key_Home: SurfaceCanvas.fit,
    Qt.Key.Key_1: lambda canvas: canvas.view_along("front"),
    Qt.Key.Key_3: lambda canvas: canvas.view_along("side"),
    Qt.Key.Key_7: lambda canvas: canvas.view_along("top"),
    Qt.Key.Key_W: lambda canvas: canvas.set_wireframe(not canvas.is_wireframe),
    Qt.Key.Key_X: lambda canvas: canvas.clipping.toggle(),
    Qt.Key.Key_O: lambda canvas: canvas.set_parallel(not canvas.camera.is_parallel),
    Qt.Key.Key_Plus: lambda canvas: canvas.zoom(ZOOM_PER_NOTCH),
    Qt.Key.Key_Equal: lambda canvas: canvas.zoom(ZOOM_PER_NOTCH),
    Qt.Key.Key_Minus: lambda canvas: canvas.zoom(1.0 / ZOOM_PER_NOTCH),
    Qt.Key.Key_Left: lambda canvas: canvas.turn(-TURN_PER_KEY, 0.0),
    Qt.Key.Key_Right: lambda canvas: canvas.turn(TURN_PER_KEY, 0.0),
    Qt.Key.Key_Up: lambda canvas: canvas.turn(0.0, -TURN_PER_KEY),
    Qt.Key.Key_Down: lambda canvas: canvas.turn(0.0, TURN_PER_KEY),
}
"""What a key does to a view."""
