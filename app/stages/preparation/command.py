"""What of `budai run` and `budai train` is about preparing a surface."""

import argparse
from typing import Any

from app.stages.row import AddCommand


def add(command: AddCommand) -> None:
    """Add no command of its own."""


def add_to_run(run: argparse.ArgumentParser) -> None:
    """Add the options of `budai run`."""
    run.add_argument(
        "--prepare",
        metavar="WAYS",
        default="auto",
        help="what is done for a surface that is no disk: auto (the default: an atlas of charts), as-is, fill, open, "
        "handles, split, largest, cut, atlas; several with commas between them, one after the other: split,largest,cut",
    )
    run.add_argument(
        "--prepare-size",
        metavar="PERCENT",
        type=float,
        default=0.0,
        help="longest boundary loop that is filled, or loop of a handle that is removed, in %% of the diagonal "
        "(default: all loops but the longest, handles up to 5)",
    )
    run.add_argument(
        "--open-end",
        metavar="END",
        default="auto",
        help="where a plane opens the surface: -x, +x, -y, +y, -z, +z (default: where it makes one large loop), "
        "written --open-end=-y",
    )
    run.add_argument(
        "--open-height",
        metavar="PERCENT",
        type=float,
        default=2.0,
        help="where this plane is, in %% of the way to the other end (default 2)",
    )
    run.add_argument(
        "--charts",
        metavar="K",
        help="number of charts; auto: as few as their distortion allows, for a disk too (default: one for a disk, else "
        "auto)",
    )


def run_options(options: argparse.Namespace) -> Any:
    """Return how the surface is to be prepared."""
    from core.base.errors import BudaiError
    from core.session.preparing.options import PreparationOptions

    try:
        charts = 0 if options.charts in (None, "auto") else int(options.charts)
    except ValueError as error:
        raise BudaiError(f"Charts: {options.charts!r} is no number. Give a number, or auto.") from error
    *before, way = options.prepare.split(",")
    way = "atlas" if options.charts == "auto" and way == "auto" else way
    size, height = options.prepare_size, options.open_height
    return PreparationOptions(way, charts, size, options.open_end, height, tuple(before))
