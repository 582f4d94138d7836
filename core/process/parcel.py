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
class Parcel:
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
        """Remove the file of a parcel that nobody will open."""
        if self.file:
            Path(self.file).unlink(missing_ok=True)


def packed(value: Any) -> Parcel:
    """Return a value as a parcel.

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
        return Parcel(pickle.dumps(value, protocol=5))
    discard_orphans(Path(tempfile.gettempdir()), _PREFIX)  # of programs that were killed with what they worked for
    name, end = "", 0
    places: list[tuple[int, int]] = []
    try:
        handle, name = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-", suffix=".parcel")
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
    return Parcel(data, name, tuple(places))


def unpacked(parcel: Parcel) -> Any:
    """Return the value in a parcel; its arrays are read-only and lie in the file, which goes with the last of them."""
    if not parcel.file:
        return pickle.loads(parcel.data)
    with Path(parcel.file).open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    with contextlib.suppress(PermissionError):  # Windows keeps a file that is mapped, and tidies its folder itself
        Path(parcel.file).unlink()
    return pickle.loads(parcel.data, buffers=[whole[start : start + size] for start, size in parcel.places])


def discard_parcels(pid: int | None) -> None:
    """Remove what a process that has ended left unopened."""
    for file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}{pid}-*.parcel"):
        with contextlib.suppress(OSError):
            file.unlink()
