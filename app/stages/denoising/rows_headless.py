"""Denoising of rows without a window: what `budai denoise` does with the project of a table."""

from functools import partial
from pathlib import Path
from typing import Any

from app.command_line.folder import check_target
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from core.base.errors import BudaiError
from core.data.reading_options import ReadingOptions
from core.denoising.options import DenoisingOptions
from core.denoising.row_options import RowDenoisingOptions
from core.denoising.rows import RowsDenoising, denoise_rows
from core.io.reading import load_in_child
from core.process.child import finish_in_child
from core.session.export_table import write_rows
from core.session.project import Project


def denoise_rows_file(project: Project, options: DenoisingOptions, output: Path) -> dict[str, Any]:
    """Bring noisy rows back onto the decoded manifold of a table, write them, and return the figures.

    Raises
    ------
    BudaiError
        If a file cannot be used, or has another number of columns.
    """
    progress = TerminalProgress()
    check_target(output, ".npz")
    chosen, given = row_options(options), None
    if chosen.input != "own":
        given = load_in_child(chosen.path, how=ReadingOptions(table=True)).table
    known = project.cells.decoder if project.cells is not None and "cells" not in project.outdated else None
    inputs = (project.source.table, project.training, chosen, given, known)
    found: RowsDenoising = finish_in_child(denoise_rows, *inputs, report=progress)
    write_or_rescue(output, partial(write_rows, found))
    figures = found.report()
    mse, distance = figures["mse"], figures["distance"]
    if found.clean is not None:
        progress.say(
            f"Mean squared error of {len(found.noisy):,} rows: {mse['noisy']:.4g} noisy, {mse['one_pass']:.4g} after "
            f"one pass, {mse['projection']:.4g} projected ({mse['projection_of_clean']:.4g} of clean rows)"
        )
    said = f"Distance from the decoded manifold: {distance['median']:.4g} (median)"
    if len(found.own):
        said += f", of own rows {distance['own_median']:.4g}; {100 * distance['far']:.1f} % farther than 99 % of those"
    progress.say(said)
    for line in found.warnings:
        progress.say(line)
    progress.say(f"Wrote {output}")
    return figures


def row_options(options: DenoisingOptions) -> RowDenoisingOptions:
    """Return what is meant of rows by words that can mean points too.

    Raises
    ------
    BudaiError
        If a way to denoise or a kind of noise is asked for that is not one of tables.
    """
    if options.method != "projection":
        raise BudaiError(f"Denoising: {options.method} is not for rows. Leave it away: both ways are measured.")
    if options.noise != "gaussian":
        raise BudaiError(f"Denoising: noise of the kind {options.noise} is not for rows. Leave it away.")
    kind = "own" if options.input == "synthetic" else options.input
    return RowDenoisingOptions(kind, options.path, options.level, options.count, options.seed)
