"""The pipeline without a window: what `budai run` and `budai train` do."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from app.command_line.folder import check_room, check_target
from app.command_line.in_run import InRun
from app.command_line.pictures import STAGE_FAILURES, draw_pictures, why
from app.command_line.report_file import write_report
from app.command_line.rescue import write_or_rescue
from app.command_line.run_folder import PROJECT_FILE, RunFolder
from app.command_line.terminal import TerminalProgress
from app.process.interrupt import report_when_interrupted
from app.stages import rows
from app.stages.exporting import export_run
from app.stages.preparation.headless import export_charts, prepared, with_every_chart
from app.stages.training.film_headless import Filmed, check_film
from core.base.errors import BudaiError, InputError, TopologyError
from core.base.progress import finish
from core.data.reading_options import ReadingOptions
from core.io.atomic import WriteError
from core.io.checkpoint_file import SUFFIX as CHECKPOINT
from core.io.checkpoint_file import read_checkpoint, write_checkpoint
from core.io.reading import reading
from core.process.child import finish_together
from core.session.by_chart import ByChart, parts_of
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.session.project_file import SUFFIX as PROJECT
from core.session.project_file import open_project, save_project
from core.session.run import Training
from core.session.stages import train_autoencoder
from core.training.checkpoint import Checkpoint
from core.training.options import TrainingOptions
from core.training.options_file import option_arguments
from core.training.result import TrainingResult

KEPT = f"training{CHECKPOINT}"
"""File in the folder of a run that its training keeps its state in."""


def run(
    surface: Path,
    output: Path,
    options: TrainingOptions,
    besides: Mapping[str, Any] | None = None,
    resume: bool = False,
    how: ReadingOptions | None = None,
    every_picture: bool = False,
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
    besides : mapping of str to dataclass, optional
        Options of stages that do not always run, by their keys: they run too.
    resume : bool
        Go on with a training into the same folder that was lost.
    how : ReadingOptions, optional
        What is chosen of how the file is read. Columns are those of the noisy points, where these are given.
    every_picture : bool
        Draw of an atlas not only one picture of the whole, but those of every chart too.

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
    asked = {key: (row.runs(), (besides or {})[key]) for row in rows() if (key := row.key) in (besides or {})}
    parts = [(part, chosen) for part, chosen in asked.values() if part is not None]
    folder = RunFolder(output, surface, *(path for part, chosen in parts for path in part.inputs(chosen)))
    report_when_interrupted(folder.state_when_interrupted)
    check_room(output, _least_bytes(surface))
    kept = output / KEPT
    for part, chosen in parts:
        part.check(chosen)  # what cannot be used shall be refused before the training, not after it
    if how is not None and any(getattr(chosen, "columns", ()) for _, chosen in parts):
        how = replace(how, columns=())  # they are those of the other file
    prepare = (besides or {}).get("preparation", PreparationOptions())
    project, timings = _trained(surface, options, progress, kept, resume, how, prepare)
    project, is_atlas = project.without_outdated(), len(project.charts) > 1
    output = folder.begin()
    project_file = output / PROJECT_FILE
    write_or_rescue(project_file, partial(save_project, project))  # what took a minute must not hang on what follows
    project = (with_every_chart if is_atlas else _with_all)(project, progress, timings)
    try:
        save_project(project, project_file)
    except WriteError as error:
        progress.say(str(error))
    project, failure = _with_asked_for(project, parts, project_file, progress)
    written = write_results(project, output, progress, timings, every_picture)
    timings["total"] = time.monotonic() - started
    report = write_report(project, folder, timings, written, progress)
    kept.unlink(missing_ok=True)
    if failure is not None:
        raise failure
    return report


def _with_all(project: Project, progress: TerminalProgress, timings: dict[str, float | None]) -> Project:
    """Return a project with the results of all stages that always run, found side by side; one that fails is told."""
    known = [part for row in rows() if (part := row.runs()) is not None and part.options is not None]
    parts = [(part, part.options()) for part in known if part.wanted(project)]
    project = _side_by_side(project, [pair for pair in parts if not pair[0].follows], progress, timings)
    return _side_by_side(project, [pair for pair in parts if pair[0].follows], progress, timings)


def _side_by_side(
    project: Project, parts: list[tuple[InRun, Any]], progress: TerminalProgress, timings: dict[str, float | None]
) -> Project:
    """Return a project with the results of some stages that are found at the same time; one that fails is told."""
    reports = progress.together(*(part.title for part, _ in parts))
    with ExitStack() as stack:
        children = [
            stack.enter_context(part.start(project, chosen, report))
            for (part, chosen), report in zip(parts, reports, strict=True)
        ]
        finish_together(*children)
        for (part, chosen), child in zip(parts, children, strict=True):
            try:
                project = part.take(child, project, chosen, progress)
                timings |= {part.timing: child.seconds} if part.timing else {}
            except STAGE_FAILURES as error:
                progress.say(f"{part.failed}: {why(error)}")
    return project


def _with_asked_for(
    project: Project, parts: list[tuple[InRun, Any]], project_file: Path, progress: TerminalProgress
) -> tuple[Project, BudaiError | None]:
    """Return a project with the results of stages that were asked for, saved one by one, and how the last failed."""
    failure: BudaiError | None = None
    for part, chosen in parts:
        try:
            if len(project.charts) > 1 and not part.takes_whole:
                raise BudaiError(f"{part.title} works on one chart: take the project in the folder of a chart.")
            with part.start(project, chosen, progress) as child:
                finish_together(child)
                project = part.take(child, project, chosen, progress)
            save_project(project, project_file)
        except STAGE_FAILURES as error:
            # Told at the end: what was learned is worth its files all the same.
            failure = error if isinstance(error, BudaiError) else BudaiError(f"{part.title}: {why(error)}")
    return project, failure


def write_results(
    project: Project,
    folder: Path,
    progress: TerminalProgress,
    timings: dict[str, float | None],
    every_picture: bool = False,
) -> list[Path]:
    """Write files and pictures of all results into a folder that holds the project, and return the paths of all."""
    started = time.monotonic()
    written = [*export_run(project, folder, lambda error: progress.say(f"Files are missing: {error}"))]
    written += draw_pictures(project, folder, progress)
    if len(project.charts) > 1:
        written += export_charts(project, folder, progress, every_picture)
    written.append(folder / PROJECT_FILE)
    timings["export"] = seconds = time.monotonic() - started
    progress.say(f"Files and pictures in {seconds:.1f} s")
    return written


def _least_bytes(surface: Path) -> int:
    """Return what a project of a surface takes at least: its networks, and as much as its file."""
    return (8 << 20) + (surface.stat().st_size if surface.is_file() else 0)


def train(
    surface: Path,
    output: Path,
    options: TrainingOptions,
    resume: bool = False,
    how: ReadingOptions | None = None,
    film: Path | None = None,
) -> None:
    """Load and train, and save the project; and a film of the training where one is asked for.

    Raises
    ------
    BudaiError
        If the file, the surface or the target cannot be used.
    """
    filmed = None if film is None else Filmed()
    progress = filmed or TerminalProgress()
    check_target(output, PROJECT)
    if film is not None:
        check_film(film)
    kept = output.with_suffix(CHECKPOINT)
    check_target(kept)
    check_room(output.parent, _least_bytes(surface))
    report_when_interrupted(lambda: f"{output.name} was not written.")
    project, _ = _trained(surface, options, progress, kept, resume, how, PreparationOptions())
    write_or_rescue(output, partial(save_project, project))
    kept.unlink(missing_ok=True)
    progress.say(f"Wrote {output}")
    if filmed is not None and film is not None:
        filmed.write(project.source, film)


def _trained(
    surface: Path,
    options: TrainingOptions,
    progress: TerminalProgress,
    kept: Path,
    resume: bool,
    how: ReadingOptions | None,
    prepare: PreparationOptions,
) -> tuple[Project, dict[str, float | None]]:
    """Return the project after loading and training, and how long each took.

    The state of the training is kept in a file, to be resumed should it be lost, until somebody has saved the project.
    """
    started = time.monotonic()
    is_project = surface.suffix.lower() == PROJECT
    project = open_project(surface) if is_project else Project(source=finish(reading(surface, how), progress))
    checkpoint = read_checkpoint(kept) if resume else None
    assert project.source is not None
    if not is_project:
        project = prepared(project, prepare, progress, checkpoint)
    source, loaded = project.source, time.monotonic()
    for line in (*source.repairs, *source.warnings):
        progress.say(line)
    progress.say(f"Loaded in {loaded - started:.1f} s")
    if not resume and kept.exists():
        progress.say(f"{kept.name}: a training was cut off here. This one begins anew; --resume goes on with that one.")
    options = options if checkpoint is None else _resumed(options, checkpoint.options, progress)
    project = learned(project, options, progress, checkpoint, partial(write_checkpoint, kept))
    chart = parts_of(project.training)[0].chart_seconds
    timings = {"load": loaded - started, "chart": chart, "train": time.monotonic() - loaded - (chart or 0.0)}
    return project, timings


def learned(
    project: Project,
    options: TrainingOptions,
    progress: TerminalProgress,
    checkpoint: Checkpoint | None = None,
    keep: Callable[[Checkpoint], None] | None = None,
) -> Project:
    """Return a prepared project with what was learned of it, and tell of that.

    Parameters
    ----------
    project : Project
        With a source, and the charts that cover it where one does not.
    options : TrainingOptions
        How.
    progress : TerminalProgress
        Where it is told.
    checkpoint : Checkpoint, optional
        The state of a training that was lost, to go on with it.
    keep : callable, optional
        Called now and then with the state, to store it.

    Raises
    ------
    BudaiError
        If it cannot be learned.
    """
    source = project.source
    try:
        work = train_autoencoder(source, project.preparation, options, project.training, checkpoint, keep)
        training = finish(work, progress)
    except TopologyError as error:
        raise InputError(Path(source.path).name, str(error).rstrip(".")) from error
    charts = parts_of(training)
    for line in charts[0].messages:
        progress.say(line)
    if source.is_table:
        _report_table(charts[0], progress)
    else:
        _report_surface(training, progress)
    return project.updated(training=training).with_options("training", options)


def _report_surface(training: Training, progress: TerminalProgress) -> None:
    """Tell what the training of a surface came to."""
    charts = parts_of(training)
    first = charts[0]
    figures = training.whole if isinstance(training, ByChart) else first.certificate.accuracy
    folds = [one.certificate.on_surface for one in charts]
    flipped, total = sum(one.flipped_triangles for one in folds), sum(one.n_triangles for one in folds)
    many = "" if len(charts) == 1 else f" {len(charts):,} charts"
    progress.say(
        f"Trained{many} in {first.seconds:.0f} s on {first.device}: RMSE {100 * figures.rmse_rel:.3g} %, "
        f"Chamfer {100 * figures.chamfer_rel:.3g} % of the diagonal, {flipped:,} of {total:,} triangles flipped"
    )


def _report_table(training: TrainingResult, progress: TerminalProgress) -> None:
    """Tell what the training of a table came to."""
    figures = training.certificate.table
    assert figures is not None
    test = "" if figures.test_mse is None else f", {figures.test_mse:.4g} on {figures.test_rows:,} rows never seen"
    pca = "" if figures.pca_test_mse is None else f" (PCA {figures.pca_test_mse:.4g})"
    accuracy = figures.knn5_test_accuracy
    votes = "" if accuracy is None else f"; {100 * accuracy:.1f} % of them classified by their 5 nearest codes"
    progress.say(
        f"Trained in {training.seconds:.0f} s on {training.device}, {training.steps:,} steps: mean squared error "
        f"{figures.train_mse:.4g} on the rows learned{test}{pca}{votes}"
    )


def _resumed(given: TrainingOptions, kept: TrainingOptions, progress: TerminalProgress) -> TrainingOptions:
    """Return the options of a training that is resumed: those it was begun with, on the device that is given now."""
    same = [field.name for field in fields(given) if getattr(given, field.name) == getattr(kept, field.name)]
    default = TrainingOptions()
    others = replace(given, **{name: getattr(default, name) for name in (*same, "device")})
    flags = [word for word in option_arguments(others) if word.startswith("--")]
    if flags:
        progress.say(f"Resumed with the options it was begun with; {', '.join(flags)} not taken.")
    return kept if given.device == "auto" else replace(kept, device=given.device)
