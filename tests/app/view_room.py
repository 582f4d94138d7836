"""A grid of views for tests, with surfaces to put into it."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.views.view_grid import ViewGrid
from core.data.source import Source
from core.data.surface import Surface
from core.geometry.topology import topology
from core.session.project import Project
from core.training.result import TrainingStep
from tests.core.make import bumpy_disk, trained_project


class NoWorkers:
    def prepare(self):
        """No worker is needed to look at things."""

    def end(self):
        """Nothing was begun."""


class Room:
    """A grid of views with what it watches."""

    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.workspace, self.selection, self.theme = Workspace(NoWorkers()), Selection(), Theme("light")
        self.theme.reduced_motion = True
        self.grid = ViewGrid(self.workspace, self.selection, self.theme)
        qtbot.addWidget(self.grid, before_close_func=lambda grid: grid.close_views())
        self.grid.resize(900, 700)
        self.grid.show()
        qtbot.waitExposed(self.grid)
        self.surface, self.latent = self.grid.surface, self.grid.latent
        self.reconstruction, self.fourth = self.grid.reconstruction, self.grid.fourth

    def show(self, project):
        self.workspace.start_over(project)
        self.settle()

    def live(self, **values):
        values = {
            key: value.astype(np.float32, copy=False) if isinstance(value, np.ndarray) else value
            for key, value in values.items()
        }
        step = TrainingStep(**({"step": 10, "seconds": 1.0, "loss": 0.1} | values))
        self.workspace.live = step
        self.workspace.live_changed.emit(step)
        self.settle()

    def settle(self):
        """Wait until nothing is computed any more."""
        parts = [self.surface._colorings, self.latent._pictures, self.reconstruction._shapes]
        parts += [self.surface.canvas._sights, self.reconstruction.canvas._sights]
        parts += [part for stage in self.grid.stages.values() for part in stage.pending()]
        self.qtbot.waitUntil(lambda: not any(part.is_busy or part._rest.isActive() for part in parts), timeout=20000)

    def move(self, canvas, x, y):
        place = QPointF(x, y)
        kind, none = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
        canvas.mouseMoveEvent(
            QMouseEvent(kind, place, canvas.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier)
        )
        self.settle()

    def place_of(self, canvas, vertex):
        if canvas is self.latent.canvas:
            return canvas.window_at(1.0).places(canvas.picture.snapshot.codes[vertex : vertex + 1])[0]
        points = canvas.mesh.points[vertex : vertex + 1]
        return canvas.camera.project(points, canvas.width(), canvas.height())[0][0]


def flat_project(training=True):
    """A surface seen from above in full, with its own plane as codes."""
    project = trained_project(bumpy_disk(8))
    surface = project.source.surface
    if not training:
        return replace(project, training=None, options={})
    return replace(project, training=replace(project.training, codes=0.9 * surface.vertices[:, :2]))


def loaded(surface):
    found = topology(surface) if isinstance(surface, Surface) else None
    return Project(source=Source("a.ply", "a", surface, found, (), (), 0.1))
