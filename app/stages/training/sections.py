"""What the inspector shows of source and training: certificate, measures, repairs, training, the picked point."""

from app.scene.color_maps import mapped, rounded_up
from app.stages.preparation.inspector_lines import figures_sheet, overlap_lines
from app.stages.source.remedies import can_weld, weld_corners
from app.stages.training.inspector_lines import (
    certified_sheet,
    class_lines,
    error_values,
    live_sheet,
    measure_lines,
    picked_lines,
    surface_sheet,
)
from app.stages.training.region_lines import region_lines
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.views.sheet import Sheet
from app.widgets.histogram import Histogram
from app.widgets.rows.class_legend import ClassLegend
from app.widgets.section import Section
from core.session.by_chart import ByChart, parts_of
from core.session.project import Project
from core.training.result import TrainingStep

ERROR_MAP = "cmocean:matter"


class TrainingSections(StageSections):
    """Sections in the order in which they stand in the inspector: of the source, then of its training."""

    is_base = True

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self._workspace, self._selection = workspace, selection
        self._live_sheet: Sheet | None = None
        self._last_codes: TrainingStep | None = None
        self._shown: Project | None = None
        self.certificate = Section(theme, tr("Surface certificate"))
        self.classes, self.legend = Section(theme, tr("Classes")), ClassLegend()
        self.classes.add(self.legend)
        self.legend.chosen.connect(selection.brush)
        selection.brushed_changed.connect(self.legend.set_chosen)
        self.measures = Section(theme, tr("Measures"))
        self.repairs = Section(
            theme,
            tr("Repairs on loading"),
            tr("Join corners"),
            "arrows-in-cardinal",
            tr("Makes one of corners that nearly meet; undo takes it back."),
        )
        self.repairs.action_triggered.connect(lambda: weld_corners(workspace))
        self.whole = Section(theme, tr("All charts, welded"))
        self.training = Section(
            theme,
            tr("Training"),
            tr("Refine"),
            "crosshair",
            tr("Goes on from this run with more samples where triangles are turned over."),
        )
        self.training.action_triggered.connect(lambda: workspace.works["training"].train_on("refine"))
        self.picked = Section(theme, tr("Picked"), tr("Clear"), "x", tr("Let the picked point go (Esc)."))
        self.region = Section(theme, tr("Selected region"), tr("Clear"), "x", tr("Let the selected points go (Esc)."))
        self.region.action_triggered.connect(lambda: selection.choose(None))
        self.region.setVisible(False)
        selection.region_changed.connect(lambda _: self._show_region())
        self.errors = Section(theme, tr("Error over the surface"))
        self.histogram = Histogram(theme, lambda share: mapped(share, (0.0, 1.0), ERROR_MAP), "%")
        self.histogram.setAccessibleName(tr("Distribution of the error over the surface"))
        self.errors.add(self.histogram)
        workspace.live_changed.connect(self._on_live_changed)
        self.picked.action_triggered.connect(lambda: selection.pick(None))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections: the measures of the source are first until there are figures of a training."""
        later = (self.classes, self.measures, self.repairs)
        has_figures = self._workspace.live is not None or self._workspace.project.training is not None
        first = (self.whole, self.certificate, *(() if has_figures else later), self.training)
        return (*first, self.picked, self.region, self.errors, *(later if has_figures else ()))

    @property
    def rail(self) -> tuple[tuple[str, Section], ...]:
        return ("circle-wavy-check", self.certificate), ("ruler", self.measures), ("crosshair", self.picked)

    def show_project(self, project: Project) -> None:
        old, self._shown = self._shown, project
        if old is None or project.source is not old.source:
            self._show_surface(project)
        if old is None or any(
            getattr(project, name) is not getattr(old, name) for name in ("training", "runs", "outdated")
        ):
            self._show_training()
        if old is None or project.training is not old.training or project.source is not old.source:
            self._show_errors()  # decodes thousands of vertices
            self._show_region()

    def show_picked(self, project: Project, pick: Pick | None) -> None:
        lines = picked_lines(project, self._last_codes, pick) if pick is not None else ()
        if pick is not None and lines:
            lines += overlap_lines(self._workspace.whole, self._workspace.chart, pick.vertex)
        self.picked.set_title(tr("Picked vertex") if lines else tr("Picked"))
        self.picked.set_action_visible(bool(lines))
        self.picked.set_note("" if lines else tr("Hover to see a point in all views. Click to keep it here."))
        self.picked.set_lines(lines)

    def _show_region(self) -> None:
        lines = region_lines(self._workspace.project, self._last_codes, self._selection.region)
        self.region.setVisible(bool(lines))
        self.region.set_lines(lines)

    def _show_surface(self, project: Project) -> None:
        source = project.source
        for section in (self.certificate, self.measures, self.repairs):
            section.setVisible(source is not None)
        self.classes.setVisible(False)
        if source is None:
            return
        self.classes.setVisible(source.is_table and source.labels is not None)
        if source.is_table and source.labels is not None:
            self.legend.show_classes(*class_lines(source.table))
        what = tr("What the table is") if source.is_table else tr("Surface certificate")
        self.certificate.set_title(self._titled(what))
        self.measures.set_title(self._titled(tr("Measures")))
        self._show_sheet(self.certificate, surface_sheet(source))
        self.measures.set_lines(measure_lines(source))
        opened = self._workspace.whole.source
        done = (*opened.repairs, *opened.warnings)
        self.repairs.set_action_visible(can_weld(self._workspace))
        self.repairs.set_note("\n".join(map(tr, done)) if done else tr("Nothing had to be changed."))

    def _on_live_changed(self, step: TrainingStep | None) -> None:
        if step is None or step.codes is not None:
            self._last_codes = step  # a step may come without codes; the last ones stay
        self._show_training()
        self.show_picked(self._workspace.project, self._selection.picked)
        self._show_errors()

    def _show_training(self) -> None:
        project, live = self._workspace.project, self._workspace.live
        has_figures = live is not None or project.training is not None
        self.training.setVisible(has_figures)
        self.changed.emit()
        if live is not None and project.source is not None:
            n_faces = len(project.source.data.faces)
            options = self._workspace.running_options("training") if self._n_charts == 1 else None
            self._live_sheet = live_sheet(live, options, n_faces, self._live_sheet)
            self._show_sheet(self.training, self._live_sheet)
            self.training.set_action_visible(False)
        else:
            self._live_sheet = None
            if project.training is not None:
                run, chart = self._workspace.whole.run, self._workspace.chart
                exact = run.exact[chart] if run is not None and run.exact else None
                outdated = "training" in project.outdated
                self._show_sheet(self.training, certified_sheet(project.training, outdated, exact))
                can_refine = any(len(part.bad_faces) for part in parts_of(self._workspace.whole.training))
                self.training.set_action_visible(can_refine and not outdated)
        whole = self._workspace.whole.training
        self.whole.setVisible(live is None and isinstance(whole, ByChart))
        if isinstance(whole, ByChart):
            self._show_sheet(self.whole, figures_sheet(self._workspace.whole))
        self.training.set_title(self._titled(tr("Training")) if live is None else tr("Training"))

    @property
    def _n_charts(self) -> int:
        return len(self._workspace.whole.charts)

    def _titled(self, title: str) -> str:
        """Return the title of a section, with the chart that it tells of where there are several."""
        return title if self._n_charts == 1 else f"{title}, {tr('chart {n}', n=self._workspace.chart + 1)}"

    def _show_errors(self) -> None:
        values = error_values(self._workspace.project, self._last_codes)
        self.errors.setVisible(values is not None)
        if values is not None:
            high = rounded_up(max(1e-9, float(sorted(values)[int(0.99 * (len(values) - 1))])))
            self.histogram.show_values(values, high)

    @staticmethod
    def _show_sheet(section: Section, sheet: Sheet) -> None:
        section.badge.show_text(sheet.badge, sheet.kind)
        section.set_lines(sheet.lines)
        section.set_note(sheet.note)
