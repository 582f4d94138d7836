"""All trainings on a surface side by side: curves above, a table of options and figures below."""

from concurrent.futures import Executor
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.scene.disk import Window, disk_picture
from app.scene.figure import Figure
from app.scene.palette import Palette
from app.scene.row_picture import row_picture
from app.scene.snapshot import Snapshot
from app.state.stage_state import Notice
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.canvas.newest import Newest
from app.widgets.text import counted, duration, number, percent
from app.widgets.view_chart import Chart, Curve, Panel
from core.base.errors import BudaiError
from core.session.project import Project
from core.session.run import Run
from core.session.runs_table import write_runs_csv

THUMBNAIL = 40
"""Side of the picture of a run's latent disk, in pixels."""


def columns() -> tuple[str, ...]:
    """Return the heads of the table, in the user's language."""
    return (
        tr("Run"),
        tr("Seed"),
        tr("Mode"),
        tr("Time"),
        tr("RMSE"),
        tr("Chamfer"),
        tr("Hausdorff"),
        tr("Normals"),
        tr("Flipped"),
        tr("Proved"),
    )


def run_words(run: Run) -> tuple[str, ...]:
    """Return what the table says of a run, one text a column."""
    certificate = run.certificate
    name = f"{run.name} ← {run.parent}" if run.parent else run.name
    if certificate.surface is None:  # of a table
        nothing = (tr("none"),) * 5
        time = duration(round(run.parts[0].seconds))
        way = tr(run.options.variant.capitalize())
        return name, str(run.seed), way, time, percent(certificate.rmse_rel), *nothing
    figures, folds = certificate.accuracy, certificate.on_surface
    return (
        name,
        str(run.seed),
        tr(run.options.mode.capitalize()),
        duration(round(run.parts[0].seconds)),
        percent(figures.rmse_rel),
        percent(figures.chamfer_rel),
        percent(figures.hausdorff_rel),
        f"{number(figures.normal_error_deg, 3)}°",
        number(folds.flipped_triangles),
        {True: tr("yes"), False: tr("no"), None: tr("open")}[run.is_homeomorphism],
    )


def _thumbnails(runs: tuple[Run, ...], chart: int, project: Project, palette: Palette) -> dict[str, np.ndarray]:
    """Draw the latent disk that each run has of a chart, by name (runs in a thread)."""
    if project.source is None:
        return {}
    figure, window = Figure(project.source.data), Window(THUMBNAIL, THUMBNAIL, 0.0, 0.0, 0.48 * THUMBNAIL)
    draw, key = disk_picture, "area_distortion"
    if figure.is_cloud:
        draw, key = row_picture, "texture"
    return {
        run.name: draw(Snapshot(figure, run.parts[chart].codes), key, palette, window).pixels
        for run in runs
        if len(run.parts[chart].codes) == len(figure.points)
    }


class RunsPage(QWidget):
    """Lists the runs of a project; a double click makes one the present training.

    Signals
    -------
    caption_changed(str)
        How many runs there are.
    """

    caption_changed = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, executor: Executor) -> None:
        super().__init__()
        self._workspace, self._theme = workspace, theme
        self.caption = ""
        self._runs = workspace.whole.runs
        self.chart = Chart(theme, self)
        self.table = QTableWidget(0, len(columns()))
        self.table.setHorizontalHeaderLabels(list(columns()))
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.cellDoubleClicked.connect(lambda row, _: self._use(row))
        self.table.itemSelectionChanged.connect(self._show_ready)
        self.use_button, self.csv_button = QPushButton(tr("Use this run")), QPushButton(tr("Save table…"))
        self.use_button.setToolTip(tr("Makes the chosen run the present one: views and later stages show it."))
        self.csv_button.setToolTip(tr("Writes the table of all runs as CSV."))
        self.use_button.clicked.connect(lambda: self._use(self.table.currentRow()))
        self.csv_button.clicked.connect(self._ask_csv)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for part in (self.use_button, self.csv_button):
            buttons.addWidget(part)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.addWidget(self.chart, 1)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self._pictures = Newest(executor, self)
        self._pictures.done.connect(self._show_thumbnails)
        workspace.project_changed.connect(self._on_project_changed)
        theme.changed.connect(self._show)
        self._show()

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return [self._pictures]

    def close_page(self) -> None:
        """Wait for nothing more."""
        self._pictures.forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("sheet"))

    def save_csv(self, path: Path) -> None:
        """Write the table into a file, and say so."""
        try:
            write_runs_csv(self._workspace.whole.runs, path)
        except BudaiError as error:
            self._workspace.notified.emit(Notice(str(error), "bad"))
            return
        self._workspace.notified.emit(Notice(tr("Wrote {name}", name=path.name), "ok"))

    # -- showing -----------------------------------------------------------------------------------------------------

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if self._workspace.whole.runs is not self._runs or new.training is not old.training:
            self._show()

    def _show(self) -> None:
        project = self._workspace.whole
        self._runs = runs = project.runs
        self.table.setRowCount(len(runs))
        for row, run in enumerate(runs):
            for place, text in enumerate(run_words(run)):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                font = self._theme.font(12, 600 if run.training is project.training else 400)
                item.setFont(font)
                self.table.setItem(row, place, item)
            self.table.setRowHeight(row, THUMBNAIL + 8)
        self._draw(project)
        n = len(runs)
        self.caption = tr("1 run") if n == 1 else counted(n, "1 run", "{n} runs")
        self.caption_changed.emit(self.caption)
        self.csv_button.setEnabled(bool(runs))
        self._show_ready()
        self._pictures.submit(_thumbnails, runs, self._workspace.chart, self._workspace.project, self._theme.palette)

    def _draw(self, project: Project) -> None:
        """Draw the error of all runs over time."""
        colors = self._theme.palette.layers
        curves = tuple(
            Curve(run.name, np.asarray(run.curve["seconds"]), 100.0 * np.asarray(run.curve["rmse_rel"]), color)
            for run, color in zip(project.runs, (colors * (len(project.runs) // len(colors) + 1)), strict=False)
            if "seconds" in run.curve and "rmse_rel" in run.curve
        )
        known = [curve.values[np.isfinite(curve.values) & (curve.values > 0)] for curve in curves]
        both = np.concatenate([np.array([0.1, 10.0]), *known])
        longest = max((float(curve.seconds[-1]) for curve in curves if len(curve.seconds)), default=60.0)
        low = 10.0 ** np.floor(np.log10(both.min()))
        panel = Panel(tr("RMSE of the network, % of diagonal"), curves, float(low), float(1.15 * both.max()))
        self.chart.show_panels((panel,) if curves else (), longest, None)

    def _show_thumbnails(self, pictures: dict[str, np.ndarray]) -> None:
        for row, run in enumerate(self._runs):
            item, pixels = self.table.item(row, 0), pictures.get(run.name)
            if item is not None and pixels is not None:
                height, width = pixels.shape
                image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
                item.setIcon(QIcon(QPixmap.fromImage(image.copy())))

    def _show_ready(self) -> None:
        row, project = self.table.currentRow(), self._workspace.whole
        other = 0 <= row < len(project.runs) and project.runs[row].training is not project.training
        self.use_button.setEnabled(other and "training" not in self._workspace.jobs)

    # -- acting ------------------------------------------------------------------------------------------------------

    def _use(self, row: int) -> None:
        """Make a run the present training."""
        project = self._workspace.whole
        if 0 <= row < len(project.runs) and project.runs[row].training is not project.training:
            self._workspace.replace(project.with_run(project.runs[row].name))

    def _ask_csv(self) -> None:
        source = self._workspace.whole.source
        name = f"{source.name if source is not None else 'budai'}_runs.csv"
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save table"), name, "CSV (*.csv)")
        if chosen:
            self.save_csv(Path(chosen if chosen.lower().endswith(".csv") else f"{chosen}.csv"))
