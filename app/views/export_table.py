"""What can be exported from the window: names, formats, and from when on."""

from collections.abc import Callable
from dataclasses import dataclass

from app.translation import tr
from core.session.project import Project

MESHES = ("ply", "obj", "stl", "off", "glb", "3mf", "vtp", "m", "npz")
CLOUDS = ("ply", "npz")


@dataclass(frozen=True)
class Exportable:
    """One result that can be written.

    Parameters
    ----------
    key : str
        Its key in `core.session.export.EXPORTS`.
    title : str
        Its name.
    about : str
        One sentence on what it holds.
    stem : str
        What is put behind the name of the project in the name of the file.
    formats : callable
        Returns the suffixes that it can be written with, from a project; none where it is not there.
    """

    key: str
    title: str
    about: str
    stem: str
    formats: Callable[[Project], tuple[str, ...]]


def exportables() -> tuple[Exportable, ...]:
    """Return everything that can be exported, in the order of the pipeline, in the user's language."""
    return (
        Exportable("surface", tr("Surface"), tr("What was loaded, repaired."), "", _surface_formats),
        Exportable(
            "reconstruction",
            tr("Reconstruction"),
            tr("The surface decoded from its codes, with texture coordinates and error."),
            "_reconstruction",
            lambda project: MESHES if project.training is not None else (),
        ),
        Exportable(
            "cells",
            tr("Cells"),
            tr(
                "NPZ, SVG, PDF: the partition of the disk. VTP: the pieces of the encoder on the surface. PNG: "
                "the disk pixel by pixel, whatever the number of cells."
            ),
            "_cells",
            _cells_formats,
        ),
        Exportable(
            "reconstruction_cells",
            tr("Exact reconstruction"),
            tr("The image of the disk under the decoder network, one face a cell."),
            "_reconstruction_cells",
            lambda project: ("ply",) if project.cells is not None and project.cells.decoder is not None else (),
        ),
        Exportable(
            "reconstruction_pieces",
            tr("Exact reconstruction with detail"),
            tr("The image of the disk under decoder and detail layer, one face a piece."),
            "_reconstruction_pieces",
            _pieces_formats,
        ),
        *_drawn(),
    )


def _drawn() -> tuple[Exportable, ...]:
    """What comes of a chart: other charts, points and walks."""
    return (
        Exportable(
            "parameterization",
            tr("Area-preserving chart"),
            tr("Meshes carry it as texture coordinates; NPZ holds the transport, SVG the power diagram."),
            "_area_preserving",
            lambda project: (*MESHES, "svg") if project.transport is not None else (),
        ),
        Exportable(
            "samples",
            tr("Samples"),
            tr("Points of the reconstruction, drawn through the transport, with normals."),
            "_samples",
            lambda project: CLOUDS if project.transport is not None else (),
        ),
        Exportable(
            "denoised",
            tr("Denoised points"),
            tr("With the noisy points, their true feet, and where they came from if that is known."),
            "_denoised",
            lambda project: ("ply",) if project.denoising is not None else (),
        ),
        Exportable(
            "generated",
            tr("Generated points"),
            tr("With their codes, their distance from the surface, and whether their code is one of it."),
            "_generated",
            lambda project: ("ply",) if project.generation is not None else (),
        ),
        Exportable(
            "walk",
            tr("Walk: geodesic"),
            tr("Every place where it passes from piece to piece, with code and length from the start."),
            "_geodesic",
            _walk_formats,
        ),
        Exportable(
            "walk_straight",
            tr("Walk: straight"),
            tr("Every place where it passes from piece to piece, with code and length from the start."),
            "_straight",
            _walk_formats,
        ),
        Exportable(
            "walk_frames",
            tr("Walk: frames"),
            tr("Points of the geodesic at equal distances, with code and length from the start."),
            "_frames",
            _walk_formats,
        ),
    )


def available(project: Project) -> tuple[Exportable, ...]:
    """Return what a project has to export."""
    return tuple(one for one in exportables() if one.formats(project))


def _walk_formats(project: Project) -> tuple[str, ...]:
    return ("ply",) if project.generation is not None and project.generation.walk is not None else ()


def _surface_formats(project: Project) -> tuple[str, ...]:
    if project.source is None:
        return ()
    return MESHES if project.source.has_faces else CLOUDS


def _cells_formats(project: Project) -> tuple[str, ...]:
    cells = project.cells
    if project.training is None:
        return ()
    if cells is None:
        return ("png",)
    return (*(("npz", "svg", "pdf") if cells.decoder is not None else ()), *(("vtp",) if cells.encoder else ()), "png")


def _pieces_formats(project: Project) -> tuple[str, ...]:
    if project.cells is None or project.cells.decoder is None or project.training is None:
        return ()
    return ("ply",) if project.training.autoencoder.detail is not None else ()
