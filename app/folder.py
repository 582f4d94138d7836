"""The folder or file that results are written into."""

import os
from pathlib import Path

from core.errors import InputError


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
    if not os.access(folder, os.W_OK):
        raise InputError(folder.name, "the folder cannot be written", remedy="Choose another place for the results.")


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
    if not os.access(folder, os.W_OK):
        raise InputError(name, f"the folder {folder} cannot be written", remedy=remedy)
