"""The pipeline at the left: the seven stages on one rail, and what concerns all of them beneath."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_panel import StagePanel, Trigger

WIDTH, COMPACT_WIDTH, MOST_WIDTH = 304, 280, 480


class StageColumn(QWidget):
    """All stages; one of them is open.

    Parameters
    ----------
    workspace : Workspace
        What it watches.
    theme : Theme
        The look.
    trigger : callable
        Does a command by its key.
    """

    def __init__(self, workspace: Workspace, theme: Theme, trigger: Trigger) -> None:
        super().__init__()
        self.setObjectName("columnContent")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._is_compact = theme, False
        self._withheld: set[str] = set()
        self._workspace = workspace
        self.panels = {view.key: StagePanel(view, workspace, theme, trigger) for view in workspace.views.values()}
        self.run_all = _footer_button(
            tr("Run all stages"), tr("Runs what is missing or outdated, one stage after the other.")
        )
        self.copy_command = _footer_button(
            tr("Copy as command"), tr("The command line that does the same as the open stage, without the window.")
        )
        self.run_all.clicked.connect(lambda: trigger("run_all"))
        self.copy_command.clicked.connect(lambda: trigger("copy_command"))
        self._footer = QWidget()
        self._footer.setObjectName("columnFooter")
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(12, 1, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.run_all)
        row.addStretch(1)
        row.addWidget(self.copy_command)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        for panel in self.panels.values():
            self._column.addWidget(panel)
        self._column.addStretch(1)
        self._column.addWidget(self._footer)
        keys = list(self.panels)
        self.panels[keys[0]].is_first = True
        self.panels[keys[-1]].is_last = True
        workspace.project_changed.connect(self._show_footer)
        workspace.stage_changed.connect(self._show_footer)
        self._show_footer()
        theme.follow(self._restyle)

    @property
    def open_panel(self) -> StagePanel:
        """Return the panel whose form is open."""
        return self.panels[self._workspace.open_stage]

    def set_compact(self, compact: bool, tight: bool = False) -> None:
        """Show the stages that are not open in one line, a low one where the window is tight, and no footer."""
        self._is_compact = compact
        self._footer.setVisible(not compact)
        for panel in self.panels.values():
            panel.set_compact(compact, tight)
        self._restyle()

    def _show_footer(self, *_: object) -> None:
        for key, panel in self.panels.items():
            if self._workspace.works[key].is_offered == (key in self._withheld):  # shown early, it is a window
                panel.setVisible(key in self._withheld)
                self._withheld ^= {key}
        self.run_all.setEnabled(not self._workspace.jobs and not self._workspace.hindrance)
        self.copy_command.setEnabled(self._workspace.is_there)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, px(8), 0, 0)
        least = px(COMPACT_WIDTH if self._is_compact else WIDTH)
        self.setMinimumWidth(least)
        self.setMaximumWidth(least if self._is_compact else px(MOST_WIDTH))
        self._footer.setFixedHeight(px(41))
        self._theme.set_icon(self.run_all, "fast-forward")
        self._theme.set_icon(self.copy_command, "terminal")


def _footer_button(text: str, about: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(about)
    button.setProperty("role", "flat")
    return button
