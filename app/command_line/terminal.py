"""What a command says: results on stdout, progress on stderr, a bar where a person watches and lines elsewhere."""

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TextIO

from core.base.errors import BudaiError
from core.base.progress import Progress

_BAR = 28
_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_DRAWS = 0.1


class OutputError(BudaiError):
    """Stdout takes nothing more; the message is empty where its reader has had enough, as `head` has."""


def prepare_streams() -> None:
    """Make the standard streams fit for whatever they are connected to; before any file is opened.

    The number of a closed one must not become that of a file, into which others would then print. What a stream cannot
    encode is shown as question marks.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write_lines(text: str) -> None:
    """Write lines to stdout, at once.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    if sys.stdout is None:
        raise OutputError("The output cannot be written (stdout is closed). Send it to a file, or to a terminal.")
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        _silence_stdout()
        if isinstance(error, BrokenPipeError):
            raise OutputError("") from error
        reason = error.strerror or error
        raise OutputError(f"The output cannot be written ({reason}). Send it to where there is room.") from error


def _silence_stdout() -> None:
    """Drop what stdout could not take: written once more when the program ends, it would end that in a traceback."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class TerminalProgress:
    """Shows the progress of one step after the other on stderr; where nobody can see it, the work goes on.

    Parameters
    ----------
    stream : text file
        Where to write, normally ``sys.stderr``.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self.is_terminal = self._stream is not None and self._stream.isatty()
        self._last = -1e9
        self._open_line = False

    def __call__(self, progress: Progress) -> None:
        """Show a report; most are skipped, for nobody reads faster."""
        now = time.monotonic()
        pause = _SECONDS_BETWEEN_DRAWS if self.is_terminal else _SECONDS_BETWEEN_LINES
        if now - self._last < pause:
            return
        self._last = now
        share = "" if progress.fraction is None else f"{100 * min(1.0, progress.fraction):3.0f} % "
        if self.is_terminal:
            full = round(_BAR * min(1.0, progress.fraction or 0.0))
            bar = "█" * full + "░" * (_BAR - full)
            self._write(f"\r\x1b[2K{bar} {share}{progress.message}"[:200])
            self._open_line = True
        else:
            self._write(f"{share}{progress.message}\n")

    def together(self, *names: str) -> list[Callable[[Progress], None]]:
        """Return a report for each of some works that go on at the same time: they are shown as one."""
        newest = dict.fromkeys(names, Progress(0.0, ""))

        def report(name: str, progress: Progress) -> None:
            newest[name] = progress
            mean = sum(one.fraction or 0.0 for one in newest.values()) / len(names)
            self(Progress(mean, "; ".join(f"{name}: {one.message}" for name, one in newest.items() if one.message)))

        return [partial(report, name) for name in names]

    def say(self, text: str) -> None:
        """Write one line that stays."""
        self.clear()
        self._write(f"{text}\n")
        self._last = -1e9

    def clear(self) -> None:
        """Take the bar away."""
        if self._open_line:
            self._write("\r\x1b[2K")
            self._open_line = False

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._stream is not None:
                self._stream.write(text)
                self._stream.flush()
