"""The pipeline without a window: what `budai run` and `budai train` do."""

import time
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from app.child_work import finish_in_child
from app.denoise import denoised
from app.folder import check_target, make_folder
from app.report_file import PICTURES, clear_run, write_report
from app.scene.pictures import draw_cells, draw_overview
from app.scene.transport_sheet import draw_transport
from app.terminal import TerminalProgress
from app.transport_run import with_transport
from core.denoising.options import DenoisingOptions
from core.errors import BudaiError, InputError, TopologyError
from core.evaluation.claims import headline
from core.io.checkpoint_file import SUFFIX as CHECKPOINT
from core.io.checkpoint_file import read_checkpoint, write_checkpoint
from core.io.export import NEED_CELLS, export_cells, export_file, export_run
from core.io.load import load_in_child
from core.io.noisy_file import read_noisy
from core.io.project_file import SUFFIX as PROJECT
from core.io.project_file import open_project, save_project
from core.pipeline import train_autoencoder
from core.progress import finish
from core.project import Project
from core.relu.cells import Cells, CellsOptions, Part, find_cells, relinked
from core.surface.surface import Surface
from core.training.options import TrainingOptions
from core.training.options_file import option_arguments
from core.transport.options import TransportOptions

KEPT = f"training{CHECKPOINT}"
"""File in the folder of a run that its training keeps its state in."""


def run(
    surface: Path,
    output: Path,
    options: TrainingOptions,
    denoising: DenoisingOptions | None = None,
    resume: bool = False,
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
    make_folder(output)
    if denoising is not None and denoising.input == "file":
        read_noisy(denoising.path)  # a file that cannot be used shall be refused before the training, not after it
    project, timings = _trained(surface, options, progress, output / KEPT, resume)
    project = project.without_outdated()
    save_project(project, output / "project.budai")  # what took a minute to learn must not hang on what follows
    (output / KEPT).unlink(missing_ok=True)
    clear_run(output, surface, "" if denoising is None else denoising.path)
    try:
        project, timings["cells"] = _with_cells(project, CellsOptions(complexity=True, keep_pieces=True), progress)
    except BudaiError as error:
        progress.say(f"The cells could not be computed: {error}")
    try:
        project, timings["transport"] = with_transport(project, TransportOptions(), progress)
        save_project(project, output / "project.budai")
    except BudaiError as error:
        progress.say(f"The transport could not be solved: {error}")
    failure: BudaiError | None = None
    if denoising is not None:
        try:
            project = denoised(project, denoising, progress)
            save_project(project, output / "project.budai")
        except BudaiError as error:
            failure = error  # told at the end: what was learned is worth its files all the same
    exporting = time.monotonic()
    written = [*export_run(project, output), output / "project.budai", *_draw_pictures(project, output)]
    timings["export"] = time.monotonic() - exporting
    timings["total"] = time.monotonic() - started
    report = write_report(project, output, timings, written, progress)
    if failure is not None:
        raise failure
    return report


def _draw_pictures(project: Project, folder: Path) -> list[Path]:
    """Draw what there is into a folder, and return the files."""
    overview, cells, transport = (folder / name for name in PICTURES)
    written = [overview]
    draw_overview(project, overview)
    if project.cells is not None:
        written.append(cells)
        draw_cells(project, cells)
    if project.transport is not None:
        written.append(transport)
        draw_transport(project, transport)
    return written


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
    make_folder(output)
    parts = (of,) if of else CellsOptions().of
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
    export_file(project, output, what)
    progress.say(f"Wrote {output}")


def _with_cells(project: Project, options: CellsOptions, progress: TerminalProgress) -> tuple[Project, float]:
    """Return the project with its cells, and how long they took."""
    assert project.source is not None
    assert isinstance(project.source.surface, Surface)
    assert project.training is not None
    started = time.monotonic()
    networks = project.training.autoencoder
    found: Cells = finish_in_child(find_cells, project.source.surface, networks, options, report=progress)
    found = relinked(found, project.source.surface, networks)
    for line in found.messages:
        progress.say(line)
    if found.decoder is not None:
        progress.say(f"Decoder: {found.decoder.n_cells:,} exact cells in the disk")
    for name, part in (("Encoder", found.encoder), ("Composition", found.composition)):
        if part is not None:
            progress.say(f"{name}: {part.n_cells:,} exact cells on the surface, {len(part.flipped):,} flipped pieces")
    if found.exact is not None and found.exact.decoder_pieces is not None:
        progress.say(f"Decoder with detail: {found.exact.decoder_pieces:,} exact pieces")
    progress.say(headline(project.training.certificate.with_exact(found.exact)))
    return project.updated(cells=found), time.monotonic() - started


def train(surface: Path, output: Path, options: TrainingOptions, resume: bool = False) -> None:
    """Load and train, and save the project.

    Raises
    ------
    BudaiError
        If the file, the surface or the target cannot be used.
    """
    progress = TerminalProgress()
    check_target(output, PROJECT)
    kept = output.with_suffix(CHECKPOINT)
    project, _ = _trained(surface, options, progress, kept, resume)
    save_project(project, output)
    kept.unlink(missing_ok=True)
    progress.say(f"Wrote {output}")


def _trained(
    surface: Path, options: TrainingOptions, progress: TerminalProgress, kept: Path, resume: bool
) -> tuple[Project, dict[str, float | None]]:
    """Return the project after loading and training, and how long each took.

    The state of the training is kept in a file, to be resumed should it be lost, until somebody has saved the project.
    """
    started = time.monotonic()
    is_project = surface.suffix.lower() == PROJECT
    project = open_project(surface) if is_project else Project(source=load_in_child(surface))
    source, checkpoint = project.source, read_checkpoint(kept) if resume else None
    assert source is not None
    loaded = time.monotonic()
    for line in (*source.repairs, *source.warnings):
        progress.say(line)
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
