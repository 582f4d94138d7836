"""Rows of a table side by side, each under its name."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme
from app.widgets.rows.painting import paint_row

HEIGHT, TITLE, GAP = 108, 20, 8


@dataclass(frozen=True, eq=False)
class TitledRow:
    """A row under its name.

    Parameters
    ----------
    title : str
        The name.
    values : (D,) float64 array
        The row.
    limits : (float, float)
        Values that are white and black.
    signed : bool
        Whether values are differences, coloured to both sides of 0.
    """

    title: str
    values: np.ndarray
    limits: tuple[float, float]
    signed: bool = False


class RowStrip(QWidget):
    """Draws some rows of a table side by side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: tuple[TitledRow, ...] = ()
        self._shape: tuple[int, ...] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def show_rows(self, rows: tuple[TitledRow, ...], shape: tuple[int, ...] | None) -> None:
        """Show rows; `shape` is that of an image, None where they are none."""
        self.rows, self._shape = rows, shape
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, px = QPainter(self), self._theme.px
        painter.setFont(self._theme.font(11, 500))
        wide = self.width() / max(len(self.rows), 1)
        for k, row in enumerate(self.rows):
            place = QRectF(k * wide, 0, wide - px(GAP), self.height())
            painter.setPen(self._theme.color("text_muted"))
            painter.drawText(place, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, row.title)
            place.setTop(px(TITLE))
            paint_row(painter, place, row.values, self._shape, row.limits, self._theme, row.signed)

    def _restyle(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()
