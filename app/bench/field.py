"""One field of the bench: a model on a target, with its picture and its figures."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.text import duration, number
from core.bench.bench import Cell
from core.training.generators.cloud import box_of
from core.training.generators.plane import plane_of

WIDTH, HEIGHT, PICTURE = 148, 164, 118
_SHOWN = 500


class Field(QAbstractButton):
    """A click opens the model large.

    Parameters
    ----------
    theme : Theme
        The look.
    name : str
        What it is, for those who hear it.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._name = theme, name
        self.cells: list[Cell] = []
        self._live: np.ndarray | None = None
        self._real, self._box = np.zeros((0, 2)), (0.0, 1.0, 0.0, 1.0)
        self._plane = plane_of(self._real)
        self._pixmap: QPixmap | None = None
        self.setAccessibleName(name)
        self.setToolTip(tr("Open: the model large, while it learns"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.follow(self._restyle)

    # -- content -----------------------------------------------------------------------------------------------------

    def show_real(self, points: np.ndarray) -> None:
        """Show what is to be learned."""
        self._plane = plane_of(points)
        self._real, self._box = self._plane.places(points[:_SHOWN]), box_of(self._plane.places(points))
        self._renew()

    def show_cells(self, cells: Sequence[Cell]) -> None:
        """Show what came out, by seed; the picture is that of the first one."""
        self.cells, self._live = list(cells), None
        words = " · ".join(self.words()) if cells else ""
        self.setAccessibleName(f"{self._name}: {words}" if words else self._name)
        self._renew()

    def show_live(self, points: np.ndarray) -> None:
        """Show what the model draws while it learns."""
        self._live = points
        self._renew()

    @property
    def is_live(self) -> bool:
        """Whether its model learns."""
        return self._live is not None

    def figures(self) -> tuple[float, float, float]:
        """Return W2, share of modes that are covered, and seconds: means over the seeds; no number for what is none."""
        good = [cell.judgement for cell in self.cells if cell.judgement is not None]
        covered = [one.covered / one.pieces for one in good]
        return _mean([one.w2 for one in good]), _mean(covered), _mean([cell.seconds for cell in self.cells])

    @property
    def has_diverged(self) -> bool:
        """Whether it ended, with some seed, for want of numbers."""
        return any(cell.diverged for cell in self.cells)

    def words(self) -> tuple[str, str]:
        """Return the two lines beneath the picture."""
        if self._live is not None:
            return tr("Learning…"), ""
        if not self.cells:
            return "", ""
        w2, covered, seconds = self.figures()
        if np.isnan(w2):
            return tr("Diverged"), duration(seconds)
        pieces = next(cell.judgement.pieces for cell in self.cells if cell.judgement is not None)
        second = f"{number(covered * pieces, 3)}/{pieces} · {duration(seconds)}"
        return f"W2 {number(w2, 3)}", second

    # -- painting ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH), self._theme.px(HEIGHT))

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, 6, 6)
        painter.fillPath(outline, theme.color("control_hover" if self.underMouse() else "raised"))
        painter.drawPixmap(QRect(1, 1, self.width() - 2, px(PICTURE)), self._picture())
        painter.setPen(QPen(theme.color("link" if self.underMouse() else "border"), 1))
        painter.drawLine(1, px(PICTURE), self.width() - 1, px(PICTURE))
        painter.drawPath(outline)
        first, second = self.words()
        left = px(8)
        if self.has_diverged:
            painter.drawPixmap(left, px(PICTURE) + px(6), theme.pixmap("warning-fill", "warn", 14, self._ratio))
            left += px(18)
        room = self.width() - left - px(6)
        lines = ((first, 600, "text", 4), (second, 400, "text_muted", 22))
        for text, weight, role, down in lines:
            painter.setFont(theme.font(12 if weight == 600 else 11, weight))
            painter.setPen(theme.color(role))
            place = QRect(left if down == 4 else px(8), px(PICTURE) + px(down), room, px(18))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)

    @property
    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def _picture(self) -> QPixmap:
        """Return the points, drawn once for each change."""
        if self._pixmap is not None:
            return self._pixmap
        width, height = self._theme.px(WIDTH) - 2, self._theme.px(PICTURE)
        made = QPixmap(round(width * self._ratio), round(height * self._ratio))
        made.setDevicePixelRatio(self._ratio)
        made.fill(self._theme.color("sheet"))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.palette
        drawn = self._live
        if drawn is None and self.cells:
            drawn = self.cells[0].points[:_SHOWN]
        if drawn is not None:
            drawn = self._plane.places(drawn) if len(self._plane.centre) == drawn.shape[1] else drawn[:, :2]
        for points, color, size in ((self._real, palette.border_strong, 2.0), (drawn, palette.layers[0], 2.4)):
            if points is not None and len(points):
                painter.setPen(QPen(QColor(color), size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in self._placed(points, width, height).tolist()]))
        painter.end()
        self._pixmap = made
        return made

    def _placed(self, points: np.ndarray, width: int, height: int) -> np.ndarray:
        """Return the points within the box in pixels of the picture."""
        left, right, low, high = self._box
        side, middle = min(width, height) - 4, np.array([0.5 * width, 0.5 * height])
        share = (points - [0.5 * (left + right), 0.5 * (low + high)]) / max(right - left, high - low, 1e-12)
        share = share[(np.abs(share) <= 0.5).all(1)]
        return middle + side * share * [1.0, -1.0]

    def _renew(self) -> None:
        self._pixmap = None
        self.update()

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self._renew()


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")
