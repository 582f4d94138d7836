"""The table of runs as CSV: one line a training."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from core.io.atomic import replacing
from core.session.run import Run

COLUMNS: Mapping[str, Callable[[Run], object]] = {
    "name": lambda run: run.name,
    "parent": lambda run: run.parent,
    "start": lambda run: run.options.start,
    "mode": lambda run: run.options.mode,
    "preset": lambda run: run.options.preset,
    "withheld": lambda run: run.options.withheld,
    "seed": lambda run: run.options.seed,
    "seconds_asked": lambda run: run.options.seconds,
    "seconds": lambda run: run.parts[0].seconds,
    "steps": lambda run: run.parts[0].steps,
    "charts": lambda run: len(run.parts),
    "device": lambda run: run.parts[0].device,
    "encoder": lambda run: "-".join(map(str, run.parts[0].autoencoder.encoder.widths[1:-1])),
    "decoder": lambda run: "-".join(map(str, run.parts[0].autoencoder.decoder.widths[1:-1])),
    "parameters": lambda run: sum(part.autoencoder.n_parameters for part in run.parts),
    "detail_numbers": lambda run: sum(part.detail.detail_numbers for part in run.parts if part.detail) or None,
    "rmse_rel": lambda run: run.certificate.rmse_rel,
    "chamfer_rel": lambda run: run.certificate.on_surface.chamfer_rel,
    "hausdorff_rel": lambda run: run.certificate.on_surface.hausdorff_rel,
    "normal_error_deg": lambda run: run.certificate.on_surface.normal_error_deg,
    "network_rmse_rel": lambda run: run.certificate.network_accuracy.rmse_rel,
    "network_chamfer_rel": lambda run: run.certificate.network_accuracy.chamfer_rel,
    "network_hausdorff_rel": lambda run: run.certificate.network_accuracy.hausdorff_rel,
    "network_normal_error_deg": lambda run: run.certificate.network_accuracy.normal_error_deg,
    "flipped_triangles": lambda run: run.certificate.on_surface.flipped_triangles,
    "triangles": lambda run: run.certificate.on_surface.n_triangles,
    "flipped_subtriangles": lambda run: run.certificate.on_surface.flipped_subtriangles,
    "subtriangles_tested": lambda run: run.certificate.on_surface.subtriangles_tested,
    "cover": lambda run: run.certificate.on_surface.cover,
    "round_trip": lambda run: run.certificate.round_trip,
    "withheld_rmse_rel": lambda run: run.certificate.withheld_rmse_rel,
    "homeomorphism": lambda run: {True: "yes", False: "no", None: None}[run.is_homeomorphism],
    "ended": lambda run: run.parts[0].ended,
}
"""What each column tells of a run; None is left empty."""


_OF_SURFACE = {"homeomorphism", *(name for name in COLUMNS if name.startswith("network_"))} | {
    *("chamfer_rel", "hausdorff_rel", "normal_error_deg", "flipped_triangles", "triangles"),
    *("flipped_subtriangles", "subtriangles_tested", "cover"),
}
"""Columns that are left empty for a table."""


def runs_csv(runs: Sequence[Run]) -> str:
    """Return the options and figures of runs as CSV with a header; what was not measured is empty.

    Lengths ending in ``_rel`` are fractions of the diagonal, ``network_`` are figures without the detail layer. Of an
    atlas errors are those of the welded surface, counts are sums over the charts, cover and round trip the worst.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for run in runs:
        of_table = run.certificate.surface is None
        cells = (None if of_table and name in _OF_SURFACE else read(run) for name, read in COLUMNS.items())
        writer.writerow("" if cell is None else cell for cell in cells)
    return text.getvalue()


def write_runs_csv(runs: Sequence[Run], path: str | Path) -> None:
    """Write the table of runs into a file.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(runs_csv(runs), "utf-8")
