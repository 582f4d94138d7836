"""Work in a thread of which only the newest counts."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

REST_PART = 1.0
"""Time between two runs over the time of a run, so that a stream of requests leaves the processor to others."""


class Newest(QObject):
    """Runs one function at a time; of the requests that come meanwhile only the last is kept.

    Signals
    -------
    done(object)
        What the function returned; in the window's own thread.
    """

    done = Signal(object)
    _ended = Signal(object)

    def __init__(self, executor: Executor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = executor
        self._running: Future[Any] | None = None
        self._next: tuple[Callable[..., Any], tuple[Any, ...]] | None = None
        self._ended.connect(self._on_ended)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._start)

    @property
    def is_busy(self) -> bool:
        """Whether a result is still to come."""
        return self._running is not None

    def submit(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Ask for a result; a request that still waits is forgotten."""
        self._next = (function, arguments)
        if self._running is None and not self._rest.isActive():
            self._start()

    def forget(self) -> None:
        """Drop what waits and the result of what runs."""
        self._next = None
        self._running = None
        self._rest.stop()

    def _start(self) -> None:
        if self._next is not None:
            (function, arguments), self._next = self._next, None
            self._running = self._executor.submit(_timed, function, arguments)
            self._running.add_done_callback(self._ended.emit)

    def _on_ended(self, future: "Future[Any]") -> None:
        if future is not self._running:
            return
        self._running = None
        if not future.cancelled():
            result, seconds = future.result()
            self._rest.start(round(1e3 * REST_PART * seconds))
            self.done.emit(result)


def _timed(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, float]:
    """Return what a function returns, and the seconds it took."""
    start = time.perf_counter()
    return function(*arguments), time.perf_counter() - start
