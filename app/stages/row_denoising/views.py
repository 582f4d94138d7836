"""What the fourth view shows of denoised rows."""

from PySide6.QtWidgets import QWidget

from app.stages.row_denoising.page import DenoisedRowsPage
from app.state.selection import Selection
from app.state.stage_state import Notice
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_views import Grid, StageViews
from core.session.project import Project


class RowDenoisingViews(StageViews):
    """Shows denoised rows as pictures, and says where they belong to another manifold."""

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.page = DenoisedRowsPage(workspace, selection, theme)
        grid.add_fourth("row_denoising/rows", tr("Denoised rows"), "image", self.page)
        workspace.project_changed.connect(self._on_project_changed)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        found = new.results.get("row_denoising")
        if found is not None and found is not old.results.get("row_denoising") and new.source is old.source:
            for text in found.warnings:
                self._workspace.notified.emit(Notice(text, "warn"))
