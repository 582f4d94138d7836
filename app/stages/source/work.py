"""How a source is opened in the window, and its smaller loops filled."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.process.jobs import Job
from app.stages.source.remedies import offer_remedies
from app.state.stage_state import Notice
from app.state.stage_work import StageWork
from app.state.workspace import SURFACE
from core.data.reading_options import ReadingOptions
from core.geometry.holes import filled, is_fillable
from core.geometry.topology import topology
from core.session.project import Project
from core.session.stages import SourceOptions


class SourceWork(StageWork):
    """Reads surfaces and clouds."""

    def obstacle(self) -> str | None:
        return ""

    def open(self, path: str | Path, how: ReadingOptions | None = None) -> Job | None:
        """Read a surface; the project stays as it is unless that succeeds. One that is still being read is left."""
        self.leave()
        return self.workspace.run_stage(self.key, SourceOptions(str(path), how or ReadingOptions()))

    def leave(self) -> None:
        """Read no more."""
        if self.key in self.workspace.jobs:
            self.workspace.jobs[self.key].cancel()

    def entering(
        self, project: Project, options: Any, inputs: tuple[Any, ...], result: Any, parent: Any
    ) -> tuple[Project, Any]:
        if project.source is not None and project.source.path != result.path:
            project = replace(project, options={})  # what was chosen for one surface is not meant for another
        return project, options

    @property
    def can_fill(self) -> bool:
        """Whether the open surface becomes a disk once all of its boundary loops but the longest are filled."""
        source = self.workspace.whole.source
        return source is not None and source.topology is not None and is_fillable(source.topology)

    def fill_loops(self) -> None:
        """Fill all boundary loops of the open surface but the longest; undo takes it back."""
        source = self.workspace.whole.source
        if not self.can_fill or source is None or not source.has_faces:
            return
        change = filled(source.surface)
        sentence, surface = change.sentence, change.surface
        made = replace(source, data=surface, topology=topology(surface), repairs=(*source.repairs, sentence))
        self.workspace.replace(self.workspace.whole.updated(source=made))
        self.workspace.show_stage(self.workspace.next_stage)
        self.workspace.notified.emit(Notice(f"{sentence}.", "ok", "undo", SURFACE))

    def offer_remedies(self) -> None:
        """Tell of what is wrong with what was just opened and can be mended with one click."""
        offer_remedies(self.workspace)
