"""What the inspector shows of denoised points: certificate, methods, distances, and the picked point."""

from dataclasses import replace

import numpy as np

from app.stages.denoising.inspector_lines import denoising_sheet, method_lines, picked_point, point_lines
from app.stages.denoising.method_table import MethodTable
from app.state.charts import whole_of
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.views.sheet import Sheet
from app.widgets.log_histogram import LogHistogram
from app.widgets.section import Section
from app.widgets.text import label
from app.widgets.value_row import Line
from core.denoising.blind_comparison import knows_truth
from core.denoising.methods import METHODS
from core.denoising.result import Denoising
from core.session.by_chart import together
from core.session.project import Project


class DenoiseSections(StageSections):
    """Sections in the order in which they stand in the inspector.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        Whose points; a click on a method shows its points.
    selection : Selection
        What is picked.
    """

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self._workspace, self._selection = workspace, selection
        workspace.display_changed.connect(self._on_display_changed)
        self.certificate = Section(theme, tr("Denoising certificate"))
        self.methods = Section(theme, tr("Methods"))
        self.distance = Section(theme, tr("Distance to the surface"))
        self.point = Section(theme, tr("Picked point"), tr("Clear"), "x", tr("Let the picked point go (Esc)."))
        self.table = MethodTable(theme)
        self.point.action_triggered.connect(lambda: selection.pick(None))
        self.histogram = LogHistogram(theme)
        self.histogram.setAccessibleName(tr("Distribution of the distance to the surface before and after"))
        self.units = label("", "caption", wrap=True)
        self.units.setContentsMargins(0, 4, 0, 0)
        self.methods.add(self.table)
        self.methods.add(self.units)
        self.distance.add(self.histogram)
        self.table.chosen.connect(self._choose)
        self._drawn: tuple[Denoising, str] | None = None
        self._sheet: tuple[Denoising, Sheet] | None = None

    def _on_display_changed(self, key: str) -> None:
        if key == "denoising":
            self.show_project(self._workspace.project)
            self.show_picked(self._workspace.project, self._selection.picked)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return self.certificate, self.methods, self.distance, self.point

    def show_project(self, project: Project) -> None:
        """Show the denoised points of a project, those of all charts where it is one of an atlas."""
        project = whole_of(self._workspace.whole, project)
        found: Denoising | None = together(project.denoising)
        for section in self.sections:
            section.setVisible(found is not None)
        if found is None:
            self._drawn = None
            return
        method = self._shown_method(found)
        knows = project.source is None or knows_truth(project.source, found)
        self.table.show_lines(method_lines(found, knows), method, tr("Distance") if knows else tr("Moved by"))
        note = tr("RMS, % of the diagonal. Position: to the true point.")
        self.units.setText(note if found.originals is not None else tr("RMS, % of the diagonal."))
        self.distance.set_title(tr("Distance to the surface") if knows else tr("How far points were moved"))
        self._show_certificate(project, found)
        if self._drawn is None or self._drawn[0] is not found or self._drawn[1] != method:
            result = found.result(method)
            assert result is not None
            scale, before, after = 100.0 / found.diagonal, found.before.distances, result.distances
            if not knows:
                before, after = np.empty(0), np.linalg.norm(result.points - found.noisy, axis=1)
            self.histogram.show_percentages(scale * before, scale * after)
        self._drawn = found, method

    def _show_certificate(self, project: Project, found: Denoising) -> None:
        """Show what the points were worth with the networks that they were projected by."""
        if "denoising" not in project.outdated and (self._sheet is None or self._sheet[0] is not found):
            sheet = denoising_sheet(project)
            self._sheet = None if sheet is None else (found, sheet)
        if self._sheet is not None and self._sheet[0] is found:
            self.certificate.set_lines(self._sheet[1].lines)
            self.certificate.set_note(self._sheet[1].note)
            self.certificate.badge.show_text(self._sheet[1].badge, self._sheet[1].kind)
        else:  # opened like that: nobody knows the networks any more
            self.certificate.set_lines(())
            self.certificate.set_note("")
        if "denoising" in project.outdated:
            self.certificate.badge.show_text(tr("Outdated"), "warn")

    def show_picked(self, project: Project, pick: Pick | None) -> None:
        """Show the picked point."""
        found, point = project.denoising, picked_point(project, pick)
        lines = () if found is None or point is None else self._lines_of(project, found, point)
        self.point.set_lines(lines)
        self.point.set_action_visible(bool(lines))
        self.point.set_note("" if lines else tr("Hover to see a point in all views. Click to keep it here."))

    def _lines_of(self, project: Project, found: Denoising, point: int) -> tuple[Line, ...]:
        knows = project.source is None or knows_truth(project.source, found)
        return point_lines(found, point, self._shown_method(found), knows)

    def _shown_method(self, found: Denoising) -> str:
        asked = self._workspace.display("denoising").method
        return asked if found.result(asked) is not None else found.options.method

    def _choose(self, method: str) -> None:
        """Show the points of a method, those of the chosen one where nothing was done to them."""
        display = self._workspace.display("denoising")
        if method in METHODS:
            self._workspace.set_display("denoising", replace(display, method=method))
