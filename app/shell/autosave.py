"""Work that is in no file is kept all the same: a copy now and then, found again after a crash of the program."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from PySide6.QtCore import QObject, QTimer

from app.command_line.lock import PathLock
from app.process.file_work import write_project
from app.process.jobs import Job
from app.state.workspace import Workspace
from core.base.orphans import discard_orphans
from core.session.project import Project
from core.session.project_file import SUFFIX

_log = logging.getLogger("budai")
KEPT = 3
"""Copies of a session that are kept; the oldest makes room."""
MOST_LOST = 5
"""Sessions whose copies are kept until the user has answered."""
MILLISECONDS = 20_000
"""How long after a change a copy is made."""
_NUMBERS = "-[0-9][0-9][0-9][0-9]"


@dataclass(frozen=True)
class Lost:
    """The last copy of a session that ended without saving.

    Parameters
    ----------
    path : Path
        The copy.
    name : str
        What was open.
    when : float
        When it was written, in seconds since the epoch.
    """

    path: Path
    name: str
    when: float


class Autosave(QObject):
    """Writes a copy of the project some seconds after it has changed, unless that is in its file by then.

    Copies of a session have a name of their own and a number: NAME.STAMP-0001.budai. A session that writes is locked;
    one that is not locked any more and has copies ended without saving.

    Parameters
    ----------
    workspace : Workspace
        Whose project is kept.
    packed : callable
        Returns what of a project goes into its file.
    folder : Path, optional
        Where the copies are; by default in the user's state folder.
    """

    def __init__(self, workspace: Workspace, packed: Callable[[Project], Project], folder: Path | None = None) -> None:
        super().__init__(workspace)
        self._workspace, self._packed = workspace, packed
        self.folder = folder or Path(platformdirs.user_state_dir("budai")) / "autosave"
        self._stamp = f"{time.strftime('%Y%m%d%H%M%S')}{time.monotonic_ns() % 1_000_000:06d}"
        self._lock: PathLock | None = None
        self._number = 0
        self._kept: Project | None = None
        self._recovered: list[Path] = []
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=MILLISECONDS)
        self._timer.timeout.connect(self.write)
        workspace.project_changed.connect(self._on_changed)
        workspace.saved_changed.connect(self._on_saved)

    # -- keeping -----------------------------------------------------------------------------------------------------

    @property
    def is_wanted(self) -> bool:
        """Whether the project holds work that is neither in its file nor in a copy."""
        whole = self._workspace.whole
        return len(whole.results) > 1 and not self._workspace.is_saved and whole is not self._kept

    def write(self) -> Job | None:
        """Write a copy now where there is something to keep; the window goes on meanwhile."""
        if not self.is_wanted or self._job is not None:
            return None
        with suppress(OSError):  # writing tells nobody: the next change tries again
            self.folder.mkdir(parents=True, exist_ok=True)
            discard_orphans(self.folder)
        if self._lock is None:
            self._lock = self._lock_of(self._stamp)
            self._lock.take()
        whole = self._workspace.whole
        self._number += 1
        name = "".join(c for c in whole.source.name if c.isalnum() or c in "-_ ")[:60] or "project"
        path = self.folder / f"{name}.{self._stamp}-{self._number:04d}{SUFFIX}"
        self._job = job = self._workspace.workers.start("autosave", write_project, self._packed(whole), str(path))
        job.finished.connect(lambda _: self._on_written(whole))
        job.failed.connect(lambda message: _log.warning("no copy was kept: %s", message))
        job.ended.connect(self._on_ended)
        return job

    def _on_written(self, project: Project) -> None:
        self._kept = project
        for old in sorted(self._own())[:-KEPT]:
            old.unlink(missing_ok=True)
        self._forget_recovered()

    def _on_ended(self) -> None:
        self._job = None
        self._on_changed()

    def _on_changed(self, *_: object) -> None:
        if self.is_wanted and not self._timer.isActive():
            self._timer.start()

    def _on_saved(self) -> None:
        if self._workspace.is_saved:
            self.end()

    def end(self) -> None:
        """Let the copies go: all is saved, or the user does not want it."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
        for path in self._own():
            path.unlink(missing_ok=True)
        self._forget_recovered()
        if self._lock is not None:
            self._lock.release()
        self._lock = self._kept = None

    def _forget_recovered(self) -> None:
        for path in self._recovered:
            path.unlink(missing_ok=True)
        self._recovered.clear()

    def _own(self) -> Iterator[Path]:
        return self.folder.glob(f"*.{self._stamp}{_NUMBERS}{SUFFIX}")

    # -- finding again -----------------------------------------------------------------------------------------------

    def lost(self) -> list[Lost]:
        """Return the last copy of each session that ended without saving, the newest first; very old ones go."""
        sessions: dict[str, list[Path]] = {}
        for path in sorted(self.folder.glob(f"*.*{_NUMBERS}{SUFFIX}")):
            stamp = path.stem.rpartition(".")[2].rpartition("-")[0]
            if stamp != self._stamp and path not in self._recovered:
                sessions.setdefault(stamp, []).append(path)
        found = list[Lost]()
        for stamp in sorted(sessions, reverse=True):
            lock = self._lock_of(stamp)
            if lock.take():
                continue  # it is another window that lives
            lock.release()
            if len(found) >= MOST_LOST:
                for path in sessions[stamp]:
                    path.unlink(missing_ok=True)
                continue
            newest = max(sessions[stamp], key=lambda path: path.stem.rpartition("-")[2])
            with suppress(OSError):
                found.append(Lost(newest, newest.stem.rpartition(".")[0], newest.stat().st_mtime))
        return found

    def recovered(self, lost: Lost) -> None:
        """Remember that a copy was opened: it goes once this session has saved or has a copy of its own."""
        stamp = lost.path.stem.rpartition(".")[2].rpartition("-")[0]
        self._recovered += self.folder.glob(f"*.{stamp}{_NUMBERS}{SUFFIX}")

    def _lock_of(self, stamp: str) -> PathLock:
        return PathLock(self.folder / stamp, self.folder / "locks")
