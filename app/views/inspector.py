"""The inspector at the right: it proves what the views show."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.remedies import can_weld, weld_corners
from app.scene.color_maps import mapped, rounded_up
from app.selection import Selection
from app.theme import Theme
from app.translation import tr
from app.views.cells_feed import ShownCells
from app.views.cells_sections import CellsSections
from app.views.denoise_sections import DenoiseSections
from app.views.generate_sections import GenerateSections
from app.views.inspector_lines import (
    Sheet,
    certified_sheet,
    error_values,
    live_sheet,
    measure_lines,
    picked_lines,
    surface_sheet,
)
from app.views.transport_sections import TransportSections
from app.widgets.histogram import Histogram
from app.widgets.icon_button import IconButton
from app.widgets.section import Section
from app.workspace import Workspace
from core.session.project import Project
from core.training.result import TrainingStep
from core.transport.transport import TransportState

WIDTH, MOST_WIDTH, RAIL_WIDTH = 304, 480, 40
ERROR_MAP = "cmocean:matter"


class Inspector(QWidget):
    """Certificate, measures, repairs, training and the picked point; folds to a rail.

    In a small window only the rail has a place of its own, and the panel slides over the centre.

    Signals
    -------
    copied(text)
        A value was put on the clipboard.
    opened_changed(bool)
        The user opened or closed the panel.
    """

    copied = Signal(str)
    opened_changed = Signal(bool)

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._workspace, self._selection, self._theme = workspace, selection, theme
        self._is_open, self._is_compact = True, False
        self._host: QWidget | None = None
        self._live_sheet: Sheet | None = None
        self._last_codes: TrainingStep | None = None
        self._boxes: dict[str, QWidget] = {}
        self._make_sections()
        self.panel = self._make_panel()
        self.rail = self._make_rail()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.panel)
        row.addWidget(self.rail)
        self._row = row
        workspace.project_changed.connect(self._on_project_changed)
        workspace.live_changed.connect(self._on_live_changed)
        workspace.stage_changed.connect(self._on_stage_changed)
        workspace.display_changed.connect(self._on_display_changed)
        workspace.open_stage_changed.connect(lambda _: self._show_stage())
        selection.picked_changed.connect(self._show_picked)
        self.picked.action_triggered.connect(lambda: selection.pick(None))
        self._on_project_changed(None, workspace.project)
        theme.follow(self._restyle)

    # -- place -------------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether the panel is in sight."""
        return self._is_open

    def set_open(self, is_open: bool) -> None:
        """Show the panel, or the rail alone."""
        if is_open != self._is_open:
            self._is_open = is_open
            self._restyle()
            self.opened_changed.emit(is_open)

    def set_compact(self, compact: bool, host: QWidget) -> None:
        """Let the panel slide over `host` instead of taking room."""
        self._host = host
        if compact != self._is_compact:
            self._is_compact = compact
            self._restyle()

    def place_panel(self) -> None:
        """Put a panel that slides over the centre beside the rail."""
        if self._is_compact and self._host is not None:
            width = self._theme.px(WIDTH)
            left = self._host.width() - self._theme.px(RAIL_WIDTH) - width
            self.panel.setGeometry(left, 0, width, self._host.height())
            self.panel.raise_()

    def show_section(self, section: Section) -> None:
        """Open the panel and scroll to a section."""
        self.set_open(True)
        self._show_stage(with_section=section)
        if not section.is_open:
            section.toggle()
        self.panel.ensureWidgetVisible(section, 0, 0)

    # -- content -----------------------------------------------------------------------------------------------------

    def show_cells(self, shown: ShownCells | None) -> None:
        """Show the figures of cells."""
        self.cells.show_cells(shown)
        self._show_stage()

    def _on_project_changed(self, old: Project | None, new: Project) -> None:
        if old is None or new.source is not old.source:
            self._show_surface(new)
        if (
            old is None
            or new.training is not old.training
            or new.cells is not old.cells
            or new.outdated != old.outdated
        ):
            self._show_training()
        self.transport.show_project(new)
        self.denoise.show_project(new)
        self.generate.show_project(new)
        self._show_picked()
        if old is None or new.training is not old.training or new.source is not old.source:
            self._show_errors()  # decodes thousands of vertices
        self._show_stage()

    def _on_stage_changed(self, key: str) -> None:
        job = self._workspace.jobs.get(key)
        if key == "transport" and job is not None and isinstance(job.progress.payload, TransportState):
            self.transport.show_project(self._workspace.project, job.progress.payload)
            self._show_stage()

    def _on_display_changed(self, key: str) -> None:
        if key == "denoising":
            self.denoise.show_project(self._workspace.project)
            self._show_picked()

    def _show_stage(self, with_section: Section | None = None) -> None:
        """Show the sections of the open stage where it has any to show, else those of surface and training.

        A section that is asked for comes into sight whatever stage is open.
        """
        key = self._workspace.open_stage
        box = self._boxes.get(key)
        shows = box is not None and any(not section.isHidden() for section in self._stage_sections[key])
        if with_section is not None:
            shows = shows and with_section in self._stage_sections[key]
        for other in self._boxes.values():
            other.setVisible(shows and other is box)
        self._base.setVisible(not shows)

    def _show_surface(self, project: Project) -> None:
        source = project.source
        for section in (self.certificate, self.measures, self.repairs):
            section.setVisible(source is not None)
        if source is None:
            return
        self._show_sheet(self.certificate, surface_sheet(source))
        self.measures.set_lines(measure_lines(source))
        done = (*source.repairs, *source.warnings)
        self.repairs.set_action_visible(can_weld(self._workspace))
        self.repairs.set_note("\n".join(done) if done else tr("Nothing had to be changed."))

    def _on_live_changed(self, step: TrainingStep | None) -> None:
        if step is None or step.codes is not None:
            self._last_codes = step  # a step may come without codes; the last ones stay
        self._show_training()
        self._show_picked()
        self._show_errors()

    def _show_training(self) -> None:
        project, live = self._workspace.project, self._workspace.live
        has_figures = live is not None or project.training is not None
        self.training.setVisible(has_figures)
        self._order_sections(has_figures)
        if live is not None and project.source is not None:
            n_faces = len(project.source.data.faces)
            self._live_sheet = live_sheet(live, self._workspace.running_options("training"), n_faces, self._live_sheet)
            self._show_sheet(self.training, self._live_sheet)
            self.training.set_action_visible(False)
        else:
            self._live_sheet = None
            if project.training is not None:
                exact = project.run.exact if project.run is not None else None
                outdated = "training" in project.outdated
                self._show_sheet(self.training, certified_sheet(project.training, outdated, exact))
                self.training.set_action_visible(not outdated and len(project.training.bad_faces) > 0)

    def _order_sections(self, has_figures: bool) -> None:
        """Put the measures of the surface first until there are figures of a training."""
        later = (self.measures, self.repairs)
        wanted = (self.certificate, *(() if has_figures else later), self.training, self.picked, self.errors)
        for place, section in enumerate((*wanted, *(later if has_figures else ()))):
            if self._column.indexOf(section) != place:
                self._column.insertWidget(place, section)

    def _show_picked(self, *_: object) -> None:
        pick = self._selection.picked
        lines = picked_lines(self._workspace.project, self._last_codes, pick) if pick is not None else ()
        self.picked.set_title(tr("Picked vertex") if lines else tr("Picked"))
        self.picked.set_action_visible(bool(lines))
        self.picked.set_note("" if lines else tr("Hover to see a point in all views. Click to keep it here."))
        self.picked.set_lines(lines)
        self.transport.show_picked(self._workspace.project, pick)
        self.denoise.show_picked(self._workspace.project, pick)
        self.generate.show_picked(self._workspace.project, pick)

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

    # -- making ------------------------------------------------------------------------------------------------------

    def _make_sections(self) -> None:
        theme = self._theme
        self.certificate = Section(theme, tr("Surface certificate"))
        self.measures = Section(theme, tr("Measures"))
        self.repairs = Section(theme, tr("Repairs on loading"), tr("Join corners"), "arrows-in-cardinal")
        self.repairs.action_triggered.connect(lambda: weld_corners(self._workspace))
        self.training = Section(theme, tr("Training"), tr("Refine"), "crosshair")
        self.training.action_triggered.connect(lambda: self._workspace.train_on("refine"))
        self.picked = Section(theme, tr("Picked"), tr("Clear"), "x")
        self.errors = Section(theme, tr("Error over the surface"))
        self.histogram = Histogram(theme, lambda share: mapped(share, (0.0, 1.0), ERROR_MAP), "%")
        self.histogram.setAccessibleName(tr("Distribution of the error over the surface"))
        self.errors.add(self.histogram)
        self.transport = TransportSections(theme)
        self.cells = CellsSections(theme)
        self.denoise = DenoiseSections(theme, self._workspace)
        self.generate = GenerateSections(theme)
        self._stage_sections: dict[str, tuple[Section, ...]] = {
            "cells": self.cells.sections,
            "transport": self.transport.sections,
            "denoising": self.denoise.sections,
            "generation": self.generate.sections,
        }
        self.generate.code.action_triggered.connect(lambda: self._selection.pick(None))
        self.denoise.point.action_triggered.connect(lambda: self._selection.pick(None))
        self.cells.picked.action_triggered.connect(lambda: self._selection.pick(None))
        self.transport.site.action_triggered.connect(lambda: self._selection.pick(None))

    def _make_panel(self) -> "_Panel":
        content = QWidget()
        content.setObjectName("inspectorContent")
        outer = QVBoxLayout(content)
        outer.setSpacing(0)
        base = (self.certificate, self.measures, self.repairs, self.training, self.picked, self.errors)
        self._base, self._column = self._box(base)
        outer.addWidget(self._base)
        for key, sections in self._stage_sections.items():
            self._boxes[key], _ = self._box(sections)
            outer.addWidget(self._boxes[key])
        outer.addStretch(1)
        self._outer = outer
        panel = _Panel()
        panel.setObjectName("inspectorPanel")
        panel.setFrameShape(QFrame.Shape.NoFrame)
        panel.setWidgetResizable(True)
        panel.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        panel.setWidget(content)
        panel.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return panel

    def _box(self, sections: Sequence[Section]) -> tuple[QWidget, QVBoxLayout]:
        """Return sections above each other as one widget, and its layout."""
        box = QWidget()
        box.setObjectName("inspectorContent")
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section in sections:
            section.copied.connect(self.copied)
            column.addWidget(section)
        return box, column

    def _make_rail(self) -> QWidget:
        rail = QWidget()
        rail.setObjectName("inspectorRail")
        column = QVBoxLayout(rail)
        column.setContentsMargins(5, 12, 4, 8)
        column.setSpacing(8)
        self.unfold = IconButton(self._theme, "caret-double-left", tr("Inspector (Ctrl+I)"), size=31)
        self.unfold.clicked.connect(lambda: self.set_open(not self._is_open))
        column.addWidget(self.unfold)
        rule = QFrame()
        rule.setObjectName("line")
        column.addWidget(rule)
        for icon, section in (
            ("circle-wavy-check", self.certificate),
            ("ruler", self.measures),
            ("crosshair", self.picked),
        ):
            button = IconButton(self._theme, icon, section.title, size=31)
            button.clicked.connect(lambda _=False, section=section: self.show_section(section))
            column.addWidget(button)
        column.addStretch(1)
        return rail

    def _restyle(self) -> None:
        px = self._theme.px
        self._outer.setContentsMargins(0, px(4), 0, 0)
        rail_shown = self._is_compact or not self._is_open
        self.rail.setVisible(rail_shown)
        self.rail.setFixedWidth(px(RAIL_WIDTH))
        if self._is_compact and self._host is not None:
            self.panel.setParent(self._host)
        elif self.panel.parentWidget() is not self:
            self._row.insertWidget(0, self.panel)
        self.panel.setVisible(self._is_open)
        for part in (self.panel, self.rail):
            part.setProperty("over", self._is_compact and self._is_open)
            part.style().unpolish(part)
            part.style().polish(part)
        self.panel.set_line(self._is_compact)
        self.unfold.set_icon("caret-double-right" if self._is_open else "caret-double-left")
        self.setMinimumWidth(px(RAIL_WIDTH) if rail_shown else px(WIDTH))
        self.setMaximumWidth(px(RAIL_WIDTH) if rail_shown else px(MOST_WIDTH))
        self.place_panel()


class _Panel(QScrollArea):
    """The sections; with a line at the left where it lies over the centre."""

    def set_line(self, shown: bool) -> None:
        self.setViewportMargins(int(shown), 0, 0, 0)
