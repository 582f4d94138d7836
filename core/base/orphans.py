"""Files that are written for a while only, named after the process that writes them."""

import contextlib
from pathlib import Path

import psutil

TEMPORARY = ".budai-"
"""How the name of a file begins that will take the place of another; the number of its process follows."""


def discard_orphans(folder: Path, prefix: str = TEMPORARY) -> None:
    """Remove what processes that were killed have left in a folder: files named by a prefix, their number and more."""
    for file in folder.glob(f"{prefix}*-*"):
        owner = file.name.removeprefix(prefix).split("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            with contextlib.suppress(OSError):
                file.unlink()
