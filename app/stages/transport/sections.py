"""What the inspector shows of a transport: certificate, area ratio, residual, distance, and the picked site."""

import numpy as np
from PySide6.QtWidgets import QWidget

from app.stages.transport.inspector_lines import site_lines, transport_sheet, wasserstein_lines
from app.stages.transport.page import area_ratio_logarithms
from app.stages.transport.ratio_histogram import RatioHistogram
from app.stages.transport.residual_curve import ResidualCurve
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.widgets.section import Section
from core.session.project import Project
from core.transport.transport import Transport, TransportState


class TransportSections(StageSections):
    """Sections in the order in which they stand in the inspector."""

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self._workspace = workspace
        self.certificate = Section(theme, tr("Transport certificate"))
        self.ratio = Section(theme, tr("Area ratio"))
        self.residual = Section(theme, tr("Newton residual"))
        self.distance = Section(theme, tr("Wasserstein"))
        self.site = Section(theme, tr("Picked site"), tr("Clear"), "x", tr("Let the picked point go (Esc)."))
        self.histogram = RatioHistogram(theme, tr("log₂ area ratio, weighted by area"))
        self.histogram.setAccessibleName(tr("Distribution of the area ratio before and after"))
        self.curve = ResidualCurve(theme)
        self.curve.setAccessibleName(tr("Largest cell-area error over Newton steps"))
        self.ratio.add(self.histogram)
        self.residual.add(self.curve)
        self._shown: Transport | None = None
        workspace.stage_changed.connect(self._on_stage_changed)
        self.site.action_triggered.connect(lambda: selection.pick(None))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return self.certificate, self.ratio, self.residual, self.distance, self.site

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """The drawings in them."""
        return self.histogram, self.curve

    def _on_stage_changed(self, key: str) -> None:
        """Show the residual of a transport that is being solved."""
        job = self._workspace.jobs.get(key)
        if key == "transport" and job is not None and isinstance(job.progress.payload, TransportState):
            self.show_project(self._workspace.project, job.progress.payload)
            self.changed.emit()

    def show_project(self, project: Project, state: TransportState | None = None) -> bool:
        """Show the transport of a project, or the residual of the one that is being solved.

        Returns
        -------
        bool
            Whether there is anything to see.
        """
        transport, source = project.transport, project.source
        for section in (self.certificate, self.distance):
            section.setVisible(transport is not None)
        self.ratio.setVisible(transport is not None and transport.after is not None)
        if state is not None:
            self.curve.show_residuals(np.array(state.residuals))
        elif transport is not None:
            self.curve.show_residuals(transport.map.residuals, transport.options.tolerance)
        self.residual.setVisible(transport is not None or state is not None)
        if transport is not None:
            sheet = transport_sheet(transport, "transport" in project.outdated)
            self.certificate.badge.show_text(sheet.badge, sheet.kind)
            self.certificate.set_lines(sheet.lines)
            self.certificate.set_note(sheet.note)
            self.distance.set_lines(wasserstein_lines(transport))
            if self._shown is not transport and source is not None and source.has_faces:
                self.histogram.show_ratios(*area_ratio_logarithms(transport), source.surface.face_areas)
        self._shown = transport
        return transport is not None or state is not None

    def show_picked(self, project: Project, pick: Pick | None) -> None:
        """Show the site of the picked vertex."""
        lines = site_lines(project, pick)
        self.site.setVisible(project.transport is not None)
        self.site.set_lines(lines)
        self.site.set_action_visible(bool(lines))
        self.site.set_note("" if lines else tr("Hover to see a point in all views. Click to keep it here."))
