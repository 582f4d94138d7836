"""The latent disk: a picture of triangles that can be zoomed, moved and pointed at."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.scene.disk import DiskPicture, Window, vertex_at
from app.theme import Theme
from app.widgets.overlays import Marker, Overlay, paint_overlay, probes

FILL = 0.887
"""Part of the height, or of the width, that the disk takes."""
RING_RADIUS = 5.0
ZOOM_PER_NOTCH = 1.25
PAN_PER_KEY = 40.0
MOST_ZOOM = 1e6


class DiskCanvas(QWidget):
    """Draws pictures of the disk that somebody else makes, and asks for new ones when another part is to be seen.

    Signals
    -------
    window_changed()
        Another part of the plane is to be seen: a new picture is needed.
    hovered(int or None), clicked(int or None)
        The vertex under the pointer; None where nothing is.
    """

    window_changed = Signal()
    hovered = Signal(object)
    clicked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.picture: DiskPicture | None = None
        self.overlay = Overlay()
        self.is_small = False
        self._image = QImage()
        self._zoom, self._middle = 1.0, (0.0, 0.0)
        self._linked: dict[bool, int | None] = {False: None, True: None}
        self._names_hovered = False
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragged = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def window_at(self, ratio: float) -> Window:
        """Return the part of the plane that is to be seen, at some device pixels per pixel."""
        width, height = max(self.width(), 1), max(self.height(), 1)
        scale = 0.5 * FILL * min(width, height) * self._zoom
        return Window(round(width * ratio), round(height * ratio), *self._middle, scale * ratio)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the disk."""
        return self.picture is None

    def show_picture(self, picture: DiskPicture | None) -> None:
        """Show a new picture, or the empty disk."""
        self.picture = picture
        if picture is None:
            self._image = QImage()
        else:
            self._image = _as_image(picture.pixels)
        self.update()

    def set_overlay(self, overlay: Overlay) -> None:
        """Set chips, colour bar and words; scale bar and linked points are the canvas's own."""
        self.overlay = overlay
        self.update()

    def set_linked(self, vertex: int | None, picked: bool, named: bool = False) -> None:
        """Light up a vertex, hovered or picked; `named` shows its number while hovered."""
        if not picked:
            self._names_hovered = named
        if self._linked[picked] != vertex:
            self._linked[picked] = vertex
            self.update()

    def complete_overlay(self) -> Overlay:
        """Return everything that lies over the disk now."""
        if self.picture is None:
            return self.overlay
        if self.is_small:
            return Overlay()
        return replace(
            self.overlay,
            units_per_pixel=1.0 / self.window_at(1.0).scale,
            markers=tuple(self._markers()),
            is_busy=self._is_busy,
        )

    def _is_busy(self, rect: QRectF) -> bool:
        """Whether triangles are seen in a rectangle."""
        if self.picture is None:
            return False
        shown, (height, width) = self._place_of(self.picture.window), self.picture.ids.shape
        for place in probes(rect):
            column = int((place.x() - shown.left()) / shown.width() * width)
            row = int((place.y() - shown.top()) / shown.height() * height)
            if 0 <= row < height and 0 <= column < width and self.picture.ids[row, column] >= 0:
                return True
        return False

    def drawn(self, scale: int, transparent: bool, picture: DiskPicture | None) -> QImage:
        """Return the view with its overlays at a multiple of its size; `picture` is made for that size."""
        image = QImage(self.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent if transparent else QColor(self.theme.palette.view))
        painter = QPainter(image)
        painter.scale(scale, scale)
        self._paint(painter, picture, QImage() if picture is None else _as_image(picture.pixels))
        painter.end()
        return image

    # -- which part --------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """See the whole disk."""
        self._zoom, self._middle = 1.0, (0.0, 0.0)
        self._seen_elsewhere()

    def zoom(self, factor: float, place: QPointF | None = None) -> None:
        """Enlarge; what is at a place stays there."""
        factor = min(max(factor, 0.2 / self._zoom), MOST_ZOOM / self._zoom)
        at = place if place is not None else QPointF(0.5 * self.width(), 0.5 * self.height())
        window = self.window_at(1.0).zoomed(factor, at.x(), at.y())
        self._zoom, self._middle = self._zoom * factor, (window.x, window.y)
        self._seen_elsewhere()

    def pan(self, right: float, down: float) -> None:
        """Move the disk by some pixels."""
        scale = self.window_at(1.0).scale
        self._middle = (self._middle[0] - right / scale, self._middle[1] + down / scale)
        self._seen_elsewhere()

    def handle_key(self, key: int) -> bool:
        """Act on a key that shows another part; return whether it meant something."""
        keys = Qt.Key
        ways = {keys.Key_Left: (1, 0), keys.Key_Right: (-1, 0), keys.Key_Up: (0, 1), keys.Key_Down: (0, -1)}
        if key in (keys.Key_R, keys.Key_Home):
            self.fit()
        elif key in (keys.Key_Plus, keys.Key_Equal):
            self.zoom(ZOOM_PER_NOTCH)
        elif key == keys.Key_Minus:
            self.zoom(1.0 / ZOOM_PER_NOTCH)
        elif key in ways:
            right, down = ways[keys(key)]
            self.pan(PAN_PER_KEY * right, PAN_PER_KEY * down)
        else:
            return False
        return True

    def _seen_elsewhere(self) -> None:
        self.update()
        self.window_changed.emit()

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.palette.view))
        self._paint(painter, self.picture, self._image)

    def _paint(self, painter: QPainter, picture: DiskPicture | None, image: QImage) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        window, palette = self.window_at(1.0), self.theme.palette
        middle, radius = QPointF(*window.places(np.zeros((1, 2)))[0]), window.scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.sheet))
        painter.drawEllipse(middle, radius, radius)
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._place_of(picture.window), image)
        pen = QPen(QColor(palette.border_strong), 1 if picture is not None else 1.5)
        if picture is None:
            pen.setDashPattern([6.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, radius, radius)
        if picture is not None and len(picture.rings) and not self.is_small:
            painter.setPen(QPen(QColor(palette.flipped), 1.25))
            for x, y in window.places(picture.rings):
                painter.drawEllipse(QPointF(x, y), RING_RADIUS, RING_RADIUS)
        paint_overlay(painter, QRectF(self.rect()), self.complete_overlay(), self.theme)

    def _place_of(self, shown: Window) -> QRectF:
        """Where the picture of a part of the plane lies in what is seen now."""
        window = self.window_at(1.0)
        corner = window.places(np.array([shown.code(0.0, 0.0)]))[0]
        factor = window.scale / shown.scale
        return QRectF(corner[0], corner[1], shown.width * factor, shown.height * factor)

    def _markers(self) -> list[Marker]:
        codes = None if self.picture is None else self.picture.snapshot.codes
        markers = []
        for picked, vertex in sorted(self._linked.items()):
            if codes is None or vertex is None or vertex >= len(codes):
                continue
            if picked or vertex != self._linked[True]:
                x, y = self.window_at(1.0).places(codes[vertex : vertex + 1])[0]
                label = f"#{vertex:,}" if picked or self._names_hovered else ""
                markers.append(Marker(float(x), float(y), picked, label))
        return markers

    # -- events ------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._seen_elsewhere()

    def vertex_at(self, place: QPointF) -> int | None:
        """Return the vertex nearest to a place, None where nothing is."""
        if self.picture is None:
            return None
        shown = self._place_of(self.picture.window)
        x = (place.x() - shown.left()) * self.picture.window.width / shown.width()
        y = (place.y() - shown.top()) * self.picture.window.height / shown.height()
        return vertex_at(self.picture, x, y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._last = event.position()
        self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is None:
            self.hovered.emit(self.vertex_at(place))
            return
        if not self._dragged and (place - self._pressed).manhattanLength() < QApplication.startDragDistance() / 2:
            return
        self._dragged = True
        way, self._last = place - self._last, place
        self.pan(way.x(), way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        clicked = pressed is not None and not self._dragged and event.button() == Qt.MouseButton.LeftButton
        if clicked and self.picture is not None:
            self.clicked.emit(self.vertex_at(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.picture is not None:
            self.zoom(ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120.0), event.position())

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(None)


def _as_image(pixels: np.ndarray) -> QImage:
    """Return an image over the memory of an array; keep the array."""
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    image.pixels = pixels  # type: ignore[attr-defined] # the image does not own its memory
    return image
