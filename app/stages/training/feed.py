"""Turns what the workspace holds into snapshots for the views."""

from concurrent.futures import Executor

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.scene.figure import Figure
from app.scene.snapshot import Snapshot
from app.state.workspace import Workspace
from app.widgets.canvas.newest import Newest
from core.session.project import Project
from core.training.result import TrainingResult, TrainingStep


def _prepared(figure: Figure) -> Figure:
    """Compute what every view needs of a figure."""
    _ = figure.points, figure.normals, figure.hollow
    return figure


def _decoded(training: TrainingResult, decoder: str) -> tuple[TrainingResult, str, np.ndarray]:
    """Reconstruct the vertices of a finished training, by the network alone or with its detail layer."""
    networks = training.autoencoder
    return training, decoder, (networks.decode_network if decoder == "network" else networks.decode)(training.codes)


class SnapshotFeed(QObject):
    """Watches the workspace and says what is to be seen.

    Signals
    -------
    changed(Snapshot or None)
        Something else is to be seen; None while there is no surface, or it is being prepared.
    """

    changed = Signal(object)

    def __init__(self, workspace: Workspace, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.snapshot: Snapshot | None = None
        self._figure: Figure | None = None
        self._reconstructions: tuple[TrainingResult, str, np.ndarray] | None = None
        self._figures, self._decodings = Newest(executor, self), Newest(executor, self)
        self._figures.done.connect(self._on_figure)
        self._decodings.done.connect(self._on_decoded)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.live_changed.connect(self._on_live_changed)
        workspace.display_changed.connect(lambda key: self._show_project() if key == "training" else None)
        if workspace.project.source is not None:
            self._prepare(workspace.project)

    @property
    def is_outdated(self) -> bool:
        """Whether the training that is shown was made from something else."""
        return "training" in self._workspace.project.outdated

    def pending(self) -> list[Newest]:
        """Return all that may be computing in a thread."""
        return [self._figures, self._decodings]

    def close(self) -> None:
        """Wait for nothing more."""
        self._figures.forget()
        self._decodings.forget()

    def _prepare(self, project: Project) -> None:
        self._figure = None
        self._figures.forget()
        self._decodings.forget()
        self._show(None)
        if project.source is not None:
            self._figures.submit(_prepared, Figure(project.source.data, project.source.path))

    def _on_figure(self, figure: Figure) -> None:
        self._figure = figure
        self._show_project()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.source is not old.source:
            self._prepare(new)
        elif new.training is not old.training or new.outdated != old.outdated:
            self._show_project()

    def _on_live_changed(self, step: TrainingStep | None) -> None:
        if self._figure is None:
            return
        if step is None:
            self._show_project()
            return
        if step.codes is not None and len(step.codes) != self._figure.n_points:
            return  # of a surface that is not shown any more
        former = self.snapshot if self.snapshot is not None and self.snapshot.is_live else None
        codes = step.codes if step.codes is not None else former and former.codes
        if step.codes is None and step.reconstruction is None and former is not None:
            return
        points, shown = step.reconstruction, "network"
        if step.detailed is not None and self._workspace.display("training").decoder == "detail":
            points, shown = step.detailed, "detail"
        if points is None and former is not None:
            points, shown = former.reconstruction, former.decoder
        self._show(Snapshot(self._figure, codes, points, True, step.seconds, shown))

    def _show_project(self) -> None:
        """Show the finished training; until its vertices are decoded, the last live reconstruction stays."""
        training = self._workspace.project.training
        if self._figure is None or (self._workspace.live is not None and self._is_shown_live):
            return
        if training is None:
            self._show(Snapshot(self._figure))
            return
        decoder, known = self._workspace.display("training").decoder, self._reconstructions
        last = self.snapshot.reconstruction if self.snapshot is not None and self._is_shown_live else None
        shown = "network"
        if known is not None and known[0] is training:
            last, shown = known[2], known[1]
        if known is None or known[0] is not training or known[1] != decoder:
            self._decodings.submit(_decoded, training, decoder)
        shown = shown if training.autoencoder.detail is not None else ""
        self._show(Snapshot(self._figure, training.codes, last, False, training.seconds, shown))

    @property
    def _is_shown_live(self) -> bool:
        return self.snapshot is not None and self.snapshot.is_live

    def _on_decoded(self, result: tuple[TrainingResult, str, np.ndarray]) -> None:
        self._reconstructions = result
        if self._workspace.project.training is result[0]:
            self._show_project()

    def _show(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None or self.snapshot is not None:
            self.snapshot = snapshot
            self.changed.emit(snapshot)
