"""What cannot be written where it was to go is written where it can be found again."""

import contextlib
import os
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import platformdirs

from core.base.errors import BudaiError
from core.io.atomic import WriteError


def write_or_rescue(target: Path, write: Callable[[Path], object], folder: Path | None = None) -> None:
    """Write a file; where that fails, write it into the user's state folder instead and say how to fetch it.

    Parameters
    ----------
    target : Path
        The file.
    write : callable
        Writes a file of this name.
    folder : Path, optional
        Where to write it otherwise.

    Raises
    ------
    WriteError
        If it cannot be written to its place; the message says where it is now.
    """
    try:
        write(target)
    except WriteError as error:
        folder = folder or Path(platformdirs.user_state_dir("budai")) / "rescued"
        other = folder / f"{time.strftime('%Y-%m-%d_%H-%M-%S')}_{os.getpid()}" / target.name
        try:
            other.parent.mkdir(parents=True, exist_ok=True)
            write(other)
        except (OSError, BudaiError):
            with contextlib.suppress(OSError):
                other.parent.rmdir()
            raise error from None
        remedy = f"It was kept elsewhere; when there is room, fetch it with: {_fetching(other, target.absolute())}"
        raise WriteError(target.name, error.reason, remedy=remedy) from error


def _fetching(source: Path, target: Path) -> str:
    """Return the command that moves a file."""
    if os.name == "nt":
        return f'move "{source}" "{target}"'
    return f"mv {shlex.quote(str(source))} {shlex.quote(str(target))}"
