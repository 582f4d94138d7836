"""The denoised rows as pictures: clean, noisy, after one pass, and projected; far ones are framed."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.pages.table_page import PickablePage
from app.widgets.rows.painting import paint_row
from core.denoising.rows import RowsDenoising

SIDE, BAR_WIDTH, GAP, APART, TITLE = 50.0, 96.0, 8.0, 22.0, 22.0
"""Height of a row and width of one that is no image, what is between two of them, and between two groups, height of
words, in pixels."""


class DenoisedRowsPage(PickablePage):
    """A group of pictures for each denoised row; what is under the pointer lights up in the disk.

    Signals
    -------
    caption_changed(str)
        How many are seen.
    """

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__(selection)
        self._workspace, self._theme = workspace, theme
        self.setMinimumSize(240, 120)
        workspace.project_changed.connect(lambda *_: self.update())
        theme.follow(self.update)

    @property
    def found(self) -> RowsDenoising | None:
        """The denoised rows."""
        return self._workspace.project.results.get("row_denoising")

    def columns(self) -> list[tuple[str, np.ndarray]]:
        """Return the pictures of a group: names, and the rows of all groups."""
        found = self.found
        if found is None:
            return []
        known = [] if found.clean is None else [(tr("clean"), found.clean)]
        return [
            *known,
            (tr("noisy"), found.noisy),
            (tr("one pass"), found.one_pass),
            (tr("projected"), found.points),
        ]

    def places(self) -> list[QRectF]:
        """Return where the first groups are drawn, as many as there is room for."""
        found, source = self.found, self._workspace.project.source
        if found is None or source is None or not source.is_table:
            return []
        wide = len(self.columns()) * (self._width + GAP) - GAP
        across = max(1, int((self.width() - 2 * GAP + APART) // (wide + APART)))
        down = max(1, int((self.height() - TITLE - GAP) // (SIDE + GAP)))
        count = min(across * down, len(found.noisy))
        return [
            QRectF(2 * GAP + k % across * (wide + APART), TITLE + k // across * (SIDE + GAP), wide, SIDE)
            for k in range(count)
        ]

    @property
    def _width(self) -> float:
        source = self._workspace.project.source
        shape = None if source is None or not source.is_table else source.table.image_shape
        return SIDE * shape[1] / shape[0] if shape else BAR_WIDTH

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, places = QPainter(self), self.places()
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        painter.setPen(self._theme.color("text_muted"))
        found = self.found
        if not places or found is None:
            words = tr("Press Denoise rows to see noisy rows brought back.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        table, columns = self._workspace.project.source.table, self.columns()
        limits, far, width = (float(table.values.min()), float(table.values.max())), found.far, self._width
        painter.setFont(self._theme.font(10, 500))
        for place in [one for one in places if one.top() == places[0].top()]:
            for k, (name, _) in enumerate(columns):
                over = QRectF(place.left() + k * (width + GAP) - GAP, 2, width + 2 * GAP, TITLE - 4)
                painter.drawText(over, Qt.AlignmentFlag.AlignCenter, name)
        for row, place in enumerate(places):
            for k, (_, values) in enumerate(columns):
                one = QRectF(place.left() + k * (width + GAP), place.top(), width, place.height())
                paint_row(painter, one, values[row], table.image_shape, limits, self._theme)
            if far[row]:
                painter.setPen(QPen(QColor(self._theme.palette.flipped), 2))
                painter.drawRect(place.adjusted(-2, -1, 2, 1))
        shown = tr("{shown} of {n}", shown=f"{len(places):,}", n=f"{len(found.noisy):,}")
        self._tell(tr("{shown}, far rows framed", shown=shown) if far.any() else shown)

    def pick_at(self, place: QPointF) -> Pick | None:
        """Return the code of the projected row at a place, with the row of the table whose code is nearest."""
        number = next((k for k, one in enumerate(self.places()) if one.contains(place)), None)
        training, found = self._workspace.project.training, self.found
        if number is None or training is None or found is None:
            return None
        code = found.codes[number]
        if len(code) != training.codes.shape[1]:
            return None
        nearest = int(np.square(training.codes - code).sum(1).argmin())
        return Pick(nearest, "fourth", (float(code[0]), float(code[1])) if len(code) == 2 else None)
