"""What is painted of the disk besides its picture: the rim, polygons that stand out, where a frame is."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.scene.disk import Shapes, Window

RING_RADIUS = 5.0
ROUND_BELOW = 1e5
"""Radius, in pixels, up to which the rim is drawn as a circle; a larger one looks straight."""
LEAST_FRAME = 24.0
"""Least side of a frame, in pixels."""
SEAM = 0.2
"""Width of the line around a polygon in its own colour, in pixels: else the ground shines between neighbours."""


@dataclass(frozen=True, eq=False)
class Outline:
    """A polygon of the plane that stands out.

    Parameters
    ----------
    corners : (n, 2) float64 array
        In latent coordinates.
    label : str
        Text of its chip, empty for none.
    """

    corners: np.ndarray
    label: str = ""

    def is_large(self, window: Window) -> bool:
        """Return whether it is seen as more than the ring that it stands for."""
        return bool(np.ptp(self.corners, axis=0).max() * window.scale >= 2 * RING_RADIUS)


def paint_rim(painter: QPainter, window: Window) -> None:
    """Paint the unit disk with the pen and brush in use, or what of it is seen of a very large one."""
    if window.scale <= ROUND_BELOW:
        middle = QPointF(*window.places(np.zeros((1, 2)))[0])
        painter.drawEllipse(middle, window.scale, window.scale)
        return
    away, reach = float(np.hypot(window.x, window.y)), float(np.hypot(window.width, window.height)) / window.scale
    if away > 1.0 + reach:
        return
    if away < 1.0 - reach:
        if painter.brush().style() != Qt.BrushStyle.NoBrush:
            painter.fillRect(QRectF(0.0, 0.0, window.width, window.height), painter.brush())
        return
    # The tangent at the nearest point of the rim, and the half plane behind it.
    normal = np.array([window.x, window.y]) / away
    along = reach * np.array([-normal[1], normal[0]])
    corners = [
        normal + along,
        normal - along,
        normal - along - 2 * reach * normal,
        normal + along - 2 * reach * normal,
    ]
    painter.drawPolygon([QPointF(x, y) for x, y in window.places(np.array(corners))])


def paint_shapes(painter: QPainter, shapes: Shapes, window: Window) -> None:
    """Paint polygons, lines and dots, those that are seen in a window."""
    painter.save()
    painter.setClipRect(QRectF(0.0, 0.0, window.width, window.height))
    room = np.array([window.width, window.height])
    if len(shapes.offsets) > 1:
        corners = window.places(shapes.points)[shapes.corners]
        low = np.minimum.reduceat(corners, shapes.offsets[:-1])
        high = np.maximum.reduceat(corners, shapes.offsets[:-1])
        for k in np.flatnonzero((low < room).all(1) & (high > 0.0).all(1)).tolist():
            color = QColor(*shapes.colors[k].tolist())
            painter.setPen(QPen(color, SEAM))
            painter.setBrush(color)
            ring = corners[shapes.offsets[k] : shapes.offsets[k + 1]].tolist()
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in ring]))
    for lines in shapes.lines:
        ends = window.places(lines.ends.reshape(-1, 2)).reshape(-1, 2, 2)
        seen = (ends.min(1) < room).all(1) & (ends.max(1) > 0.0).all(1)
        color = QColor(lines.color)
        color.setAlphaF(lines.opacity)
        painter.setPen(QPen(color, lines.width, c=Qt.PenCapStyle.RoundCap))
        painter.drawLines([QLineF(ax, ay, bx, by) for (ax, ay), (bx, by) in ends[seen].tolist()])
    if shapes.dots is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        for (x, y), color in zip(window.places(shapes.dots).tolist(), shapes.dot_colors.tolist(), strict=True):
            painter.setBrush(QColor(*color))
            painter.drawEllipse(QPointF(x, y), shapes.dot_radius, shapes.dot_radius)
    painter.restore()


def frame_rect(frame: Window, window: Window) -> QRectF:
    """Return where a part of the plane is seen, but never too small to be found."""
    x, y = window.places(np.array([[frame.x, frame.y]]))[0]
    factor = window.scale / frame.scale
    width, height = max(frame.width * factor, LEAST_FRAME), max(frame.height * factor, LEAST_FRAME)
    return QRectF(x - 0.5 * width, y - 0.5 * height, width, height)
