"""Pages of a map: how far rows arrive from their partners, and the rows as pictures."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout

from app.stages.maps.inspector_lines import map_lines
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.pages.table_page import PickablePage, TablePage
from app.widgets.log_histogram import LogHistogram
from app.widgets.rows.painting import paint_row
from app.widgets.section import Section
from app.widgets.text import label
from core.maps.errors import arrival_errors, nearest_sample_errors
from core.maps.manifold_map import ManifoldMap
from core.session.project import Project

SIDE, BAR_WIDTH, GAP, APART, TITLE = 50.0, 96.0, 8.0, 22.0, 22.0
"""Height of a row and width of one that is no image, what is between two of them, and between two groups, height of
words, in pixels."""


def nothing_yet() -> str:
    """Return what a page says while there is no map."""
    return tr("Choose the other manifold and press Find the map to see this.")


class MapFiguresPage(TablePage):
    """The figures of a map above a histogram: errors on withheld pairs, or how far codes move."""

    of = ("surface", "table")

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.figures = Section(theme, tr("Map"))
        self.title, self.empty = label("", "header"), label(nothing_yet(), "label", wrap=True)
        self.histogram = LogHistogram(theme)
        self.histogram.setAccessibleName(tr("Distribution of the errors of the map"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        for part in (self.empty, self.figures, self.title):
            column.addWidget(part)
        column.addWidget(self.histogram, 1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        workspace.project_changed.connect(self._on_project_changed)
        self.show_map(workspace.project.results.get("maps"))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("sheet"))

    def show_map(self, made: ManifoldMap | None) -> None:
        """Show another map, or say how there comes to be one."""
        for part in (self.figures, self.title, self.histogram):
            part.setVisible(made is not None)
        self.empty.setVisible(made is None)
        if made is None:
            self.histogram.clear()
            return
        self.figures.set_lines(map_lines(made))
        off, lent = arrival_errors(made), nearest_sample_errors(made)
        none = np.zeros(0)
        if off is not None:
            held = made.withheld if made.withheld.any() else ~made.withheld
            self.title.setText(tr("Distance from the partner, % of the diagonal"))
            self.histogram.name(tr("nearest sample"), tr("the map"))
            self.histogram.show_percentages(none if lent is None else 100.0 * lent, 100.0 * off[held])
        else:
            codes, moved = made.first.training.codes, none
            if codes.shape == made.images.shape:
                moved = 100.0 * np.linalg.norm(made.images - codes, axis=1)
            self.title.setText(tr("How far codes move, % of the radius"))
            self.histogram.name("", tr("the map"))
            self.histogram.show_percentages(none, moved)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.results.get("maps") is not old.results.get("maps"):
            self.show_map(new.results.get("maps"))


class MappedRowsPage(PickablePage):
    """For each row itself, where it arrives, and its partner; rows that were withheld come first."""

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__(selection)
        self._workspace, self._theme = workspace, theme
        self.setMinimumSize(240, 120)
        workspace.project_changed.connect(lambda *_: self.update())
        theme.follow(self.update)

    @property
    def made(self) -> ManifoldMap | None:
        """The map, where it is one of tables."""
        found = self._workspace.project.results.get("maps")
        return found if found is not None and found.first.source.is_table else None

    def columns(self) -> Sequence[tuple[str, np.ndarray, tuple[int, ...] | None, tuple[float, float]]]:
        """Return what is drawn of each row: name, all rows, shape of an image, limits."""
        made = self.made
        if made is None:
            return []
        first, second = made.first.source.table, made.second.source.table
        here = first.image_shape, (float(first.values.min()), float(first.values.max()))
        there = second.image_shape, (float(second.values.min()), float(second.values.max()))
        columns = [(tr("source"), first.values, *here), (tr("mapped"), made.arrived, *there)]
        return columns if made.networks is None else [*columns, (tr("target"), second.values, *there)]

    def order(self) -> np.ndarray:
        """Return the numbers of the rows in the order in which they are drawn."""
        made = self.made
        return np.zeros(0, np.int64) if made is None else np.argsort(~made.withheld, kind="stable")

    def places(self) -> list[QRectF]:
        """Return where the first groups are drawn, as many as there is room for."""
        columns = self.columns()
        wide = len(columns) * (BAR_WIDTH if any(not one[2] for one in columns) else SIDE) + (len(columns) - 1) * GAP
        across = max(1, int((self.width() - 2 * GAP + APART) // (wide + APART)))
        down = max(1, int((self.height() - TITLE - GAP) // (SIDE + GAP)))
        return [
            QRectF(2 * GAP + k % across * (wide + APART), TITLE + k // across * (SIDE + GAP), wide, SIDE)
            for k in range(min(across * down, len(self.order())))
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, places = QPainter(self), self.places()
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        painter.setPen(self._theme.color("text_muted"))
        if not places:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, nothing_yet())
            return
        columns, order = self.columns(), self.order()
        painter.setFont(self._theme.font(10, 500))
        width = (places[0].width() - (len(columns) - 1) * GAP) / len(columns)
        for number_, place in enumerate(places):
            for k, (name, values, shape, limits) in enumerate(columns):
                left = place.left() + k * (width + GAP)
                if place.top() == places[0].top():
                    painter.setPen(self._theme.color("text_muted"))
                    over = QRectF(left - GAP, 2, width + 2 * GAP, TITLE - 4)
                    painter.drawText(over, Qt.AlignmentFlag.AlignCenter, name)
                one = QRectF(left, place.top(), width, place.height())
                paint_row(painter, one, values[order[number_]], shape, limits, self._theme)
        self._tell(tr("{shown} of {n}", shown=f"{len(places):,}", n=f"{len(order):,}"))

    def pick_at(self, place: QPointF) -> Pick | None:
        """Return the row whose group is at a place."""
        found = next((k for k, one in enumerate(self.places()) if one.contains(place)), None)
        return None if found is None else Pick(int(self.order()[found]), "fourth")
