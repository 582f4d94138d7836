"""The folder that results are written into."""

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
