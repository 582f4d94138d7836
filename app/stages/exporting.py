"""What can be exported of a project: all that the stages can write."""

from collections.abc import Callable
from pathlib import Path

from app.stages import rows
from app.stages.files import Exportable
from core.base.errors import BudaiError, InputError
from core.session.project import Project


def exportables() -> tuple[Exportable, ...]:
    """Return everything that can be exported, in the order of the pipeline."""
    return tuple(one for row in rows() for one in row.writes().exports)


def available(project: Project, shown: Project | None = None) -> tuple[Exportable, ...]:
    """Return what a project has to export; of one chart alone what `shown`, the project of a chart, has."""
    return tuple(
        one for one in exportables() if one.formats(project if one.is_of_whole else shown or project.charts[0])
    )


def exported_from(what: str, whole: Project, shown: Project) -> Project:
    """Return the project that a result is exported from: the whole, or that of the chart that is shown."""
    return next((whole if one.is_of_whole else shown for one in exportables() if one.key == what), whole)


def export_file(project: Project, path: str | Path, what: str = "") -> None:
    """Write one result of a project into one file.

    Parameters
    ----------
    project : Project
        Where the result is.
    path : str or Path
        The file; its suffix decides the format.
    what : str
        Key of an `Exportable`; empty for the one that is offered first, if it is there, else the first of all.

    Raises
    ------
    InputError
        If the result does not exist, the format cannot hold it, or the file cannot be written.
    """
    known = {one.key: one for one in exportables()}
    chosen = what or next(
        (one.key for one in known.values() if one.is_first and one.formats(project)), next(iter(known))
    )
    if chosen not in known:
        name, remedy = Path(path).name, f"Choose one of {', '.join(known)}."
        raise InputError(name, f"there is no result named {chosen}", remedy=remedy)
    one = known[chosen]
    if len(project.charts) > 1 and not one.is_of_whole:
        remedy = "Say which chart: in the window by choosing it, on the command line as in P.budai:1."
        raise InputError(Path(path).name, f"{chosen} of an atlas is written chart by chart", remedy=remedy)
    one.write(project, Path(path))


def run_names() -> tuple[str, ...]:
    """Return the names of all files and pictures that the stages may leave in the folder of a run."""
    found = [row.writes() for row in rows()]
    return (*(name for one in found for name in one.names), *(name for one in found for name in one.pictures))


def export_run(project: Project, folder: str | Path, failed: Callable[[BudaiError], None] | None = None) -> list[Path]:
    """Write the files of a run that can exist now and return their paths.

    Parameters
    ----------
    project : Project
        With a surface; with what was made from it.
    folder : str or Path
        An existing folder.
    failed : callable, optional
        Called with why the files of a stage could not be written; those of the others are.

    Returns
    -------
    list of Path
        In the order of writing.

    Raises
    ------
    InputError
        If a file cannot be written, and nobody is there to be told.
    """
    written: list[Path] = []
    for one in (row.writes() for row in rows()):
        if len(project.charts) > 1 and not one.is_of_whole:
            continue
        try:
            written += one.run(project, Path(folder))
        except (BudaiError, MemoryError) as error:
            if failed is None:
                raise
            failed(error if isinstance(error, BudaiError) else BudaiError("There is too little memory to write them."))
    return written
