"""An affine map as numbers: a matrix and a vector in brackets."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.style.theme import Theme
from app.widgets.text import MINUS

LINE, PADDING, GAP = 20, 8, 12
DOTS = "\N{VERTICAL ELLIPSIS}"
DIGITS = 6
"""Digits of the largest entry; all entries of a part have the same decimals."""
MOST_LINES = 8
"""Of a matrix of more lines the first and the last are written, with dots for those between."""


class MatrixView(QWidget):
    """Draws A | b."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.matrix, self.shift = np.zeros((0, 0)), np.zeros(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def show_map(self, matrix: np.ndarray, shift: np.ndarray) -> None:
        """Show z -> matrix z + shift."""
        self.matrix, self.shift = matrix, shift
        self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(LINE * len(self.lines) + PADDING))

    @property
    def lines(self) -> list[int | None]:
        """Numbers of the lines that are written; None for those that are left out between two."""
        n = len(self.matrix)
        return [*range(n)] if n <= MOST_LINES else [*range(MOST_LINES - 2), None, n - 1]

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.matrix):
            return
        painter, px = QPainter(self), self._theme.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.mono(12))
        columns = self.matrix.shape[1] + 1
        width = (self.width() - px(GAP) - 2 * 2 * px(PADDING)) / columns
        left = QRectF(0, 1, self.matrix.shape[1] * width + 2 * px(PADDING), self.height() - 2)
        right = QRectF(left.right() + px(GAP), 1, width + 2 * px(PADDING), self.height() - 2)
        self._paint_part(painter, left, self.matrix)
        self._paint_part(painter, right, self.shift[:, None])

    def _paint_part(self, painter: QPainter, rect: QRectF, values: np.ndarray) -> None:
        """Paint brackets and the numbers between them, right-aligned."""
        px, size = self._theme.px, float(np.abs(values).max())
        before = int(np.floor(np.log10(size))) + 1 if size >= 1.0 else 1
        decimals = max(0, DIGITS - before)
        painter.setPen(QPen(self._theme.color("text_faint"), 1))
        for x, way in ((rect.left() + 0.5, 1), (rect.right() - 0.5, -1)):
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            for y in (rect.top(), rect.bottom()):
                painter.drawLine(QPointF(x, y), QPointF(x + way * px(4), y))
        painter.setPen(self._theme.color("text"))
        width = (rect.width() - 2 * px(PADDING)) / values.shape[1]
        for row, number in enumerate(self.lines):
            for column in range(values.shape[1]):
                x = rect.left() + px(PADDING) + column * width
                place = QRectF(x, px(PADDING) / 2 + row * px(LINE), width, px(LINE))
                text = DOTS if number is None else f"{values[number, column]:.{decimals}f}".replace("-", MINUS)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _restyle(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()
