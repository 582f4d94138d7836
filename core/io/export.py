"""Exports: what of a project goes into which file."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.io.atomic import replacing
from core.io.autoencoder_file import write_autoencoder
from core.io.ply import columns, write_ply
from core.io.write_mesh import MESH_WRITERS, MeshToWrite, write_mesh
from core.project import Project
from core.surface.point_cloud import PointCloud
from core.surface.surface import Surface
from core.training.result import TrainingResult

LATER = {
    "reconstruction_cells": "the exact cells",
    "cells": "the exact cells",
    "parameterization": "the optimal transport",
    "samples": "the optimal transport",
}
"""What can be asked for and is not computed by this version, with the stage that it needs."""


def reconstruction_mesh(surface: Surface, training: TrainingResult) -> MeshToWrite:
    """Return the decoded surface: vertices decode(encode(x)), the faces and codes of the surface, and the error."""
    decoded = training.autoencoder.decode(training.codes)
    return MeshToWrite(
        vertices=decoded,
        faces=surface.faces,
        texture_coordinates=(training.codes + 1.0) / 2.0,
        attributes={"error": np.linalg.norm(decoded - surface.vertices, axis=1)},
        title="Budai: surface decoded from its latent codes",
    )


def export_file(project: Project, path: str | Path, what: str = "") -> None:
    """Write one result of a project into one file.

    Parameters
    ----------
    project : Project
        Where the result is.
    path : str or Path
        The file; its suffix decides the format.
    what : str
        "reconstruction" or "surface"; empty: the reconstruction if there is one, else the surface.

    Raises
    ------
    InputError
        If the result does not exist, the format cannot hold it, or the file cannot be written.
    """
    file = Path(path).name
    chosen = what or ("reconstruction" if project.training is not None else "surface")
    if chosen in LATER:
        raise InputError(file, f"{chosen} needs {LATER[chosen]}, which this version does not compute")
    if chosen not in EXPORTS:
        raise InputError(file, f"there is no result named {chosen}", remedy=f"Choose one of {', '.join(EXPORTS)}.")
    if Path(path).suffix.lower() not in MESH_WRITERS and not isinstance(_surface_of(project, file), PointCloud):
        known = ", ".join(sorted(MESH_WRITERS))
        raise InputError(
            file, f"the suffix {Path(path).suffix or '(none)'} cannot hold a surface", remedy=f"Use {known}."
        )
    EXPORTS[chosen](project, Path(path))


def _surface_of(project: Project, file: str) -> Surface | PointCloud:
    if project.source is None:
        raise InputError(file, "no surface is open", remedy="Open one first.")
    return project.source.surface


def _export_surface(project: Project, path: Path) -> None:
    surface = _surface_of(project, path.name)
    if isinstance(surface, PointCloud):
        _export_cloud(surface, path)
        return
    extra: dict[str, np.ndarray] = dict(surface.scalars)
    if surface.colors is not None and path.suffix.lower() == ".ply":
        extra |= dict(zip(("red", "green", "blue"), surface.colors.T, strict=True))
    write_mesh(MeshToWrite(surface.vertices, surface.faces, surface.texture_coordinates, extra), path)


def _export_cloud(cloud: PointCloud, path: Path) -> None:
    if path.suffix.lower() == ".ply":
        vertex = columns(cloud.points)
        if cloud.normals is not None:
            vertex |= columns(cloud.normals, ("nx", "ny", "nz"))
        write_ply(path, vertex)
    elif path.suffix.lower() == ".npz":
        with replacing(path) as temporary:
            np.savez_compressed(temporary, format="budai-points", version=1, points=cloud.points)
    else:
        raise InputError(path.name, "a cloud of points can be written to .ply and .npz only")


def _export_reconstruction(project: Project, path: Path) -> None:
    surface = _surface_of(project, path.name)
    if project.training is None or not isinstance(surface, Surface):
        raise InputError(path.name, "there is no reconstruction yet", remedy="Train the autoencoder first.")
    write_mesh(reconstruction_mesh(surface, project.training), path)


EXPORTS: Mapping[str, Callable[[Project, Path], None]] = {
    "reconstruction": _export_reconstruction,
    "surface": _export_surface,
}
"""What can be exported, and what writes it."""


def export_run(project: Project, folder: str | Path) -> list[Path]:
    """Write the files of a run that can exist now and return their paths.

    Parameters
    ----------
    project : Project
        With a surface; with what was made from it.
    folder : str or Path
        An existing folder.

    Returns
    -------
    list of Path
        In the order of writing.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    out = Path(folder)
    surface = _surface_of(project, "surface.ply")
    written = [out / "surface.ply"]
    _export_surface(project, written[0])
    training = project.training
    if training is None or not isinstance(surface, Surface):
        return written
    write_autoencoder(out, training.autoencoder)
    arrays = {"codes": training.codes} | ({} if training.target is None else {"target": training.target})
    with replacing(out / "chart.npz") as temporary:
        np.savez_compressed(temporary, format="budai-chart", version=1, **arrays)
    _export_reconstruction(project, out / "reconstruction.ply")
    names = ("autoencoder.json", "autoencoder.safetensors", "chart.npz", "reconstruction.ply")
    return written + [out / name for name in names]
