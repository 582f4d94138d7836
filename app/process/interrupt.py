"""Ctrl+C: the work ends within a second, with exit status 130, without half-written files, and says what is missing."""

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from core.io.atomic import discard_temporaries

STATUS = 130
"""Exit status of a command that was interrupted."""
_what_is_left: list[Callable[[], str]] = []
_leaving = threading.Lock()


def report_when_interrupted(text: Callable[[], str]) -> None:
    """Have a sentence told, should the command be interrupted from now on, of what it has come to."""
    _what_is_left[:] = [text]


def report_output_when_interrupted(output: Path) -> None:
    """Have it told, should the command be interrupted from now on, what it has written.

    Parameters
    ----------
    output : Path
        The file that it writes, or the folder.
    """
    before = _stamps(output)

    def text() -> str:
        new = sorted(name for name, stamp in _stamps(output).items() if before.get(name) != stamp)
        if not output.is_dir():
            return f"{output.name} is complete." if new else f"{output.name} was not written."
        if not new:
            return f"Nothing was written into {output}."
        return f"New in {output}: {', '.join(new)}. The command had not come to its end: other files may be missing."

    report_when_interrupted(text)


def _stamps(output: Path) -> dict[str, tuple[int, ...]]:
    """Return the name of a file, or of those in a folder, with what changes when it is written."""
    stamps = {}
    with contextlib.suppress(OSError):
        for path in output.iterdir() if output.is_dir() else (output,):
            found = path.stat()
            if not path.name.startswith("."):  # those are files that are being written
                stamps[path.name] = (found.st_ino, found.st_mtime_ns, found.st_size)
    return stamps


def interrupted_text() -> str:
    """Return what to say to who has interrupted a command."""
    return " ".join(["Interrupted.", *(text() for text in _what_is_left or [lambda: "Nothing half-written was left."])])


def watch() -> None:
    """Make Ctrl+C end this process in time, even while a compiled function keeps Python from hearing of it.

    The system writes a byte into a pipe for each signal, whatever the main thread does; another thread reads it.
    Nothing is raised in the main thread: it may be within a compiled function or a library, which would turn the
    exception into another one, or end in a fault. Nothing needs it: what is written by half is removed by `leave`.
    """
    near, far = socket.socketpair()
    far.setblocking(False)
    signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, _on_interrupt)
    # The far end is handed over to be kept: a socket that nobody holds is closed.
    threading.Thread(target=_await, args=(near, far), name="budai-interrupt", daemon=True).start()


def ignore() -> None:
    """Let Ctrl+C do nothing any more: all is done, and how that went must not be told otherwise."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def leave(status: int, text: str = "") -> NoReturn:
    """End this process now, its children with it, remove what is written by half, and say why."""
    with _leaving:  # never given back: whoever comes second waits for the end
        for child in multiprocessing.active_children():
            child.kill()
        discard_temporaries()
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(f"{text}\n" if text else "")
            sys.stderr.flush()
        os._exit(status)


def _on_interrupt(number: int, frame: types.FrameType | None) -> None:
    """Do nothing: the thread that awaits the signal does all."""


def _await(near: socket.socket, far: socket.socket) -> None:
    """Wait for the signal, then end this process."""
    while signal.SIGINT not in near.recv(16):
        pass
    leave(STATUS, interrupted_text())
