"""The far side of a `Child`: runs one work and obeys. Imports neither Qt nor VTK."""

import importlib
import logging
import multiprocessing
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal

from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.process.mapped_pickle import MappedPickle, pickled, unpickled
from core.process.parent import end_with_parent

Command = Literal["acknowledge", "pause", "resume", "step", "stop", "slow", "fast"]


@dataclass(frozen=True)
class Finished:
    """The result of a work, pickled."""

    result: MappedPickle


@dataclass(frozen=True)
class Failed:
    """Why a work ended without a result.

    Parameters
    ----------
    error : BudaiError
        What to tell the user.
    details : str
        A traceback for the log; empty where the user can cure it.
    status : int or None
        Exit status of a process that ended before its work.
    """

    error: BudaiError
    details: str = ""
    status: int | None = None


def serve(connection: Connection, warm_up: tuple[str, ...] = (), environment: Mapping[str, str] | None = None) -> None:
    """Import modules, wait for one work, run it and send what it reports.

    Only the newest report waits to be sent, and only after the last one was acknowledged: a busy window never makes
    the work wait, and reports never queue up.

    Parameters
    ----------
    connection : Connection
        Receives (function, arguments), pickled, then commands; sends `Progress`, `Finished` or `Failed`.
    warm_up : tuple of str
        Modules to import while there is nothing to do.
    environment : mapping of str to str, optional
        Variables to set before anything of the work is imported.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        end_with_parent(parent.join)
    os.environ.setdefault("KMP_BLOCKTIME", "0")  # idle OpenMP threads must not spin beside the window
    os.environ.update(environment or {})
    try:
        for module in warm_up:
            importlib.import_module(module)
        function, arguments = unpickled(connection.recv())
        _Job(connection).run(function, arguments)
        while True:  # a pipe that is closed with commands unread loses what was sent: the window closes it
            connection.recv()
    except (EOFError, ConnectionError, KeyboardInterrupt):
        return  # the window is gone: nobody waits for a result


class _Job:
    """One work and the commands it obeys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._may_send = True
        self._pending = list[Progress]()
        self._paused = False
        self._steps = 0
        self._stop = False
        self._pace: Command | None = None

    def run(self, function: Callable[..., Work[Any]], arguments: tuple[Any, ...]) -> None:
        """Run the work to its end and send how it ended."""
        try:
            self._send_result(self._drive(function(*arguments)))
        except BudaiError as error:
            self._connection.send(Failed(error))
        except MemoryError:
            text = "There is not enough memory for this. Close other programs or take less data."
            self._connection.send(Failed(BudaiError(text)))
        except (EOFError, ConnectionError):
            raise
        except Exception as error:  # the one place where a bug becomes a message
            logging.getLogger(__name__).exception("a job failed")
            self._connection.send(Failed(BudaiError(f"{type(error).__name__}: {error}"), traceback.format_exc()))

    def _send_result(self, result: Any) -> None:
        """Send the result; its arrays are left in a file, unless the window is gone."""
        message = pickled(result)
        try:
            self._connection.send(Finished(message))
        except (EOFError, ConnectionError):
            message.discard()
            raise

    def _drive(self, work: Work[Any]) -> Any:
        """Advance the work, obeying commands at every report."""
        command: str | None = None
        started = False
        while True:
            try:
                self._await_delivery(work.send(command) if started else next(work))
            except StopIteration as end:
                for report in self._pending:
                    if report.lasting:
                        self._connection.send(report)
                return end.value
            started = True
            self._steps = max(0, self._steps - 1)
            self._deliver()
            self._obey(block=False)
            while self._paused and not self._steps and not self._stop:
                self._obey(block=True)
            command, self._stop, self._pace = ("stop" if self._stop else self._pace), False, None

    def _await_delivery(self, newest: Progress) -> None:
        """Put the newest report in the place of one that was not sent, but behind those whose payload lasts."""
        if self._pending and not self._pending[-1].lasting:
            self._pending.pop()
        self._pending.append(newest)

    def _deliver(self) -> None:
        """Send the next report if the last one was seen."""
        if self._may_send and self._pending:
            self._connection.send(self._pending.pop(0))
            self._may_send = False

    def _obey(self, block: bool) -> None:
        """Read the commands that have come, waiting for one if asked to."""
        while block or self._connection.poll():
            block = False
            command: Command = self._connection.recv()
            if command == "acknowledge":
                self._may_send = True
                self._deliver()
            elif command == "pause":
                self._paused = True
            elif command == "resume":
                self._paused = False
            elif command == "step":
                self._paused, self._steps = True, 1
            elif command in ("slow", "fast"):
                self._pace = command
            elif command == "stop":
                self._stop, self._paused = True, False
