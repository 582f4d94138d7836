"""The open project, its undo stack and the jobs that make its results."""

from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.blind_stage import BLIND, blind_project, learns_blind
from app.displays import DISPLAYS
from app.jobs import Job, Workers
from app.lost_training import LostTraining
from app.translation import tr
from core.base.errors import BudaiError
from core.base.progress import Progress
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.denoising.blind import BlindDenoising
from core.denoising.blind_beside import BlindChoice
from core.geometry.holes import filled, is_fillable
from core.geometry.topology import topology
from core.session.project import Project
from core.session.read_and_denoise import read_and_learn
from core.session.stages import STAGES, SourceOptions, trainable
from core.training.options import TrainingOptions
from core.training.result import TrainingResult
from core.training.run import with_training

UNDO_DEPTH = 100
SURFACE = "open surface"
"""What a notice is about that ends when another surface is shown."""


class StageState(Enum):
    """How a stage stands."""

    DONE = "done"
    RUNNING = "running"
    OUTDATED = "outdated"
    READY = "ready"
    NOT_YET = "not yet"
    FAILED = "failed"


@dataclass(frozen=True)
class Notice:
    """One sentence for the user.

    Parameters
    ----------
    text : str
        What happened.
    kind : str
        "info", "ok", "warn" or "bad"; errors stay longer.
    action : str
        Key of a command offered with it, or empty.
    about : str
        The stage or the kind of job that it tells of, or `SURFACE` for the surface that is open: it ends with that.
    """

    text: str
    kind: str = "info"
    action: str = ""
    about: str = ""


class Workspace(QObject):
    """The current project; commands replace it, views watch it.

    Signals
    -------
    project_changed(old, new)
        Another project is shown; compare fields by identity.
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
        self.project = Project()
        self.live: Any = None
        self._is_time_offered = False
        self._path: Path | None = None
        self.open_stage = "source"
        self.jobs: dict[str, Job] = {}
        self.failures: dict[str, str] = {}
        self.lost = LostTraining()
        self._past: list[Project] = []
        self._future: list[Project] = []
        self._saved: Project | None = None
        self._displays: dict[str, Any] = {key: kind() for key, kind in DISPLAYS.items()}
        self._next_stages: list[str] = []
        self._is_leaving = False

    # -- the project -------------------------------------------------------------------------------------------------

    def replace(self, project: Project) -> None:
        """Show another project; the present one can be brought back with `undo`."""
        if project is self.project:
            return
        self._past = [*self._past, self.project][-UNDO_DEPTH:]
        self._future.clear()
        self._show(project)

    def start_over(self, project: Project, path: Path | None = None) -> None:
        """Show a project that was opened from a file, without a past."""
        self._past.clear()
        self._future.clear()
        self._path, self._saved = path, project if path else None
        self._show(project)

    def mark_saved(self, path: Path) -> None:
        """Remember that the present project lies in a file."""
        self._path, self._saved = path, self.project
        self.saved_changed.emit()

    @property
    def path(self) -> Path | None:
        """The file of the present project; None where it has none, or that holds another surface."""
        other = self._saved is not None and self._saved.source is not self.project.source
        return None if other else self._path

    @property
    def is_saved(self) -> bool:
        """Whether the present project is the one in its file."""
        return self._saved is self.project

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def undo(self) -> None:
        """Show the former project."""
        if self._past:
            self._future.append(self.project)
            self._show(self._past.pop())

    def redo(self) -> None:
        """Show the project that was undone."""
        if self._future:
            self._past.append(self.project)
            self._show(self._future.pop())

    def _show(self, project: Project) -> None:
        old, is_other = self.project, project.source is not self.project.source
        if is_other:
            for key, kind in DISPLAYS.items():
                self.set_display(key, kind())
            self.failures.clear()  # they tell of another surface
            self._leave_jobs()
        self.project = project
        self.project_changed.emit(old, project)
        if is_other:
            self._offer_lost()
        self.saved_changed.emit()
        for key in STAGES:
            self.stage_changed.emit(key)

    # -- stages ------------------------------------------------------------------------------------------------------

    def options(self, key: str) -> Any:
        """Return the options of a stage, or those of learning from a cloud: the user's, or the defaults."""
        return self.project.options.get(key) or (BlindChoice() if key == BLIND else STAGES[key].options())

    def running_options(self, key: str) -> Any:
        """Return the options that a stage runs with, or those of its form where it does not run."""
        job = self.jobs.get(key)
        return self.options(key) if job is None or job.options is None else job.options

    def set_options(self, key: str, options: object) -> None:
        """Remember the options of a stage."""
        if options != self.options(key):
            self.replace(self.project.with_options(key, options))

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

    def state(self, key: str) -> StageState:
        """Return how a stage stands; one that is not in the pipeline is not yet there."""
        if key not in STAGES:
            return StageState.NOT_YET
        if key in self.jobs:
            return StageState.RUNNING
        if key in self.failures:
            return StageState.FAILED
        if key in self.project.outdated:
            return StageState.OUTDATED
        if key in self.project.results:
            return StageState.DONE
        return StageState.NOT_YET if self.obstacle(key) else StageState.READY

    def obstacle(self, key: str) -> str:
        """Return why a stage cannot run now, as one sentence; empty where it can."""
        if key not in STAGES:
            return tr("Comes with a later version")
        if key == "denoising" and learns_blind(self.project):
            return ""
        if STAGES[key].inputs(self.project) is None:
            return self._missing(key)
        if key == "training" and self.project.source is not None:
            try:
                trainable(self.project.source)
            except BudaiError as error:
                return str(error)
        return ""

    def _missing(self, key: str) -> str:
        """Return which input of a stage is not there."""
        outdated, needs = self.project.outdated, STAGES[key].needs
        first = next(name for name in needs if name not in self.project.results or name in outdated)
        if first == "source":
            return tr("Needs a surface")
        if first in outdated:
            return tr("An earlier stage is outdated. Run it again first.")
        words = {"training": tr("Needs a trained autoencoder"), "cells": tr("Needs the cells")}
        return words.get(first, tr("Needs an earlier stage"))

    def open_surface(self, path: str | Path, how: ReadingOptions | None = None) -> Job | None:
        """Read a surface; the project stays as it is unless that succeeds. One that is still being read is left."""
        if "source" in self.jobs:
            self.jobs["source"].cancel()
        return self.run_stage("source", SourceOptions(str(path), how or ReadingOptions()))

    def run_stage(self, key: str, options: object = None) -> Job | None:
        """Start a stage; its result is dropped if its inputs have changed when it ends."""
        if key == "denoising" and learns_blind(self.project):
            return self._learn_blind()
        stage = STAGES[key]
        inputs = stage.inputs(self.project)
        if key in self.jobs or inputs is None or (key != "source" and self.obstacle(key)):
            return None
        chosen = options if options is not None else self.options(key)
        # That of a training that was cut off is not known any more.
        parent = None if self.lost.found is not None and self.lost.found.options is chosen else self.project.training
        job = self.workers.start(key, stage.function, *inputs, chosen, *self._besides(key, chosen))
        job.options = chosen
        job.finished.connect(lambda result: self._on_finished(key, inputs, chosen, result, parent))
        if key == "training":
            job.cancelled.connect(lambda: self._on_training_dropped(inputs[0]))
            self._tell_elsewhere()
        return self.watch(key, job)

    def _leave_jobs(self) -> None:
        """End what works on another surface; what a training has kept can be gone on with later."""
        self._next_stages.clear()
        self._is_leaving = True
        for key in [key for key in self.jobs if key != "source"]:
            self.jobs[key].cancel()
            if key == "training":
                self.notified.emit(Notice(tr("The training was ended: its surface is not open any more.")))
        self._is_leaving = False

    def _on_training_dropped(self, source: Any) -> None:
        if not self._is_leaving:
            self.lost.forget(source)

    def _learn_blind(self) -> Job | None:
        """Learn a surface from the points of the open cloud, and bring them back onto it."""
        source = self.project.source
        if "denoising" in self.jobs or source is None:
            return None
        choice = replace(self.options(BLIND), columns=source.how.columns)
        job = self.workers.start(BLIND, read_and_learn, source.path, choice)
        job.finished.connect(lambda found: self._on_blind(source, found))
        return self.watch("denoising", job)

    def watch(self, key: str, job: Job) -> Job:
        """Follow a job of a stage until it ends."""
        self.jobs[key] = job
        self._is_time_offered &= key != "training"
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
        keys = [key for key in STAGES if key != "source"]
        self._next_stages[:] = [key for key in keys if self.state(key) is not StageState.DONE]
        self._run_next()

    def _run_next(self) -> None:
        """Run the first of the stages that wait, and show it."""
        if self._next_stages and not self.jobs:
            key = self._next_stages.pop(0)
            self.show_stage(key)
            if self.run_stage(key) is None:
                self._next_stages.clear()

    @property
    def can_fill(self) -> bool:
        """Whether the open surface becomes a disk once all of its boundary loops but the longest are filled."""
        source = self.project.source
        return source is not None and source.topology is not None and is_fillable(source.topology)

    def fill_loops(self) -> None:
        """Fill all boundary loops of the open surface but the longest; undo takes it back."""
        source = self.project.source
        if not self.can_fill or source is None or not source.has_faces:
            return
        surface, said = filled(source.surface)
        made = replace(source, data=surface, topology=topology(surface), repairs=(*source.repairs, said))
        self.replace(self.project.updated(source=made))
        self.show_stage("training" if not self.obstacle("training") else "source")
        self.notified.emit(Notice(f"{said}.", "ok", "undo", SURFACE))

    def train_on(self, start: str) -> Job | None:
        """Go on from the trained autoencoder: "continue", or "refine" where its chart folds."""
        training = self.project.training
        if training is None:
            return None
        self.show_stage("training")
        former = training.options
        chosen = replace(self.options("training"), start=start, preset=former.preset, mode=former.mode)
        return self.run_stage("training", replace(chosen, encoder=former.encoder, decoder=former.decoder))

    @property
    def advised_seconds(self) -> float | None:
        """Time that training would need for a good result, where the present one has too little."""
        shown = self.live if "training" in self.jobs else self.project.training
        return None if shown is None else shown.advised_seconds

    def train_longer(self) -> Job | None:
        """Train anew with the time that is advised; a training that runs with too little ends."""
        seconds = self.advised_seconds
        if seconds is None:
            return None
        chosen = replace(self.running_options("training"), seconds=seconds, start="new", steps=())
        if "training" in self.jobs:
            self.jobs["training"].cancel()
        self.show_stage("training")
        self.set_options("training", chosen)
        return self.run_stage("training", chosen)

    def _offer_time(self, told: str) -> None:
        """Offer the time that would do, once for each training."""
        if self.advised_seconds is None or self._is_time_offered:
            return
        self._is_time_offered = True
        self.notified.emit(Notice(told, "warn", "train_longer", "training"))

    def resume_training(self) -> Job | None:
        """Go on with a training of the open surface that was cut off."""
        if self.lost.found is None:
            return None
        self.show_stage("training")
        return self.run_stage("training", self.lost.found.options)

    def _besides(self, key: str, options: Any) -> tuple[object, ...]:
        """Return what the function of a stage gets behind its options."""
        if key != "training":
            return ()
        former = self.project.training if options.start != "new" else None
        found = self.lost.found
        return (
            former,
            found if found is not None and found.options is options else None,
            self.lost.keeper(self.project.source),
        )

    def _offer_lost(self) -> None:
        """Offer to go on with a training of the open surface that was cut off."""
        kept = None if "training" in self.jobs else self.lost.look(self.project.source)
        if kept is not None:
            text = tr("A training of this surface was cut off after {n} s.", n=round(kept.seconds))
            self.notified.emit(Notice(text, "warn", "resume_training", "training"))
        elif "training" not in self.jobs:
            self._tell_elsewhere()

    def _tell_elsewhere(self) -> None:
        """Tell that another window is training the open surface."""
        if self.lost.elsewhere:
            text = tr("Another Budai ({holder}) is training this surface.", holder=self.lost.elsewhere)
            self.notified.emit(Notice(f"{text} {tr('Results and kept states stay apart.')}", "info", "", "training"))

    def _on_progress(self, key: str, progress: Progress) -> None:
        if progress.payload is not None and key == "training":
            self.live = progress.payload
            self.live_changed.emit(progress.payload)
            self._offer_time(progress.message.removeprefix("Training. "))
        self.stage_changed.emit(key)

    def _on_finished(
        self, key: str, inputs: tuple[Any, ...], options: object, result: object, parent: TrainingResult | None
    ) -> None:
        self.jobs.pop(key, None)
        present = STAGES[key].inputs(self.project)
        if present is None or any(a is not b for a, b in zip(present, inputs, strict=True)):
            self._next_stages.clear()
            self.notified.emit(Notice(tr("A result was dropped: what it was made from has changed."), "warn", "", key))
            return
        result = STAGES[key].adopt(result, *inputs)
        if key == "training" and self.live is not None:
            self.live = None
            self.live_changed.emit(None)
        # The form stays with training anew: what has been gone on from is the present training now.
        kept = replace(options, start="new") if isinstance(options, TrainingOptions) else options
        former = self.project
        if isinstance(options, TrainingOptions) and isinstance(result, TrainingResult):
            # Another run may have become the present one meanwhile.
            run = former.run_of(parent) if options.start != "new" else None
            former = replace(former, runs=with_training(former.runs, result, "" if run is None else run.name))
            self.lost.forget(inputs[0])
        if key == "source" and former.source is not None and former.source.path != result.path:
            former = replace(former, options={})  # what was chosen for one surface is not meant for another
        self.replace(former.with_options(key, kept).updated(**{key: result}))

    def _on_blind(self, source: Source, found: BlindDenoising) -> None:
        self.jobs.pop("denoising", None)
        self.replace(blind_project(self.project, found))
        text = tr("The surface was learned from the points of {name}. Undo brings the cloud back.", name=source.name)
        self.notified.emit(Notice(text, "ok", "undo", SURFACE))

    def _on_failed(self, key: str, job: Job, message: str) -> None:
        self._next_stages.clear()
        if job.question is not None:
            self.asked.emit(key, job)
            return
        if key != "source":  # a file that cannot be read says nothing about the surface that is open
            self.failures[key] = message
        self.notified.emit(Notice(message, "bad", "", key))

    def _on_ended(self, key: str) -> None:
        self.jobs.pop(key, None)
        if key == "training" and self.live is not None:
            self.live = None
            self.live_changed.emit(None)
        if key == "training":
            self.lost.release()
        self.stage_changed.emit(key)
        if key == "training" and key in self.failures:
            self._offer_lost()
        self._run_next()

    def close(self) -> None:
        """End all jobs and their processes; what a training has kept can be gone on with at another time."""
        self._is_leaving = True
        self.workers.end()
        self.lost.release()
