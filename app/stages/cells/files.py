"""What is written of cells."""

from pathlib import Path
from typing import Any

from app.stages.files import Exportable, StageFiles
from core.cells.cells import CellsOptions, Part
from core.session.export import (
    export_cells,
    export_partition,
    export_reconstruction_cells,
    export_reconstruction_pieces,
)
from core.session.project import Project
from core.session.report import cells_report


def _partition(project: Project) -> tuple[str, ...]:
    cells = project.cells
    if project.training is None:
        return ()
    if cells is None:
        return ("png",)
    return (*(("npz", "svg", "pdf") if cells.decoder is not None else ()), *(("vtp",) if cells.encoder else ()), "png")


def _image(project: Project) -> tuple[str, ...]:
    there = project.cells is not None and project.cells.decoder is not None and project.source.dimension == 3
    return ("ply",) if there else ()


def _pieces(project: Project) -> tuple[str, ...]:
    if project.cells is None or project.cells.decoder is None or project.training is None:
        return ()
    return ("ply",) if project.training.autoencoder.detail is not None else ()


def _prepare(project: Project, suffix: str, progress: Any, keep_pieces: bool = False) -> Project:
    """Compute the cells that a file asks for: a project in a file has none."""
    if project.training is None or suffix == ".png":
        return project
    from app.stages.cells.headless import with_cells

    part: Part = "encoder" if suffix == ".vtp" else "decoder"
    return with_cells(project, CellsOptions((part,), keep_pieces=keep_pieces), progress)[0]


def _prepare_pieces(project: Project, suffix: str, progress: Any) -> Project:
    return _prepare(project, suffix, progress, keep_pieces=True)


def _report(project: Project) -> dict[str, Any]:
    known = project.cells is not None and project.training is not None
    return {"cells": cells_report(project.cells, project.training) if known else None}


def _draw(project: Project, path: Path) -> None:
    from app.scene.pictures import draw_cells  # matplotlib: only where it is needed

    draw_cells(project, path)


def _draw_of_table(project: Project, path: Path) -> None:
    if project.source.is_table:
        from app.scene.table_pictures import draw_decoder_cells  # matplotlib: only where it is needed

        draw_decoder_cells(project, path)


FILES = StageFiles(
    exports=(
        Exportable(
            "cells",
            "Cells",
            "NPZ, SVG, PDF: the partition of the disk. VTP: the pieces of the encoder on the surface. PNG: "
            "the disk pixel by pixel, whatever the number of cells.",
            "_cells",
            _partition,
            export_partition,
            _prepare,
        ),
        Exportable(
            "reconstruction_cells",
            "Exact reconstruction",
            "The image of the disk under the decoder network, one face a cell.",
            "_reconstruction_cells",
            _image,
            export_reconstruction_cells,
            _prepare,
        ),
        Exportable(
            "reconstruction_pieces",
            "Exact reconstruction with detail",
            "The image of the disk under decoder and detail layer, one face a piece.",
            "_reconstruction_pieces",
            _pieces,
            export_reconstruction_pieces,
            _prepare_pieces,
        ),
    ),
    run=export_cells,
    names=(
        "cells_decoder.npz",
        "cells_section.npz",
        "latent_cells.svg",
        "reconstruction_cells.ply",
        "reconstruction_pieces.ply",
        "cells_encoder.npz",
        "cells_composition.npz",
        "latent_cells.pdf",
        "cells_encoder.vtp",
        "cells_composition.vtp",
    ),
    pictures={"latent_cells.png": _draw, "cells.png": _draw_of_table},
    report=_report,
)
