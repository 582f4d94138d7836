"""What a transport lends to the four views while its stage is open: displaced codes, power diagram, samples."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEasingCurve, QObject, Signal
from PySide6.QtGui import QIcon

from app.scene.in_space import class_colors
from app.scene.palette import Palette
from app.scene.snapshot import Snapshot, rgb
from app.stages.transport.scene.power_picture import SitePlane
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.stage_scene import StageScene
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.plotter import Mesh
from app.widgets.text import number
from core.data.source import Source
from core.session.project import Project
from core.transport.singular_set import SingularSet, singular_set
from core.transport.transport import Transport

STAGE = "transport"
MOST_SAMPLES = 20_000
"""Samples drawn: more would hide the surface. The first ones are as random as all."""
SAMPLE_SIZE = 1.6
"""Side of a sample, in device-independent pixels."""
PLAY_MILLISECONDS = 2500
"""How long the way from the chart to the area-preserving parameterization takes when it is played."""
LEAST_P = 1e-3
"""Least chance at which samples count as uniform."""


def _plane(transport: Transport, source: Source) -> SitePlane:
    """Make what pictures need (runs in a thread)."""
    if source.has_faces:
        return _prepared(SitePlane(transport, source.surface.faces))
    return _prepared(SitePlane(transport, np.empty((0, 3), np.int64), class_colors(source.table)))


def _prepared(plane: SitePlane) -> SitePlane:
    """Compute what pictures need (runs in a thread)."""
    _ = plane.locator, plane.transport.vertex_of_site
    return plane


class TransportScene(StageScene):
    """Watches transport and display, and says what they change in the views.

    Signals
    -------
    solved()
        A new transport is there and its stage is open.
    """

    solved = Signal()

    def __init__(self, workspace: Workspace, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(STAGE, workspace, executor, parent)
        self.plane: SitePlane | None = None
        self._singular: tuple[Transport, float, SingularSet] | None = None
        self._making.done.connect(self._on_prepared)
        self._prepare_to_play(PLAY_MILLISECONDS, QEasingCurve.Type.InOutSine)
        workspace.project_changed.connect(self._on_project_changed)
        self._take(workspace.project)

    @property
    def transport(self) -> Transport | None:
        """The transport, where its stage is open."""
        return self._workspace.project.transport if self._workspace.open_stage == STAGE else None

    def displaced(self, snapshot: Snapshot | None) -> Snapshot | None:
        """Return a snapshot with its codes on their way to the area-preserving parameterization."""
        transport = self.transport
        if snapshot is None or transport is None or snapshot.is_live or self.display.displacement == 0.0:
            return snapshot
        if len(transport.chart) != len(snapshot.figure.points):
            return snapshot
        return replace(snapshot, codes=transport.displaced(self.display.displacement))

    def chart_words(self) -> str:
        """Return what the codes that are shown are, empty where they are those of the autoencoder."""
        if self.transport is None or self.display.displacement == 0.0:
            return ""
        if self.display.displacement == 1.0:
            return tr("middles of the cells") if self.transport.after is None else tr("area-preserving chart")
        return tr("{share} % on the way", share=f"{100 * self.display.displacement:.0f}")

    @property
    def singular(self) -> SingularSet | None:
        """The singular set at the threshold that is chosen; None where it is not to be seen."""
        transport = self._workspace.project.transport
        if transport is None or not self.display.singular:
            return None
        if self._singular is None or self._singular[:2] != (transport, self.display.threshold):
            found = singular_set(transport.map.diagram, self.display.threshold or None)
            self._singular = (transport, self.display.threshold, found)
        return self._singular[2]

    @property
    def singular_edges(self) -> np.ndarray:
        """Edges of the diagram that are drawn as singular, (k,) int64."""
        found = self.singular
        return np.empty(0, np.int64) if found is None else np.asarray(found.edges)

    def singular_words(self) -> str:
        """Return how much of the singular set there is, empty where it is not to be seen."""
        found = self.singular
        if found is None:
            return ""
        n = len(found.edges)
        edges = tr("1 singular edge") if n == 1 else tr("{n} singular edges", n=f"{n:,}")
        return f"{edges} · {tr('length {length}', length=number(found.length, 3))}" if n else tr("No singular edges")

    def samples(self, snapshot: Snapshot | None, palette: Palette) -> Mesh | None:
        """Return the samples to draw on the reconstruction, None where there are none to be shown."""
        transport = self.transport
        if snapshot is None or transport is None or transport.samples is None or self.display.samples == "none":
            return None
        drawn = transport.samples if self.display.samples == "after" else transport.naive_samples
        if not len(drawn.points):
            return None
        points = snapshot.figure.drawn(drawn.points[:MOST_SAMPLES])
        colors = np.tile(np.array(rgb(palette.accent), np.uint8), (len(points), 1))
        found = self.singular
        if found is not None and self.display.samples == "after":
            colors[found.beside(transport.map.diagram)[drawn.sites[:MOST_SAMPLES]]] = rgb(palette.flipped)
        return Mesh(points, np.empty((0, 3), np.int64), None, colors, SAMPLE_SIZE)

    def sample_words(self) -> str:
        """Return how many samples are drawn, for the header."""
        transport = self.transport
        if transport is None or transport.samples is None or self.display.samples == "none":
            return ""
        drawn = transport.samples if self.display.samples == "after" else transport.naive_samples
        which = tr("uniform samples") if self.display.samples == "after" else tr("samples before")
        n = len(drawn.points)
        count = f"{n:,}" if n <= MOST_SAMPLES else tr("{shown} of {n}", shown=f"{MOST_SAMPLES:,}", n=f"{n:,}")
        return f"{count} {which}"

    def sample_chip(self, icon: Callable[[str, str], QIcon]) -> Chip | None:
        """Return the verdict of the test of uniformity of the samples that are drawn; `icon` makes one of a role."""
        transport = self.transport
        if transport is None or transport.uniformity is None or self.display.samples == "none":
            return None
        test = transport.uniformity
        p = test.p_after if self.display.samples == "after" else test.p_before
        if p is None:
            return None
        role, name = ("ok", "check-circle-fill") if p >= LEAST_P else ("bad", "x-circle-fill")
        text = tr("χ² uniformity p = {p}", p=number(p, 2))
        return Chip(text, role, icon(name, role))

    def play(self) -> None:
        """Move the disk from the chart to the area-preserving parameterization; stop where that is under way."""
        if self.transport is not None:
            super().play()

    def _step(self, share: float) -> None:
        self._workspace.set_display(STAGE, replace(self.display, displacement=float(share)))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.transport is not old.transport:
            self._take(new)

    def _take(self, project: Project) -> None:
        self.plane = None
        self._making.forget()
        source = project.source
        if project.transport is not None and source is not None:
            self._making.submit(_plane, project.transport, source)
        self.changed.emit()

    def _on_prepared(self, plane: SitePlane) -> None:
        if plane.transport is self._workspace.project.transport:
            self.plane = plane
            self.changed.emit()
            if self._workspace.open_stage == STAGE:
                self.solved.emit()
