"""The pipeline without a window: what `budai run` and `budai train` do."""

import time
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from app.child_work import Child, finish_together
from app.denoise import denoised
from app.folder import check_room, check_target, made_folder
from app.interrupt import tell_when_interrupted
from app.report_file import write_report
from app.rescue import write_or_rescue
from app.run_folder import PICTURES, PROJECT_FILE, RunFolder
from app.scene.pictures import draw_cells, draw_overview
from app.scene.transport_sheet import draw_transport
from app.terminal import TerminalProgress
from app.transport_run import transport_child, with_transport_of
from core.base.errors import BudaiError, InputError, TopologyError
from core.base.progress import Progress, finish
from core.cells.cells import Cells, CellsOptions, Part, find_cells, relinked
from core.data.reading_options import ReadingOptions
from core.data.surface import Surface
from core.denoising.options import DenoisingOptions
from core.evaluation.claims import headline
from core.io.atomic import WriteError
from core.io.checkpoint_file import SUFFIX as CHECKPOINT
from core.io.checkpoint_file import read_checkpoint, write_checkpoint
from core.io.noisy_file import read_noisy
from core.io.reading import reading
from core.session.export import NEED_CELLS, export_cells, export_file, export_run
from core.session.project import Project
from core.session.project_file import SUFFIX as PROJECT
from core.session.project_file import open_project, save_project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from core.training.options_file import option_arguments
from core.training.result import TrainingResult
from core.transport.options import TransportOptions

_STAGE_FAILURES = (BudaiError, MemoryError)
"""What a stage may end in without taking the results of the others with it."""
KEPT = f"training{CHECKPOINT}"
"""File in the folder of a run that its training keeps its state in."""


def run(
    surface: Path,
    output: Path,
    options: TrainingOptions,
    denoising: DenoisingOptions | None = None,
    resume: bool = False,
    how: ReadingOptions | None = None,
) -> dict[str, Any]:
    """Load, train, certify and export into a folder.

    Parameters
    ----------
    surface : Path
        The file to load.
    output : Path
        The folder for the results; made if it does not exist.
    options : TrainingOptions
        How to train.
    denoising : DenoisingOptions, optional
        Which points to denoise.
    resume : bool
        Go on with a training into the same folder that was lost.
    how : ReadingOptions, optional
        What is chosen of how the file is read. Columns are those of the noisy points, where these are given.

    Returns
    -------
    dict
        The report, as written to ``report.json``.

    Raises
    ------
    BudaiError
        If the file, the surface or the folder cannot be used.
    """
    started = time.monotonic()
    progress = TerminalProgress()
    folder = RunFolder(output, surface, "" if denoising is None else denoising.path)
    tell_when_interrupted(folder.told_when_interrupted)
    check_room(output, _least_bytes(surface))
    kept = output / KEPT
    if denoising is not None and denoising.input == "file":
        read_noisy(
            denoising.path, denoising.columns
        )  # a file that cannot be used shall be refused before the training, not after it
    if how is not None and denoising is not None and denoising.columns:
        how = replace(how, columns=())
    project, timings = _trained(surface, options, progress, kept, resume, how)
    project = project.without_outdated()
    output = folder.begin()
    project_file = output / PROJECT_FILE
    write_or_rescue(project_file, partial(save_project, project))  # what took a minute must not hang on what follows
    project = _with_cells_and_transport(project, progress, timings)
    try:
        save_project(project, project_file)
    except WriteError as error:
        progress.say(str(error))
    failure: BudaiError | None = None
    if denoising is not None:
        try:
            project = denoised(project, denoising, progress)
            save_project(project, project_file)
        except _STAGE_FAILURES as error:
            # Told at the end: what was learned is worth its files all the same.
            failure = error if isinstance(error, BudaiError) else BudaiError(f"Denoising: {_why(error)}")
    exporting = time.monotonic()
    written = [*export_run(project, output, lambda error: progress.say(f"Files are missing: {error}")), project_file]
    written += _draw_pictures(project, output, progress)
    timings["export"] = time.monotonic() - exporting
    progress.say(f"Files and pictures in {timings['export']:.1f} s")
    timings["total"] = time.monotonic() - started
    report = write_report(project, folder, timings, written, progress)
    kept.unlink(missing_ok=True)
    if failure is not None:
        raise failure
    return report


def _with_cells_and_transport(
    project: Project, progress: TerminalProgress, timings: dict[str, float | None]
) -> Project:
    """Return a project with its cells and its transport, found side by side; one that fails is told."""
    chosen, options = CellsOptions(complexity=True, keep_pieces=True), TransportOptions()
    for_cells, for_transport = progress.together("Cells", "Transport")
    with (
        _cells_child(project, chosen, for_cells) as cells_child,
        transport_child(project, options, for_transport) as solving,
    ):
        finish_together(cells_child, solving)
        try:
            project, timings["cells"] = _with_cells_of(cells_child, project, progress), cells_child.seconds
        except _STAGE_FAILURES as error:
            progress.say(f"The cells could not be computed: {_why(error)}")
        try:
            project, timings["transport"] = with_transport_of(solving, project, options, progress), solving.seconds
        except _STAGE_FAILURES as error:
            progress.say(f"The transport could not be solved: {_why(error)}")
    return project


def _draw_pictures(project: Project, folder: Path, progress: TerminalProgress) -> list[Path]:
    """Draw what there is into a folder, and return the files; a picture that fails is told, and spares the others."""
    written = []
    drawn = (draw_overview, project.source), (draw_cells, project.cells), (draw_transport, project.transport)
    for name, (draw, result) in zip(PICTURES, drawn, strict=True):
        if result is None:
            continue
        try:
            draw(project, folder / name)
            written.append(folder / name)
        except (*_STAGE_FAILURES, OSError, RuntimeError, ValueError) as error:
            progress.say(f"{name} could not be drawn: {_why(error)}")
    return written


def _why(error: BaseException) -> str:
    return "there is too little memory." if isinstance(error, MemoryError) else str(error)


def _least_bytes(surface: Path) -> int:
    """Return what a project of a surface takes at least: its networks, and as much as its file."""
    return (8 << 20) + (surface.stat().st_size if surface.is_file() else 0)


def cells(project_file: Path, output: Path, of: Part | None) -> None:
    """Compute the cells of a saved project and write their files into a folder.

    Raises
    ------
    BudaiError
        If the project, the folder or the memory does not suffice.
    """
    progress = TerminalProgress()
    project = open_project(project_file)
    if project.training is None:
        raise InputError(project_file.name, "holds no trained autoencoder", remedy="Train it first: budai train.")
    parts = (of,) if of else CellsOptions().of
    with made_folder(output):
        project, seconds = _with_cells(project, CellsOptions(parts, keep_pieces=True), progress)
        written = export_cells(project, output, for_others=True)
    progress.say(f"Computed in {seconds:.2f} s; results in {output}: {', '.join(path.name for path in written)}")


def export(project_file: Path, output: Path, what: str) -> None:
    """Write one result of a saved project into a file, computing its cells where they are asked for.

    Raises
    ------
    BudaiError
        If there is no such result, the format cannot hold it, or the file cannot be written.
    """
    progress = TerminalProgress()
    check_target(output)
    project = open_project(project_file).without_outdated()
    if what in NEED_CELLS and project.training is not None and output.suffix.lower() != ".png":
        part: Part = "encoder" if output.suffix.lower() == ".vtp" else "decoder"
        project, _ = _with_cells(project, CellsOptions((part,), keep_pieces=what == "reconstruction_pieces"), progress)
    write_or_rescue(output, partial(export_file, project, what=what))
    progress.say(f"Wrote {output}")


def _with_cells(project: Project, options: CellsOptions, progress: TerminalProgress) -> tuple[Project, float]:
    """Return the project with its cells, and how long they took."""
    with _cells_child(project, options, progress) as child:
        finish_together(child)
        return _with_cells_of(child, project, progress), child.seconds


def _cells_child(project: Project, options: CellsOptions, report: Callable[[Progress], None]) -> Child:
    """Return a process that finds the cells of a trained project."""
    surface, training = _trained_parts(project)
    return Child(find_cells, surface, training.autoencoder, options, report=report)


def _trained_parts(project: Project) -> tuple[Surface, TrainingResult]:
    """Return surface and training of a project that is known to have them."""
    assert project.source is not None
    assert project.source.has_faces
    assert project.training is not None
    return project.source.surface, project.training


def _with_cells_of(child: Child, project: Project, progress: TerminalProgress) -> Project:
    """Return a project with the cells that a process has found, and tell of them."""
    surface, training = _trained_parts(project)
    found: Cells = relinked(child.result(), surface, training.autoencoder)
    for line in found.messages:
        progress.say(line)
    if found.decoder is not None:
        progress.say(f"Decoder: {found.decoder.n_cells:,} exact cells in the disk")
    for name, part in (("Encoder", found.encoder), ("Composition", found.composition)):
        if part is not None:
            progress.say(f"{name}: {part.n_cells:,} exact cells on the surface, {len(part.flipped):,} flipped pieces")
    if found.exact is not None and found.exact.decoder_pieces is not None:
        progress.say(f"Decoder with detail: {found.exact.decoder_pieces:,} exact pieces")
    progress.say(headline(training.certificate.with_exact(found.exact)))
    progress.say(f"Cells in {child.seconds:.1f} s")
    return project.updated(cells=found)


def train(
    surface: Path, output: Path, options: TrainingOptions, resume: bool = False, how: ReadingOptions | None = None
) -> None:
    """Load and train, and save the project.

    Raises
    ------
    BudaiError
        If the file, the surface or the target cannot be used.
    """
    progress = TerminalProgress()
    check_target(output, PROJECT)
    kept = output.with_suffix(CHECKPOINT)
    check_target(kept)
    check_room(output.parent, _least_bytes(surface))
    tell_when_interrupted(lambda: f"{output.name} was not written.")
    project, _ = _trained(surface, options, progress, kept, resume, how)
    write_or_rescue(output, partial(save_project, project))
    kept.unlink(missing_ok=True)
    progress.say(f"Wrote {output}")


def _trained(
    surface: Path,
    options: TrainingOptions,
    progress: TerminalProgress,
    kept: Path,
    resume: bool,
    how: ReadingOptions | None,
) -> tuple[Project, dict[str, float | None]]:
    """Return the project after loading and training, and how long each took.

    The state of the training is kept in a file, to be resumed should it be lost, until somebody has saved the project.
    """
    started = time.monotonic()
    is_project = surface.suffix.lower() == PROJECT
    project = open_project(surface) if is_project else Project(source=finish(reading(surface, how), progress))
    source, checkpoint = project.source, read_checkpoint(kept) if resume else None
    assert source is not None
    loaded = time.monotonic()
    for line in (*source.repairs, *source.warnings):
        progress.say(line)
    progress.say(f"Loaded in {loaded - started:.1f} s")
    if not resume and kept.exists():
        progress.say(f"{kept.name}: a training was cut off here. This one begins anew; --resume goes on with that one.")
    options = options if checkpoint is None else _resumed(options, checkpoint.options, progress)
    keep = partial(write_checkpoint, kept)
    try:
        training = finish(train_autoencoder(source, options, project.training, checkpoint, keep), progress)
    except TopologyError as error:
        raise InputError(surface.name, str(error).rstrip(".")) from error
    for line in training.messages:
        progress.say(line)
    figures = training.certificate
    progress.say(
        f"Trained in {training.seconds:.0f} s on {training.device}: RMSE {100 * figures.rmse_rel:.3g} %, "
        f"Chamfer {100 * figures.chamfer_rel:.3g} % of the diagonal, "
        f"{figures.flipped_triangles:,} of {figures.n_triangles:,} triangles flipped"
    )
    chart = training.chart_seconds
    timings = {"load": loaded - started, "chart": chart, "train": time.monotonic() - loaded - (chart or 0.0)}
    return project.updated(training=training).with_options("training", options), timings


def _resumed(given: TrainingOptions, kept: TrainingOptions, progress: TerminalProgress) -> TrainingOptions:
    """Return the options of a training that is resumed: those it was begun with, on the device that is given now."""
    same = [field.name for field in fields(given) if getattr(given, field.name) == getattr(kept, field.name)]
    default = TrainingOptions()
    others = replace(given, **{name: getattr(default, name) for name in (*same, "device")})
    flags = [word for word in option_arguments(others) if word.startswith("--")]
    if flags:
        progress.say(f"Resumed with the options it was begun with; {', '.join(flags)} not taken.")
    return kept if given.device == "auto" else replace(kept, device=given.device)
