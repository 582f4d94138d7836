"""Open a file in a child process of limited time and memory, and tell for how long."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path

import psutil

from core.base.errors import BudaiError
from core.base.progress import Progress, Work
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.io.child import run_load
from core.io.file_bytes import printable

_QUIET, _BETWEEN_REPORTS = 3.0, 0.25
"""Seconds until the first report of a file that is being read, and between the others."""
_LEAST_SECONDS = 60.0
_SECONDS_PER_MEGABYTE = 3.0
"""Several times what the slowest of the formats takes on a computer that has nothing else to do."""


def reading_seconds(path: str | Path) -> float:
    """Return how long a file may take to be read: a minute, and what a busy computer needs for its size."""
    try:
        size = Path(path).stat().st_size
    except OSError:
        size = 0
    return round(_LEAST_SECONDS + _SECONDS_PER_MEGABYTE * size / 1e6, 1)


def load_in_child(
    path: str | Path,
    seconds: float | None = None,
    memory_bytes: int | None = None,
    how: ReadingOptions | None = None,
    tell: Callable[[str], None] = lambda doing: None,
) -> Source:
    """Open a file in a child process of limited time and memory.

    Parameters
    ----------
    path : str or Path
        A file in one of the formats of `core.io.detect.SUFFIXES`.
    seconds : float, optional
        After this time the file is refused; by default `reading_seconds`.
    memory_bytes : int, optional
        Address space of the child; by default 60 % of the memory of the computer, 2 GiB at least and 16 GiB at most.
    how : ReadingOptions, optional
        What the user has chosen.
    tell : callable, optional
        Called with what the child begins to do.

    Raises
    ------
    InputError
        If it cannot be read, is malformed, holds nothing, or takes more time or memory.
    ColumnsNeededError
        If it is a table and nothing tells which columns are the coordinates.
    """
    if memory_bytes is None:
        memory_bytes = int(min(max(0.6 * psutil.virtual_memory().total, 2 * 2**30), 16 * 2**30))
    seconds = reading_seconds(path) if seconds is None else seconds
    loaded = run_load(path, how or ReadingOptions(), seconds, memory_bytes, tell)
    if not isinstance(loaded, Source):
        raise TypeError(f"the child process sent a {type(loaded).__name__}")
    return loaded


def reading(path: str | Path, how: ReadingOptions | None = None) -> Work[Source]:
    """Open a file in a child process, and tell for how long; what is read in a moment goes without that.

    Raises
    ------
    InputError
        As `load_in_child` does.
    """
    file, started, found, doing = Path(path), time.monotonic(), Future[Source](), ["Reading"]

    def read() -> None:
        try:
            found.set_result(load_in_child(path, how=how, tell=doing.append))
        except (BudaiError, OSError, TypeError, MemoryError) as error:
            found.set_exception(error)

    threading.Thread(target=read, name="budai-reading", daemon=True).start()
    pause = _QUIET
    while not wait((found,), pause).done:
        size = f" ({file.stat().st_size / 1e6:.0f} MB)" if file.is_file() else ""
        seconds, most = time.monotonic() - started, reading_seconds(file)
        yield Progress(None, f"{doing[-1]} {printable(file.name, 60)}{size}: {seconds:.0f} s of at most {most:.0f} s")
        pause = _BETWEEN_REPORTS
    return found.result()
