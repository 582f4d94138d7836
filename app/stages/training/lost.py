"""Trainings that were cut off: their last states lie in files and can be gone on with."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from app.command_line.lock import PathLock
from core.base.errors import BudaiError
from core.base.orphans import discard_orphans
from core.data.source import Source
from core.io.checkpoint_file import SUFFIX, read_checkpoint, write_checkpoint
from core.training.checkpoint import Checkpoint, fingerprint

LOCKS = "locks"
"""Folder beside the states, for what says that one is being written."""


class LostTraining:
    """Watches the files into which running trainings write their states now and then.

    Each surface has one, named by its fingerprint. A window that trains a surface which another one is training
    already writes into a file of its own, so that states do not mix.

    Parameters
    ----------
    folder : Path or None
        Where these are; None where nothing is to be kept.

    Attributes
    ----------
    found : Checkpoint or None
        The state of a training that was cut off, of the surface last looked for.
    elsewhere : str
        Who else is training that surface, "process 123"; empty where nobody is.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock: PathLock | None = None
        self._found_in: Path | None = None
        self.found: Checkpoint | None = None
        self.elsewhere = ""

    def file(self, source: Source | None) -> Path | None:
        """Return the file for trainings of a surface, by its fingerprint; None where nothing is to be kept."""
        if self._folder is None or source is None or not source.has_faces:
            return None
        return self._folder / f"training_{fingerprint(source.surface)}{SUFFIX}"

    def look(self, source: Source | None) -> Checkpoint | None:
        """Return the last state of a training of this surface that was cut off, None where there is none."""
        self.found, self._found_in, self.elsewhere, file = None, None, "", self.file(source)
        if file is None:
            return None
        written = sorted(file.parent.glob(f"{file.stem}*{SUFFIX}"), key=_written, reverse=True)
        for path in dict.fromkeys([*written, file]):
            holder = self._holder(path)
            self.elsewhere = self.elsewhere or holder
            if holder or self.found is not None or not path.exists():
                continue
            with suppress(BudaiError):  # what was damaged when it was cut off helps nobody
                kept = read_checkpoint(path)
                if file.stem == f"training_{kept.surface}":
                    self.found, self._found_in = kept, path
        return self.found

    def keeper(self, source: Source | None) -> Callable[[Checkpoint], None] | None:
        """Return what stores a state of a training that begins; it can be sent to another process."""
        file = self.file(source)
        if file is None:
            return None
        with suppress(OSError):  # storing tells it
            file.parent.mkdir(parents=True, exist_ok=True)
            discard_orphans(file.parent)
        self.release()
        self._lock = PathLock(file, file.parent / LOCKS)
        self.elsewhere = self._lock.take()
        if self.elsewhere:
            file = file.with_stem(f"{file.stem}_{os.getpid()}")
            self._lock = PathLock(file, file.parent / LOCKS)
            self._lock.take()
        return partial(write_checkpoint, file)

    def release(self) -> None:
        """Let others go on with what the training that has ended here has kept."""
        if self._lock is not None:
            self._lock.release()
        self._lock = None

    def forget(self, source: Source | None) -> None:
        """Remove the state of a training that has come to its end, but not one that another window is writing."""
        file, lock = self.file(source), self._lock
        for path in {file, self._found_in, None if lock is None else lock.path} - {None}:
            if file is not None and path.stem.startswith(file.stem) and not self._holder(path):
                path.unlink(missing_ok=True)
        self.found = self._found_in = None

    def _holder(self, path: Path) -> str:
        """Return who else writes into a file."""
        if self._lock is not None and self._lock.path == path:
            return ""
        lock = PathLock(path, path.parent / LOCKS)
        holder = lock.take()
        lock.release()
        return holder


def _written(path: Path) -> float:
    """Return when a file was written; before all others where it has gone."""
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0
