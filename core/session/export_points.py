"""Exports of denoised and generated points, and of walks."""

from pathlib import Path

from core.base.errors import InputError
from core.generation.generation import Walk
from core.io.writers.denoised import write_denoised
from core.io.writers.generated import write_generated, write_path
from core.session.by_chart import together
from core.session.export_table import write_arrays
from core.session.project import Project


def export_denoised(project: Project, path: Path) -> None:
    """Write the denoised points of a project.

    Raises
    ------
    InputError
        If there are none, the suffix is another than .ply, or the file cannot be written.
    """
    _check_suffix(path)
    if project.denoising is None:
        raise InputError(path.name, "no points were denoised yet", remedy="Denoise some first.")
    write_denoised(together(project.denoising), path)


def export_generated(project: Project, path: Path) -> None:
    """Write the generated points of a project.

    Raises
    ------
    InputError
        As `export_denoised`.
    """
    if project.generation is None:
        raise InputError(path.name, "no points were generated yet", remedy="Generate some first.")
    if path.suffix.lower() == ".npz" and project.source.is_table:
        made = project.generation
        write_arrays(
            path,
            "budai-generated",
            codes=made.codes,
            points=made.points,
            uniform=made.disk_points,
            distances=made.distances,
            between=~made.inside,
        )
        return
    _check_suffix(path)
    write_generated(together(project.generation), path)


def export_walk(project: Project, path: Path) -> None:
    """Write the geodesic of a walk, broken where it passes from piece to piece.

    Raises
    ------
    InputError
        As `export_denoised`.
    """
    write_path(_walk_of(project, path).geodesic, path)


def export_straight_walk(project: Project, path: Path) -> None:
    """Write the straight way of a walk, broken where it passes from piece to piece.

    Raises
    ------
    InputError
        As `export_denoised`.
    """
    write_path(_walk_of(project, path).straight, path)


def export_frames(project: Project, path: Path) -> None:
    """Write as many points of the geodesic as its options say, at equal distances.

    Raises
    ------
    InputError
        As `export_denoised`.
    """
    walk = _walk_of(project, path)
    write_path(walk.geodesic, path, together(project.generation).options.frames)


def _walk_of(project: Project, path: Path) -> Walk:
    _check_suffix(path)
    made = together(project.generation)
    if made is None or made.walk is None:
        raise InputError(path.name, "there is no walk yet", remedy="Pick two codes and generate.")
    return made.walk


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() != ".ply":
        raise InputError(path.name, f"the suffix {path.suffix or '(none)'} cannot hold this", remedy="Use .ply.")
