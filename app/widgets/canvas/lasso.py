"""A line drawn around a region of a view, and the points of the region that was chosen."""

import numpy as np
from jaxtyping import Bool, Float64, Int64
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.scene.sight import HIDDEN_BEHIND, Sight
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.surface_canvas import SurfaceCanvas

MOST_DOTS = 4000
"""Points of a region that are marked: more of them tell no more."""
DOT_WIDTH, LINE_WIDTH = 3.0, 1.5
HALO, HALO_WIDTH = (23, 26, 31, 170), 5.0
"""Around each dot, so that it is seen on every colour map."""
BETWEEN = 2.0
"""Pixels that the pointer goes until the line has another corner."""


class Lasso(QWidget):
    """Lies over a canvas: marks the points of the region, and while it is in use takes what is drawn.

    Signals
    -------
    drawn(array, str)
        Points were gone around: their numbers, and whether they are all that shall be chosen ("only"), come to them
        ("more") or go ("less"), as without a key, with Shift, with Alt.
    """

    drawn = Signal(object, str)

    def __init__(self, canvas: SurfaceCanvas | DiskCanvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.region: Int64[np.ndarray, " r"] | None = None
        self._corners: list[tuple[float, float]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.set_in_use(False)
        canvas.installEventFilter(self)
        self.setGeometry(canvas.rect())

    @property
    def is_in_use(self) -> bool:
        """Whether the pointer draws."""
        return not self.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_in_use(self, on: bool) -> None:
        """Let the pointer draw, or turn and pick as always."""
        self._corners = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not on)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.raise_()
        self.update()

    def show_region(self, region: Int64[np.ndarray, " r"] | None) -> None:
        """Mark the points of a region, or none."""
        self.region = region
        self.update()

    def finish(self, corners: Float64[np.ndarray, "k 2"], way: str = "only") -> None:
        """Choose what lies within a line that was drawn, in pixels of the canvas."""
        places, is_shown = places_of(self.canvas)
        self.drawn.emit(np.flatnonzero(is_shown & inside(corners, places)), way)

    # -- events ------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self.canvas.size())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()  # the canvas moves what it shows
            return
        self.canvas.setFocus()
        self._corners = [event.position().toTuple()]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._corners:
            event.ignore()
            return
        x, y = event.position().toTuple()
        if np.hypot(x - self._corners[-1][0], y - self._corners[-1][1]) >= BETWEEN:
            self._corners.append((x, y))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        corners, self._corners = self._corners, []
        if not corners or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        corners.append(event.position().toTuple())
        held = event.modifiers()
        more, less = held & Qt.KeyboardModifier.ShiftModifier, held & Qt.KeyboardModifier.AltModifier
        self.update()
        self.finish(np.array(corners), "more" if more else "less" if less else "only")

    def paintEvent(self, event: object) -> None:
        if self.canvas.is_small or (self.region is None and not self._corners):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(self.canvas.theme.palette.select)
        if self._corners:
            painter.setPen(QPen(color, LINE_WIDTH))
            painter.drawPolygon([QPointF(x, y) for x, y in self._corners])
        if self.region is not None:
            places, is_shown = places_of(self.canvas, self.region[:: -(-len(self.region) // MOST_DOTS)])
            dots = [QPointF(x, y) for x, y in places[is_shown].tolist()]
            for shade, width in ((QColor(*HALO), HALO_WIDTH), (color, DOT_WIDTH)):
                painter.setPen(QPen(shade, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPoints(dots)


def inside(corners: Float64[np.ndarray, "k 2"], places: Float64[np.ndarray, "n 2"]) -> Bool[np.ndarray, " n"]:
    """Return which places lie within a closed line: where a ray to the right crosses it an odd number of times.

    Parameters
    ----------
    corners : (k, 2) float64 array
        The line; its last corner is joined with the first.
    places : (n, 2) float64 array
        In the same units.
    """
    found = np.zeros(len(places), bool)
    if len(corners) < 3:
        return found
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
    x, y = places[near].T
    odd = np.zeros(len(near), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    found[near] = odd
    return found


def places_of(
    canvas: SurfaceCanvas | DiskCanvas, numbers: Int64[np.ndarray, " r"] | None = None
) -> tuple[Float64[np.ndarray, "n 2"], Bool[np.ndarray, " n"]]:
    """Return where points of a canvas are seen, in its pixels, and which are in sight.

    Parameters
    ----------
    canvas : SurfaceCanvas or DiskCanvas
        On a surface what lies behind is not in sight; in a cloud all of it is.
    numbers : (r,) int64 array, optional
        Which points; by default all.
    """
    nothing = np.zeros((0, 2)), np.zeros(0, bool)
    if isinstance(canvas, DiskCanvas):
        snapshot = None if canvas.picture is None else canvas.picture.snapshot
        if snapshot is None or snapshot.codes is None:
            return nothing
        codes = snapshot.plane_codes
        codes = codes if numbers is None else codes[numbers[numbers < len(codes)]]
        places = canvas.window_at(1.0).places(codes)
        return places, np.asarray(np.isfinite(places).all(axis=1))
    mesh = canvas.mesh
    if mesh is None:
        return nothing
    points = mesh.points if numbers is None else mesh.points[numbers[numbers < len(mesh.points)]]
    places, depth = canvas.camera.project(points, canvas.width(), canvas.height())
    is_shown = depth > 0.0
    seen = canvas.sight_now() if numbers is None else canvas.known_sight
    if seen is not None:
        is_shown &= ~_hidden(seen, points, places, depth) if len(mesh.faces) else ~_left_out(seen, points)
    return places, is_shown


def _left_out(seen: Sight, points: np.ndarray) -> np.ndarray:
    return np.zeros(len(points), bool) if seen.clip is None else seen.clip.leaves_out(points)


def _hidden(seen: Sight, points: np.ndarray, places: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Which points are left out, or farther than all that is seen at the pixels around them."""
    height, width = seen.depth.shape
    column, row = np.floor(places).astype(np.int64).T
    there = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    farthest = np.full(len(points), np.inf)
    edged = np.pad(seen.depth, 1, mode="edge")
    around = [edged[down + row[there], right + column[there]] for down in range(3) for right in range(3)]
    farthest[there] = np.max(around, axis=0)
    return _left_out(seen, points) | (depth > farthest + HIDDEN_BEHIND)
