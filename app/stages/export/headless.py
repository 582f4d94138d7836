"""Exporting without a window: what `budai export` does."""

from functools import partial
from pathlib import Path

from app.command_line.folder import check_target
from app.command_line.one_chart import named_project
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from app.stages.exporting import export_file, exportables
from core.session.project import Project


def export(project_file: Path, output: Path, what: str) -> None:
    """Write one result of a saved project into a file, computing what it needs and the file does not hold.

    Raises
    ------
    BudaiError
        If there is no such result, the format cannot hold it, or the file cannot be written.
    """
    export_result(named_project(project_file), output, what, TerminalProgress())


def export_result(project: Project, output: Path, what: str, progress: TerminalProgress) -> None:
    """Write one result of a project into a file, computing what it needs and a file of a project does not hold.

    Raises
    ------
    BudaiError
        If there is no such result, the format cannot hold it, or the file cannot be written.
    """
    check_target(output)
    project = project.without_outdated()
    for one in exportables():
        if one.key == what:
            project = one.prepare(project, output.suffix.lower(), progress)
    write_or_rescue(output, partial(export_file, project, what=what))
    progress.say(f"Wrote {output}")
