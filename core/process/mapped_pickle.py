"""Large values between processes: their arrays travel in a file that both map, not through the pipe."""

import contextlib
import mmap
import os
import pickle
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.base.errors import BudaiError
from core.base.orphans import discard_orphans

LEAST_BYTES = 4 << 20
"""Arrays that take less than this in all go through the pipe with the rest."""
_ALIGNMENT = 64
_PREFIX = "budai-"


@dataclass(frozen=True)
class MappedPickle:
    """A value made ready for another process.

    Parameters
    ----------
    data : bytes
        The value without its arrays, pickled.
    file : str
        Where the arrays are; empty where they are part of the data.
    places : tuple of (int, int)
        Start and length of each array in the file.
    """

    data: bytes
    file: str = ""
    places: tuple[tuple[int, int], ...] = ()

    def discard(self) -> None:
        """Remove the file of a pickle that nobody will open."""
        if self.file:
            Path(self.file).unlink(missing_ok=True)


def pickled(value: Any) -> MappedPickle:
    """Return a value pickled, its arrays in a file where they are large.

    Raises
    ------
    BudaiError
        If there is no room for its arrays.

    Notes
    -----
    Pickle's protocol 5 leaves contiguous arrays to the caller. Through a pipe, 300 MB of cells hold the interpreter
    lock of the window for most of a second; mapped from a file they are there at once.
    """
    arrays: list[pickle.PickleBuffer] = []
    data = pickle.dumps(value, protocol=5, buffer_callback=arrays.append)
    views = [array.raw() for array in arrays]
    if sum(view.nbytes for view in views) < LEAST_BYTES:
        return MappedPickle(pickle.dumps(value, protocol=5))
    discard_orphans(Path(tempfile.gettempdir()), _PREFIX)  # of programs that were killed with what they worked for
    name, end = "", 0
    places: list[tuple[int, int]] = []
    try:
        handle, name = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-", suffix=".arrays")
        with os.fdopen(handle, "wb") as file:
            for view in views:
                start = -(-end // _ALIGNMENT) * _ALIGNMENT
                file.write(bytes(start - end))
                file.write(view)
                end = start + view.nbytes
                places.append((start, view.nbytes))
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise BudaiError(f"The work could not be handed over ({reason}). Make room for temporary files.") from error
    return MappedPickle(data, name, tuple(places))


def unpickled(message: MappedPickle) -> Any:
    """Return the value of a pickle; its arrays are read-only and lie in the file, which goes with the last of them."""
    if not message.file:
        return pickle.loads(message.data)
    with Path(message.file).open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    with contextlib.suppress(PermissionError):  # Windows keeps a file that is mapped, and tidies its folder itself
        Path(message.file).unlink()
    return pickle.loads(message.data, buffers=[whole[start : start + size] for start, size in message.places])


def discard_unread(pid: int | None) -> None:
    """Remove what a process that has ended left unopened."""
    for file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}{pid}-*.arrays"):
        with contextlib.suppress(OSError):
            file.unlink()
