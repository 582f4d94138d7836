"""Progress on a terminal or in a log: a bar where a person watches, lines elsewhere."""

import sys
import time
from typing import TextIO

from core.progress import Progress

_BAR = 28
_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_DRAWS = 0.1


class TerminalProgress:
    """Shows the progress of one step after the other on stderr.

    Parameters
    ----------
    stream : text file
        Where to write, normally ``sys.stderr``.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._last = -1e9
        self._open_line = False

    def __call__(self, progress: Progress) -> None:
        """Show a report; most are skipped, for nobody reads faster."""
        now = time.monotonic()
        pause = _SECONDS_BETWEEN_DRAWS if self._is_terminal else _SECONDS_BETWEEN_LINES
        if now - self._last < pause:
            return
        self._last = now
        share = "" if progress.fraction is None else f"{100 * min(1.0, progress.fraction):3.0f} % "
        if self._is_terminal:
            full = round(_BAR * min(1.0, progress.fraction or 0.0))
            bar = "█" * full + "░" * (_BAR - full)
            self._stream.write(f"\r\x1b[2K{bar} {share}{progress.message}"[:200])
            self._open_line = True
        else:
            self._stream.write(f"{share}{progress.message}\n")
        self._stream.flush()

    def say(self, text: str) -> None:
        """Write one line that stays."""
        if self._open_line:
            self._stream.write("\r\x1b[2K")
            self._open_line = False
        self._stream.write(f"{text}\n")
        self._stream.flush()
        self._last = -1e9
