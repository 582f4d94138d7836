"""One log for everything that goes wrong: Python, threads, Qt, and the stack of a crash."""

import faulthandler
import logging
import sys
import threading
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import platformdirs
from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LARGEST = 1_000_000
"""Bytes after which the log of former sessions is put aside."""
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class LogFile(QObject):
    """The log of the program, in a file and in the window.

    Parameters
    ----------
    folder : Path, optional
        Where the file is; by default the user's state folder.

    Signals
    -------
    written(str)
        A line was added.
    crashed(str)
        Something went wrong that nobody expected; the text is its last line.
    """

    written = Signal(str)
    crashed = Signal(str)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = (folder or Path(platformdirs.user_state_dir("budai"))) / "budai.log"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.is_file() and self.path.stat().st_size > _LARGEST:
            self.path.replace(self.path.with_suffix(".old.log"))
        self._handler = _Handler(self)
        self._handler.setFormatter(logging.Formatter(_FORMAT))
        self._stream: TextIO | None = None
        self._is_telling = False
        self._former: tuple[object, object, object] | None = None

    def install(self) -> None:
        """Catch what goes wrong from now on."""
        self._stream = self.path.open("a", encoding="utf-8")
        self._stream.write(f"--- {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
        self._stream.flush()
        faulthandler.enable(self._stream)
        root = logging.getLogger()
        root.addHandler(self._handler)
        root.setLevel(logging.INFO)
        qt = qInstallMessageHandler(_on_qt_message)
        self._former = (sys.excepthook, threading.excepthook, qt)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Leave all as it was before `install`."""
        if self._former is None or self._stream is None:
            return
        sys.excepthook, threading.excepthook = self._former[0], self._former[1]  # type: ignore[assignment]
        qInstallMessageHandler(self._former[2])  # type: ignore[arg-type]
        logging.getLogger().removeHandler(self._handler)
        faulthandler.disable()
        self._stream.close()
        self._stream = self._former = None

    def text(self, most: int = 200_000) -> str:
        """Return the end of the file."""
        if not self.path.is_file():
            return ""
        with self.path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - most))
            return file.read().decode("utf-8", "replace")

    def write(self, line: str) -> None:
        """Add a line."""
        if self._stream is not None:
            self._stream.write(line + "\n")
            self._stream.flush()
        self.written.emit(line)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: types.TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if self._is_telling:  # what goes wrong while telling must not be told for ever
            return
        self._is_telling = True
        logging.getLogger("budai").critical("an unexpected error", exc_info=(kind, error, trace))
        self.crashed.emit(f"{kind.__name__}: {error}")
        self._is_telling = False

    def _on_thread_exception(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            self._on_exception(hook.exc_type, hook.exc_value, hook.exc_traceback)


class _Handler(logging.Handler):
    """Hands log records to the log file."""

    def __init__(self, log: LogFile) -> None:
        super().__init__()
        self._log: Callable[[str], None] = log.write

    def emit(self, record: logging.LogRecord) -> None:
        self._log(self.format(record))


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", text)
