"""What a stage writes: its results in the formats of others, its files of a run, its part of the report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.session.project import Project

MESHES = ("ply", "obj", "stl", "off", "glb", "3mf", "vtp", "m", "npz")
CLOUDS = ("ply", "npz")


@dataclass(frozen=True)
class Exportable:
    """One result that can be written.

    Parameters
    ----------
    key : str
        Its name on the command line.
    title : str
        Its name as the user reads it, not translated.
    about : str
        One sentence on what it holds, not translated.
    stem : str
        What is put behind the name of the project in the name of the file.
    formats : callable
        Returns the suffixes that it can be written with, from a project; none where it is not there.
    write : callable
        Writes it from a project into a file, whose suffix decides the format.
    prepare : callable, optional
        Called with a project, the suffix of the file and where to report; returns the project with what a file of a
        project does not hold and this needs.
    is_first : bool
        Whether it is offered first.
    is_of_whole : bool
        Whether it is written from all charts together, where there are several; else from one of them.
    """

    key: str
    title: str
    about: str
    stem: str
    formats: Callable[[Project], tuple[str, ...]]
    write: Callable[[Project, Path], None]
    prepare: Callable[[Project, str, Any], Project] = lambda project, suffix, progress: project
    is_first: bool = False
    is_of_whole: bool = False


def _writes_nothing(project: Project, folder: Path) -> list[Path]:
    return []


def _reports_nothing(project: Project) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class StageFiles:
    """What is written of the result of a stage.

    Parameters
    ----------
    exports : tuple of Exportable
        What can be exported.
    run : callable
        Writes its files of a run into a folder and returns their paths; called with a project that may lack its result.
    names : tuple of str
        Names of all files that it may leave in a folder.
    pictures : mapping of str to callable
        Draws pictures of it from a project into a file, by the names of the files.
    report : callable
        Returns its parts of a report by their keys, each null where it was not computed.
    is_of_whole : bool
        Whether its files of a run are those of all charts together, where there are several.
    """

    exports: tuple[Exportable, ...] = ()
    run: Callable[[Project, Path], list[Path]] = _writes_nothing
    names: tuple[str, ...] = ()
    pictures: Mapping[str, Callable[[Project, Path], None]] = field(default_factory=dict)
    report: Callable[[Project], Mapping[str, Any]] = _reports_nothing
    is_of_whole: bool = False
