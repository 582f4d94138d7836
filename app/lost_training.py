"""A training that was cut off: its last state lies in a file and can be gone on with."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from core.errors import BudaiError
from core.io.checkpoint_file import read_checkpoint, write_checkpoint
from core.io.load import LoadedSurface
from core.surface.surface import Surface
from core.training.checkpoint import Checkpoint, fingerprint


class LostTraining:
    """Watches the file into which a running training writes its state every 30 seconds.

    Parameters
    ----------
    file : Path or None
        Where that is; None where nothing is to be kept.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.found: Checkpoint | None = None

    def look(self, source: LoadedSurface | None) -> Checkpoint | None:
        """Return the state of a training of this surface that was cut off, None where there is none."""
        self.found = None
        if self.file is None or source is None or not isinstance(source.surface, Surface) or not self.file.exists():
            return None
        try:
            kept = read_checkpoint(self.file)
        except BudaiError:
            return None  # what was damaged when it was cut off helps nobody; the next training writes another
        self.found = kept if kept.surface == fingerprint(source.surface) else None
        return self.found

    def keeper(self) -> Callable[[Checkpoint], None] | None:
        """Return what stores a state; it can be sent to another process."""
        return None if self.file is None else partial(write_checkpoint, self.file)

    def forget(self) -> None:
        """Remove the state of a training that has come to its end."""
        self.found = None
        if self.file is not None:
            self.file.unlink(missing_ok=True)
