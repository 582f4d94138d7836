"""The project that a command works on: the whole, or of an atlas one of its charts, named as in P.budai:3."""

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


def trained_project(path: Path) -> Project:
    """Return a project with a trained autoencoder: the whole of an atlas, unless one of its charts is named.

    Raises
    ------
    InputError
        If the file cannot be used, or holds no trained autoencoder.
    """
    project = named_project(path)
    if project.training is None:
        raise InputError(path.name, "holds no trained autoencoder", remedy="Train it first: budai train.")
    return project


def trained_chart(path: Path) -> Project:
    """Return the project of one trained chart.

    Raises
    ------
    InputError
        If the file cannot be used, holds no trained autoencoder, or several charts and none is named.
    """
    project = trained_project(path)
    if len(project.charts) > 1:
        many = len(project.charts)
        remedy = f"Say which of them: {path.name}:1 to {path.name}:{many}."
        raise InputError(path.name, f"holds an atlas of {many:,} charts; this works on one", remedy=remedy)
    return project


def has_plane(project: Project) -> bool:
    """Return whether codes are points of a disk, which cells and transport are found in."""
    return len(project.charts) > 1 or project.training.autoencoder.latent_dimension == 2
