"""The latent disk: a picture of triangles that can be zoomed, moved and pointed at."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.scene.disk import DiskPicture, Hit, Shapes, Window
from app.style.theme import Theme
from app.widgets.canvas.disk_marks import LEAST_FRAME, RING_RADIUS, Outline, frame_rect, paint_rim, paint_shapes
from app.widgets.canvas.lattice_lines import lattice_lines
from app.widgets.canvas.overlays import Marker, Overlay, Ruler, paint_frame, paint_outline, paint_overlay, probes
from app.widgets.rows.thumbnails import Thumbnails
from app.widgets.text import number
from core.charts.detail_layer import DetailLayer

FILL = 0.887
"""Part of the height, or of the width, that the disk takes."""
LATTICE_WIDTH = 0.5
STROKE_WIDTH = 1.25
ZOOM_PER_NOTCH = 1.25
PAN_PER_KEY = 40.0
MOST_ZOOM = 1e12


class DiskCanvas(QWidget):
    """Draws pictures of the disk that somebody else makes, and asks for new ones when another part is to be seen.

    Signals
    -------
    window_changed()
        Another part of the plane is to be seen: a new picture is needed.
    hovered(Hit or None), clicked(Hit or None)
        What is under the pointer; None where nothing is.
    frame_moved(float, float)
        The frame was dragged: latent coordinates of its new middle.
    """

    window_changed = Signal()
    hovered = Signal(object)
    clicked = Signal(object)
    frame_moved = Signal(float, float)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.picture: DiskPicture | None = None
        self.overlay = Overlay()
        self.thumbnails: Thumbnails | None = None
        self.is_small = False
        self._image = QImage()
        self._lattice: DetailLayer | None = None
        self._strokes: tuple[np.ndarray, ...] = ()
        self._stroke_color = QColor()
        self._zoom, self._middle = 1.0, (0.0, 0.0)
        self.frame: Window | None = None
        self._linked: dict[bool, Hit | None] = {False: None, True: None}
        self._measured: tuple[Hit, Hit] | None = None
        self._outlines: dict[bool, Outline | None] = {False: None, True: None}
        self._drags_frame = False
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

    def show_window(self, x: float, y: float, zoom: float | None = None) -> None:
        """See a place in the middle, at a magnification if one is given."""
        self._middle, self._zoom = (x, y), self._zoom if zoom is None else min(zoom, MOST_ZOOM)
        self._seen_elsewhere()

    @property
    def magnification(self) -> float:
        """How much larger than the fitted disk things are seen."""
        return self._zoom

    def show_picture(self, picture: DiskPicture | None) -> None:
        """Show a new picture, or the empty disk."""
        self.picture = picture
        if picture is None:
            self._image = QImage()
        else:
            self._image = _as_image(picture.pixels)
        self.update()

    def set_lattice(self, detail: DetailLayer | None) -> None:
        """Draw the lattice of a detail layer over the picture, or none."""
        if detail is not self._lattice:
            self._lattice = detail
            self.update()

    def set_strokes(self, strokes: Sequence[np.ndarray], color: QColor | None = None) -> None:
        """Draw polygons of codes, (k, 2) each, over the picture, or none."""
        self._strokes, self._stroke_color = tuple(strokes), color or QColor()
        self.update()

    def set_overlay(self, overlay: Overlay) -> None:
        """Set chips, colour bar and words; scale bar and linked points are the canvas's own."""
        self.overlay = overlay
        self.update()

    def set_linked(self, hit: Hit | None, picked: bool, named: bool = False) -> None:
        """Light up a vertex or a code, hovered or picked; `named` shows its number while hovered."""
        if not picked:
            self._names_hovered = named
        if self._linked[picked] != hit:
            self._linked[picked] = hit
            self.update()

    def set_measured(self, hits: tuple[Hit, Hit] | None) -> None:
        """Show how far two vertices or codes are from each other, or nothing."""
        self._measured = hits
        self.update()

    def set_outline(self, outline: Outline | None, picked: bool) -> None:
        """Let a polygon stand out, hovered or picked; it takes the place of the ring unless it is small."""
        if outline is not self._outlines[picked]:
            self._outlines[picked] = outline
            self.update()

    def set_frame(self, frame: Window | None) -> None:
        """Frame a part of the plane that another view shows; the frame can be dragged."""
        if frame != self.frame:
            self.frame = frame
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
            ruler=self._ruler(),
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
        self.paint_on(painter, picture)
        painter.end()
        return image

    def paint_on(self, painter: QPainter, picture: DiskPicture | None, has_vectors: bool = False) -> None:
        """Paint the view with its overlays into a figure, as polygons and lines where asked for and possible."""
        shapes = picture.shapes() if has_vectors and picture is not None else None
        image = QImage() if picture is None or shapes is not None else _as_image(picture.pixels)
        self._paint(painter, picture, image, shapes)

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

    def _paint(
        self, painter: QPainter, picture: DiskPicture | None, image: QImage, shapes: Shapes | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        window, palette = self.window_at(1.0), self.theme.palette
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.sheet))
        paint_rim(painter, window)
        if shapes is not None:
            paint_shapes(painter, shapes, window)
        elif picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._place_of(picture.window), image)
        if self._lattice is not None and picture is not None and not self.is_small:
            painter.setPen(QPen(QColor(palette.text_faint), LATTICE_WIDTH))
            painter.drawLines(lattice_lines(self._lattice, window))
        if picture is not None and not self.is_small:
            painter.setPen(QPen(self._stroke_color, STROKE_WIDTH))
            for stroke in self._strokes:
                painter.drawPolyline([QPointF(x, y) for x, y in window.places(stroke).tolist()])
        pen = QPen(QColor(palette.border_strong), 1 if picture is not None else 1.5)
        if picture is None:
            pen.setDashPattern([6.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paint_rim(painter, window)
        if picture is not None and len(picture.rings) and not self.is_small:
            painter.setPen(QPen(QColor(palette.flipped), 1.25))
            for x, y in window.places(picture.rings):
                painter.drawEllipse(QPointF(x, y), RING_RADIUS, RING_RADIUS)
        if picture is not None and not self.is_small and not self.theme.on_paper:
            self._paint_outlines(painter, window)
        paint_overlay(painter, QRectF(self.rect()), self.complete_overlay(), self.theme)
        hit, code = self._linked[False], self._code_of(self._linked[False])
        is_named = self._names_hovered and not self.theme.on_paper
        if self.thumbnails is not None and hit is not None and code is not None and is_named:
            place = QPointF(*window.places(code[None])[0].tolist())
            self.thumbnails.paint(painter, place, hit.vertex, QRectF(self.rect()), self.theme)

    def _paint_outlines(self, painter: QPainter, window: Window) -> None:
        """Paint the polygons that stand out, and the frame."""
        for picked in (False, True):
            outline = self._outlines[picked]
            if outline is not None and outline.is_large(window):
                paint_outline(painter, window.places(outline.corners), picked, self.theme)
        if self.frame is not None:
            paint_frame(painter, frame_rect(self.frame, window), self.theme)

    def _place_of(self, shown: Window) -> QRectF:
        """Where the picture of a part of the plane lies in what is seen now."""
        window = self.window_at(1.0)
        corner = window.places(np.array([shown.code(0.0, 0.0)]))[0]
        factor = window.scale / shown.scale
        return QRectF(corner[0], corner[1], shown.width * factor, shown.height * factor)

    def _code_of(self, hit: Hit | None) -> np.ndarray | None:
        """The code of a hit, as it is drawn now."""
        if hit is None or hit.code is not None:
            return None if hit is None else np.array(hit.code)
        if self.picture is None or self.picture.snapshot.codes is None:
            return None
        snapshot, codes = self.picture.snapshot, self.picture.snapshot.codes
        return None if hit.vertex >= len(codes) else snapshot.in_plane(codes[hit.vertex : hit.vertex + 1])[0]

    def _ruler(self) -> Ruler | None:
        start, stop = (self._code_of(hit) for hit in self._measured or (None, None))
        if start is None or stop is None:
            return None
        first, last = self.window_at(1.0).places(np.array([start, stop])).tolist()
        return Ruler(tuple(first), tuple(last), number(float(np.linalg.norm(stop - start)), 4))

    def _markers(self) -> list[Marker]:
        markers, window = [], self.window_at(1.0)
        for picked, hit in sorted(self._linked.items()):
            code = self._code_of(hit)
            if code is None or hit is None or (not picked and hit == self._linked[True]):
                continue
            outline = self._outlines[picked]
            x, y = (float(value) for value in window.places(code[None])[0])
            label, has_outline = f"#{hit.vertex:,}", False
            if outline is not None:
                label, has_outline = outline.label, outline.is_large(window)
                if has_outline:
                    x, y = (float(value) for value in window.places(outline.corners).mean(0))
            shown = label if picked or self._names_hovered else ""
            markers.append(Marker(x, y, picked, shown, is_bare=has_outline))
        return markers

    # -- events ------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._seen_elsewhere()

    def hit_at(self, place: QPointF) -> Hit | None:
        """Return what is at a place, None where nothing is."""
        if self.picture is None:
            return None
        shown = self._place_of(self.picture.window)
        x = (place.x() - shown.left()) * self.picture.window.width / shown.width()
        y = (place.y() - shown.top()) * self.picture.window.height / shown.height()
        return self.picture.hit(x, y)

    def _frame_at(self, place: QPointF) -> bool:
        """Whether the frame is grasped at a place: at its line, or within it where it is small."""
        if self.frame is None:
            return False
        rect = frame_rect(self.frame, self.window_at(1.0))
        inner = rect.adjusted(5, 5, -5, -5)
        is_small = max(rect.width(), rect.height()) <= 1.5 * LEAST_FRAME
        return rect.adjusted(-3, -3, 3, 3).contains(place) and (is_small or not inner.contains(place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._last = event.position()
        self._dragged = False
        self._drags_frame = self._frame_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is None:
            self.setCursor(Qt.CursorShape.SizeAllCursor if self._frame_at(place) else Qt.CursorShape.ArrowCursor)
            self.hovered.emit(self.hit_at(place))
            return
        if not self._dragged and (place - self._pressed).manhattanLength() < QApplication.startDragDistance() / 2:
            return
        self._dragged = True
        way, self._last = place - self._last, place
        if self._drags_frame and self.frame is not None:
            scale = self.window_at(1.0).scale
            self.frame_moved.emit(self.frame.x + way.x() / scale, self.frame.y - way.y() / scale)
        else:
            self.pan(way.x(), way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        clicked = pressed is not None and not self._dragged and event.button() == Qt.MouseButton.LeftButton
        if clicked and self.picture is not None:
            self.clicked.emit(self.hit_at(event.position()))

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
