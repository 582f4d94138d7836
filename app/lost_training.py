"""Trainings that were cut off: their last states lie in files and can be gone on with."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from core.base.errors import BudaiError
from core.data.surface import Surface
from core.io.atomic import discard_orphans
from core.io.checkpoint_file import SUFFIX, read_checkpoint, write_checkpoint
from core.io.load import Source
from core.training.checkpoint import Checkpoint, fingerprint


class LostTraining:
    """Watches the files into which running trainings write their states now and then, one for each surface.

    Parameters
    ----------
    folder : Path or None
        Where these are; None where nothing is to be kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.found: Checkpoint | None = None

    def file(self, source: Source | None) -> Path | None:
        """Return the file for trainings of a surface, by its fingerprint; None where nothing is to be kept."""
        if self._folder is None or source is None or not isinstance(source.surface, Surface):
            return None
        return self._folder / f"training_{fingerprint(source.surface)}{SUFFIX}"

    def look(self, source: Source | None) -> Checkpoint | None:
        """Return the state of a training of this surface that was cut off, None where there is none."""
        self.found, file = None, self.file(source)
        if file is None or not file.exists():
            return None
        try:
            kept = read_checkpoint(file)
        except BudaiError:
            return None  # what was damaged when it was cut off helps nobody; the next training writes another
        self.found = kept if file.stem == f"training_{kept.surface}" else None
        return self.found

    def keeper(self, source: Source | None) -> Callable[[Checkpoint], None] | None:
        """Return what stores a state; it can be sent to another process."""
        file = self.file(source)
        if file is None:
            return None
        with suppress(OSError):  # storing tells it
            file.parent.mkdir(parents=True, exist_ok=True)
            discard_orphans(file.parent)
        return partial(write_checkpoint, file)

    def forget(self, source: Source | None) -> None:
        """Remove the state of a training that has come to its end."""
        self.found, file = None, self.file(source)
        if file is not None:
            file.unlink(missing_ok=True)
