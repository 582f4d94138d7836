"""Cells without a window: what `budai cells` does, and their part of `budai run`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.command_line.all_charts import Asked, folder_words, with_all_charts, write_all_charts
from app.command_line.folder import made_folder
from app.command_line.in_run import InRun
from app.command_line.one_chart import has_plane, trained_project
from app.command_line.terminal import TerminalProgress
from core.base.progress import Progress
from core.cells.cells import Cells, CellsOptions, Part, find_cells, relinked
from core.evaluation.claims import headline
from core.process.child import Child, finish_together
from core.session.export import export_cells
from core.session.project import Project
from core.session.stages import decomposable


def cells(project_file: Path, output: Path, of: Part | None, plane: Mapping[str, Any] | None = None) -> None:
    """Compute the cells of a saved project and write their files into a folder; of an atlas into one for each chart.

    Parameters
    ----------
    project_file : Path
        The project.
    output : Path
        The folder.
    of : str or None
        Which network; decoder and encoder by default.
    plane : mapping, optional
        Options of the plane in which a latent space of more dimensions than two is cut.

    Raises
    ------
    BudaiError
        If the project, the folder or the memory does not suffice.
    """
    progress = TerminalProgress()
    project = trained_project(project_file)
    parts = (of,) if of else CellsOptions().of
    if len(project.charts) > 1:
        asked = Asked("cells", "Cells", CellsOptions(parts, keep_pieces=True))
        with made_folder(output):
            project, seconds = with_all_charts(project, asked, progress)
            places = write_all_charts(
                project, output, lambda c, place: export_cells(c, place, for_others=True), progress
            )
        progress.say(_all_words(project))
        progress.say(f"Computed in {seconds:.2f} s; results in {output}: {folder_words(places)}")
        return
    with made_folder(output):
        project, seconds = with_cells(project, CellsOptions(parts, keep_pieces=True, **(plane or {})), progress)
        written = export_cells(project, output, for_others=True)
    progress.say(f"Computed in {seconds:.2f} s; results in {output}: {', '.join(path.name for path in written)}")


def _all_words(project: Project) -> str:
    """Return how many cells all charts of an atlas have."""
    found = [chart.cells for chart in project.charts]
    words = [f"{len(found):,} charts"]
    if all(one.decoder is not None for one in found):
        words.append(f"decoders {sum(one.decoder.n_cells for one in found):,} exact cells in their disks")
    for name in ("encoder", "composition"):
        parts = [part for one in found if (part := getattr(one, name)) is not None]
        if parts:
            cells, flipped = sum(part.n_cells for part in parts), sum(len(part.flipped) for part in parts)
            words.append(f"{name}s {cells:,} on the surface, {flipped:,} flipped pieces")
    return "; ".join(words)


def with_cells(project: Project, options: CellsOptions, progress: TerminalProgress) -> tuple[Project, float]:
    """Return the project with its cells, and how long they took."""
    with cells_child(project, options, progress) as child:
        finish_together(child)
        return with_cells_of(child, project, options, progress), child.seconds


def cells_child(project: Project, options: CellsOptions, report: Callable[[Progress], None]) -> Child:
    """Return a process that finds the cells of a trained project."""
    surface, options, section = decomposable(project.source, project.training, options)
    return Child().start(find_cells, surface, project.training.autoencoder, options, section, report=report)


def with_cells_of(child: Child, project: Project, options: CellsOptions, progress: TerminalProgress) -> Project:
    """Return a project with the cells that a process has found, and tell of them."""
    training, is_table = project.training, project.source.is_table
    surface = None if is_table else project.source.surface
    found: Cells = relinked(child.result(), surface, training.autoencoder)
    for line in found.messages:
        progress.say(line)
    if found.decoder is not None:
        where = "the disk" if found.section is None else f"the plane of {found.section.name}"
        progress.say(f"Decoder: {found.decoder.n_cells:,} exact cells in {where}")
    for name, part in (("Encoder", found.encoder), ("Composition", found.composition)):
        if part is not None:
            progress.say(f"{name}: {part.n_cells:,} exact cells on the surface, {len(part.flipped):,} flipped pieces")
    if found.exact is not None and found.exact.decoder_pieces is not None:
        progress.say(f"Decoder with detail: {found.exact.decoder_pieces:,} exact pieces")
    if not is_table:
        progress.say(headline(training.certificate.with_exact(found.exact)))
    progress.say(f"Cells in {child.seconds:.1f} s")
    return project.updated(cells=found)


IN_RUN = InRun(
    "Cells",
    "The cells could not be computed",
    cells_child,
    with_cells_of,
    lambda: CellsOptions(complexity=True, keep_pieces=True),
    "cells",
    wanted=has_plane,
)
