"""The inspector at the right: it proves what the views show."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.widgets.icon_button import IconButton
from app.widgets.section import Section
from core.session.project import Project

WIDTH, MOST_WIDTH, RAIL_WIDTH = 304, 480, 40


class Inspector(QWidget):
    """The sections of the open stage; folds to a rail.

    In a small window only the rail has a place of its own, and the panel slides over the centre.

    Signals
    -------
    copied(text)
        A value was put on the clipboard.
    claim_requested(name)
        The link to a claim was clicked.
    opened_changed(bool)
        The user opened or closed the panel.
    """

    copied = Signal(str)
    claim_requested = Signal(str)
    opened_changed = Signal(bool)

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._workspace, self._selection, self._theme = workspace, selection, theme
        self._is_open, self._is_compact = True, False
        self._host: QWidget | None = None
        self._boxes: dict[str, QWidget] = {}
        self._columns: dict[str, QVBoxLayout] = {}
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
        workspace.open_stage_changed.connect(lambda _: self._show_stage())
        selection.picked_changed.connect(self._show_picked)
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

    def _on_project_changed(self, old: Project | None, new: Project) -> None:
        for sections in self.stages.values():
            sections.show_project(new)
        self._show_picked()
        self._show_stage()

    def _show_picked(self, *_: object) -> None:
        for sections in self.stages.values():
            sections.show_picked(self._workspace.project, self._selection.picked)

    def _on_changed(self, sections: StageSections) -> None:
        """Put sections in their order, and show those of the open stage."""
        key = next(key for key, known in self.stages.items() if known is sections)
        column = self._columns[key]
        for place, section in enumerate(sections.sections):
            if column.indexOf(section) != place:
                column.insertWidget(place, section)
        self._show_stage()

    def _show_stage(self, with_section: Section | None = None) -> None:
        """Show the sections of the open stage where it has any to show, else those that stand for all.

        A section that is asked for comes into sight whatever stage is open.
        """
        key = self._workspace.open_stage
        sections = self.stages.get(key)
        shows = sections is not None and any(not section.isHidden() for section in sections.sections)
        if with_section is not None and sections is not None:
            shows = shows and with_section in sections.sections
        for other, box in self._boxes.items():
            is_base = self.stages[other].is_base and not (shows and sections is not None and not sections.joins_base)
            box.setVisible(is_base or (shows and other == key))

    # -- making ------------------------------------------------------------------------------------------------------

    def _make_sections(self) -> None:
        self.stages: dict[str, StageSections] = {}
        for key, view in self._workspace.views.items():
            if view.sections is not None:
                sections = self.stages[key] = view.sections(self._theme, self._workspace, self._selection)
                sections.setParent(self)
                sections.changed.connect(lambda sections=sections: self._on_changed(sections))

    def _make_panel(self) -> "_Panel":
        content = QWidget()
        content.setObjectName("inspectorContent")
        outer = QVBoxLayout(content)
        outer.setSpacing(0)
        for key, sections in self.stages.items():
            self._boxes[key], self._columns[key] = self._box(sections.sections)
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
            section.claim_requested.connect(self.claim_requested)
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
        for icon, section in (item for sections in self.stages.values() for item in sections.rail):
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
