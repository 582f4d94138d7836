"""How far points are from the surface, and from where they came from, before and after."""

import numpy as np
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.log_histogram import LogHistogram
from app.widgets.text import label
from core.denoising.result import Denoising

LEAST = 88
"""Least height of a histogram, so that both find room in a small window."""


class DenoisePage(QWidget):
    """Two histograms on logarithmic axes; the second needs the truth."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.distance, self.position = LogHistogram(theme, least=LEAST), LogHistogram(theme, least=LEAST)
        self._title = label(tr("Distance to the place each point came from, % of the diagonal"), "header", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(4)
        self._first = label("", "header", wrap=True)
        column.addWidget(self._first)
        column.addWidget(self.distance, 1)
        column.addWidget(self._title)
        column.addWidget(self.position, 1)
        self.show_points(None, "")

    def show_points(self, found: Denoising | None, method: str, knows: bool = True) -> None:
        """Show the points of a method, or that there are none; how far they moved, where the truth is not known."""
        first = tr("Distance to the true surface, % of the diagonal")
        self._first.setText(first if knows else tr("How far points were moved, % of the diagonal"))
        result = None if found is None else found.result(method)
        for part in (self._title, self.position):
            part.setVisible(result is None or result.errors is not None)
        if found is None or result is None:
            self.distance.clear()
            self.position.clear()
            return
        scale = 100.0 / found.diagonal
        if knows:
            self.distance.show_percentages(scale * found.before.distances, scale * result.distances)
        else:
            self.distance.show_percentages(np.empty(0), scale * np.linalg.norm(result.points - found.noisy, axis=1))
        before, after = found.before.errors, result.errors
        if before is not None and after is not None:
            self.position.show_percentages(scale * np.asarray(before), scale * np.asarray(after))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("sheet"))
