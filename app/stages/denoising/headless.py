"""Denoising without a window: what `budai run --noise`, `--noisy` and `budai denoise` do."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from app.command_line.folder import check_target
from app.command_line.in_run import InRun
from app.command_line.one_chart import trained_project
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from app.stages.denoising.rows_headless import denoise_rows_file
from core.base.progress import Progress
from core.cells.decoder_pieces import DecoderPieces
from core.data.noisy_points import NoisyPoints
from core.denoising.options import DenoisingOptions
from core.denoising.report import denoising_report
from core.denoising.result import Denoising
from core.io.noisy_file import read_noisy
from core.io.writers.denoised import write_denoised
from core.process.child import Child, finish_together
from core.relu.cell_complex import CellComplex
from core.session.by_chart import together
from core.session.points.read_and_denoise import read_and_denoise
from core.session.project import Project


def denoised(
    project: Project, options: DenoisingOptions, progress: TerminalProgress, points: NoisyPoints | None = None
) -> Project:
    """Return the project with denoised points, those given or those that the options name; say what they came to.

    Raises
    ------
    BudaiError
        If the points cannot be used, or the memory does not suffice.
    """
    with denoising_child(project, options, progress, points) as child:
        finish_together(child)
        return with_denoising_of(child, project, options, progress)


def denoising_child(
    project: Project,
    options: DenoisingOptions,
    report: Callable[[Progress], None],
    points: NoisyPoints | None = None,
) -> Child:
    """Return a process that denoises points of a trained project."""
    known = tuple(_known_pieces(chart) for chart in project.charts)
    inputs = (project.source, project.preparation, project.training, options, known, points)
    return Child().start(read_and_denoise, *inputs, report=report)


def with_denoising_of(child: Child, project: Project, options: DenoisingOptions, progress: TerminalProgress) -> Project:
    """Return a project with the points that a process has denoised, and tell of them.

    Raises
    ------
    BudaiError
        If they could not be denoised.
    """
    result = child.result()
    found: Denoising = together(result)
    for line in found.warnings:
        progress.say(line)
    chosen, before = found.chosen, found.before
    text = f"Denoised {len(found.noisy):,} points: {_percent(found, before.distance)} of the diagonal from the surface "
    text += f"before, {_percent(found, chosen.distance)} after"
    over = found.over_ideal(chosen)
    progress.say(text if over is None else f"{text}; position {100 * (over - 1):+.2g} % from the ideal bound")
    if found.charts is not None:
        n_reached = sum(part is not None for part in result.parts)
        progress.say(f"Points came to {n_reached:,} of {len(project.charts):,} charts")
    return project.with_options("denoising", options).updated(denoising=result)


def _known_pieces(project: Project) -> CellComplex | DecoderPieces | None:
    """The pieces of the decoder where the project holds them, at least its cells; None where it holds neither."""
    assert project.training is not None
    cells = project.cells
    if cells is None or "cells" in project.outdated:
        return None
    return cells.decoder if project.training.autoencoder.detail is None else cells.detail_pieces or cells.decoder


def denoise_file(project_file: Path, options: DenoisingOptions, output: Path) -> dict[str, Any]:
    """Bring noisy points back onto the surface or table of a saved project, write them, and return the figures.

    Raises
    ------
    BudaiError
        If a file cannot be used.
    """
    progress, project = TerminalProgress(), trained_project(project_file)
    if project.source is not None and project.source.is_table:
        return denoise_rows_file(project, options, output)
    check_target(output, ".ply")
    found = together(denoised(project, options, progress).denoising)
    write_or_rescue(output, partial(write_denoised, found))
    progress.say(f"Wrote {output}")
    return denoising_report(found)


def _percent(found: Denoising, length: float) -> str:
    return f"{100 * length / found.diagonal:.3g} %"


def _check(options: DenoisingOptions) -> None:
    """Refuse a file that cannot be used."""
    if options.input == "file":
        read_noisy(options.path, options.columns)


IN_RUN = InRun(
    "Denoising",
    "The points could not be denoised",
    denoising_child,
    with_denoising_of,
    check=_check,
    inputs=lambda options: (options.path,),
    takes_whole=True,
)
