"""Turns what the workspace holds into snapshots for the views."""

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.scene.figure import ChartPart, Figure
from app.scene.snapshot import Snapshot
from app.state.workspace import Workspace
from app.widgets.canvas.newest import Newest
from core.charts.atlas import Atlas, Chart
from core.charts.section import Section
from core.charts.trust import trusting
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.session.project import Project
from core.training.result import TrainingResult, TrainingStep


@dataclass(frozen=True, eq=False)
class _Decoded:
    """The vertices of a finished training, decoded by the network alone or with its detail layers.

    Parameters
    ----------
    training : TrainingResult or ByChart
        What was decoded.
    decoder : "network" or "detail"
        With what.
    points : (v, 3) array
        The vertices of the whole surface: of an atlas as they are welded.
    """

    training: Any
    decoder: str
    points: np.ndarray


def _prepared(figure: Figure) -> Figure:
    """Compute what every view needs of a figure."""
    _ = figure.points, figure.normals, figure.hollow
    return figure


def _decoded(
    training: TrainingResult | ByChart[TrainingResult], preparation: Preparation | None, decoder: str
) -> _Decoded:
    """Reconstruct the vertices of a finished training, by the network alone or with its detail layer."""
    if isinstance(training, ByChart):
        assert preparation is not None
        charts = [
            Chart(patch, part.autoencoder, part.codes)
            for patch, part in zip(preparation.cover.patches, training.parts, strict=True)
        ]
        cover = trusting(Atlas(preparation.cover, tuple(charts)), preparation.source.surface.vertices).cover
        return _Decoded(training, decoder, cover.weld([_points(part, decoder) for part in training.parts]))
    return _Decoded(training, decoder, _points(training, decoder))


def _points(training: TrainingResult, decoder: str) -> np.ndarray:
    networks = training.autoencoder
    return (networks.decode_network if decoder == "network" else networks.decode)(training.codes)


class SnapshotPresenter(QObject):
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
        self._whole: Figure | None = None
        self._reconstructions: _Decoded | None = None
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
        whole = self._workspace.whole.source
        if self._whole is not None and whole is not None and self._whole.source is whole.data:
            self._decodings.forget()
            self._show_figure()
            return
        self._figure = self._whole = None
        self._figures.forget()
        self._decodings.forget()
        self._show(None)
        if whole is not None:
            is_one_sided = whole.topology is not None and not whole.topology.is_orientable
            self._figures.submit(_prepared, Figure(whole.data, whole.path, is_one_sided=is_one_sided))

    def _on_figure(self, figure: Figure) -> None:
        self._whole = figure
        self._show_figure()

    def _show_figure(self) -> None:
        """Show the surface; of an atlas the chart that is chosen, in the frame of the surface."""
        preparation, source = self._workspace.whole.preparation, self._workspace.project.source
        self._figure = self._whole
        if preparation is not None and self._whole is not None and source is not None:
            part = ChartPart(self._whole, preparation.cover, self._workspace.chart)
            self._figure = Figure(source.data, source.path, part)
        self._show_project()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.source is not old.source:
            self._prepare(new)
        elif new.training is not old.training or new.outdated != old.outdated or _section(new) is not _section(old):
            self._show_project()

    def _on_live_changed(self, step: TrainingStep | None) -> None:
        if self._figure is None:
            return
        if step is None:
            self._show_project()
            return
        if step.codes is not None and len(step.codes) != self._figure.n_points:
            return  # of a surface that is not shown any more
        former = self.snapshot if self._is_shown_live else None
        codes = step.codes if step.codes is not None else former and former.codes
        if step.codes is None and step.reconstruction is None and former is not None:
            return
        points, shown = step.reconstruction, "network"
        if step.detailed is not None and self._workspace.display("training").decoder == "detail":
            points, shown = step.detailed, "detail"
        whole = None if self._figure.part is None else self._workspace.live_whole.reconstruction
        if points is None and former is not None:
            points, shown, whole = former.reconstruction, former.decoder, former.whole_reconstruction
        self._show(Snapshot(self._figure, codes, points, True, step.seconds, shown, whole))

    def _show_project(self) -> None:
        """Show the finished training; until its vertices are decoded, the last live reconstruction stays."""
        training = self._workspace.project.training
        if self._figure is None or (self._workspace.live is not None and self._is_shown_live):
            return
        if training is None:
            self._show(Snapshot(self._figure))
            return
        decoder, known = self._workspace.display("training").decoder, self._reconstructions
        whole, preparation = self._workspace.whole.training, self._workspace.whole.preparation
        part, last, around = self._figure.part, None, None
        if self.snapshot is not None and self._is_shown_live:
            last, around = self.snapshot.reconstruction, self.snapshot.whole_reconstruction
        shown = "network"
        if known is not None and known.training is whole:
            shown, last, around = known.decoder, known.points, None
            if part is not None:
                last, around = known.points[part.vertices], known.points
        if known is None or known.training is not whole or known.decoder != decoder:
            self._decodings.submit(_decoded, whole, preparation, decoder)
        shown = shown if training.autoencoder.detail is not None else ""
        section = _section(self._workspace.project)
        self._show(
            Snapshot(self._figure, training.codes, last, False, training.seconds, shown, around, section=section)
        )

    @property
    def _is_shown_live(self) -> bool:
        """Whether a moment of a training is seen, of the figure that is to be seen."""
        return self.snapshot is not None and self.snapshot.is_live and self.snapshot.figure is self._figure

    def _on_decoded(self, result: _Decoded) -> None:
        self._reconstructions = result
        if self._workspace.whole.training is result.training:
            self._show_project()

    def _show(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None or self.snapshot is not None:
            self.snapshot = snapshot
            self.changed.emit(snapshot)


def _section(project: Project) -> Section | None:
    """Return the plane that the cells of a project were cut in, while they are those of its networks."""
    cells = None if "cells" in project.outdated else project.cells
    return None if cells is None else cells.section
