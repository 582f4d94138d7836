"""Films without a window: what `budai film` and `budai train --film` do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.command_line.folder import check_target
from app.command_line.one_chart import named_project
from app.command_line.terminal import TerminalProgress
from app.scene.films.learning import LearningOptions, write_learning
from app.scene.films.moments import Moments
from app.scene.films.turning import TurntableOptions, write_turntable
from app.scene.films.writing import SUFFIXES
from core.base.errors import BudaiError
from core.base.progress import Progress, finish
from core.data.source import Source
from core.io.reading import reading
from core.session.atlas import atlas_of
from core.session.by_chart import parts_of
from core.session.project import Project
from core.session.project_file import SUFFIX
from core.training.result import TrainingStep


class Filmed(TerminalProgress):
    """Tells the terminal of a training, and keeps moments of it."""

    def __init__(self) -> None:
        super().__init__()
        self.moments = Moments()

    def __call__(self, progress: Progress) -> None:
        if isinstance(progress.payload, TrainingStep):
            self.moments.note(progress.payload)
        super().__call__(progress)

    def write(self, source: Source, path: Path) -> None:
        """Write the film.

        Raises
        ------
        BudaiError
            If nothing was kept, or the file cannot be written.
        """
        moments = self.moments.whole()
        finish(write_learning(source, moments, LearningOptions(), path), self)
        many = "1 moment" if len(moments) == 1 else f"{len(moments):,} moments"
        self.say(f"Wrote {path}, from {many} of the training")


def check_film(path: Path) -> None:
    """Refuse a file that no film can be written into.

    Raises
    ------
    BudaiError
        If its suffix is another one, or its folder cannot be written.
    """
    check_target(path, *(f".{suffix}" for suffix in SUFFIXES))


def film_turning(file: Path, output: Path, chosen: Mapping[str, Any]) -> None:
    """Write a film of a surface, a cloud or a reconstruction that turns once.

    Raises
    ------
    BudaiError
        If the file, an option or the target cannot be used.
    """
    options = TurntableOptions(**chosen)
    check_film(output)
    progress = TerminalProgress()
    is_project = not file.exists() or file.suffix.lower() == SUFFIX
    project = named_project(file) if is_project else Project(source=finish(reading(file), progress))
    if project.source is None:
        raise BudaiError(f"{file.name} holds no surface. Open one with a surface or points.")
    codes, points = _learned(project)
    finish(write_turntable(project.source, codes, points, options, output), progress)
    progress.say(f"Wrote {output}")


def _learned(project: Project) -> tuple[Any, Any]:
    """Return codes and decoded vertices of a project; of an atlas the welded ones, None where there are none."""
    training = project.training
    if training is None:
        return None, None
    if len(parts_of(training)) > 1:
        return None, atlas_of(project).reconstruction()
    return training.codes, training.autoencoder.decode(training.codes)
