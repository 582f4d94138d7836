"""The folder of a run: new results lie beside those of an earlier run until they are ready, then change places."""

import shutil
from pathlib import Path

from app.command_line.folder import make_folder
from app.stages.exporting import run_names
from core.base.errors import InputError

UNFINISHED = "unfinished"
"""Folder, in that of a run, for new results while those of an earlier run still have their places."""
PROJECT_FILE = "project.budai"
REPORT = "report.json"
CHARTS = "chart_[0-9][0-9]*"
"""Pattern of the names of the folders of charts."""


def results() -> tuple[str, ...]:
    """Return the names of all that a run may leave; the report is the last to come."""
    return (PROJECT_FILE, *run_names(), REPORT)


class RunFolder:
    """The folder of a run.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    *inputs : str or Path
        Files that the run reads: they stay until results take their place.

    Attributes
    ----------
    place : Path or None
        Where the results are written; None until there are some.

    Raises
    ------
    InputError
        If the folder cannot be made or written into.
    """

    def __init__(self, folder: Path, *inputs: str | Path) -> None:
        make_folder(folder)
        try:
            (folder / UNFINISHED / max(results(), key=len)).exists()
        except OSError as error:
            reason = f"the names of the results would be too long there ({error.strerror or error})"
            raise InputError(folder.name, reason, remedy="Choose another place for the results.") from error
        self.folder = folder
        self.place: Path | None = None
        self._spared = {Path(path).resolve() for path in inputs if str(path)}

    def begin(self) -> Path:
        """Return where to write results: beside those of an earlier run, if the folder holds any.

        Raises
        ------
        InputError
            If there can be no such place.
        """
        if not any(path.exists() and path.resolve() not in self._spared for path in self._paths(self.folder)):
            self.place = self.folder
            return self.place
        self.place = self.folder / UNFINISHED
        make_folder(self.place)
        self._remove(self.place, frozenset((PROJECT_FILE,)))  # of a run that was ended; its project is replaced next
        return self.place

    def change_places(self) -> None:
        """Put the new results in the places of the old ones, and remove those of the old that have no successor.

        Raises
        ------
        InputError
            If an old one cannot be replaced.
        """
        if self.place is None or self.place == self.folder:
            return
        new = [path for path in self._paths(self.place) if path.exists()]
        for path in new:
            try:
                if path.is_dir() and (self.folder / path.name).exists():
                    shutil.rmtree(self.folder / path.name)
                path.replace(self.folder / path.name)
            except OSError as error:
                raise _refused(path.name, error) from error
        self._remove(self.folder, frozenset(path.name for path in new))
        self.place.rmdir()
        self.place = self.folder

    def state_when_interrupted(self) -> str:
        """Say what there is and what is missing."""
        if self.place is None:
            return f"Nothing was written into {self.folder}."
        there = [path.name for path in self._paths(self.place) if path.exists()]
        if self.place == self.folder and REPORT in there:
            return f"The results in {self.folder} are complete."
        kept = f" What an earlier run has left in {self.folder} is whole." if self.place != self.folder else ""
        return f"In {self.place} are {', '.join(there) or 'no results'}; {REPORT} is missing.{kept}"

    @staticmethod
    def _paths(folder: Path) -> list[Path]:
        """All that a run may leave in a folder: files by their names, and the folders of charts."""
        return [*(folder / name for name in results()), *sorted(folder.glob(CHARTS))]

    def _remove(self, folder: Path, stay: frozenset[str]) -> None:
        """Remove the results in a folder, but those that stay and those that the run reads."""
        for path in self._paths(folder):
            try:
                if path.name in stay or path.resolve() in self._spared:
                    continue
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
            except OSError as error:
                raise _refused(path.name, error) from error


def _refused(name: str, error: OSError) -> InputError:
    return InputError(name, f"cannot be replaced ({error.strerror or error})", remedy="Choose another folder.")
