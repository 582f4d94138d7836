"""What the inspector shows of generated points: certificate, walk, distances, and the picked code."""

from app.stages.generation.inspector_lines import code_lines, generation_sheet, judge_lines, walk_lines
from app.state.charts import whole_of
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.widgets.log_histogram import LogHistogram
from app.widgets.section import Section
from core.generation.generation import Generation
from core.session.by_chart import together
from core.session.project import Project


class GenerateSections(StageSections):
    """Sections in the order in which they stand in the inspector."""

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self._workspace = workspace
        self.certificate = Section(theme, tr("New points"))
        self.judge = Section(theme, tr("Classified with confidence"))
        self.walk = Section(theme, tr("Walk"))
        self.distance = Section(theme, tr("Distance to the surface"))
        self.code = Section(theme, tr("Picked code"), tr("Clear"), "x", tr("Let the picked point go (Esc)."))
        self.histogram = LogHistogram(theme)
        self.histogram.setAccessibleName(tr("Distribution of the distance to the surface"))
        self.distance.add(self.histogram)
        self._drawn: Generation | None = None
        self.code.action_triggered.connect(lambda: selection.pick(None))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return self.certificate, self.judge, self.walk, self.distance, self.code

    def show_project(self, project: Project) -> None:
        """Show the generated points of a project."""
        project = whole_of(self._workspace.whole, project)
        made: Generation | None = together(project.generation)
        for section in self.sections:
            section.setVisible(made is not None)
        if made is None:
            self._drawn = None
            return
        is_table = project.source is not None and project.source.is_table
        title = tr("Distance to the nearest row") if is_table else tr("Distance to the surface")
        self.distance.set_title(title)
        if is_table:
            self.histogram.name(tr("between modes"), tr("in modes"))
        else:
            self.histogram.name(tr("codes outside"), tr("codes inside"))
        self.judge.setVisible(made.judgement is not None)
        if made.judgement is not None:
            self.judge.set_lines(judge_lines(made.judgement))
        self.walk.setVisible(made.walk is not None)
        if made.walk is not None:
            self.walk.set_lines(walk_lines(made.walk))
        sheet = generation_sheet(project)
        if sheet is not None:
            self.certificate.badge.show_text(sheet.badge, sheet.kind)
            self.certificate.set_lines(sheet.lines)
            self.certificate.set_note(sheet.note)
        if made is not self._drawn:
            values = 100.0 * made.distances / made.diagonal
            self.histogram.show_percentages(values[~made.inside], values[made.inside])
        self._drawn = made

    def show_picked(self, project: Project, pick: Pick | None) -> None:
        """Show the picked code."""
        lines = code_lines(project, pick) if project.generation is not None else ()
        self.code.set_lines(lines)
        self.code.set_action_visible(bool(lines))
        self.code.set_note("" if lines else tr("Hover to see a point in all views. Click to keep it here."))
