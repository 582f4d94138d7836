"""Pages of the fourth view beside the lens: how cells are distributed, and how many there are over time."""

from concurrent.futures import Executor

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.stages.cells.inspector_lines import power
from app.stages.cells.presenter import ShownCells
from app.stages.cells.scene.distributions import Spread, cells_spreads
from app.stages.cells.value_histogram import Distribution, ValueHistogram
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.view import painted_widget
from app.widgets.canvas.newest import Newest
from app.widgets.text import MINUS, counted, number
from app.widgets.view_chart import Chart, Curve, Panel


class HistogramPage(QWidget):
    """Area factor, conformality and area of the decoder's cells.

    Signals
    -------
    caption_changed(str)
        How many cells are counted.
    """

    caption_changed = Signal(str)

    def __init__(self, theme: Theme, executor: Executor) -> None:
        super().__init__()
        self._theme = theme
        self.caption = ""
        self._cells: ShownCells | None = None
        self.histograms = [ValueHistogram(theme) for _ in range(3)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        for histogram in self.histograms:
            column.addWidget(histogram)
        self.spreads = Newest(executor, self)
        self.spreads.done.connect(self._on_spreads)

    def show_cells(self, cells: ShownCells | None) -> None:
        """Count other cells; while the page is out of sight, nothing is counted."""
        self._cells = cells
        if cells is None or cells.plane is None:
            self.spreads.forget()
            for histogram in self.histograms:
                histogram.show_distribution(None)
        elif self.isVisible():
            self.spreads.submit(cells_spreads, cells.plane)

    def picture(self, scale: int, transparent: bool) -> QImage:
        """Return the page at a multiple of its size."""
        return painted_widget(self, scale, transparent)

    def showEvent(self, event: object) -> None:
        self.show_cells(self._cells)

    def paintEvent(self, event: object) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("sheet"))

    def _on_spreads(self, spreads: tuple[Spread, ...]) -> None:
        for histogram, spread in zip(self.histograms, spreads, strict=True):
            histogram.show_distribution(distribution(spread))
        if self._cells is not None and self._cells.plane is not None:
            self.caption = counted(self._cells.plane.cells.n_cells, "1 cell", "{n} cells")
            self.caption_changed.emit(self.caption)


def distribution(spread: Spread) -> Distribution:
    """Return a distribution with its words."""
    middle = 0.5 * (spread.low + spread.high)
    if spread.key == "area_factor":
        title, median = tr("Area factor over its mean, log₂"), number(spread.median, 3)
        ticks = ((spread.low, f"≤ {MINUS}4"), (-2.0, f"{MINUS}2"), (0.0, "0"), (2.0, "+2"), (spread.high, "≥ +4"))
    elif spread.key == "cell_conformality":
        title, median = tr("Conformality σ₁/σ₂"), number(spread.median, 3)
        ticks = ((1.0, "1"), (2.0, "2"), (4.0, "4"), (6.0, "6"), (spread.high, "≥ 8"))
    else:
        title, median = tr("Cell area, squared latent units"), number(10.0**spread.median, 2)
        ticks = tuple((value, power(value)) for value in (spread.low, middle, spread.high))
    note = tr("median {value}", value=median)
    return Distribution(title, spread.low, spread.high, spread.shares, spread.colors, spread.median, ticks, note)


class CountPage(QWidget):
    """The number of cells over the seconds of a training that they follow.

    Signals
    -------
    caption_changed(str)
        The last count.
    """

    caption_changed = Signal(str)

    def __init__(self, theme: Theme, workspace: Workspace) -> None:
        super().__init__()
        self._theme, self._workspace = theme, workspace
        self.chart = Chart(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)
        self.caption = tr("Switch Decompose while training on, then train")
        self.seconds: list[float] = []
        self.counts: list[int] = []
        theme.changed.connect(self._draw)
        self._draw()

    def show_cells(self, cells: ShownCells | None) -> None:
        """Take the count of cells that follow a training; an earlier time begins another training."""
        if cells is None or not cells.is_live or cells.plane is None:
            self._draw()
            return
        if self.seconds and cells.seconds < self.seconds[-1]:
            self.seconds, self.counts = [], []
        self.seconds.append(cells.seconds)
        self.counts.append(cells.plane.cells.n_cells)
        self.caption = counted(self.counts[-1], "1 cell", "{n} cells")
        self.caption_changed.emit(self.caption)
        self._draw()

    def picture(self, scale: int, transparent: bool) -> QImage:
        """Return the chart at a multiple of its size."""
        return painted_widget(self.chart, scale, transparent)

    def _draw(self, *_: object) -> None:
        counts, seconds = np.array(self.counts, float), np.array(self.seconds)
        low = 10.0 ** np.floor(np.log10(counts.min())) if len(counts) else 100.0
        high = 10.0 ** np.ceil(np.log10(counts.max() + 1.0)) if len(counts) else 1e5
        curve = Curve(tr("Cells"), seconds, counts, self._theme.palette.layers[0])
        panel = Panel(tr("Cells in the disk"), (curve,), float(low), float(max(high, 10 * low)), write=number)
        duration = float(self._workspace.running_options("training").seconds)
        now = self.seconds[-1] if self.seconds and self._workspace.live is not None else None
        self.chart.show_panels((panel,), max(duration, *self.seconds[-1:], 0.0), now)
