"""The folder or file that results are written into."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.base.errors import InputError
from core.base.orphans import discard_orphans


def make_folder(folder: Path) -> None:
    """Make a folder with those above it, if it does not exist.

    Raises
    ------
    InputError
        If it cannot be made or written into.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"the folder cannot be made ({error.strerror or error})"
        raise InputError(folder.name, reason, remedy="Choose another place for the results.") from error
    _check_writable(folder, folder.name, "Choose another place for the results.")


@contextlib.contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Make a folder for results, as `make_folder` does; if there come none, it goes again.

    Raises
    ------
    InputError
        If it cannot be made or written into.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    make_folder(folder)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # there is something in it
            for path in new:
                path.rmdir()


def check_room(folder: Path, size: int) -> None:
    """Refuse a folder without room for results, before the work that they come from.

    Parameters
    ----------
    folder : Path
        Exists and can be written.
    size : int
        Bytes that the results take at least.

    Raises
    ------
    InputError
        If there is less room, for want of space, by a quota, or by a limit of the size of files.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            elif shutil.disk_usage(folder).free < size:
                raise OSError(0, "no space left")
    except OSError as error:
        reason = f"has no room for the results, at least {size / 1e6:.0f} MB ({error.strerror or error})"
        raise InputError(folder.name or str(folder), reason, remedy="Make room, or choose another place.") from error


def check_target(path: Path, *suffixes: str) -> None:
    """Refuse a file that cannot be written, before the work that it is for.

    Parameters
    ----------
    path : Path
        The file.
    *suffixes : str
        Those it may have, in lower case; none: any.

    Raises
    ------
    InputError
        If it is a folder, has another suffix, or its folder does not exist or cannot be written.
    """
    name, folder, remedy = path.name or str(path), path.parent, "Choose another file for the result."
    try:
        if not path.name or path.is_dir():
            raise InputError(name, "is a folder", remedy="Name a file in it.")
        there = folder.is_dir()
    except OSError as error:
        raise InputError(name, f"cannot be written ({error.strerror or error})", remedy=remedy) from error
    if suffixes and path.suffix.lower() not in suffixes:
        known = " or ".join(suffixes)
        raise InputError(
            name, f"the suffix {path.suffix or '(none)'} is not the one of this result", remedy=f"Use {known}."
        )
    if not there:
        raise InputError(name, f"the folder {folder} does not exist", remedy="Make it first.")
    _check_writable(folder, name, remedy)


def _check_writable(folder: Path, name: str, remedy: str) -> None:
    """Refuse a folder in which no file can be made: rights alone do not tell of a disk that is read-only or full.

    What commands that were killed have left in it by half is removed.
    """
    discard_orphans(folder)
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        reason = f"the folder {folder} cannot be written ({error.strerror or error})"
        raise InputError(name, reason, remedy=remedy) from error
