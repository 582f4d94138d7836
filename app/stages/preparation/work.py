"""How a surface is prepared in the window: what is to be changed of it first, then its cover by charts."""

from typing import Any

from app.process.jobs import Job
from app.state.stage_work import StageWork
from app.state.workspace import SURFACE, Notice
from app.style.translation import tr
from core.base.errors import BudaiError
from core.base.progress import finish
from core.data.source import require
from core.session.preparing.changing import changing
from core.session.preparing.options import PreparationOptions
from core.session.project import Project


class PreparationWork(StageWork):
    """Prepares surfaces; a disk needs nothing unless it is asked for."""

    def obstacle(self) -> str | None:
        source = self.workspace.whole.source
        if source is None:
            return None
        try:
            require(source, "an atlas", "faces")
        except BudaiError as error:
            return str(error)
        return None

    @property
    def is_wanted(self) -> bool:
        source, options = self.workspace.whole.source, self.workspace.options(self.key)
        asked_for = options.way == "atlas" or options.charts > 1
        return asked_for or (source is not None and source.has_faces and not source.is_disk)

    def run(self, options: object) -> Job | None:
        chosen = options if isinstance(options, PreparationOptions) else self.workspace.options(self.key)
        whole = self.workspace.whole
        if whole.source is None or self.key in self.workspace.jobs:
            return None
        try:
            source, _ = finish(changing(whole.source, chosen))
        except BudaiError as error:
            self.workspace.notified.emit(Notice(str(error), "bad", "", self.key))
            return None
        if source is not whole.source:
            made = whole.updated(source=source).with_options(self.key, chosen)
            self.workspace.replace(made)
            self.workspace.notified.emit(Notice(f"{source.repairs[-1].rstrip('.')}.", "ok", "undo", SURFACE))
        return super().run(chosen)

    def entering(
        self, project: Project, options: Any, inputs: tuple[Any, ...], result: Any, parent: Any
    ) -> tuple[Project, Any]:
        if result is None:
            text = tr("One chart is enough: the surface is a disk.")
            self.workspace.notified.emit(Notice(text, "ok", "", self.key))
        goes = result is not None or project.preparation is not None
        if goes and project.training is not None:
            text = tr("What was trained on the former charts went with them.")
            self.workspace.notified.emit(Notice(text, "warn", "undo", self.key))
        return project, options
