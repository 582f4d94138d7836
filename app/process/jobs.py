"""Works in processes of their own, watched from the window: paused, stopped, and always cancelled at once."""

import logging
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.stages import rows
from core.base.progress import Progress, Work
from core.process.child import ONE_THREAD, Child
from core.process.worker import Command, Failed

POLL_MILLISECONDS = 30
WARM_UP = ("core.session.stages", "core.training.train")
"""What a waiting worker imports, so that a heavy job starts at once (torch takes seconds to import)."""
SMALL = "claim "
"""How titles of jobs begin that multiply small matrices alone."""
_log = logging.getLogger(__name__)


class Job(QObject):
    """A work that runs in a process of its own.

    Signals
    -------
    progressed(Progress)
        The newest report; reports that came between two looks are skipped.
    finished(object)
        The result of the work.
    failed(str)
        One sentence that says why there is no result.
    cancelled()
        The work was ended at the user's wish.
    ended()
        After each of the three above.
    paused_changed(bool)
    """

    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    ended = Signal()
    paused_changed = Signal(bool)

    def __init__(self, title: str, child: Child, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.options: Any = None
        """The options that it was started with, where a stage started it."""
        self.question: object = None
        """What the user has to answer so that it can be begun again, once it has failed for want of that."""
        self.progress = Progress(None, "")
        self.is_running = True
        self.is_paused = False
        self.is_stopping = False
        self._child = child
        self._started = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._collect)

    def start(self, function: Callable[..., Work[Any]], *arguments: Any) -> None:
        """Begin the work, and look at it now and then."""
        self._child.start(function, *arguments, report=self._take)
        self._timer.start()

    @property
    def can_pause(self) -> bool:
        """Whether it can be held: it heeds that between two reports, and some work is done in one piece before them."""
        return self.is_running and self.progress.fraction is not None

    @property
    def seconds(self) -> float:
        """Seconds since the job was made."""
        return time.monotonic() - self._started

    @property
    def processor_seconds(self) -> float | None:
        """Processor seconds of its process and of those that this has started; None where they cannot be told."""
        return self._child.processor_seconds

    def pause(self) -> None:
        """Hold the work after its next report; what is asked to end is not held."""
        if self.is_stopping:
            return
        self._set_paused(True)
        self._send("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._set_paused(False)
        self._send("resume")

    def step(self) -> None:
        """Let the work run to its next report, then hold it; what is asked to end is not held."""
        if self.is_stopping:
            return
        self._set_paused(True)
        self._send("step")

    def set_slow(self, slow: bool) -> None:
        """Let a work that can do so go on in slow motion, or no more."""
        self._send("slow" if slow else "fast")

    def stop(self) -> None:
        """Ask the work to end early with what it has."""
        self.is_stopping = True
        self._set_paused(False)
        self._send("stop")

    def cancel(self) -> None:
        """End the work at once; what it has is lost."""
        if self.is_running:
            self._finish()
            self.cancelled.emit()
            self.ended.emit()

    def _set_paused(self, paused: bool) -> None:
        if paused != self.is_paused:
            self.is_paused = paused
            self.paused_changed.emit(paused)

    def _send(self, command: Command) -> None:
        if self.is_running:
            self._child.command(command)

    def _take(self, newest: Progress) -> None:
        self.progress = newest
        self.progressed.emit(newest)

    def _collect(self) -> None:
        """Take what the work has sent; what listens to its progress may have cancelled it meanwhile."""
        if self._child.heed() and self.is_running:
            self._conclude()

    def _conclude(self) -> None:
        failure = self._child.outcome if isinstance(self._child.outcome, Failed) else None
        result = self._child.result() if failure is None else None
        self._finish()  # after that nothing is left that could be opened
        if failure is None:
            self.finished.emit(result)
        else:
            if failure.details:
                _log.error("%s\n%s", failure.error, failure.details)
            self.question = failure.error.question
            self.failed.emit(str(failure.error))
        self.ended.emit()

    def _finish(self) -> None:
        self.is_running = False
        self._timer.stop()
        self._child.end()


class Workers(QObject):
    """Starts jobs; keeps one worker waiting with everything imported, so that a job starts at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spare: Child | None = None
        self.jobs: list[Job] = []

    def prepare(self) -> None:
        """Have a worker ready for the next job."""
        if self._spare is None:
            self._spare = Child(WARM_UP)

    def start(self, title: str, function: Callable[..., Work[Any]], *arguments: Any) -> Job:
        """Start a job; connect to its signals before the event loop goes on."""
        is_heavy = any(title in row.heavy for row in rows())
        spare = self._take_spare() if is_heavy else None
        environment = ONE_THREAD if title.startswith(SMALL) else {}
        job = Job(title, spare or Child(WARM_UP if is_heavy else (), environment), self)
        self.jobs.append(job)
        job.ended.connect(lambda: self._let_go(job))
        if is_heavy:
            job.ended.connect(self.prepare)
        job.start(function, *arguments)
        return job

    def _let_go(self, job: Job) -> None:
        """Delete a job that has ended: what listens to it holds the project that it was started for."""
        self.jobs.remove(job)
        job.setParent(None)  # what it holds may be the last that holds this, which would delete it once more
        job.deleteLater()

    def _take_spare(self) -> Child | None:
        """Return the waiting worker if there is one that lives."""
        spare, self._spare = self._spare, None
        if spare is not None and not spare.process.is_alive():
            spare.end()
            return None
        return spare

    def end(self) -> None:
        """End all processes."""
        for job in list(self.jobs):
            job.cancel()
        if self._spare is not None:
            self._spare.end()
            self._spare = None
