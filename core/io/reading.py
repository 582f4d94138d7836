"""Open a file in a child process of limited time and memory: a reader that crashes, hangs or grows is a message."""

import importlib.util
import os
import signal
import time
from pathlib import Path

import psutil

from core.base.errors import InputError
from core.base.progress import Progress, Work, finish
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.io.file_bytes import printable
from core.process.child import Child
from core.process.worker import Failed

_QUIET, _BETWEEN_REPORTS = 3.0, 0.25
"""Seconds until the first report of a file that is being read, and between the others."""
_LEAST_SECONDS = 60.0
_SECONDS_PER_MEGABYTE = 3.0
"""Several times what the slowest of the formats takes on a computer that has nothing else to do."""
_ONE_THREAD: dict[str, str] = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Each thread of a library takes address space, which is what the child has little of."""
_KEPT_MEMORY = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(1 << 30))
"""glibc uses freed memory again: to get it anew from the system took half of the time of reading a large file."""


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
) -> Source:
    """Open a file in a child process of limited time and memory, and wait for it; see `reading`."""
    return finish(reading(path, how, seconds, memory_bytes))


def reading(
    path: str | Path,
    how: ReadingOptions | None = None,
    seconds: float | None = None,
    memory_bytes: int | None = None,
) -> Work[Source]:
    """Open a file in a child process, and tell for how long; what is read in a moment goes without that.

    Parameters
    ----------
    path : str or Path
        A file in one of the formats of `core.io.detect.SUFFIXES`.
    how : ReadingOptions, optional
        What the user has chosen.
    seconds : float, optional
        After this time the file is refused; by default `reading_seconds`.
    memory_bytes : int, optional
        Address space of the child; by default 60 % of the memory of the computer, 2 GiB at least and 16 GiB at most.

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
    file, started, doing = Path(path), time.monotonic(), ["Reading"]
    name = printable(file.name, 255)
    told = started + _QUIET
    given = (str(path), how or ReadingOptions(), seconds, memory_bytes)
    with Child(environment=_ONE_THREAD | _KEPT_MEMORY).start(
        loading_within, *given, report=lambda progress: doing.append(progress.message)
    ) as child:
        while not child.heed(max(0.0, min(told, started + seconds) - time.monotonic())):
            now = time.monotonic()
            if now >= started + seconds:
                remedy = "Close other programs and try again, or export it with fewer faces or points."
                raise InputError(name, f"was not read within {seconds:g} s", "", remedy)
            if now >= told:
                told = now + _BETWEEN_REPORTS
                size = f" ({file.stat().st_size / 1e6:.0f} MB)" if file.is_file() else ""
                text = f"{doing[-1]} {printable(file.name, 60)}{size}: {now - started:.0f} s of at most {seconds:.0f} s"
                yield Progress(None, text)
        if isinstance(child.outcome, Failed) and (child.outcome.details or child.outcome.status is not None):
            raise InputError(name, _death(child.outcome), "", "Export it in another format.")
        return child.result()


def _death(failure: Failed) -> str:
    """Say how the reader ended."""
    status = failure.status or 0
    if status < 0:
        known = {number.value: number.name for number in signal.Signals}
        return f"the reader was ended by {known.get(-status, f'signal {-status}')}"
    said = printable(str(failure.error), 150) if failure.details else "no message"
    return f"the reader failed ({said})"


def loading_within(path: str, how: ReadingOptions, seconds: float, memory_bytes: int) -> Work[Source]:
    """Open a file in the process that this runs in, which has no other use, within limits.

    Raises
    ------
    InputError
        What `core.io.load.load` raises, or that the memory did not suffice.
    """
    # What a library prints would stand among the words of the program.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    _limit(seconds, memory_bytes)
    from core.io.load import loading

    try:
        return (yield from loading(path, how))
    except MemoryError:
        name, size = printable(Path(path).name, 255), f"{memory_bytes / 2**30:.1f} GiB"
        raise InputError(name, f"needs more than {size} of memory", "", "Simplify it.") from None


def _limit(seconds: float, memory_bytes: int) -> None:
    """Limit address space and processor time, where the system knows such limits."""
    if importlib.util.find_spec("resource") is None:
        return
    import resource

    for limit, value in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, int(seconds) + 2)):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(limit, (value, hard))
        except (ValueError, OSError):
            continue  # macOS knows RLIMIT_AS and refuses to set it
