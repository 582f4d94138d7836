"""The row of a table that is pointed at, as a small picture beside the pointer."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from app.style.theme import Theme
from app.widgets.rows.painting import paint_row

SIDE, AWAY, FRAME = 56.0, 14.0, 4.0
"""Size of the picture, how far it is from the point, and its margin, in pixels."""


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """Rows that are images.

    Parameters
    ----------
    values : (n, D) float64 array
        The rows.
    shape : (int, int)
        Height and width.
    limits : (float, float)
        Values that are white and black.
    """

    values: np.ndarray
    shape: tuple[int, ...]
    limits: tuple[float, float]

    def paint(self, painter: QPainter, point: QPointF, row: int, bounds: QRectF, theme: Theme) -> None:
        """Paint a row beside a point, inside of bounds."""
        if not 0 <= row < len(self.values):
            return
        place = QRectF(point.x() + AWAY, point.y() + AWAY, SIDE, SIDE)
        if place.right() > bounds.right():
            place.moveRight(point.x() - AWAY)
        if place.bottom() > bounds.bottom():
            place.moveBottom(point.y() - AWAY)
        painter.setPen(QPen(theme.color("border_strong"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(place.adjusted(-FRAME, -FRAME, FRAME, FRAME), 4, 4)
        paint_row(painter, place, self.values[row], self.shape, self.limits, theme)
