"""The commands `budai info` and `budai weld`."""

import argparse
from pathlib import Path

from app.command_line.reading_flags import add_reading_flags, reading_options
from app.command_line.terminal import write_lines
from app.stages.row import AddCommand


def add(command: AddCommand) -> None:
    """Add the commands to the command line."""
    info = command("info", _info, "Say what a surface is, and whether a planar chart of it can exist.")
    info.add_argument("surface", metavar="SURFACE", type=Path)
    info.add_argument("--json", action="store_true", help="print the figures as JSON on stdout")
    info.add_argument(
        "--places", action="store_true", help="say what stands in the way of one chart, where, and what is recommended"
    )
    add_reading_flags(info)

    weld = command("weld", _weld, "Join the corners of a surface that nearly meet.")
    weld.add_argument("surface", metavar="SURFACE", type=Path)
    weld.add_argument("output", metavar="OUT", type=Path, help="the suffix decides the format")
    weld.add_argument("--tolerance", metavar="LENGTH", type=float, required=True, help="in the units of the file")


def _info(options: argparse.Namespace) -> int:
    from app.stages.source.info import run_info

    return run_info(options.surface, options.json, reading_options(options), options.places)


def _weld(options: argparse.Namespace) -> int:
    from app.stages.source.weld import weld

    write_lines(weld(options.surface, options.output, options.tolerance))
    return 0
