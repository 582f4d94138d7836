"""A work in a process of its own. Whatever runs elsewhere is a `Child`.

A command waits for one, a job of the window looks at one now and then, and a file is read in one of limited time and
memory. Its far side is `core.process.worker`.
"""

import atexit
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Generator, Mapping
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

import psutil

from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.process.mapped_pickle import MappedPickle, discard_unread, pickled, unpickled
from core.process.worker import Command, Failed, Finished, serve

_KILLED = -9
"""Exit status of a process that the system has ended, mostly for want of memory."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Environment of works whose matrices are so small that their products take longer with several threads."""


class Child:
    """A spawned process that waits for one work, runs it and tells how it goes.

    Used in a ``with`` statement, or ended by `end`: then the process is gone, and what it has not given is lost.

    Parameters
    ----------
    warm_up : tuple of str
        Modules that it imports while it waits.
    environment : mapping of str to str, optional
        Variables that are set in it before it imports anything of the work.

    Attributes
    ----------
    connection : Connection
        Where it tells of its progress and its end.
    process : BaseProcess
        The process itself.
    outcome : Finished, Failed or None
        How the work has ended; None until that was heeded.
    seconds : float
        How long the work took, once it has ended.

    Notes
    -----
    The process ends with the thread that has made this (see `core.process.parent`). Unlike other processes of
    `multiprocessing` it does not import the script that runs, which would do all it does once more there: a work that
    is defined in a script, and not in a module, cannot be sent.
    """

    def __init__(self, warm_up: tuple[str, ...] = (), environment: Mapping[str, str] | None = None) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, far = context.Pipe()
        given = (far, warm_up, dict(environment or {}))
        self.process: BaseProcess = context.Process(target=serve, args=given, name="budai-worker")
        with _shielded():
            self.process.start()
        far.close()
        self.outcome: Finished | Failed | None = None
        self.seconds = 0.0
        self._started = time.monotonic()
        self._report: Callable[[Progress], None] | None = None
        self._message: MappedPickle | None = None
        self._refusal: Failed | None = None
        self._has_ended = False
        self._sending = threading.Lock()
        """Held while another thread sends: a connection that is closed meanwhile would send to whoever opens next."""
        self._waiting_lock = threading.Lock()
        self._is_handing_over = False
        self._waiting: list[Command] = []
        atexit.register(self.end)

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(
        self, function: Callable[..., Work[Any]], *arguments: Any, report: Callable[[Progress], None] | None = None
    ) -> "Child":
        """Hand a work over, from a thread since a million cells take a while to write, and return this child.

        Parameters
        ----------
        function : callable
            Makes the work; it and its arguments can be pickled.
        report : callable, optional
            Called with the newest progress by who heeds this child; reports that came between are skipped.
        """
        self._report, self._started, self._is_handing_over = report, time.monotonic(), True
        threading.Thread(target=self._hand_over, args=(function, arguments), name="budai-sending", daemon=True).start()
        return self

    def _hand_over(self, function: Callable[..., Work[Any]], arguments: tuple[Any, ...]) -> None:
        """Send the work and then the commands that came meanwhile; what cannot be sent ends the process."""
        has_sent = False
        try:
            self._message = pickled((function, arguments))
            with self._sending:
                self.connection.send(self._message)
            while (command := self._next_command()) is not None:
                with self._sending:
                    self.connection.send(command)
            has_sent = True
        except BudaiError as error:
            self._refusal = Failed(error)
        except OSError:
            pass  # ended or dead; who heeds it learns that
        finally:
            if self._has_ended and self._message is not None:
                self._message.discard()
            elif not has_sent:
                with contextlib.suppress(ValueError):  # it was closed at this moment
                    self.process.kill()

    def _next_command(self) -> Command | None:
        """Return a command that came before the work was handed over; None when there are no more."""
        with self._waiting_lock:
            if self._waiting:
                return self._waiting.pop(0)
            self._is_handing_over = False
            return None

    def command(self, word: Command) -> None:
        """Send a command to the work; nothing where it has ended."""
        with self._waiting_lock:
            if self._is_handing_over:
                self._waiting.append(word)
                return
        with contextlib.suppress(OSError):  # dead; who heeds it learns that
            self.connection.send(word)

    def heed(self, seconds: float = 0.0) -> bool:
        """Take what has come, waiting some seconds for it; return whether the work has ended."""
        newest: Progress | None = None
        if self._has_ended:
            return True
        try:
            while self.outcome is None and self.connection.poll(0.0 if newest else seconds):
                message = self.connection.recv()
                if isinstance(message, Progress):
                    if newest is not None and newest.lasting and self._report is not None:
                        self._report(newest)
                    newest = message
                else:
                    self.outcome = message
        except (EOFError, OSError):
            self.outcome = self._refusal or self._death()
        if newest is not None and self._report is not None:
            self._report(newest)
        if self.outcome is None and newest is not None:
            self.command("acknowledge")
        if self.outcome is not None and not self.seconds:
            self.seconds = time.monotonic() - self._started
        return self.outcome is not None

    def _death(self) -> Failed:
        """Say how the process ended."""
        self.process.join(1.0)
        status = self.process.exitcode
        remedy = "Try again."
        if status == _KILLED:
            remedy = "Perhaps there was too little memory: close other programs, or take less data."
        text = f"The worker process ended by itself (exit status {status}). {remedy}"
        return Failed(BudaiError(text), status=status)

    @property
    def processor_seconds(self) -> float | None:
        """Processor seconds of the process and of those that it has started; None where they cannot be told."""
        if self._has_ended or self.process.pid is None:
            return None
        try:
            own = psutil.Process(self.process.pid)
            times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
        except psutil.Error:
            return None
        return sum(time.user + time.system for time in times)

    def result(self) -> Any:
        """Return what came of a work that has ended, before this child is ended.

        Raises
        ------
        BudaiError
            If it failed, or its process ended without a result.
        """
        if isinstance(self.outcome, Failed):
            raise self.outcome.error
        assert self.outcome is not None
        return unpickled(self.outcome.result)

    def end(self) -> None:
        """End the process now."""
        if self._has_ended:
            return
        self._has_ended, self._report = True, None
        atexit.unregister(self.end)
        self.process.kill()
        self.process.join(1.0)
        with self._sending:  # it fails at once: nobody is there to receive
            self.connection.close()
        if self._message is not None:
            self._message.discard()
        discard_unread(self.process.pid)
        if not self.process.is_alive():
            self.process.close()  # gives its pipes back


def finish_together(*children: Child) -> None:
    """Wait until some works have ended, however they did, and take their progress meanwhile."""
    working: dict[object, Child] = {child.connection: child for child in children}
    while working:
        for connection in wait([child.connection for child in working.values()]):
            if working[connection].heed():
                del working[connection]


def finish_in_child(
    function: Callable[..., Work[Any]], *arguments: Any, report: Callable[[Progress], None] | None = None
) -> Any:
    """Run a work to its end in a spawned process and return its result.

    Parameters
    ----------
    function : callable
        Makes the work; it and its arguments can be pickled.
    report : callable, optional
        Called with the progress.

    Raises
    ------
    BudaiError
        If the work fails, or its process ends without a result.
    """
    with Child().start(function, *arguments, report=report) as child:
        finish_together(child)
        return child.result()


@contextlib.contextmanager
def _shielded() -> Generator[None, None, None]:
    """Keep Ctrl+C, modules that lie in the current folder, and the script that runs from the process started meanwhile.

    Its parent ends it when it is interrupted itself, and tells. The script is told by its module `__main__`, in whose
    place an empty one stands meanwhile.
    """
    former, script = os.environ.get("PYTHONSAFEPATH"), sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    os.environ["PYTHONSAFEPATH"] = "1"
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        sys.modules["__main__"] = script
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if former is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = former
