"""Long work in worker processes, watched from the window: it can be paused, stopped and always be cancelled."""

import atexit
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.process.interrupt import shielded
from app.process.parcel import discard_parcels, packed, unpacked
from app.process.worker import Failed, Finished, serve
from app.shell.translation import tr
from app.stages import rows
from core.base.errors import BudaiError
from core.base.progress import Progress, Work

POLL_MILLISECONDS = 30
WARM_UP = ("core.session.stages", "core.training.train")
"""What a waiting worker imports, so that a heavy job starts at once (torch takes seconds to import)."""
_log = logging.getLogger(__name__)


class Worker:
    """A spawned process that waits for one work."""

    def __init__(self, warm_up: tuple[str, ...] = WARM_UP) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, far = context.Pipe()
        self.process: BaseProcess = context.Process(target=serve, args=(far, warm_up), name="budai-worker")
        with shielded():
            self.process.start()
        far.close()
        self.sending = threading.Lock()
        """Held while another thread sends: a connection that is closed meanwhile would send to whoever opens next."""
        atexit.register(self.end)

    def end(self) -> None:
        """End the process now."""
        atexit.unregister(self.end)
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(0.5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(1.0)
        with self.sending:  # it fails at once: nobody is there to receive
            self.connection.close()
        discard_parcels(self.process.pid)
        if not self.process.is_alive():
            self.process.close()  # gives its pipes back


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

    def __init__(self, title: str, worker: Worker, parent: QObject | None = None) -> None:
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
        self._worker = worker
        self._waiting_lock = threading.Lock()
        self._is_handing_over = False
        self._waiting: list[str] = []
        self._failure: Failed | None = None
        self._started = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._collect)

    def start(self, function: Callable[..., Work[Any]], *arguments: Any) -> None:
        """Give the worker its work, from a thread: a million cells take a while to write."""
        self._is_handing_over = True
        threading.Thread(target=self._hand_over, args=(function, arguments), name="budai-sending", daemon=True).start()
        self._timer.start()

    def _hand_over(self, function: Callable[..., Work[Any]], arguments: tuple[Any, ...]) -> None:
        """Send the work and then the commands that came meanwhile."""
        try:
            parcel = packed((function, arguments))
        except BudaiError as error:
            self._failure = Failed(str(error))
            return
        try:
            with self._worker.sending:
                self._worker.connection.send(parcel)
            while (command := self._next_command()) is not None:
                with self._worker.sending:
                    self._worker.connection.send(command)
        except OSError:
            parcel.discard()  # cancelled or dead; the window learns it when it looks

    def _next_command(self) -> str | None:
        """Return a command that came before the work was handed over; None when there are no more."""
        with self._waiting_lock:
            if self._waiting:
                return self._waiting.pop(0)
            self._is_handing_over = False
            return None

    @property
    def can_pause(self) -> bool:
        """Whether it can be held: it heeds that between two reports, and some work is done in one piece before them."""
        return self.is_running and self.progress.fraction is not None

    @property
    def seconds(self) -> float:
        """Seconds since the job was made."""
        return time.monotonic() - self._started

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

    def _send(self, command: str) -> None:
        if not self.is_running:
            return
        with self._waiting_lock:
            if self._is_handing_over:
                self._waiting.append(command)
                return
        try:
            self._worker.connection.send(command)
        except OSError:
            self._collect()

    def _collect(self) -> None:
        """Take what the worker sent; only the newest report counts."""
        newest: Progress | None = None
        outcome: Finished | Failed | None = self._failure
        try:
            while outcome is None and self._worker.connection.poll():
                message = self._worker.connection.recv()
                if isinstance(message, Progress):
                    newest = message
                else:
                    outcome = message
        except (EOFError, OSError):
            outcome = Failed(self._death())
        if newest is not None:
            self.progress = newest
            self.progressed.emit(newest)
            self._send("acknowledge")
        if outcome is not None and self.is_running:
            self._conclude(outcome)

    def _conclude(self, outcome: Finished | Failed) -> None:
        result = unpacked(outcome.result) if isinstance(outcome, Finished) else None
        self._finish()  # after that nothing is left that could be opened
        if isinstance(outcome, Finished):
            self.finished.emit(result)
        else:
            if outcome.details:
                _log.error("%s\n%s", outcome.message, outcome.details)
            self.question = outcome.question
            self.failed.emit(outcome.message)
        self.ended.emit()

    def _finish(self) -> None:
        self.is_running = False
        self._timer.stop()
        self._worker.end()

    def _death(self) -> str:
        self._worker.process.join(0.5)
        code = self._worker.process.exitcode
        return tr(
            "The worker process ended by itself (exit status {code}). The project is as before; try again.", code=code
        )


class Workers(QObject):
    """Starts jobs; keeps one worker waiting with everything imported, so that a job starts at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spare: Worker | None = None
        self.jobs: list[Job] = []

    def prepare(self) -> None:
        """Have a worker ready for the next job."""
        if self._spare is None:
            self._spare = Worker()

    def start(self, title: str, function: Callable[..., Work[Any]], *arguments: Any) -> Job:
        """Start a job; connect to its signals before the event loop goes on."""
        is_heavy = any(title in row.heavy for row in rows())
        spare = self._take_spare() if is_heavy else None
        job = Job(title, spare or Worker(WARM_UP if is_heavy else ()), self)
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

    def _take_spare(self) -> Worker | None:
        """Return the waiting worker if there is one that lives."""
        spare, self._spare = self._spare, None
        return spare if spare is not None and spare.process.is_alive() else None

    def end(self) -> None:
        """End all processes."""
        for job in list(self.jobs):
            job.cancel()
        if self._spare is not None:
            self._spare.end()
            self._spare = None
