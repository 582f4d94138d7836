"""What the fourth view shows of a comparison: the embeddings side by side, and the dimension over the scale."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.scene.chart_colors import chart_colors
from app.scene.snapshot import UNLIT, rgb
from app.stages.comparison.layer import LocalDisk, LocalSpace
from app.stages.comparison.pages import DimensionPage, DistancesPage
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_views import Grid, StageViews
from app.widgets.text import number
from core.embedding.compare import Comparison, EmbeddingFigures
from core.embedding.methods import METHODS
from core.geometry.principal import principal_coordinates

_TITLE, _GAP, _ACROSS, _MOST, _REACH = 50, 10, 3, 4_000, 8.0
"""Height of the words over an embedding, pixels between two, how many in a line, points drawn, reach of the pointer."""


def figure_words(figures: EmbeddingFigures) -> list[str]:
    """Return what an embedding is worth, in two lines: neighbours, and how classes are told."""
    kept, told = figures.trustworthiness, list[str]()
    if figures.knn5_accuracy is not None:
        told.append(tr("classes {x} %", x=number(100 * figures.knn5_accuracy, 3)))
    if figures.separability is not None:
        told.append(tr("cuts {x}", x=number(figures.separability, 3)))
    return ([] if kept is None else [tr("kept {x}", x=number(kept, 3))]) + ([" · ".join(told)] if told else [])


class ComparePage(QWidget):
    """All embeddings in the colours of the classes; the row under the pointer is lit in all of them."""

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._workspace, self._selection, self._theme = workspace, selection, theme
        self._places: list[tuple[np.ndarray, np.ndarray]] = []
        self.setMouseTracking(True)
        changes = (selection.hovered_changed, selection.picked_changed, selection.brushed_changed)
        for signal in (*changes, selection.region_changed, workspace.project_changed):
            signal.connect(lambda *_: self.update())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, found = QPainter(self), self._workspace.project.results.get("comparison")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        painter.setPen(self._theme.color("text_muted"))
        self._places = []
        if found is None:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Press Compare to see other embeddings."))
            return
        names = list(found.points)
        down = -(-len(names) // _ACROSS)
        wide, high = self.width() / _ACROSS, self.height() / down
        for k, name in enumerate(names):
            room = QRectF(k % _ACROSS * wide + _GAP, k // _ACROSS * high + 4, wide - 2 * _GAP, high - 8)
            self._draw(painter, room, found, name)

    def _draw(self, painter: QPainter, room: QRectF, found: Comparison, name: str) -> None:
        """Draw one embedding with its figures."""
        figures = found.figures[name]
        painter.setPen(self._theme.color("text"))
        title = METHODS[name].title if name in METHODS else tr("Autoencoder")
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        painter.setPen(self._theme.color("text_muted"))
        for k, line in enumerate(figure_words(figures)):
            painter.drawText(room.adjusted(0, 15 * (k + 1), 0, 0), Qt.AlignmentFlag.AlignLeft, line)
        room.setTop(room.top() + _TITLE)
        points = found.points[name]
        points = points if points.shape[1] == 2 else principal_coordinates(points, 2)
        rows = np.linspace(0, len(points) - 1, min(len(points), _MOST)).astype(np.int64)
        low, high = points.min(0), points.max(0)
        scale = min(room.width(), room.height()) / max(float((high - low).max()), 1e-300)
        middle = np.array([room.center().x(), room.center().y()])
        places = middle + (points - 0.5 * (low + high)) * [scale, -scale]
        self._places.append((places[rows], rows))
        self._draw_dots(painter, places, rows)

    def _draw_dots(self, painter: QPainter, places: np.ndarray, rows: np.ndarray) -> None:
        """Draw the rows, class by class, and over them the linked one."""
        labels = self._workspace.project.source.labels
        sheet = rgb(self._theme.palette.sheet)
        kinds = np.zeros(len(places), np.int64) if labels is None else np.unique(labels, return_inverse=True)[1]
        brushed = self._selection.brushed
        for kind, color in enumerate(chart_colors(int(kinds.max()) + 1).tolist()):
            if brushed is not None and kind != brushed:
                color = [round(UNLIT * own + (1.0 - UNLIT) * ground) for own, ground in zip(color, sheet, strict=True)]
            painter.setPen(QPen(QColor(*color), 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints([QPointF(*place) for place in places[rows[kinds[rows] == kind]].tolist()])
        region = self._selection.region
        if region is not None:
            painter.setPen(QPen(self._theme.color("select"), 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            lit = rows[np.isin(rows, region)]
            painter.drawPoints([QPointF(*place) for place in places[lit].tolist()])
        pick = self._selection.hovered or self._selection.picked
        if pick is not None and pick.vertex < len(places):
            painter.setPen(QPen(self._theme.color("select"), 2.0))
            painter.drawEllipse(QPointF(*places[pick.vertex].tolist()), 5.0, 5.0)

    def row_at(self, x: float, y: float) -> int | None:
        """Return the row whose dot is nearest to a place, None where none is near."""
        best, row = _REACH, None
        for places, rows in self._places:
            away = np.hypot(*(places - (x, y)).T)
            if len(away) and away.min() < best:
                best, row = float(away.min()), int(rows[away.argmin()])
        return row

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().x(), event.position().y())
        self._selection.hover(None if row is None else Pick(row, "fourth"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().x(), event.position().y())
        self._selection.pick(None if row is None else Pick(row, "fourth"))


class ComparisonViews(StageViews):
    """Shows a comparison in the fourth view."""

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.page = ComparePage(workspace, selection, theme)
        self.dimension, self.distances = DimensionPage(workspace, theme), DistancesPage(workspace, theme)
        grid.add_fourth("comparison/embeddings", tr("Embeddings"), "squares-four", self.page)
        grid.add_fourth("comparison/dimension", tr("Dimension"), "chart-line", self.dimension)
        grid.add_fourth("comparison/distances", tr("Classes"), "squares-four", self.distances)
        grid.latent.add_layer(LocalDisk(workspace, self))
        grid.surface.add_layer(LocalSpace(workspace, self))
