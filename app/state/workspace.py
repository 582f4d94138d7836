"""The open project, its undo stack and the jobs that make its results."""

from itertools import takewhile
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from app.process.jobs import Job, Workers
from app.stages import rows
from app.state.charts import live_of_chart, same_inputs
from app.state.stage_state import Notice, StageState
from app.style.translation import tr
from core.base.progress import Progress
from core.session.every_chart import adopted, call_of
from core.session.project import Project
from core.session.stages import STAGES

UNDO_DEPTH = 100
FIRST = next(iter(STAGES))
"""Key of the stage that brings the source, which all others work on."""
SURFACE = "open surface"
"""What a notice is about that ends when another surface is shown."""


class Workspace(QObject):
    """The current project; commands replace it, views watch it.

    Attributes
    ----------
    whole : Project
        The project: what is saved, undone and replaced.
    chart : int
        Number of the chart that is shown, from 0.
    project : Project
        That of this chart; where there is one chart, the whole.

    Signals
    -------
    project_changed(old, new)
        Another project is shown, or another chart of it; compare fields by identity.
    live_changed(payload or None)
        What a running stage shows meanwhile (a `TrainingStep`); None when it is over.
    stage_changed(key)
        A stage started, advanced, ended or failed.
    job_started(Job)
        A job was started by any stage.
    open_stage_changed(key)
        Another stage is open in the column.
    notified(Notice)
        Something to tell the user.
    saved_changed()
        The project was saved or edited.
    display_changed(key)
        The result of a stage is to be shown in another way.
    asked(key, Job)
        A job cannot go on before its `question` is answered; it has ended, and can be started anew with the answer.
    """

    project_changed = Signal(object, object)
    live_changed = Signal(object)
    stage_changed = Signal(str)
    job_started = Signal(object)
    open_stage_changed = Signal(str)
    notified = Signal(object)
    saved_changed = Signal()
    display_changed = Signal(str)
    asked = Signal(str, object)

    def __init__(self, workers: Workers | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workers = workers or Workers(self)
        self.whole = self.project = Project()
        self.chart = 0
        self.live = self.live_whole = self._pictured = cast(Any, None)
        self._path: Path | None = None
        self.open_stage = FIRST
        self.jobs, self.failures = dict[str, Job](), dict[str, str]()
        self._past, self._future = list[Project](), list[Project]()
        self._saved: Project | None = None
        self.views: dict[str, Any] = {row.key: row.view() for row in rows()}
        self.works = {key: view.work(key, self) for key, view in self.views.items()}
        self._kinds: dict[str, type] = {key: view.display for key, view in self.views.items() if view.display}
        self._displays: dict[str, Any] = {key: kind() for key, kind in self._kinds.items()}
        self._next_stages: list[str] = []
        self.is_leaving = False

    # -- the project -------------------------------------------------------------------------------------------------

    def replace(self, project: Project, goes_on: bool = False) -> None:
        """Show another project; the present one can be brought back with `undo`.

        Where a stage has made another source of the former one, `goes_on` lets the stages that wait for it follow.
        """
        if project is self.whole:
            return
        self._past = [*self._past, self.whole][-UNDO_DEPTH:]
        self._future.clear()
        waiting = self._next_stages[:] if goes_on else []
        self._show(project)
        self._next_stages[:] = waiting or self._next_stages

    def start_over(self, project: Project, path: Path | None = None) -> None:
        """Show a project that was opened from a file, without a past."""
        self._past.clear()
        self._future.clear()
        self._path, self._saved = path, project if path else None
        self._show(project)

    def mark_saved(self, path: Path) -> None:
        """Remember that the present project lies in a file."""
        self._path, self._saved = path, self.whole
        self.saved_changed.emit()

    @property
    def path(self) -> Path | None:
        """The file of the present project; None where it has none, or that holds another surface."""
        other = self._saved is not None and self._saved.source is not self.whole.source
        return None if other else self._path

    @property
    def is_saved(self) -> bool:
        """Whether the present project is the one in its file."""
        return self._saved is self.whole

    saved = property(lambda self: self._saved, doc="The project as it lies in its file; None where it has none.")
    can_undo = property(lambda self: bool(self._past))
    can_redo = property(lambda self: bool(self._future))

    def undo(self) -> None:
        """Show the former project."""
        if self._past:
            self._future.append(self.whole)
            self._show(self._past.pop())

    def redo(self) -> None:
        """Show the project that was undone."""
        if self._future:
            self._past.append(self.whole)
            self._show(self._future.pop())

    def _show(self, project: Project) -> None:
        old, is_other = self.project, project.source is not self.whole.source
        if is_other:
            for key, kind in self._kinds.items():
                self.set_display(key, kind())
            self.failures.clear()  # they tell of another surface
            self._next_stages.clear()
        if is_other or project.preparation is not self.whole.preparation:
            self.chart = 0
            self._leave_jobs(project)
        self.whole, self.project = project, project.charts[self.chart]
        self.project_changed.emit(old, self.project)
        for work in self.works.values() if is_other else ():
            work.shown()
        self.saved_changed.emit()
        for key in self.works:
            self.stage_changed.emit(key)

    def show_chart(self, chart: int) -> None:
        """Show another chart of the atlas, by its number from 0."""
        if chart == self.chart or not 0 <= chart < len(self.whole.charts):
            return
        old, self.chart = self.project, chart
        self.project = self.whole.charts[chart]
        self.project_changed.emit(old, self.project)
        if self.live is not None:
            self.show_live(self._pictured or self.live_whole)
        for key in self.works:
            self.stage_changed.emit(key)

    # -- stages ------------------------------------------------------------------------------------------------------

    def keep_in(self, folder: Path) -> None:
        """Keep what must outlive the program in a folder."""
        for work in self.works.values():
            work.keep_in(folder)

    def options(self, key: str) -> Any:
        """Return the options of a stage, or of what it does for other projects: the user's, or the defaults."""
        chosen = self.whole.options.get(key)
        if chosen is not None:
            return chosen
        kinds = {other: kind for stage in STAGES.values() for other, kind in stage.other_options.items()}
        return kinds[key]() if key in kinds else STAGES[key].options()

    def running_options(self, key: str) -> Any:
        """Return the options that a stage runs with, or those of its form where it does not run."""
        job = self.jobs.get(key)
        return self.options(key) if job is None or job.options is None else job.options

    def set_options(self, key: str, options: object) -> None:
        """Remember the options of a stage."""
        if options != self.options(key):
            self.replace(self.whole.with_options(key, options))

    def display(self, key: str) -> Any:
        """Return how the result of a stage is shown."""
        return self._displays[key]

    def set_display(self, key: str, display: object) -> None:
        """Show the result of a stage in another way; the project stays as it is."""
        if display != self._displays[key]:
            self._displays[key] = display
            self.display_changed.emit(key)

    def show_stage(self, key: str) -> None:
        """Open a stage in the column."""
        if key != self.open_stage:
            self.open_stage = key
            self.open_stage_changed.emit(key)

    def show_live(self, payload: Any) -> None:
        """Show what a running stage has meanwhile; None when it is over."""
        if payload is not None or self.live is not None:
            if payload is None or payload.chart_codes:
                self._pictured = payload
            self.live_whole, self.live = payload, live_of_chart(payload, self.whole.preparation, self.chart)
            self.live_changed.emit(self.live)

    def state(self, key: str) -> StageState:
        """Return how a stage stands; one that computes nothing is ready once there is a result to work on."""
        if key not in STAGES:
            return StageState.READY if len(self.whole.results) > 1 else StageState.NOT_YET
        if key in self.jobs:
            return StageState.RUNNING
        if key in self.failures:
            return StageState.FAILED
        if key in self.whole.outdated:
            return StageState.OUTDATED
        if key in self.whole.results:
            return StageState.DONE
        return StageState.NOT_YET if self.obstacle(key) else StageState.READY

    def obstacle(self, key: str) -> str:
        """Return why a stage cannot run now, as one sentence; empty where it can."""
        reason = self.works[key].obstacle()
        if reason == "":
            return ""
        if len(self.whole.charts) > 1 and self.views[key].one_chart:
            return self.views[key].one_chart
        if key not in STAGES or STAGES[key].inputs(self.whole) is None:
            return self._missing(key)
        return reason or ""

    def _missing(self, key: str) -> str:
        """Return which input of a stage is not there."""
        needs, spared = (STAGES[key].needs, STAGES[key].spared) if key in STAGES else ((FIRST,), ())
        there = {*self.whole.results, *spared} - self.whole.outdated
        lacking = next((name for name in needs if name not in there), "")
        if lacking in self.whole.outdated:
            return tr("An earlier stage is outdated. Run it again first.")
        return (self.views[lacking].needed or tr("Needs an earlier stage")) if lacking else ""

    @property
    def first(self) -> Any:
        """How the stage runs that brings the source."""
        return self.works[FIRST]

    @property
    def is_there(self) -> bool:
        """Whether a source is open."""
        return FIRST in self.whole.results

    @property
    def next_stage(self) -> str:
        """The stage in which something can be done once a source is open."""
        return next((key for key in self._wanted if not self.obstacle(key)), FIRST)

    @property
    def _wanted(self) -> list[str]:
        """The stages behind the source that have something to compute for it."""
        return [key for key, work in self.works.items() if key in STAGES and key != FIRST and work.runs_here]

    @property
    def hindrance(self) -> str:
        """Why the stages cannot run one after the other: what hinders the one behind the source."""
        return next((self.obstacle(key) for key in self._wanted), "")

    def run_stage(self, key: str, options: object = None) -> Job | None:
        """Start a stage; its result is dropped if its inputs have changed when it ends."""
        return self.works[key].run(options)

    def start(self, key: str, options: object = None) -> Job | None:
        """Start the function of a stage, with the options of its form unless others are given."""
        stage, work = STAGES[key], self.works[key]
        inputs = stage.inputs(self.whole)
        if key in self.jobs or inputs is None or self.obstacle(key):
            return None
        chosen = options if options is not None else self.options(key)
        origin = work.origin(chosen)
        job = self.workers.start(key, *call_of(stage, self.whole, chosen, work.besides(chosen)))
        job.options = chosen
        job.finished.connect(lambda result: self._on_finished(key, inputs, chosen, result, origin))
        work.started(job, inputs)
        return self.watch(key, job)

    def watch(self, key: str, job: Job) -> Job:
        """Follow a job of a stage until it ends."""
        self.jobs[key] = job
        self.failures.pop(key, None)
        job.progressed.connect(lambda progress: self._on_progress(key, progress))
        job.failed.connect(lambda message: self._on_failed(key, job, message))
        job.cancelled.connect(self._next_stages.clear)
        job.ended.connect(lambda: self._on_ended(key))
        self.job_started.emit(job)
        self.stage_changed.emit(key)
        return job

    def run_all(self) -> None:
        """Run every stage whose result is missing or outdated, one after the other."""
        known = (key for key in self._wanted if not self.views[key].one_chart or len(self.whole.charts) < 2)
        self._next_stages[:] = (key for key in known if self.state(key) is not StageState.DONE)
        self._run_next()

    def run_up_to(self, key: str) -> None:
        """Run a stage, and before it those between the source and it whose results are missing or outdated."""
        before = takewhile(lambda other: other != key, self._wanted)
        self._next_stages[:] = (*(other for other in before if self.state(other) is not StageState.DONE), key)
        self._run_next()

    def _run_next(self) -> None:
        """Run the first of the stages that wait, and show it."""
        if self._next_stages and not self.jobs:
            key = self._next_stages.pop(0)
            self.show_stage(key)
            if self.run_stage(key) is None:
                self._next_stages.clear()

    def _leave_jobs(self, project: Project) -> None:
        """End what works on another source or other charts; what a stage has kept can be gone on with later."""
        self.is_leaving = True
        is_other = project.source is not self.whole.source
        for key in [key for key in self.jobs if key != FIRST]:
            stage = STAGES.get(key)
            if is_other or (stage is not None and not same_inputs(stage.inputs(self.whole), stage.inputs(project))):
                self.jobs[key].cancel()
                self.works[key].left(project.source)
        self.is_leaving = False

    def _on_progress(self, key: str, progress: Progress) -> None:
        self.works[key].progressed(progress)
        self.stage_changed.emit(key)

    def _on_finished(self, key: str, inputs: tuple[Any, ...], options: Any, result: Any, origin: Any) -> None:
        self.jobs.pop(key, None)
        if not same_inputs(STAGES[key].inputs(self.whole), inputs):
            self._next_stages.clear()
            self.notified.emit(Notice(tr("A result was dropped: what it was made from has changed."), "warn", "", key))
            return
        result = adopted(STAGES[key], self.whole, result)
        former, kept = self.works[key].entering(self.whole, options, inputs, result, origin)
        chosen = former.with_options(key, kept)
        is_new = result is not None or key in chosen.results
        self.replace(chosen.updated(**{key: result}) if is_new else chosen)

    def _on_failed(self, key: str, job: Job, message: str) -> None:
        self._next_stages.clear()
        if job.question is not None:
            self.asked.emit(key, job)
            return
        if key != FIRST:  # a file that cannot be read says nothing about the source that is open
            self.failures[key] = message
        self.notified.emit(Notice(message, "bad", "", key))

    def _on_ended(self, key: str) -> None:
        self.jobs.pop(key, None)
        self.works[key].ended(key in self.failures)
        self.stage_changed.emit(key)
        self._run_next()

    def take_over(self, other: "Workspace") -> None:
        """Show what another workspace shows, with its past; that one, none of whose jobs runs, is not used any more."""
        self._past, self._future, self._path, self._saved = other._past, other._future, other._path, other._saved
        self._show(other.whole)
        self.failures |= other.failures
        for key, display in other._displays.items():
            self.set_display(key, display)
        self.show_chart(other.chart)
        self.show_stage(other.open_stage)
        for key in self.works:
            self.stage_changed.emit(key)

    def close(self) -> None:
        """End all jobs and their processes; what a stage has kept can be gone on with at another time."""
        self.is_leaving = True
        self.workers.end()
        for work in self.works.values():
            work.close()
