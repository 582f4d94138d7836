"""A page for tables: the straight walk and a geodesic between two rows, as decoded pictures with their lengths."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent

from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.pages.table_page import TablePage
from app.widgets.canvas.newest import Newest
from app.widgets.rows.painting import paint_row
from app.widgets.text import number, percent
from core.charts.autoencoder import Autoencoder
from core.generation.row_walk import RowWalk, row_walk
from core.generation.short_way import short_way

FRAMES, TITLE, GAP, HIGHEST = 11, 24.0, 6.0, 90.0
"""Pictures of a walk, height of words, what is between two pictures, and height of one at most, in pixels."""


@dataclass(frozen=True, eq=False)
class RowWays:
    """Both ways between two rows.

    Parameters
    ----------
    autoencoder : Autoencoder
        Whose they are.
    ends : (int, int)
        The rows.
    straight, geodesic : RowWalk
        The ways.
    """

    autoencoder: Autoencoder
    ends: tuple[int, int]
    straight: RowWalk
    geodesic: RowWalk


def row_ways(autoencoder: Autoencoder, codes: np.ndarray, ends: tuple[int, int]) -> RowWays:
    """Return both ways between two rows (runs in a thread)."""
    start, stop = codes[ends[0]], codes[ends[1]]
    straight = row_walk(autoencoder, start, stop, FRAMES)
    return RowWays(autoencoder, ends, straight, short_way(autoencoder, start, stop, FRAMES))


class RowWayPage(TablePage):
    """Walks between two rows that are picked one after the other while it is seen.

    Signals
    -------
    caption_changed(str)
        Between which rows.
    changed()
        Other ways are known, or none.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme, making: Newest) -> None:
        super().__init__()
        self._workspace, self._theme, self._making = workspace, theme, making
        self.ends: tuple[int, ...] = ()
        self.ways: RowWays | None = None
        making.done.connect(self._on_ways)
        selection.picked_changed.connect(self._on_picked)
        workspace.project_changed.connect(self._on_project_changed)
        theme.follow(self.update)

    def _on_picked(self, pick: Pick | None) -> None:
        if pick is not None and self.isVisible():
            self.take(pick.vertex)

    def take(self, row: int) -> None:
        """Take a row as the beginning of a walk, or as its end where there is a beginning."""
        training = self._workspace.project.training
        if training is None or row >= len(training.codes):
            return
        self.ends = (row,) if len(self.ends) != 1 or self.ends == (row,) else (self.ends[0], row)
        self.ways = None
        if len(self.ends) == 2:
            self._making.submit(row_ways, training.autoencoder, training.codes, self.ends)
        self._say()

    def _on_ways(self, ways: RowWays) -> None:
        training = self._workspace.project.training
        if training is not None and ways.autoencoder is training.autoencoder and ways.ends == self.ends:
            self.ways = ways
            self._say()

    def _on_project_changed(self, old: object, new: object) -> None:
        if getattr(new, "training", None) is not getattr(old, "training", None):
            self.ends, self.ways = (), None
            self._making.forget()
        self._say()

    def _say(self) -> None:
        text = ""
        if self.ends:
            names = [f"{row:,}" for row in self.ends]
            text = (
                tr("row {a} to row {b}", a=names[0], b=names[1]) if len(names) == 2 else tr("row {a} to …", a=names[0])
            )
        self._tell(text)
        self.changed.emit()
        self.update()

    def lines(self) -> list[tuple[str, RowWalk]]:
        """Return the words of both ways, and the ways."""
        if self.ways is None:
            return []
        straight, geodesic = self.ways.straight, self.ways.geodesic
        saved = 1.0 - geodesic.length / straight.length if straight.length else 0.0
        words = tr(
            "Straight: length {length}, {n} pieces; ends {chord} apart",
            length=number(straight.length, 4),
            n=f"{straight.n_pieces:,}",
            chord=number(straight.chord, 4),
        )
        others = tr(
            "Geodesic, by descent: length {length}, {saved} shorter, {n} pieces",
            length=number(geodesic.length, 4),
            saved=percent(saved),
            n=f"{geodesic.n_pieces:,}",
        )
        return [(words, straight), (others, geodesic)]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, lines = QPainter(self), self.lines()
        painter.fillRect(self.rect(), self._theme.color("sheet"))
        painter.setPen(self._theme.color("text_muted"))
        source = self._workspace.project.source
        if not lines or source is None or not source.is_table:
            words = tr("Pick a row, then another: the walk between them is shown here.")
            if len(self.ends) == 1:
                words = tr("Pick the row at which the walk ends.")
            elif len(self.ends) == 2:
                words = tr("Looking for a short way…")
            elif self._workspace.project.training is None:
                words = tr("Train first, then pick two rows: the walk between them is shown here.")
            painter.drawText(self.rect().adjusted(12, 0, -12, 0), _CENTRED, words)
            return
        table, limits = source.table, (float(source.positions.min()), float(source.positions.max()))
        wide = (self.width() - 2 * GAP) / FRAMES
        high = min(HIGHEST, wide if table.image_shape else HIGHEST, (self.height() - 2 * GAP) / 2 - TITLE - GAP)
        painter.setFont(self._theme.font(12, 500))
        for k, (words, walk) in enumerate(lines):
            top = GAP + k * (TITLE + high + 2 * GAP)
            painter.setPen(self._theme.color("text"))
            painter.drawText(QRectF(2 * GAP, top, self.width() - 4 * GAP, TITLE), Qt.AlignmentFlag.AlignVCenter, words)
            for n, values in enumerate(walk.points):
                place = QRectF(GAP + n * wide + 2, top + TITLE, wide - 4, high)
                paint_row(painter, place, values, table.image_shape, limits, self._theme)


_CENTRED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
