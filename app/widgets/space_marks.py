"""Marks over a figure in space: rings around places, and polygons that stand out."""

import numpy as np
from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.scene.camera import Camera
from app.scene.cells_outline import SpaceOutline
from app.scene.sight import Sight
from app.theme import Theme
from app.widgets.overlays import paint_border

LEAST_OUTLINE = 14.0
"""Size of an outline, in pixels, below which it cannot be told from the ring of the picked point."""
RING_RADIUS = 5.0


def paint_rings(painter: QPainter, points: np.ndarray, seen: Sight, theme: Theme) -> None:
    """Paint rings around those of (r, 3) points that nothing hides."""
    height, width = seen.ids.shape
    places, depth = seen.camera.project(points[~seen.hidden(points)], width, height)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.palette.flipped), 1.25))
    for (x, y), away in zip(places.tolist(), depth.tolist(), strict=True):
        if away > 0.0:
            painter.drawEllipse(QPointF(x, y), RING_RADIUS, RING_RADIUS)


def paint_space_outline(
    painter: QPainter, outline: SpaceOutline, camera: Camera, size: QSizeF, theme: Theme, is_hidden: bool
) -> None:
    """Paint polygons in space with their common border, unless they are small or behind the eye."""
    places, depth = camera.project(outline.edges.reshape(-1, 3), size.width(), size.height())
    if not (depth > 0.0).all() or np.ptp(places, axis=0).max() < LEAST_OUTLINE:
        return
    polygons = [camera.project(corners, size.width(), size.height())[0] for corners in outline.polygons]
    paint_border(painter, polygons, places.reshape(-1, 2, 2), theme, is_hidden)
