"""Writing a file completely or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

from core.base.errors import InputError
from core.base.orphans import TEMPORARY

_open: set[Path] = set()
"""Temporary files that are being written."""


class WriteError(InputError):
    """A file that cannot be written; what was to be in it is still there."""


@contextlib.contextmanager
def replacing(path: str | Path) -> Generator[Path, None, None]:
    """Give a temporary path beside `path`; on success it takes its place in one step, else it is removed.

    Parameters
    ----------
    path : str or Path
        The file to write. Its former content stays until the new one is complete on disk.

    Raises
    ------
    WriteError
        If the folder does not exist, has no room, or cannot be written.
    """
    target = Path(path)
    try:
        # The stem is left out: with it the name might be too long.
        handle, name = tempfile.mkstemp(prefix=f"{TEMPORARY}{os.getpid()}-", suffix=target.suffix, dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise _refused(target, error) from error
    temporary = Path(name)
    _open.add(temporary)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)
        _open.discard(temporary)


def discard_temporaries() -> None:
    """Remove what is being written, in a process that is about to end without cleaning up."""
    for temporary in tuple(_open):
        with contextlib.suppress(OSError):
            temporary.unlink()


def _refused(target: Path, error: OSError) -> WriteError:
    reason = f"cannot be written ({error.strerror or error})"
    remedy = f"Choose a folder that exists and has room; this was {target.parent}."
    return WriteError(target.name, reason, remedy=remedy)


def _umask() -> int:
    """Return the process's mask for new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
