"""Exports of a surface, its training and its cells: what goes into which file."""

from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.cells.cells import Cells
from core.cells.decoder_pieces import DecoderPieces, decoder_pieces
from core.data.point_cloud import PointCloud
from core.data.source import Source
from core.data.surface import Surface
from core.io.atomic import replacing
from core.io.autoencoder_file import write_autoencoder
from core.io.writers.cells import (
    write_decoder_cells,
    write_encoder_cells,
    write_pieces_vtp,
    write_reconstruction_cells,
)
from core.io.writers.mesh import MeshToWrite, plain_names, write_mesh
from core.io.writers.partition import write_partition, write_pattern_png
from core.io.writers.pieces import write_reconstruction_pieces
from core.io.writers.ply import columns, write_ply
from core.session.atlas import atlas_of
from core.session.export_table import export_codes, export_table
from core.session.project import Project
from core.training.result import TrainingResult


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


def welded_mesh(project: Project) -> MeshToWrite:
    """Return the decoded surface of an atlas: its charts welded, with the error, and faces by the chart they have."""
    surface, vertices = project.source.surface, atlas_of(project).reconstruction()
    error = np.linalg.norm(vertices - surface.vertices, axis=1)
    title = "Budai: surface decoded by the charts of an atlas, welded"
    owner = {"chart": project.preparation.cover.face_chart.astype(np.int32)}
    return MeshToWrite(vertices, surface.faces, attributes={"error": error}, face_attributes=owner, title=title)


def _source_of(project: Project, file: str) -> Source:
    if project.source is None:
        raise InputError(file, "no surface is open", remedy="Open one first.")
    return project.source


def export_surface(project: Project, path: Path) -> None:
    """Write the surface or cloud that was loaded, repaired.

    Raises
    ------
    InputError
        If it does not exist, the suffix is not known, or the file cannot be written.
    """
    source = _source_of(project, path.name)
    if source.is_table and path.suffix.lower() == ".npz":
        export_table(project, path)
        return
    if not source.has_faces:
        _export_points(source, path)
        return
    surface = source.surface
    extra: dict[str, np.ndarray] = plain_names(surface.scalars)
    if surface.colors is not None and path.suffix.lower() == ".ply":
        extra |= dict(zip(("red", "green", "blue"), surface.colors.T, strict=True))
    write_mesh(MeshToWrite(surface.vertices, surface.faces, surface.texture_coordinates, extra), path)


def _export_points(source: Source, path: Path) -> None:
    suffixes = (".ply", ".npz") if source.is_cloud else (".npz",)
    if path.suffix.lower() == ".ply" and isinstance(source.data, PointCloud):
        vertex = columns(source.positions)
        normals = source.data.normals
        if normals is not None:
            vertex |= columns(normals, ("nx", "ny", "nz"))
        write_ply(path, vertex)
    elif path.suffix.lower() == ".npz":
        with replacing(path) as temporary, temporary.open("wb") as file:  # to a name, numpy may add a suffix
            labels: dict[str, Any] = {} if source.labels is None else {"labels": source.labels}
            np.savez_compressed(file, format="budai-points", version=1, points=source.positions, **labels)
    else:
        raise InputError(path.name, f"{source.words} can be written to {' and '.join(suffixes)} only")


def export_reconstruction(project: Project, path: Path) -> None:
    """Write the surface decoded from its codes.

    Raises
    ------
    InputError
        If it does not exist, the suffix is not known, or the file cannot be written.
    """
    source = _source_of(project, path.name)
    if project.training is None or not source.has_faces:
        raise InputError(path.name, "there is no reconstruction yet", remedy="Train the autoencoder first.")
    if project.preparation is not None:
        write_mesh(welded_mesh(project), path)
        return
    write_mesh(reconstruction_mesh(source.surface, project.training), path)


def _cells_of(project: Project, path: Path) -> Cells:
    if project.cells is None:
        raise InputError(path.name, "the cells are not computed yet", remedy="Compute them first.")
    return project.cells


def _refuse_suffix(path: Path, known: tuple[str, ...]) -> NoReturn:
    suffix = path.suffix or "(none)"
    raise InputError(path.name, f"the suffix {suffix} cannot hold this", remedy=f"Use {', '.join(known)}.")


def export_partition(project: Project, path: Path) -> None:
    """Write cells: of the decoder in the disk (.npz, .svg, .pdf, .png pixel by pixel), of the encoder (.vtp).

    Raises
    ------
    InputError
        If it does not exist, the suffix is not known, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".png":  # pixel by pixel: for this no cell is computed
        if project.training is None:
            raise InputError(path.name, "there is no decoder yet", remedy="Train the autoencoder first.")
        write_pattern_png(project.training.autoencoder.decoder, path)
        return
    cells = _cells_of(project, path)
    if suffix == ".vtp" and cells.encoder is not None:
        write_pieces_vtp(cells.encoder, path)
    elif suffix == ".npz" and cells.decoder is not None:
        write_decoder_cells(cells.decoder, path, cells.section)
    elif suffix in (".svg", ".pdf") and cells.decoder is not None:
        write_partition(cells.decoder, path)
    else:
        _refuse_suffix(path, (".npz", ".svg", ".pdf", ".png", ".vtp"))


def export_reconstruction_cells(project: Project, path: Path) -> None:
    """Write the exact image of the disk under the decoder network.

    Raises
    ------
    InputError
        If it does not exist, the suffix is not known, or the file cannot be written.
    """
    cells = _cells_of(project, path)
    if path.suffix.lower() != ".ply":
        _refuse_suffix(path, (".ply",))
    if project.training is None or cells.decoder is None:
        raise InputError(path.name, "the decoder was not decomposed", remedy="Compute the cells of the decoder.")
    autoencoder = project.training.autoencoder
    write_reconstruction_cells(cells.decoder, autoencoder.centre, autoencoder.scale, path)


def export_reconstruction_pieces(project: Project, path: Path) -> None:
    """Write the exact image of the disk under decoder and detail layer.

    Raises
    ------
    InputError
        If it does not exist, the suffix is not known, or the file cannot be written.
    """
    cells = _cells_of(project, path)
    if path.suffix.lower() != ".ply":
        _refuse_suffix(path, (".ply",))
    if project.training is None or cells.decoder is None:
        raise InputError(path.name, "the decoder was not decomposed", remedy="Compute the cells of the decoder.")
    if project.training.autoencoder.detail is None:
        raise InputError(path.name, "the decoder has no detail layer", remedy="Export the reconstruction_cells.")
    pieces = cells.detail_pieces or finish(decoder_pieces(project.training.autoencoder, cells.decoder))
    write_reconstruction_pieces(pieces, path)


def export_training(project: Project, folder: Path) -> list[Path]:
    """Write the files of a training and return their paths; none where there is none.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    training = project.training
    if training is not None and _source_of(project, "codes.npz").is_table:
        return export_codes(project, folder)
    if training is None or not _source_of(project, "reconstruction.ply").has_faces:
        return []
    write_autoencoder(folder, training.autoencoder)
    arrays = {"codes": training.codes} | ({} if training.target is None else {"target": training.target})
    with replacing(folder / "chart.npz") as temporary:
        np.savez_compressed(temporary, format="budai-chart", version=1, **arrays)
    export_reconstruction(project, folder / "reconstruction.ply")
    names = ("autoencoder.json", "autoencoder.safetensors", "chart.npz", "reconstruction.ply")
    return [folder / name for name in names]


def _detail_pieces(project: Project, cells: Cells) -> DecoderPieces | None:
    """Return the pieces of the decoder with its detail layer; None where there is none, or they are too many."""
    if cells.detail_pieces is not None or cells.decoder is None or project.training is None:
        return cells.detail_pieces
    if project.training.autoencoder.detail is None:
        return None
    try:
        return finish(decoder_pieces(project.training.autoencoder, cells.decoder))
    except BudaiError:  # that was said when the cells were computed
        return None


def export_cells(project: Project, folder: Path, for_others: bool = False) -> list[Path]:
    """Write the files of the cells that were computed and return their paths.

    Parameters
    ----------
    project : Project
        With a training; without cells nothing is written.
    folder : Path
        An existing folder.
    for_others : bool
        Write the PDF and the VTP files too, which other programs open.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    written: list[Path] = []
    cells = project.cells
    if cells is None:
        return written
    if cells.decoder is not None:
        name = "cells_decoder.npz" if cells.section is None else "cells_section.npz"
        written = [folder / name, folder / "latent_cells.svg"]
        written += [folder / "latent_cells.pdf"] if for_others else []
        for path in written:
            export_partition(project, path)
        if _source_of(project, folder.name).dimension == 3 and cells.section is None:
            written.append(folder / "reconstruction_cells.ply")
            export_reconstruction_cells(project, written[-1])
        pieces = _detail_pieces(project, cells)
        if pieces is not None:
            written.append(folder / "reconstruction_pieces.ply")
            write_reconstruction_pieces(pieces, written[-1])
    for part, found in (("encoder", cells.encoder), ("composition", cells.composition)):
        if found is not None:
            written.append(folder / f"cells_{part}.npz")
            write_encoder_cells(found, written[-1])
            if for_others:
                written.append(folder / f"cells_{part}.vtp")
                write_pieces_vtp(found, written[-1])
    return written
