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
        choices=("auto", "as-is", "fill", "atlas", "largest"),
        default="auto",
        help="what is done for a surface that is no disk (default auto: an atlas of charts)",
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
    from core.session.prepare import PreparationOptions

    try:
        charts = 0 if options.charts in (None, "auto") else int(options.charts)
    except ValueError as error:
        raise BudaiError(f"Charts: {options.charts!r} is no number. Give a number, or auto.") from error
    way = "atlas" if options.charts == "auto" and options.prepare == "auto" else options.prepare
    return PreparationOptions(way, charts)
