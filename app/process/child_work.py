"""A work in a process of its own, waited for: should it crash, the caller goes on."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any

from app.process.interrupt import shielded
from app.process.parcel import discard_parcels, packed, unpacked
from app.process.worker import Failed, Finished, serve
from core.base.errors import BudaiError
from core.base.progress import Progress, Work

_KILLED = -9
"""Exit status of a process that the system has ended, mostly for want of memory."""


class Child:
    """A work in a spawned process; used in a ``with`` statement, at whose end the process is gone.

    Parameters
    ----------
    function : callable
        Makes the work; it and its arguments can be pickled.
    report : callable, optional
        Called with the progress.

    Attributes
    ----------
    connection : Connection
        Where the process tells of its progress and its end.
    seconds : float
        How long it has worked, once it has ended.
    """

    def __init__(
        self, function: Callable[..., Work[Any]], *arguments: Any, report: Callable[[Progress], None] | None = None
    ) -> None:
        self._parcel, self._report = packed((function, arguments)), report
        self._message: Finished | Failed | None = None
        self._started, self.seconds = time.monotonic(), 0.0
        context = multiprocessing.get_context("spawn")
        self.connection, far = context.Pipe()
        self._process = context.Process(target=serve, args=(far, ()), name="budai-worker")
        with shielded():
            self._process.start()
        far.close()

    def __enter__(self) -> "Child":
        self.connection.send(self._parcel)
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self._process.kill()
        self._process.join()
        self._parcel.discard()
        if not isinstance(self._message, Finished):
            discard_parcels(self._process.pid)

    def heed(self) -> bool:
        """Take one message, waiting for it; return whether the work has ended."""
        try:
            message = self.connection.recv()
            if isinstance(message, Progress):
                if self._report is not None:
                    self._report(message)
                self.connection.send("acknowledge")
                return False
            self._message = message
        except (EOFError, OSError):
            self._process.join(1.0)
            killed = " Perhaps there was too little memory: close other programs, or take less data."
            self._message = Failed(
                f"The worker process ended by itself (exit status {self._process.exitcode})."
                + (killed if self._process.exitcode == _KILLED else " Try again."),
                "",
            )
        self.seconds = time.monotonic() - self._started
        return True

    def result(self) -> Any:
        """Return what came of the work.

        Raises
        ------
        BudaiError
            If it failed, or its process ended without a result.
        """
        if isinstance(self._message, Failed):
            raise BudaiError(self._message.message)
        assert self._message is not None
        return unpacked(self._message.result)


def finish_together(*children: Child) -> None:
    """Wait until some works have ended, however they did, and take their progress meanwhile."""
    working = {child.connection: child for child in children}
    while working:
        for connection in wait(list(working)):
            if working[connection].heed():  # pyright: ignore[reportArgumentType]
                del working[connection]  # pyright: ignore[reportArgumentType]


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
    with Child(function, *arguments, report=report) as child:
        finish_together(child)
        return child.result()
