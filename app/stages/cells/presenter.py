"""Turns the cells of the workspace, or of a running training, into what the views show."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.process.jobs import Job
from app.stages.cells.scene.colors import CellPlane
from app.stages.cells.scene.facts import CellsFigures, cells_figures
from app.stages.cells.scene.flipped import FlippedPieces, flipped_pieces
from app.state.stage_state import Notice
from app.state.workspace import Workspace
from app.widgets.canvas.newest import Newest
from core.base.errors import BudaiError
from core.cells.cells import Cells
from core.charts.autoencoder import Autoencoder
from core.relu.decomposition import decompose, disk_polygon
from core.relu.relu_map import ReluMap
from core.session.project import Project
from core.training.result import TrainingResult, TrainingStep


@dataclass(frozen=True, eq=False)
class ShownCells:
    """The cells that are to be seen.

    Parameters
    ----------
    plane : CellPlane or None
        Those of the decoder.
    cells : Cells or None
        All that were computed; None while they follow a training, or the others are still being computed.
    is_outdated : bool
        Whether they belong to former weights.
    seconds : float
        Time worked by the training that they follow.
    figures : CellsFigures or None
        What was measured; None until it is, and while they follow a training.
    flipped : FlippedPieces or None
        Pieces of the encoder that are turned over or flat.
    """

    plane: CellPlane | None
    cells: Cells | None
    is_outdated: bool = False
    seconds: float = 0.0
    figures: CellsFigures | None = None
    flipped: FlippedPieces | None = None

    @property
    def is_live(self) -> bool:
        """Whether they follow a training, or others are still to come."""
        return self.cells is None


def prepared(shown: ShownCells) -> ShownCells:
    """Compute what every view needs of the cells (runs in a thread)."""
    if shown.plane is not None:
        _ = shown.plane.mean_factor, shown.plane.cells.interior_points
        shown.plane.cells.cell_at(np.zeros((1, 2)))  # sorts the hashes
    if shown.cells is None or shown.cells.encoder is None:
        return shown
    return replace(shown, flipped=flipped_pieces(shown.cells.encoder))


def measured(shown: ShownCells, autoencoder: Autoencoder | None) -> tuple[Cells, CellsFigures]:
    """Compute what the inspector tells of the cells (runs in a thread)."""
    assert shown.cells is not None
    return shown.cells, cells_figures(shown.cells, shown.plane, autoencoder)


def live_cells(decoder: ReluMap, seconds: float) -> ShownCells | BudaiError:
    """Decompose a snapshot of a decoder, or say why that cannot be done (runs in a thread)."""
    try:
        return ShownCells(CellPlane(decompose(decoder, disk_polygon())), None, False, seconds)
    except BudaiError as error:
        return error


def early_cells(training: TrainingResult) -> tuple[TrainingResult, ShownCells | BudaiError]:
    """Decompose the decoder of a finished training (runs in a thread)."""
    return training, live_cells(training.autoencoder.decoder, training.seconds)


class CellsPresenter(QObject):
    """Watches the workspace and says which cells are to be seen.

    Signals
    -------
    changed(ShownCells or None)
        Other cells are to be seen; None while there are none.
    measured(ShownCells)
        The figures of these cells are known now.
    """

    changed = Signal(object)
    measured = Signal(object)

    def __init__(self, workspace: Workspace, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.shown: ShownCells | None = None
        self._live = Newest(executor, self)
        self._live.done.connect(self._on_live)
        self._preparations = Newest(executor, self)
        self._preparations.done.connect(self._on_prepared)
        self._measurements = Newest(executor, self)
        self._measurements.done.connect(self._on_measured)
        self._early = Newest(executor, self)
        self._early.done.connect(self._on_early)
        workspace.job_started.connect(self._on_job_started)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.live_changed.connect(self._on_live_changed)
        workspace.display_changed.connect(self._on_display_changed)
        self._show_project()

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return [self._live, self._early, self._preparations, self._measurements]

    def close(self) -> None:
        """Wait for nothing more."""
        for waiting in self.pending():
            waiting.forget()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        is_other = new.cells is not old.cells or new.outdated != old.outdated
        if is_other and self._workspace.live is None:
            self._show_project()

    def _on_job_started(self, job: Job) -> None:
        """Show the cells of the decoder while those of the encoder, and the pieces, are still being computed."""
        training = self._workspace.project.training
        is_flat = training is not None and training.autoencoder.latent_dimension == 2
        if job.title == "cells" and training is not None and is_flat and "decoder" in job.options.of:
            self._early.submit(early_cells, training)
            job.failed.connect(self._end_early)
            job.cancelled.connect(self._end_early)

    def _on_early(self, found: tuple[TrainingResult, ShownCells | BudaiError]) -> None:
        training, shown = found  # what cannot be computed is told by the job
        is_present = training is self._workspace.project.training and "cells" in self._workspace.jobs
        if is_present and isinstance(shown, ShownCells):
            self._show(shown)

    def _end_early(self, *_: object) -> None:
        """Show the cells of the project again, where there are any."""
        self._early.forget()
        self._show_project()

    def _on_display_changed(self, key: str) -> None:
        if key == "cells" and not self._workspace.display("cells").live:
            self._live.forget()
            if self.shown is not None and self.shown.is_live:
                self._show_project()

    def _on_live_changed(self, step: TrainingStep | None) -> None:
        if step is None:
            self._live.forget()
            self._show_project()
        elif self._workspace.display("cells").live and step.decoder is not None and step.decoder.widths[0] == 2:
            self._live.submit(live_cells, step.decoder, step.seconds)
        elif self.shown is not None and not self.shown.is_live and not self.shown.is_outdated:
            self._show(replace(self.shown, is_outdated=True))

    def _on_live(self, shown: ShownCells | BudaiError) -> None:
        if isinstance(shown, BudaiError):
            self._workspace.set_display("cells", replace(self._workspace.display("cells"), live=False))
            self._workspace.notified.emit(Notice(str(shown), "bad"))
        elif self._workspace.live is not None:
            self._show(shown)

    def _show_project(self) -> None:
        """Show the cells of the project; new ones are prepared first, and the former ones stay meanwhile."""
        self._preparations.forget()
        cells, outdated = self._workspace.project.cells, "cells" in self._workspace.project.outdated
        if cells is None:
            self._show(None)
        elif self.shown is not None and self.shown.cells is cells:
            self._show(replace(self.shown, is_outdated=outdated))
        else:
            plane = CellPlane(cells.decoder) if cells.decoder is not None else None
            self._preparations.submit(prepared, ShownCells(plane, cells, outdated))

    def _on_prepared(self, shown: ShownCells) -> None:
        if shown.cells is self._workspace.project.cells:
            self._show(shown)
            training = self._workspace.project.training
            self._measurements.submit(measured, shown, training and training.autoencoder)

    def _on_measured(self, result: tuple[Cells, CellsFigures]) -> None:
        cells, figures = result
        if self.shown is not None and self.shown.cells is cells:
            self.shown = replace(self.shown, figures=figures)
            self.measured.emit(self.shown)

    def _show(self, shown: ShownCells | None) -> None:
        if shown is not None or self.shown is not None:
            self.shown = shown
            self.changed.emit(shown)
