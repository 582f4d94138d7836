"""What the views show of the stage *Training*: moments of it, its curves, the list of runs, the detail layer."""

from PySide6.QtWidgets import QWidget

from app.stages.training.curves import TrainingView
from app.stages.training.presenter import SnapshotPresenter
from app.stages.training.rows_page import RowsPage
from app.stages.training.runs_page import RunsPage
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_views import Grid, StageViews
from app.widgets.canvas.newest import Newest


class TrainingViews(StageViews):
    """Shows source and training in the views of a grid.

    Parameters
    ----------
    grid : Grid
        The views.
    workspace : Workspace
        Whose training.
    selection : Selection
        The linked points.
    theme : Theme
        The look.
    parent : QWidget
        Keeps it.
    """

    def __init__(self, grid: Grid, workspace: Workspace, selection: Selection, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid, self._workspace = grid, workspace
        self.curves = TrainingView(workspace, theme)
        self.runs = RunsPage(workspace, theme, grid.executor)
        grid.add_fourth("training", tr("Training"), "chart-line", self.curves)
        self.rows = RowsPage(workspace, selection, theme)
        grid.add_fourth("training/rows", tr("Rows"), "image", self.rows)
        grid.add_fourth("training/runs", tr("Runs"), "list-bullets", self.runs)
        self.presenter = SnapshotPresenter(workspace, grid.executor, self)
        self.presenter.changed.connect(lambda snapshot: grid.show_snapshot(snapshot, self.presenter.is_outdated))
        workspace.project_changed.connect(lambda *_: self._show_lattice())
        workspace.display_changed.connect(lambda key: self._show_lattice() if key == "training" else None)

    def pending(self) -> list[Newest]:
        return [*self.presenter.pending(), *self.runs.pending()]

    def close(self, wait: bool = True) -> None:
        self.presenter.close()
        self.runs.close_page()

    def _show_lattice(self) -> None:
        """Draw the lattice of the detail layer in disk and lens, if that is wanted."""
        training = self._workspace.project.training
        wanted = training is not None and self._workspace.display("training").lattice
        detail = training.autoencoder.detail if wanted and training is not None else None
        for canvas in self._grid.disk_canvases():
            canvas.set_lattice(detail)
