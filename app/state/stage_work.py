"""How a stage runs in the window: what hinders it, what it is given besides, what becomes of its result."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from app.process.jobs import Job
from core.base.progress import Progress
from core.session.project import Project


class StageWork(QObject):
    """How a stage runs in the window; a stage overrides what is not as plain as here.

    Parameters
    ----------
    key : str
        Of the stage.
    workspace : Workspace
        Where it runs.
    """

    def __init__(self, key: str, workspace: Any) -> None:
        super().__init__(workspace)
        self.key, self.workspace = key, workspace

    def obstacle(self) -> str | None:
        """Return why it cannot run although its inputs are there, empty where it can whatever its inputs; else None."""
        return None

    @property
    def is_wanted(self) -> bool:
        """Whether it has something to compute where all stages are run: not while it waits for a file to be chosen."""
        return not self.workspace.views[self.key].wants_file(self.workspace.options(self.key))

    @property
    def is_offered(self) -> bool:
        """Whether it is for the kind of data that is open, or for surfaces while nothing is."""
        kinds, source = self.workspace.views[self.key].of, self.workspace.whole.source
        return not kinds or ("surface" if source is None else source.data.kind) in kinds

    @property
    def runs_here(self) -> bool:
        """Whether it runs for what is open, where all stages are run."""
        return self.is_offered and self.is_wanted

    def run(self, options: object) -> Job | None:
        """Start what the stage does with some options, None for those of its form."""
        return self.workspace.start(self.key, options)

    def besides(self, options: Any) -> tuple[object, ...]:
        """Return what its function gets behind the options."""
        return ()

    def started(self, job: Job, inputs: tuple[Any, ...]) -> None:
        """Take note that a job of the stage was started."""

    def progressed(self, progress: Progress) -> None:
        """Take note of a report of its job."""

    def entering(
        self, project: Project, options: Any, inputs: tuple[Any, ...], result: Any, parent: Any
    ) -> tuple[Project, Any]:
        """Return the project that a result enters, and the options that its form keeps.

        Parameters
        ----------
        project : Project
            The present one.
        options : dataclass
            Those that it ran with.
        inputs : tuple
            What it was made from.
        result : object
            What came of it.
        parent : object
            What `origin` returned when it was started.
        """
        return project, options

    def origin(self, options: Any) -> Any:
        """Return what must be remembered from when it was started until its result enters."""
        return None

    def ended(self, failed: bool) -> None:
        """Take note that its job has ended."""

    def left(self, source: Any) -> None:
        """Take note that its job was ended: another source is open now, or this one was prepared in another way."""

    def shown(self) -> None:
        """Take note that another source is open."""

    def close(self) -> None:
        """Let go of what is held outside the program."""

    def keep_in(self, folder: Path) -> None:
        """Keep what must outlive the program in a folder."""
