"""What the inspector shows of denoised rows: their certificate, and how far they were moved."""

from app.stages.row_denoising.lines import row_sheet
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.widgets.log_histogram import LogHistogram
from app.widgets.section import Section
from core.denoising.rows import RowsDenoising
from core.session.project import Project


class RowDenoisingSections(StageSections):
    """Sections in the order in which they stand in the inspector."""

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self.certificate = Section(theme, tr("Denoised rows"))
        self.distance = Section(theme, tr("Distance from the manifold"))
        self.histogram = LogHistogram(theme, (tr("own rows"), tr("these rows")))
        self.histogram.setAccessibleName(tr("Distribution of the distance from the decoded manifold"))
        self.distance.add(self.histogram)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return self.certificate, self.distance

    def show_project(self, project: Project) -> None:
        """Show the denoised rows of a project."""
        found: RowsDenoising | None = project.results.get("row_denoising")
        for section in self.sections:
            section.setVisible(found is not None)
        if found is None or project.source is None:
            return
        sheet = row_sheet(found, "row_denoising" in project.outdated)
        self.certificate.badge.show_text(sheet.badge, sheet.kind)
        self.certificate.set_lines(sheet.lines)
        self.certificate.set_note(sheet.note)
        scale = 100.0 / project.source.data.diagonal
        self.histogram.show_percentages(scale * found.own, scale * found.distances)
