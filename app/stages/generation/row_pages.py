"""Pages for tables: the generated rows as pictures, and what the code under the pointer is decoded to."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from app.stages.generation.scene.generated import outside_color
from app.stages.generation.shown import GenerateScene
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.pages.table_page import PickablePage, TablePage
from app.widgets.rows.painting import paint_row
from app.widgets.text import components

SIDE, BAR_WIDTH, GAP, TITLE = 44, 92, 6, 22
"""Height of a generated row and width of one that is no image, what is between two, height of words, in pixels."""


class RowsOfGeneration(PickablePage):
    """Generated rows as pictures, those between modes framed; the code of the one under the pointer lights up.

    Signals
    -------
    caption_changed(str)
        How many are seen.
    """

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__(selection)
        self._workspace, self._theme = workspace, theme
        workspace.project_changed.connect(lambda *_: self.update())
        theme.follow(self.update)

    def places(self) -> list[QRectF]:
        """Return where the first generated rows are drawn, as many as there is room for."""
        project = self._workspace.project
        if project.generation is None or project.source is None or not project.source.is_table:
            return []
        shape = project.source.table.image_shape
        width = SIDE * shape[1] / shape[0] if shape else BAR_WIDTH
        across = max(1, int((self.width() - GAP) // (width + GAP)))
        down = max(1, int((self.height() - GAP) // (SIDE + GAP)))
        steps = range(min(across * down, len(project.generation.points)))
        return [QRectF(GAP + k % across * (width + GAP), GAP + k // across * (SIDE + GAP), width, SIDE) for k in steps]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, project, places = QPainter(self), self._workspace.project, self.places()
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        if not places:
            painter.setPen(self._theme.color("text_muted"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Press Generate to see new rows."))
            return
        made, table = project.generation, project.source.table
        limits = float(table.values.min()), float(table.values.max())
        between = self._workspace.display("generation").tint_outside & ~made.inside
        for k, place in enumerate(places):
            filled = paint_row(painter, place, made.points[k], table.image_shape, limits, self._theme)
            if between[k]:
                painter.setPen(QPen(QColor(outside_color(self._theme.palette)), 2))
                painter.drawRect(filled.adjusted(-1, -1, 1, 1))
        self._tell(tr("{shown} of {n}", shown=f"{len(places):,}", n=f"{len(made.points):,}"))

    def pick_at(self, place: QPointF) -> Pick | None:
        """Return the code of the row at a place, with the row of the table whose code is nearest."""
        project = self._workspace.project
        found = next((k for k, one in enumerate(self.places()) if one.contains(place)), None)
        if found is None or project.training is None or project.generation.codes.shape[1] != 2:
            return None
        code = project.generation.codes[found]
        nearest = int(np.square(project.training.codes - code).sum(1).argmin())
        return Pick(nearest, "fourth", (float(code[0]), float(code[1])))


class RowLens(TablePage):
    """What the code under the pointer, or the picked one, is decoded to, beside the row whose code is nearest.

    Signals
    -------
    caption_changed(str)
        The code.
    """

    def __init__(self, scene: GenerateScene, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._scene, self._workspace, self._selection, self._theme = scene, workspace, selection, theme
        theme.changed.connect(self.update)
        for signal in (selection.hovered_changed, selection.picked_changed, workspace.project_changed):
            signal.connect(lambda *_: self.update())

    def shown(self) -> list[tuple[str, np.ndarray, bool]]:
        """Return what is to be seen: a title, the row, and whether it is a difference."""
        pick = self._selection.hovered or self._selection.picked
        code, training = self._scene.code_of(pick), self._workspace.project.training
        if pick is None or code is None or training is None:
            return []
        source = self._workspace.project.source
        image, row = training.autoencoder.decode(np.array([code]))[0], source.positions[pick.vertex]
        label = "" if source.labels is None else f" · {source.table.class_name(int(source.labels[pick.vertex]))}"
        self._tell(tr("code {code}", code=components(code, 3)))
        return [
            (tr("Decoded here"), image, False),
            (tr("Nearest: row {n}", n=f"{pick.vertex:,}") + label, row, False),
            (tr("Difference"), image - row, True),
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        painter.setPen(self._theme.color("text_muted"))
        source = self._workspace.project.source
        shown = self.shown() if source is not None and source.is_table else []
        if not shown:
            words = tr("Point at the disk to see what is decoded there.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        low, high = float(source.positions.min()), float(source.positions.max())
        width = self.width() / len(shown)
        for k, (title, values, signed) in enumerate(shown):
            place = QRectF(k * width + 8, 8, width - 16, self.height() - 16)
            painter.setPen(self._theme.color("text_muted"))
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, title)
            place.setTop(place.top() + TITLE)
            limits = (low - high, high - low) if signed else (low, high)
            paint_row(painter, place, values, source.table.image_shape, limits, self._theme, signed)
