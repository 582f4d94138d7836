"""Exports: what of a project goes into which file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import numpy as np

from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from core.cells.cells import Cells
from core.cells.decoder_pieces import DecoderPieces, decoder_pieces
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
from core.io.writers.denoised import write_denoised
from core.io.writers.mesh import MeshToWrite, plain_names, write_mesh
from core.io.writers.partition import write_partition, write_pattern_png
from core.io.writers.pieces import write_reconstruction_pieces
from core.io.writers.ply import columns, write_ply
from core.session.export_points import (
    export_denoised,
    export_frames,
    export_generated,
    export_straight_walk,
    export_walk,
)
from core.session.export_transport import export_parameterization, export_samples, export_transport
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


def export_file(project: Project, path: str | Path, what: str = "") -> None:
    """Write one result of a project into one file.

    Parameters
    ----------
    project : Project
        Where the result is.
    path : str or Path
        The file; its suffix decides the format.
    what : str
        "reconstruction", "surface", "parameterization" (a mesh; .npz: the transport; .svg: the diagram), "samples"
        (.ply, .npz), "cells" (.npz, .svg, .pdf: those of the decoder in the disk; .png: a
        picture of them that needs no decomposition; .vtp: those of the
        encoder on the surface), "reconstruction_cells" (.ply: the decoder network alone), "reconstruction_pieces"
        (.ply: with its detail layer), "denoised", "generated", "walk" (the geodesic), "walk_straight" or "walk_frames"
        (.ply); empty: the reconstruction if there is one, else the surface.

    Raises
    ------
    InputError
        If the result does not exist, the format cannot hold it, or the file cannot be written.
    """
    file = Path(path).name
    chosen = what or ("reconstruction" if project.training is not None else "surface")
    if chosen not in EXPORTS:
        raise InputError(file, f"there is no result named {chosen}", remedy=f"Choose one of {', '.join(EXPORTS)}.")
    EXPORTS[chosen](project, Path(path))


def _source_of(project: Project, file: str) -> Source:
    if project.source is None:
        raise InputError(file, "no surface is open", remedy="Open one first.")
    return project.source


def _export_surface(project: Project, path: Path) -> None:
    source = _source_of(project, path.name)
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
    if path.suffix.lower() == ".ply" and source.is_cloud:
        vertex = columns(source.positions)
        normals = source.data.normals  # pyright: ignore[reportAttributeAccessIssue]
        if normals is not None:
            vertex |= columns(normals, ("nx", "ny", "nz"))
        write_ply(path, vertex)
    elif path.suffix.lower() == ".npz":
        with replacing(path) as temporary, temporary.open("wb") as file:  # to a name, numpy may add a suffix
            labels = {} if source.labels is None else {"labels": source.labels}
            np.savez_compressed(file, format="budai-points", version=1, points=source.positions, **labels)
    else:
        raise InputError(path.name, f"{source.words} can be written to {' and '.join(suffixes)} only")


def _export_reconstruction(project: Project, path: Path) -> None:
    source = _source_of(project, path.name)
    if project.training is None or not source.has_faces:
        raise InputError(path.name, "there is no reconstruction yet", remedy="Train the autoencoder first.")
    write_mesh(reconstruction_mesh(source.surface, project.training), path)


def _cells_of(project: Project, path: Path) -> Cells:
    if project.cells is None:
        raise InputError(path.name, "the cells are not computed yet", remedy="Compute them first.")
    return project.cells


def _refuse_suffix(path: Path, known: tuple[str, ...]) -> NoReturn:
    suffix = path.suffix or "(none)"
    raise InputError(path.name, f"the suffix {suffix} cannot hold this", remedy=f"Use {', '.join(known)}.")


def _export_cells(project: Project, path: Path) -> None:
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
        write_decoder_cells(cells.decoder, path)
    elif suffix in (".svg", ".pdf") and cells.decoder is not None:
        write_partition(cells.decoder, path)
    else:
        _refuse_suffix(path, (".npz", ".svg", ".pdf", ".png", ".vtp"))


def _export_reconstruction_cells(project: Project, path: Path) -> None:
    cells = _cells_of(project, path)
    if path.suffix.lower() != ".ply":
        _refuse_suffix(path, (".ply",))
    if project.training is None or cells.decoder is None:
        raise InputError(path.name, "the decoder was not decomposed", remedy="Compute the cells of the decoder.")
    autoencoder = project.training.autoencoder
    write_reconstruction_cells(cells.decoder, autoencoder.centre, autoencoder.scale, path)


def _export_reconstruction_pieces(project: Project, path: Path) -> None:
    cells = _cells_of(project, path)
    if path.suffix.lower() != ".ply":
        _refuse_suffix(path, (".ply",))
    if project.training is None or cells.decoder is None:
        raise InputError(path.name, "the decoder was not decomposed", remedy="Compute the cells of the decoder.")
    if project.training.autoencoder.detail is None:
        raise InputError(path.name, "the decoder has no detail layer", remedy="Export the reconstruction_cells.")
    pieces = cells.detail_pieces or finish(decoder_pieces(project.training.autoencoder, cells.decoder))
    write_reconstruction_pieces(pieces, path)


EXPORTS: Mapping[str, Callable[[Project, Path], None]] = {
    "reconstruction": _export_reconstruction,
    "surface": _export_surface,
    "cells": _export_cells,
    "reconstruction_cells": _export_reconstruction_cells,
    "parameterization": export_parameterization,
    "samples": export_samples,
    "reconstruction_pieces": _export_reconstruction_pieces,
    "denoised": export_denoised,
    "generated": export_generated,
    "walk": export_walk,
    "walk_straight": export_straight_walk,
    "walk_frames": export_frames,
}
"""What can be exported, and what writes it."""

NEED_CELLS = ("cells", "reconstruction_cells", "reconstruction_pieces")
"""What is written of the exact cells; they are not saved with a project."""


RUN_FILES = (
    "surface.ply",
    "autoencoder.json",
    "autoencoder.safetensors",
    "chart.npz",
    "reconstruction.ply",
    "cells_decoder.npz",
    "latent_cells.svg",
    "reconstruction_cells.ply",
    "reconstruction_pieces.ply",
    "cells_encoder.npz",
    "cells_composition.npz",
    "transport.npz",
    "samples.ply",
    "denoised.ply",
    "latent_cells.pdf",
    "cells_encoder.vtp",
    "cells_composition.vtp",
    "parameterization.obj",
    "parameterization.glb",
    "transport.svg",
)
"""Names of the files that a run, or the cells and the transport of one, may leave in a folder."""


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
    for export in (_export_trained, export_cells, export_transport, _export_denoising):
        try:
            written += export(project, Path(folder))
        except (BudaiError, MemoryError) as error:
            if failed is None:
                raise
            failed(error if isinstance(error, BudaiError) else BudaiError("There is too little memory to write them."))
    return written


def _export_trained(project: Project, folder: Path) -> list[Path]:
    """Write the surface and what was trained on it."""
    source = _source_of(project, "surface.ply")
    written = [folder / "surface.ply"]
    _export_surface(project, written[0])
    training = project.training
    if training is None or not source.has_faces:
        return written
    write_autoencoder(folder, training.autoencoder)
    arrays = {"codes": training.codes} | ({} if training.target is None else {"target": training.target})
    with replacing(folder / "chart.npz") as temporary:
        np.savez_compressed(temporary, format="budai-chart", version=1, **arrays)
    _export_reconstruction(project, folder / "reconstruction.ply")
    names = ("autoencoder.json", "autoencoder.safetensors", "chart.npz", "reconstruction.ply")
    return written + [folder / name for name in names]


def _export_denoising(project: Project, folder: Path) -> list[Path]:
    """Write the denoised points, where there are any."""
    if project.denoising is None:
        return []
    write_denoised(project.denoising, folder / "denoised.ply")
    return [folder / "denoised.ply"]


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
        written = [folder / "cells_decoder.npz", folder / "latent_cells.svg"]
        written += [folder / "latent_cells.pdf"] if for_others else []
        for path in written:
            _export_cells(project, path)
        written.append(folder / "reconstruction_cells.ply")
        _export_reconstruction_cells(project, written[-1])
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
