"""How a surface is examined and prepared in the window: what is changed of it first, then its cover by charts."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal

from app.process.jobs import Job
from app.state.stage_state import Notice
from app.state.stage_work import StageWork
from app.state.workspace import SURFACE, Workspace
from app.style.translation import tr
from core.base.errors import BudaiError
from core.data.cloud_facts import CloudFacts
from core.data.obstacles import Obstacles, Place
from core.data.point_cloud import PointCloud
from core.data.source import Source, require
from core.data.surface import Surface
from core.data.table import Table
from core.session.preparing.options import PreparationOptions
from core.session.preparing.previewing import Preview, examining, previewing
from core.session.project import Project

EXAMINE, PREVIEW = "examine", "preview"
"""Titles of its jobs beside that of the stage."""


class PreparationWork(StageWork):
    """Prepares surfaces; a disk needs nothing unless it is asked for.

    Attributes
    ----------
    obstacles : Obstacles or None
        What stands in the way of one chart of the open surface, once it is known.
    facts : CloudFacts or None
        What the open cloud is, once it is known.
    examined : Surface, PointCloud or None
        Whose these are.
    chosen : Place or None
        That which is looked at.
    preview : Preview or None
        What a preparation would make of it.

    Signals
    -------
    changed()
        One of these is another.
    colored(quantity)
        The points are to be coloured by it.
    """

    changed = Signal()
    colored = Signal(str)

    def __init__(self, key: str, workspace: Workspace) -> None:
        super().__init__(key, workspace)
        self.obstacles: Obstacles | None = None
        self.facts: CloudFacts | None = None
        self.chosen: Place | None = None
        self.preview: Preview | None = None
        self.examined: Surface | PointCloud | Table | None = None
        self._beside: Job | None = None
        workspace.open_stage_changed.connect(self._on_opened)
        workspace.project_changed.connect(self._on_project_changed)

    # -- for the workspace -------------------------------------------------------------------------------------------

    def obstacle(self) -> str | None:
        source = self.workspace.whole.source
        if source is None:
            return None
        if source.is_cloud:
            return None
        try:
            require(source, "an atlas", "faces")
        except BudaiError as error:
            return str(error)
        return None

    @property
    def is_wanted(self) -> bool:
        source, options = self.workspace.whole.source, self.workspace.options(self.key)
        asked_for = options.way in ("atlas", "cut") or options.charts > 1
        return asked_for or (source is not None and (source.is_cloud or source.has_faces) and not source.is_disk)

    def run(self, options: object) -> Job | None:
        chosen = options if isinstance(options, PreparationOptions) else self.workspace.options(self.key)
        source = self.workspace.whole.source
        if source is None or self.key in self.workspace.jobs:
            return None
        self._end_beside(PREVIEW)
        if self.preview is not None and self.preview.options == chosen:
            self._apply(source, self.preview)
            return None
        if not chosen.changes and not source.is_cloud:
            return super().run(chosen)
        job = self.workspace.workers.start(self.key, previewing, source, chosen)
        job.options = chosen
        job.finished.connect(lambda made: self._apply(source, made))
        return self.workspace.watch(self.key, job)

    def entering(
        self, project: Project, options: Any, inputs: tuple[Any, ...], result: Any, parent: Any
    ) -> tuple[Project, Any]:
        self._drop_preview()
        if result is None:
            text = tr("One chart is enough: the surface is a disk.")
            self.workspace.notified.emit(Notice(text, "ok", "", self.key))
        goes = result is not None or project.preparation is not None
        if goes and project.training is not None:
            text = tr("What was trained on the former charts went with them.")
            self.workspace.notified.emit(Notice(text, "warn", "undo", self.key))
        return project, options

    def left(self, source: Any) -> None:
        self._end_beside(EXAMINE, PREVIEW)

    # -- for the window ----------------------------------------------------------------------------------------------

    @property
    def can_preview(self) -> bool:
        """Whether a preview can be begun."""
        return self.workspace.is_there and not self.workspace.jobs and not self.workspace.obstacle(self.key)

    def begin_preview(self) -> Job | None:
        """Find out what a preparation as chosen would make of the surface, and show it."""
        source = self.workspace.whole.source
        if not self.can_preview or source is None:
            return None
        self._end_beside(EXAMINE, PREVIEW)
        self._drop_preview()
        job = self._start(PREVIEW, previewing, source, self.workspace.options(self.key))
        job.finished.connect(lambda made: self._on_preview(source, made))
        job.failed.connect(lambda message: self.workspace.notified.emit(Notice(message, "bad", "", self.key)))
        return job

    def drop_preview(self) -> None:
        """Show the surface as it is."""
        self._drop_preview()
        self.changed.emit()

    def take_advice(self) -> None:
        """Prepare the surface as is recommended."""
        found = self.obstacles or self.facts
        if found is None:
            return
        *before, way = found.advice.split(",")
        chosen = replace(self.workspace.options(self.key), way=way, before=tuple(before), charts=0)
        self.workspace.set_options(self.key, chosen)
        self.workspace.run_stage(self.key, chosen)

    def remove_outliers(self) -> Job | None:
        """Leave the outliers of the open cloud out; undo takes it back."""
        chosen = replace(self.workspace.options(self.key), way="outliers", before=())
        return self.workspace.run_stage(self.key, chosen)

    def toggle_cluster(self, cluster: int) -> None:
        """Keep one more cluster, by its number from 0, or one less."""
        options = self.workspace.options(self.key)
        former = set(options.chosen_clusters) if options.way == "clusters" else set[int]()
        chosen = sorted(former ^ {cluster}) or [cluster]
        words = ",".join(str(k + 1) for k in chosen)
        self.workspace.set_options(self.key, replace(options, way="clusters", clusters=words, before=()))
        self.colored.emit("cluster")
        self.changed.emit()

    def look_at(self, place: Place | None) -> None:
        """Let one thing that stands in the way stand out, or none."""
        self.chosen = place
        self.changed.emit()

    # -- jobs --------------------------------------------------------------------------------------------------------

    def _on_opened(self, key: str) -> None:
        if key == self.key:
            self._examine(is_opened=True)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        source = self.workspace.whole.source
        if self.examined is not None and (source is None or source.data is not self.examined):
            self._end_beside(EXAMINE, PREVIEW)
            self.examined = self.obstacles = self.facts = self.chosen = self.preview = None
            self.changed.emit()
        if self.preview is not None and self.preview.options != self.workspace.options(self.key):
            self.drop_preview()
        if self.workspace.open_stage == self.key:
            self._examine()

    def _examine(self, is_opened: bool = False) -> None:
        """Look for what stands in the way, unless it is known; of a disk only when the stage is opened, untrained."""
        whole = self.workspace.whole
        source = whole.source
        if source is None or source.is_table or self.examined is source.data:
            return
        if source.is_disk and (whole.training is not None or not is_opened):
            return  # only triangles that cross could stand in its way
        if whole.preparation is not None:  # nothing stands in the way any more
            return
        self.examined = source.data
        job = self._start(EXAMINE, examining, source)
        job.finished.connect(lambda found: self._on_examined(source, found))

    def _start(self, title: str, *call: Any) -> Job:
        job = self.workspace.workers.start(title, *call)
        self._beside = job
        job.ended.connect(self._forget)
        self.workspace.job_started.emit(job)
        return job

    def _forget(self) -> None:
        self._beside = None
        self.changed.emit()

    def _end_beside(self, *titles: str) -> None:
        if self._beside is not None and self._beside.title in titles:
            if self._beside.title == EXAMINE and self.obstacles is None and self.facts is None:
                self.examined = None  # to be begun again
            self._beside.cancel()

    def _on_examined(self, source: Source, found: Obstacles | CloudFacts) -> None:
        if source.data is not self.examined:
            return
        if source.is_cloud:
            self.facts = found
        else:
            self.obstacles = found
        self.changed.emit()

    def _on_preview(self, source: Source, made: Preview) -> None:
        if source is self.workspace.whole.source and made.options == self.workspace.options(self.key):
            self.preview = made
            self.changed.emit()

    def _apply(self, source: Source, made: Preview) -> None:
        """Take over what a preparation has made; undo takes it back."""
        self.workspace.jobs.pop(self.key, None)
        whole = self.workspace.whole
        if whole.source is not source:
            self.workspace.notified.emit(
                Notice(tr("A result was dropped: what it was made from has changed."), "warn", "", self.key)
            )
            return
        self.preview = None
        is_changed = made.change is not None or source.is_cloud
        # A change is made once: the form goes back to what covers a surface.
        kept = replace(made.options, way="auto", before=()) if is_changed else made.options
        result = whole
        preparation = made.preparation
        if is_changed:
            result = result.updated(source=made.source)
        elif preparation is not None:
            preparation = replace(preparation, source=source)
        if preparation is not None:
            result = result.updated(preparation=preparation)
        if result is not whole:
            self.workspace.replace(result.with_options(self.key, kept), goes_on=True)
        said = made.source.repairs[len(source.repairs) :] or (preparation.done[-1:] if preparation else ())
        text = " ".join(said) or tr("One chart is enough: the surface is a disk.")
        self.workspace.notified.emit(Notice(text, "ok", "undo" if result is not whole else "", SURFACE))
        is_done = preparation is None and not made.source.is_cloud
        self.workspace.show_stage(self.workspace.next_stage if is_done else self.key)

    def _drop_preview(self) -> None:
        self.preview = None
