"""What lies over a view, drawn by Qt: chips, colour bar, scale bar, axes, linked points, words."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from app.scene.color_maps import Legend, color_table
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.canvas.chips import Chip, chip_corners, paint_chip
from app.widgets.number_text import value_text

MARGIN = 12
AXIS_COLORS = ("#D9485F", "#3A9D6E", "#4A78D4")
AXIS_LENGTH, AXIS_RADIUS = 19.0, 6.5
GIZMO_INSET = 32.0
"""From the top right corner of the view to the origin of the axes."""
BAR_WIDTH, BAR_HEIGHT = 8.0, 96.0
_AXES_ROOM = 48.0
IsBusy = Callable[[QRectF], bool] | None
HOVER_RADIUS, PICK_RADIUS = 5.0, 7.0


def outdated_chip(theme: Theme) -> Chip:
    """Return the remark that what is seen was made from what has changed since."""
    return Chip(tr("Outdated"), "warn", theme.icon("clock-counter-clockwise", "warn"))


@dataclass(frozen=True)
class Marker:
    """A linked point.

    Parameters
    ----------
    x, y : float
        Where it is, in pixels from the top left corner.
    is_picked : bool
        Picked, else hovered.
    label : str
        Text of its chip, empty for none.
    is_hidden : bool
        Lies behind the figure.
    is_bare : bool
        Has no ring: something larger stands out there.
    """

    x: float
    y: float
    is_picked: bool = False
    label: str = ""
    is_hidden: bool = False
    is_bare: bool = False


@dataclass(frozen=True)
class Ruler:
    """A distance between two points.

    Parameters
    ----------
    start, stop : (float, float)
        Where they are, in pixels from the top left corner.
    label : str
        Their distance.
    """

    start: tuple[float, float]
    stop: tuple[float, float]
    label: str


@dataclass(frozen=True)
class Words:
    """Title and sentence of an empty view."""

    title: str
    text: str


@dataclass(frozen=True)
class Overlay:
    """Everything that lies over a view.

    Parameters
    ----------
    chips : tuple of Chip
        At the top left.
    axes : (3, 3) array or None
        Rows right, up, toward the eye: the gizmo at the top right.
    legend : Legend or None
        Colour bar at the bottom left.
    units_per_pixel : float
        Length of a pixel, for the scale bar at the bottom right; 0 for none.
    markers : tuple of Marker
        Linked points.
    ruler : Ruler or None
        A distance that is measured.
    words : Words or None
        In the middle.
    veil : float
        How much of the view is hidden behind its own ground, 0 to 1.
    is_busy : callable or None
        Tells whether there is something to see in a rectangle, so that text over it needs a ground of its own.
    """

    chips: tuple[Chip, ...] = ()
    axes: np.ndarray | None = None
    legend: Legend | None = None
    units_per_pixel: float = 0.0
    markers: tuple[Marker, ...] = ()
    ruler: Ruler | None = None
    words: Words | None = None
    veil: float = 0.0
    is_busy: IsBusy = None


def paint_overlay(painter: QPainter, rect: QRectF, overlay: Overlay, theme: Theme) -> None:
    """Paint everything that lies over a view."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if overlay.veil > 0.0:
        ground = QColor(theme.palette.view)
        ground.setAlphaF(overlay.veil)
        painter.fillRect(rect, ground)
    if overlay.words is not None:
        paint_words(painter, rect, overlay.words, theme)
    if overlay.legend is not None:
        paint_legend(painter, rect, overlay.legend, theme, overlay.is_busy)
    if overlay.units_per_pixel > 0.0:
        paint_scale(painter, rect, overlay.units_per_pixel, theme, overlay.is_busy)
    if overlay.axes is not None:
        paint_axes(painter, rect, overlay.axes, theme)
    if theme.on_paper:
        return
    if overlay.ruler is not None:
        paint_ruler(painter, overlay.ruler, theme)
    for marker in overlay.markers:
        paint_marker(painter, rect, marker, theme)
    room = rect.adjusted(MARGIN, MARGIN, -MARGIN - (_AXES_ROOM if overlay.axes is not None else 0.0), 0.0)
    for chip, corner in zip(overlay.chips, chip_corners(overlay.chips, room, theme), strict=True):
        paint_chip(painter, corner, chip, theme)


def paint_ground(painter: QPainter, rect: QRectF, theme: Theme, is_busy: IsBusy) -> None:
    """Paint a raised ground, if there is something to see under a rectangle."""
    if is_busy is None or not is_busy(rect):
        return
    ground = QColor(theme.palette.raised)
    ground.setAlphaF(0.88)
    painter.setPen(QPen(QColor(theme.palette.border), 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, 4, 4)


def paint_legend(painter: QPainter, rect: QRectF, legend: Legend, theme: Theme, is_busy: IsBusy = None) -> None:
    """Paint the colour bar at the bottom left."""
    bar = QRectF(rect.left() + MARGIN + 4, rect.bottom() - MARGIN - 8 - BAR_HEIGHT, BAR_WIDTH, BAR_HEIGHT)
    metrics, caption = QFontMetricsF(theme.font(11, 500)), tr(legend.caption)
    lines = caption.split("\n")
    widest = max(*map(metrics.horizontalAdvance, lines), 16 + max(map(metrics.horizontalAdvance, legend.ticks)))
    paint_ground(painter, bar.adjusted(-8, -12 - 14 * len(lines), widest, 8), theme, is_busy)
    colors = np.ascontiguousarray(color_table(legend.color_map)[::-1])
    picture = QImage(colors.data, 1, len(colors), 3, QImage.Format.Format_RGB888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(bar, picture)
    painter.setPen(QColor(theme.palette.text_muted))
    painter.setFont(theme.font(11, 500))
    above = QRectF(bar.left(), bar.top() - 48, 160, 40)
    painter.drawText(above, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, caption)
    painter.setFont(theme.font(11, 500))
    for part, text in zip((0.0, 0.5, 1.0), legend.ticks, strict=True):
        line = QRectF(bar.right() + 8, bar.top() + 4 + part * (BAR_HEIGHT - 8) - 8, 120, 16)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)


def scale_length(units_per_pixel: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is at most 90 pixels long: at least 36 pixels."""
    longest = 90.0 * units_per_pixel
    power = 10.0 ** np.floor(np.log10(longest))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= longest * (1 + 1e-12)))


def paint_scale(painter: QPainter, rect: QRectF, units_per_pixel: float, theme: Theme, is_busy: IsBusy = None) -> None:
    """Paint the scale bar at the bottom right."""
    length = scale_length(units_per_pixel)
    width = length / units_per_pixel
    right, y = rect.right() - MARGIN - 4, rect.bottom() - MARGIN - 8.5
    paint_ground(painter, QRectF(right - width - 8, y - 26, width + 16, 36), theme, is_busy)
    painter.setPen(QPen(QColor(theme.palette.text_muted), 1.5))
    painter.drawLine(QPointF(right - width, y), QPointF(right, y))
    for x in (right - width, right):
        painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
    painter.setFont(theme.font(11, 500))
    text = value_text(length, "", "")
    painter.drawText(QRectF(right - width, y - 22, width, 16), Qt.AlignmentFlag.AlignCenter, text)


def axis_ends(rect: QRectF, axes: np.ndarray) -> list[tuple[float, QPointF]]:
    """Return depth toward the eye, and place, of the ends of the x, y and z axes of the gizmo."""
    origin = QPointF(rect.right() - GIZMO_INSET, rect.top() + GIZMO_INSET)
    return [
        (float(axes[2, k]), origin + QPointF(AXIS_LENGTH * float(axes[0, k]), -AXIS_LENGTH * float(axes[1, k])))
        for k in range(3)
    ]


def paint_axes(painter: QPainter, rect: QRectF, axes: np.ndarray, theme: Theme) -> None:
    """Paint the axes at the top right, the nearest last."""
    origin = QPointF(rect.right() - GIZMO_INSET, rect.top() + GIZMO_INSET)
    ends = axis_ends(rect, axes)
    for k in sorted(range(3), key=lambda k: ends[k][0]):
        color, (_, end) = QColor(AXIS_COLORS[k]), ends[k]
        painter.setPen(QPen(color, 2))
        painter.drawLine(origin, end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(end, AXIS_RADIUS, AXIS_RADIUS)
        painter.setPen(QColor("#FFFFFF"))
        painter.setFont(theme.font(9, 700))
        painter.drawText(QRectF(end.x() - 7, end.y() - 7.5, 14, 14), Qt.AlignmentFlag.AlignCenter, "XYZ"[k])


def paint_marker(painter: QPainter, rect: QRectF, marker: Marker, theme: Theme) -> None:
    """Paint a linked point: an orange ring between a white and a dark halo."""
    if not marker.is_bare:
        _paint_ring(painter, marker, theme)
    if marker.label:
        width = QFontMetricsF(theme.font(11, 500)).horizontalAdvance(marker.label) + 14
        x = marker.x + 14 if marker.x + 14 + width < rect.right() - 4 else marker.x - 14 - width
        y = max(rect.top() + 4, marker.y - 24)
        paint_chip(painter, QPointF(x, y), Chip(marker.label), theme)


def paint_ruler(painter: QPainter, ruler: Ruler, theme: Theme) -> None:
    """Paint the line between two points, with an end mark where it begins and their distance in its middle."""
    start, stop = QPointF(*ruler.start), QPointF(*ruler.stop)
    painter.save()
    halo = QColor("#16181C" if theme.palette.is_dark else "#FFFFFF")
    halo.setAlphaF(0.85)
    for color, width in ((halo, 4.0), (QColor(theme.palette.select), 1.5)):
        painter.setPen(QPen(color, width, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(start, stop)
    painter.setPen(QPen(halo, 1.25))
    painter.setBrush(QColor(theme.palette.select))
    painter.drawEllipse(start, 3.5, 3.5)
    painter.restore()
    width = QFontMetricsF(theme.font(11, 500)).horizontalAdvance(ruler.label) + 14
    middle = 0.5 * (start + stop)
    paint_chip(painter, QPointF(middle.x() - 0.5 * width, middle.y() + 8), Chip(ruler.label), theme)


def _paint_ring(painter: QPainter, marker: Marker, theme: Theme) -> None:
    centre = QPointF(marker.x, marker.y)
    radius = PICK_RADIUS if marker.is_picked else HOVER_RADIUS
    painter.save()
    painter.setOpacity(0.5 if marker.is_hidden else 1.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, offset in (("#FFFFFF", -1.5), ("#16181C", 1.75)):
        halo = QColor(color)
        halo.setAlphaF(0.85)
        painter.setPen(QPen(halo, 1.25))
        painter.drawEllipse(centre, radius + offset, radius + offset)
    pen = QPen(QColor(theme.palette.select), 2.0 if marker.is_picked else 1.5)
    if marker.is_hidden:
        pen.setDashPattern([2.0, 1.5])
    painter.setPen(pen)
    painter.drawEllipse(centre, radius, radius)
    if marker.is_picked:
        painter.setPen(QPen(QColor("#FFFFFF"), 1))
        painter.setBrush(QColor(theme.palette.select))
        painter.drawEllipse(centre, 2.75, 2.75)
    painter.restore()


def paint_outline(
    painter: QPainter, corners: np.ndarray, is_picked: bool, theme: Theme, is_hidden: bool = False
) -> None:
    """Paint a polygon that stands out: an orange line with a halo, and an orange tint where it is picked."""
    polygon = QPolygonF([QPointF(x, y) for x, y in corners])
    painter.save()
    painter.setOpacity(0.5 if is_hidden else 1.0)
    tint = QColor(theme.palette.select)
    tint.setAlphaF(0.18)
    halo = QColor("#16181C" if theme.palette.is_dark else "#FFFFFF")
    halo.setAlphaF(0.85)
    painter.setBrush(tint if is_picked else Qt.BrushStyle.NoBrush)
    join = Qt.PenJoinStyle.RoundJoin
    width = 3.0 if is_picked else 1.5
    painter.setPen(QPen(halo, width + 2.5, j=join))
    painter.drawPolygon(polygon)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(QColor(theme.palette.select), width, j=join)
    if is_hidden:
        pen.setDashPattern([2.0, 1.5])
    painter.setPen(pen)
    painter.drawPolygon(polygon)
    painter.restore()


def paint_border(
    painter: QPainter, polygons: list[np.ndarray], lines: np.ndarray, theme: Theme, is_hidden: bool
) -> None:
    """Paint polygons that stand out together, and (k, 2, 2) lines as their common border."""
    painter.save()
    painter.setOpacity(0.5 if is_hidden else 1.0)
    tint = QColor(theme.palette.select)
    tint.setAlphaF(0.18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    for corners in polygons:
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    halo = QColor("#16181C" if theme.palette.is_dark else "#FFFFFF")
    halo.setAlphaF(0.85)
    drawn = [QLineF(ax, ay, bx, by) for (ax, ay), (bx, by) in lines.tolist()]
    for color, width in ((halo, 5.5), (QColor(theme.palette.select), 3.0)):
        pen = QPen(color, width, c=Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(drawn)
    painter.restore()


def paint_frame(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Paint the frame of what another view shows."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    halo = QColor("#16181C" if theme.palette.is_dark else "#FFFFFF")
    halo.setAlphaF(0.85)
    painter.setPen(QPen(halo, 4))
    painter.drawRect(rect)
    painter.setPen(QPen(QColor(theme.palette.select), 2))
    painter.drawRect(rect)
    painter.restore()


def paint_words(painter: QPainter, rect: QRectF, words: Words, theme: Theme) -> None:
    """Paint the words of an empty view, in the middle."""
    title, text = theme.font(15, 600), theme.font(12)
    width = min(236.0, rect.width() - 24)
    flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignHCenter)
    above = QFontMetricsF(title).boundingRect(QRectF(0, 0, width, 1000), flags, words.title)
    below = QFontMetricsF(text).boundingRect(QRectF(0, 0, width, 1000), flags, words.text)
    top = rect.center().y() - 0.5 * (above.height() + 8 + below.height())
    left = rect.center().x() - 0.5 * width
    painter.setFont(title)
    painter.setPen(QColor(theme.palette.text))
    painter.drawText(QRectF(left, top, width, above.height()), flags, words.title)
    painter.setFont(text)
    painter.setPen(QColor(theme.palette.text_muted))
    painter.drawText(QRectF(left, top + above.height() + 8, width, below.height()), flags, words.text)


def probes(rect: QRectF) -> list[QPointF]:
    """Return some places in a rectangle at which to look whether it is busy."""
    steps = (0.05, 0.35, 0.65, 0.95)
    return [QPointF(rect.left() + a * rect.width(), rect.top() + b * rect.height()) for a in steps for b in steps]
