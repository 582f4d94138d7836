"""Pictures that a run leaves of what it came to."""

from pathlib import Path

from app.command_line.terminal import TerminalProgress
from app.stages import rows
from core.base.errors import BudaiError
from core.session.project import Project

STAGE_FAILURES = (BudaiError, MemoryError)
"""What a stage may end in without taking the results of the others with it."""


def draw_pictures(project: Project, folder: Path, progress: TerminalProgress) -> list[Path]:
    """Draw what there is into a folder, and return the files; a picture that fails is told, and spares the others.

    Of an atlas only what is drawn of all charts together.
    """
    written = []
    for row in rows():
        if len(project.charts) > 1 and not row.writes().is_of_whole:
            continue
        for name, draw in row.writes().pictures.items():
            if row.key not in project.results:
                continue
            try:
                draw(project, folder / name)
                written += [folder / name] if (folder / name).exists() else []
            except (*STAGE_FAILURES, OSError, RuntimeError, ValueError) as error:
                progress.say(f"{name} could not be drawn: {why(error)}")
    return written


def why(error: BaseException) -> str:
    """Return why something failed."""
    return "there is too little memory." if isinstance(error, MemoryError) else str(error)
