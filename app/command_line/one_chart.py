"""The project that a command works on: of an atlas one of its charts, named behind the file as in P.budai:3."""

from pathlib import Path

from core.base.errors import InputError
from core.session.project import Project
from core.session.project_file import open_project


def named_project(path: Path) -> Project:
    """Return the project of a file; with a number behind its name that of one chart of an atlas.

    Raises
    ------
    InputError
        If the file cannot be used, or holds no chart of this number.
    """
    stem, colon, number = path.name.rpartition(":")
    if not colon or not number.isdecimal() or path.exists():
        return open_project(path)
    project = open_project(path.with_name(stem))
    charts = project.charts
    if not 1 <= int(number) <= len(charts):
        many = "1 chart" if len(charts) == 1 else f"{len(charts):,} charts"
        raise InputError(stem, f"holds {many}, none of the number {number}", remedy=f"Choose 1 to {len(charts):,}.")
    return charts[int(number) - 1]


def trained_chart(path: Path) -> Project:
    """Return the project of one trained chart.

    Raises
    ------
    InputError
        If the file cannot be used, holds no trained autoencoder, or several charts and none is named.
    """
    project = named_project(path)
    if len(project.charts) > 1:
        many = len(project.charts)
        remedy = f"Say which of them: {path.name}:1 to {path.name}:{many}."
        raise InputError(path.name, f"holds an atlas of {many:,} charts; this works on one", remedy=remedy)
    if project.training is None:
        raise InputError(path.name, "holds no trained autoencoder", remedy="Train it first: budai train.")
    return project
