"""Who writes into a folder or a project: another run or window is told of it, and they do not mix."""

import contextlib
import hashlib
import os
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from core.base.errors import InputError


class PathLock:
    """Says to other processes of this user that a file or a folder is in use; it ends with this process at the latest.

    Parameters
    ----------
    path : Path
        The file or folder; it need not exist.
    folder : Path, optional
        Where the locks are; by default in the user's state folder, so that nothing is left beside results.
    """

    def __init__(self, path: Path, folder: Path | None = None) -> None:
        self.path = path
        name = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
        folder = folder or Path(platformdirs.user_state_dir("budai")) / "locks"
        self._file = folder / f"{name}.lock"
        self._release: weakref.finalize | None = None

    def take(self) -> str:
        """Take the lock, and return who has it where that is another: "process 123"; empty where it is taken now.

        Where there can be no locks, a read-only home say, nobody is asked.
        """
        while self._release is None:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError:
                return ""
            try:
                _lock(handle)
            except OSError:
                holder = os.pread(handle, 20, 0) if hasattr(os, "pread") else b""
                os.close(handle)
                return f"process {holder.decode('ascii', 'replace') or 'unknown'}"
            with contextlib.suppress(OSError):
                if os.path.samestat(os.fstat(handle), self._file.stat()):
                    os.ftruncate(handle, 0)
                    os.write(handle, str(os.getpid()).encode())
                    self._release = weakref.finalize(self, _release, self._file, handle)
                    return ""
            os.close(handle)  # its former holder has removed it in the meantime
        return ""

    def release(self) -> None:
        """Let others have it."""
        if self._release is not None:
            self._release()
            self._release = None


def _release(file: Path, handle: int) -> None:
    with contextlib.suppress(OSError):
        file.unlink()
    os.close(handle)


@contextlib.contextmanager
def writing_into(*paths: Path) -> Iterator[None]:
    """Keep files or folders for this process.

    Raises
    ------
    InputError
        If another process is writing there, or has it open.
    """
    with contextlib.ExitStack() as stack:
        for path in paths:
            lock = PathLock(path)
            holder = lock.take()
            if holder:
                reason = f"another Budai, {holder}, has it open or writes into it"
                raise InputError(
                    path.name or str(path), reason, remedy="Wait until that has ended, or choose another place."
                )
            stack.callback(lock.release)
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 64, os.SEEK_SET)  # behind the number that others read
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
