"""A row of a table as a picture: as it is, decoded, and the difference."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.rows.painting import paint_row

_TITLE = 24
"""Height of the words over a picture, in pixels."""


class RowsPage(QWidget):
    """Shows the row under the pointer, or the picked one, beside what the autoencoder makes of it.

    Parameters
    ----------
    workspace : Workspace
        Whose table.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    """

    of = ("table",)

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._workspace, self._selection, self._theme = workspace, selection, theme
        for signal in (selection.hovered_changed, selection.picked_changed, workspace.project_changed):
            signal.connect(lambda *_: self.update())
        workspace.live_changed.connect(lambda *_: self.update())

    @property
    def row(self) -> int:
        """The row that is shown."""
        pick = self._selection.hovered or self._selection.picked
        return 0 if pick is None else pick.vertex

    def pictures(self) -> list[tuple[str, np.ndarray]]:
        """Return what is to be seen: titles, and values of the columns."""
        source, training, live = (
            self._workspace.project.source,
            self._workspace.project.training,
            self._workspace.live,
        )
        if source is None or not source.is_table or not 0 <= self.row < len(source.positions):
            return []
        row, image = source.positions[self.row], None
        if live is not None and live.reconstruction is not None and len(live.reconstruction) == len(source.positions):
            image = np.asarray(live.reconstruction[self.row], np.float64)
        elif training is not None:
            image = training.autoencoder.decode(training.codes[self.row : self.row + 1])[0]
        label = "" if source.labels is None else f" · {source.table.class_name(int(source.labels[self.row]))}"
        shown = [(tr("Row {n}", n=f"{self.row:,}") + label, row)]
        if image is not None:
            shown += [(tr("Decoded"), image), (tr("Difference"), np.abs(image - row))]
        return shown

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, shown = QPainter(self), self.pictures()
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        painter.setPen(self._theme.color("text_muted"))
        if not shown:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Open a table to see its rows."))
            return
        source = self._workspace.project.source
        low, high = float(source.positions.min()), float(source.positions.max())
        shape, width = source.table.image_shape, self.width() / 3
        for k, (title, values) in enumerate(shown):
            place = QRectF(k * width + 8, 8, width - 16, self.height() - 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, title)
            place.setTop(place.top() + _TITLE)
            limits = (0.0, high - low) if k == 2 else (low, high)  # a difference begins at 0
            paint_row(painter, place, values, shape, limits, self._theme)
