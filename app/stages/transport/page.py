"""Area ratio before and after a transport, and the residual of its steps, live or finished."""

import numpy as np
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.stages.transport.ratio_histogram import RatioHistogram
from app.stages.transport.residual_curve import ResidualCurve
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.text import label
from core.session.project import Project
from core.transport.transport import Transport, TransportState


def area_ratio_logarithms(transport: Transport) -> tuple[np.ndarray, np.ndarray]:
    """Return the binary logarithms of the triangles' area ratios before and after, (f,) each."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(transport.before.area_ratios), np.log2(transport.after.area_ratios)


class TransportPage(QWidget):
    """Histogram of the area ratio above the residual curve of Newton's method."""

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        super().__init__()
        self._workspace, self._theme = workspace, theme
        self.histogram = RatioHistogram(theme, tr("log₂ area ratio, weighted by area"))
        self.curve = ResidualCurve(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        self._title = label(tr("Area ratio of the triangles"), "header")
        column.addWidget(self._title)
        column.addWidget(self.histogram, 3)
        column.addWidget(label(tr("Largest cell-area error over Newton steps"), "header"))
        column.addWidget(self.curve, 2)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.stage_changed.connect(self._on_stage_changed)
        self._show(workspace.project)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("sheet"))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.transport is not old.transport:
            self._show(new)

    def _on_stage_changed(self, key: str) -> None:
        job = self._workspace.jobs.get("transport")
        if key == "transport" and job is not None and isinstance(job.progress.payload, TransportState):
            self.curve.show_residuals(np.array(job.progress.payload.residuals), None)

    def _show(self, project: Project) -> None:
        transport, source = project.transport, project.source
        is_table = source is not None and source.is_table
        for part in (self._title, self.histogram):
            part.setVisible(not is_table)
        if transport is None or source is None:
            self.curve.show_residuals(np.zeros(0))
            self.histogram.clear()
            return
        if not is_table:
            self.histogram.show_ratios(*area_ratio_logarithms(transport), source.surface.face_areas)
        self.curve.show_residuals(transport.map.residuals, transport.options.tolerance)
