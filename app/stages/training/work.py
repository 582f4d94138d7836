"""How a training runs in the window: gone on with, given more time, resumed where it was cut off."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.process.jobs import Job
from app.scene.films.moments import Moments
from app.stages.training.lost import LostTraining
from app.state.charts import asks_for_atlas
from app.state.stage_state import Notice
from app.state.stage_work import StageWork
from app.style.translation import tr
from core.base.errors import BudaiError
from core.base.progress import Progress
from core.session.by_chart import parts_of
from core.session.preparation_parts import prepared_again
from core.session.project import Project
from core.session.run import with_training
from core.session.stages import trainable
from core.training.checkpoint import same_cover


class TrainingWork(StageWork):
    """Runs trainings, and shows what comes of them meanwhile."""

    def __init__(self, key: str, workspace: Any) -> None:
        super().__init__(key, workspace)
        self.lost = LostTraining()
        self.moments = Moments()
        """What a film of the last training is made of."""
        self._is_time_offered = False

    def obstacle(self) -> str | None:
        whole = self.workspace.whole
        source = whole.source
        if source is None or source.is_table or whole.preparation is not None:
            return None
        try:
            trainable(source)
        except BudaiError as error:
            return asks_for_atlas(str(error)) if source.has_faces else str(error)
        return None

    def besides(self, options: Any) -> tuple[object, ...]:
        project, found = self.workspace.whole, self.lost.found
        return (
            project.training if options.start != "new" else None,
            found if found is not None and found.options is options else None,
            self.lost.keeper(project.source),
        )

    def origin(self, options: Any) -> Any:
        # That of a training that was cut off is not known any more.
        found = self.lost.found
        return None if found is not None and found.options is options else self.workspace.whole.training

    def started(self, job: Job, inputs: tuple[Any, ...]) -> None:
        self._is_time_offered = False
        job.cancelled.connect(lambda: self._on_dropped(inputs[0]))
        self._notify_elsewhere()

    def progressed(self, progress: Progress) -> None:
        if progress.payload is not None:
            self.moments.note(progress.payload)
            self.workspace.show_live(progress.payload)
            self._offer_time(progress.message.removeprefix("Training. "))

    def entering(
        self, project: Project, options: Any, inputs: tuple[Any, ...], result: Any, parent: Any
    ) -> tuple[Project, Any]:
        self.workspace.show_live(None)
        self.lost.forget(inputs[0])
        # Another run may have become the present one meanwhile.
        run = project.run_of(parent) if options.start != "new" else None
        runs = with_training(project.runs, result, "" if run is None else run.name)
        # The form stays with training anew: what has been gone on from is the present training now.
        return replace(project, runs=runs), replace(options, start="new")

    def ended(self, failed: bool) -> None:
        self.workspace.show_live(None)
        self.lost.release()
        if failed:
            self._offer_lost()

    def left(self, source: Any) -> None:
        if source is not self.workspace.whole.source:
            self.workspace.notified.emit(Notice(tr("The training was ended: its surface is not open any more.")))
            return
        text = tr("The training was ended: the surface was prepared in another way.")
        action = "" if self.lost.look(source) is None else "resume_training"
        self.workspace.notified.emit(Notice(text, "warn", action, "training"))

    def shown(self) -> None:
        self._offer_lost()

    def keep_in(self, folder: Path) -> None:
        self.lost = LostTraining(folder)

    def close(self) -> None:
        self.lost.release()

    def _on_dropped(self, source: Any) -> None:
        if not self.workspace.is_leaving:
            self.lost.forget(source)

    def train_on(self, start: str) -> Job | None:
        """Go on from the trained autoencoder: "continue", or "refine" where its chart folds."""
        training = self.workspace.whole.training
        if training is None:
            return None
        self.workspace.show_stage("training")
        former = parts_of(training)[0].options
        chosen = replace(self.workspace.options("training"), start=start, preset=former.preset, mode=former.mode)
        return self.workspace.run_stage("training", replace(chosen, encoder=former.encoder, decoder=former.decoder))

    @property
    def advised_seconds(self) -> float | None:
        """Time that training would need for a good result, where the present one has too little."""
        shown = self.workspace.live if "training" in self.workspace.jobs else self.workspace.project.training
        return None if shown is None else shown.advised_seconds

    def train_longer(self) -> Job | None:
        """Train anew with the time that is advised; a training that runs with too little ends."""
        seconds = self.advised_seconds
        if seconds is None:
            return None
        chosen = replace(self.workspace.running_options("training"), seconds=seconds, start="new", steps=())
        if "training" in self.workspace.jobs:
            self.workspace.jobs["training"].cancel()
        self.workspace.show_stage("training")
        self.workspace.set_options("training", chosen)
        return self.workspace.run_stage("training", chosen)

    def _offer_time(self, message: str) -> None:
        """Offer the time that would do, once for each training."""
        if self.advised_seconds is None or self._is_time_offered:
            return
        self._is_time_offered = True
        self.workspace.notified.emit(Notice(message, "warn", "train_longer", "training"))

    def resume_training(self) -> Job | None:
        """Go on with a training of the open surface that was cut off, with the charts that it had."""
        found, whole = self.lost.found, self.workspace.whole
        if found is None or whole.source is None:
            return None
        present = None if whole.preparation is None else whole.preparation.cover
        if not same_cover(present, found.cover):
            try:
                self.workspace.replace(whole.updated(preparation=prepared_again(whole.source, found)))
            except BudaiError as error:
                self.workspace.notified.emit(Notice(str(error), "bad", "", "training"))
                return None
        self.workspace.show_stage("training")
        return self.workspace.run_stage("training", found.options)

    def _offer_lost(self) -> None:
        """Offer to go on with a training of the open surface that was cut off."""
        is_training = "training" in self.workspace.jobs
        kept = None if is_training else self.lost.look(self.workspace.whole.source)
        if kept is not None:
            text = tr("A training of this surface was cut off after {n} s.", n=round(kept.seconds))
            self.workspace.notified.emit(Notice(text, "warn", "resume_training", "training"))
        elif not is_training:
            self._notify_elsewhere()

    def _notify_elsewhere(self) -> None:
        """Tell that another window is training the open surface."""
        if self.lost.elsewhere:
            text = tr("Another Budai ({holder}) is training this surface.", holder=self.lost.elsewhere)
            self.workspace.notified.emit(
                Notice(f"{text} {tr('Results and kept states stay apart.')}", "info", "", "training")
            )
