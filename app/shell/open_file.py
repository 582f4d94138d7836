"""The project file that the window has open: whether others use it, or have changed it meanwhile."""

import contextlib
from pathlib import Path

from app.command_line.lock import PathLock


class OpenFile:
    """Watches the file of the open project.

    Parameters
    ----------
    locks : Path, optional
        Where the locks are; by default in the user's state folder.
    """

    def __init__(self, locks: Path | None = None) -> None:
        self._locks = locks
        self._lock: PathLock | None = None
        self._stamp: tuple[int, ...] = ()

    def open(self, path: Path) -> str:
        """Watch a file that was just read or written, in place of the former one.

        Returns
        -------
        str
            Who else uses it, "process 123"; empty where nobody does.
        """
        if self._lock is not None and self._lock.path != path:
            self.close()
        self._stamp = _stamp(path)
        self._lock = self._lock or PathLock(path, self._locks)
        return self._lock.take()

    def has_changed(self, path: Path) -> bool:
        """Whether a file is the one that is watched, and somebody else has written it since."""
        return self._lock is not None and self._lock.path == path and _stamp(path) not in ((), self._stamp)

    def close(self) -> None:
        """Watch no file any more."""
        if self._lock is not None:
            self._lock.release()
        self._lock, self._stamp = None, ()


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is written; nothing where there is none."""
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size
    return ()
