"""Which moment of a map is to be seen, and how it is played."""

from concurrent.futures import Executor
from dataclasses import replace

from PySide6.QtCore import QObject

from app.stages.maps.scene.look import MapLook
from app.state.workspace import Workspace
from app.views.stage_scene import StageScene
from core.session.project import Project

STAGE = "maps"
MILLISECONDS, _DIGITS = 6_000, 4
"""How long the way there and back takes when it is played; digits of a share of it."""


class MapScene(StageScene):
    """Watches map and display, and says what is to be seen."""

    def __init__(self, workspace: Workspace, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(STAGE, workspace, executor, parent)
        self.color_by = "normal"
        self.look: MapLook | None = None
        self._prepare_to_play(MILLISECONDS)
        workspace.project_changed.connect(self._on_project_changed)

    @property
    def is_open(self) -> bool:
        """Whether the stage is open."""
        return self._workspace.open_stage == STAGE

    def colors(self) -> list[tuple[str, str]]:
        """Return what it can be coloured by: key and title, not translated."""
        source = self._workspace.project.source
        if source is not None and source.is_table:
            return [("normal", "Class" if source.labels is not None else "Place in the disk")]
        return [("normal", "Normal"), ("code", "Place in the disk")]

    def show(self) -> None:
        """Show what the workspace holds now."""
        made, snapshot = self._workspace.project.results.get(STAGE), self.snapshot
        if made is None or snapshot is None or snapshot.codes is None:
            self.look = None
            if self._playing is not None:
                self._playing.stop()
        elif self.is_open:
            former = self.look
            kept = former is not None and former.made is made and former.figure is snapshot.figure
            if not kept or former is None or former.color_by != self.color_by:
                self.look = MapLook(made, snapshot.figure, self.color_by)
        self.changed.emit()

    def play(self) -> None:
        """Go to the second manifold and back; stop where that is under way."""
        if self.is_open and self.look is not None:
            super().play()

    def _step(self, share: float) -> None:
        there = 1.0 - abs(1.0 - 2.0 * float(share))
        self._workspace.set_display(STAGE, replace(self.display, moment=round(there, _DIGITS)))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if new.results.get(STAGE) is not old.results.get(STAGE) or new.outdated != old.outdated:
            self.show()
