"""Short remarks that lie over a view, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QIcon, QPainter, QPen

from app.style.theme import Theme

CHIP_HEIGHT, _CHIP_ICON = 20.0, 18.0


@dataclass(frozen=True)
class Chip:
    """A short remark on a small raised ground.

    Parameters
    ----------
    text : str
        What it says.
    role : str
        Role of its colour in the palette.
    icon : QIcon or None
        Drawn before the text.
    """

    text: str
    role: str = "text"
    icon: QIcon | None = None


def chip_corners(chips: Sequence[Chip], room: QRectF, theme: Theme) -> list[QPointF]:
    """Return the top left corners of chips that stand side by side, in a new row where there is no more room."""
    corners, corner = list[QPointF](), room.topLeft()
    for chip in chips:
        width = chip_width(chip, theme)
        if corner.x() > room.left() and corner.x() + width > room.right():
            corner = QPointF(room.left(), corner.y() + CHIP_HEIGHT + 4)
        corners.append(corner)
        corner = QPointF(corner.x() + width + 8, corner.y())
    return corners


def chip_width(chip: Chip, theme: Theme) -> float:
    """Return how wide a chip is."""
    icon = _CHIP_ICON if chip.icon is not None else 0.0
    return QFontMetricsF(theme.font(11, 500)).horizontalAdvance(chip.text) + 14 + icon


def paint_chip(painter: QPainter, corner: QPointF, chip: Chip, theme: Theme) -> QRectF:
    """Paint a chip with its top left corner at a place; return its rectangle."""
    font, icon = theme.font(11, 500), _CHIP_ICON if chip.icon is not None else 0.0
    rect = QRectF(corner.x(), corner.y(), chip_width(chip, theme), CHIP_HEIGHT)
    ground = QColor(theme.palette.raised)
    ground.setAlphaF(0.88)
    painter.setPen(QPen(QColor(theme.palette.border), 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if chip.icon is not None:
        place = QRectF(rect.left() + 6, rect.top() + 3, 14, 14).toRect()
        chip.icon.paint(painter, place)
    painter.setFont(font)
    painter.setPen(QColor(getattr(theme.palette, chip.role)))
    painter.drawText(rect.adjusted(7 + icon, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, chip.text)
    return rect
