"""What the inspector shows of the stage *Preparation*: what was done, the figures of the whole, a line a chart."""

from app.stages.preparation.border_section import BorderSection
from app.stages.preparation.cloud_section import CloudSection
from app.stages.preparation.fold_section import FoldSection
from app.stages.preparation.inspector_lines import chart_lines, figures_sheet, preparation_sheet
from app.stages.preparation.places_section import PlacesSection
from app.stages.preparation.preview_section import PreviewSection
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.views.sheet import Sheet
from app.widgets.section import Section
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.session.project import Project


class PreparationSections(StageSections):
    """What was done, the figures of all charts together, and a line for each."""

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self._workspace = workspace
        self._shown: tuple[object, ...] = ()
        work = workspace.works["preparation"]
        self.points = CloudSection(theme, workspace, work)
        self.places = PlacesSection(theme, workspace, work)
        self.preview = PreviewSection(theme, workspace, work)
        work.changed.connect(self.changed)
        self.done = Section(theme, tr("Atlas"))
        self.figures = Section(theme, tr("All charts, welded"))
        self.borders = BorderSection(theme, workspace, selection)
        self.folds = FoldSection(theme, workspace, selection)
        self.charts = Section(theme, tr("Charts"))

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.points, self.places, self.preview, self.done, self.figures, self.folds, self.borders, self.charts

    @property
    def rail(self) -> tuple[tuple[str, Section], ...]:
        return (("crosshair", self.places), ("squares-four", self.done))

    def show_project(self, project: Project) -> None:
        """Show the atlas of the whole project, whichever chart is given."""
        whole = self._workspace.whole
        preparation: Preparation | None = whole.preparation
        self.borders.show_borders()
        self.points.show_facts()
        self.places.show_places()
        self.preview.show_preview()
        shown = preparation, whole.training, whole.cells, whole.outdated
        if shown == self._shown:
            return
        self._shown = shown
        self.folds.show_folds()
        is_trained = preparation is not None and isinstance(whole.training, ByChart)
        for section in (self.done, self.charts):
            section.setVisible(preparation is not None)
        self.figures.setVisible(is_trained)
        if preparation is None:
            return
        self._show_sheet(self.done, preparation_sheet(preparation))
        self.charts.set_lines(chart_lines(whole))
        if is_trained:
            self._show_sheet(self.figures, figures_sheet(whole))

    @staticmethod
    def _show_sheet(section: Section, sheet: Sheet) -> None:
        section.badge.show_text(sheet.badge, sheet.kind)
        section.set_lines(sheet.lines)
        section.set_note(sheet.note)
