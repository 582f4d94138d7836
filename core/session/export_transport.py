"""Exports of the transport: which of its files hold what."""

from pathlib import Path

import numpy as np

from core.base.errors import InputError
from core.data.source import Source
from core.io.atomic import replacing
from core.io.writers.mesh import MESH_WRITERS, write_mesh
from core.io.writers.transport import mass_colors, transport_mesh, write_diagram_svg, write_samples, write_transport
from core.session.project import Project
from core.transport.transport import Transport


def export_parameterization(project: Project, path: Path) -> None:
    """Write the area-preserving parameterization: a mesh with texture coordinates, .npz for all, .svg for the diagram.

    Raises
    ------
    InputError
        If there is no transport, the suffix is not known, or the file cannot be written.
    """
    source, transport = _found(project, path)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        write_transport(path, transport)
    elif suffix == ".svg":
        write_diagram_svg(path, transport.map.diagram, mass_colors(transport.map.masses), transport.singular)
    elif suffix in MESH_WRITERS and source.has_faces:
        write_mesh(transport_mesh(source.surface, transport), path)
    else:
        known = ", ".join(sorted({*MESH_WRITERS, ".svg"}))
        raise InputError(path.name, f"the suffix {suffix or '(none)'} cannot hold this", remedy=f"Use one of {known}.")


def export_samples(project: Project, path: Path) -> None:
    """Write the samples that were drawn through the transport, as .ply or .npz.

    Raises
    ------
    InputError
        If there is no transport, the suffix is not known, or the file cannot be written.
    """
    _, transport = _found(project, path)
    samples, beside = transport.samples, transport.samples_beside_singular
    if samples is None:
        raise InputError(path.name, "a table has no surface to draw samples of", remedy="Generate points instead.")
    if path.suffix.lower() == ".ply":
        write_samples(path, samples, beside)
    elif path.suffix.lower() == ".npz":
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez_compressed(
                file,
                format="budai-samples",
                version=1,
                points=samples.points,
                normals=samples.normals,
                codes=samples.codes,
                faces=samples.faces,
                beside_singular=beside,
            )
    else:
        suffix = path.suffix or "(none)"
        raise InputError(path.name, f"the suffix {suffix} cannot hold samples", remedy="Use .ply or .npz.")


def export_transport(project: Project, folder: Path, for_others: bool = False) -> list[Path]:
    """Write the files of the transport and return their paths; none where there is no transport.

    Parameters
    ----------
    project : Project
        With a surface.
    folder : Path
        An existing folder.
    for_others : bool
        Write the parameterized surface and the diagram too, in formats that other programs open.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    if project.transport is None:
        return []
    if project.source.is_table:
        names = ["transport.npz", *(("transport.svg",) if for_others else ())]
        for name in names:
            export_parameterization(project, folder / name)
        return [folder / name for name in names]
    names = [
        "transport.npz",
        *(("parameterization.obj", "parameterization.glb", "transport.svg") if for_others else ()),
    ]
    for name in names:
        export_parameterization(project, folder / name)
    export_samples(project, folder / "samples.ply")
    return [folder / name for name in (*names, "samples.ply")]


def _found(project: Project, path: Path) -> tuple[Source, Transport]:
    source = project.source
    if project.transport is None or source is None:
        raise InputError(path.name, "the transport is not solved yet", remedy="Solve it first: budai transport.")
    return source, project.transport
