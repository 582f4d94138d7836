"""How denoising runs in the window: where a cloud is open, the surface is learned from its points first."""

from dataclasses import replace
from typing import Any

from app.process.jobs import Job
from app.stages.denoising.blind import BLIND, blind_project, learns_blind
from app.state.stage_state import Notice
from app.state.stage_work import StageWork
from app.state.workspace import SURFACE
from app.style.translation import tr
from core.denoising.blind import BlindDenoising
from core.session.points.read_and_denoise import read_and_learn


class DenoisingWork(StageWork):
    """Denoises, or learns blind."""

    def obstacle(self) -> str | None:
        return "" if learns_blind(self.workspace.whole) else None

    def run(self, options: object) -> Job | None:
        if not learns_blind(self.workspace.whole):
            return super().run(options)
        source = self.workspace.whole.source
        if self.key in self.workspace.jobs:
            return None
        choice = replace(self.workspace.options(BLIND), columns=source.how.columns)
        job = self.workspace.workers.start(BLIND, read_and_learn, source.path, choice)
        job.finished.connect(lambda found: self._on_learned(source, found))
        return self.workspace.watch(self.key, job)

    def _on_learned(self, source: Any, found: BlindDenoising) -> None:
        self.workspace.jobs.pop(self.key, None)
        self.workspace.replace(blind_project(self.workspace.whole, found))
        text = tr("The surface was learned from the points of {name}. Undo brings the cloud back.", name=source.name)
        self.workspace.notified.emit(Notice(text, "ok", "undo", SURFACE))
