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

    family = command("family", _family, "Write points of a known shape and dimension as a table.")
    family.add_argument("name", metavar="NAME", help="swiss_roll, circle, sphere, sphere3, rotating, shifting, ...")
    family.add_argument("output", metavar="OUT.npz", type=Path)
    family.add_argument("--rows", metavar="N", type=int, default=2000, help="how many points (default 2000)")
    family.add_argument("--dimension", metavar="D", type=int, default=0, help="columns (default: that of the family)")
    family.add_argument("--noise", metavar="S", type=float, default=0.0, help="standard deviation of noise (default 0)")
    family.add_argument("--seed", type=int, default=0, help="start of all random choices (default 0)")

    weld = command("weld", _weld, "Join the corners of a surface that nearly meet.")
    weld.add_argument("surface", metavar="SURFACE", type=Path)
    weld.add_argument("output", metavar="OUT", type=Path, help="the suffix decides the format")
    weld.add_argument("--tolerance", metavar="LENGTH", type=float, required=True, help="in the units of the file")


def _info(options: argparse.Namespace) -> int:
    from app.stages.source.info import run_info

    return run_info(options.surface, options.json, reading_options(options), options.places)


def _family(options: argparse.Namespace) -> int:
    from app.command_line.folder import check_target
    from core.generators.families import generated
    from core.io.writers.table import write_table

    check_target(options.output, ".npz")
    table = generated(options.name, options.rows, options.dimension, options.noise, options.seed)
    write_table(table, options.output)
    rows, columns = table.values.shape
    write_lines(f"Wrote {options.output}: {rows:,} rows and {columns:,} columns")
    return 0


def _weld(options: argparse.Namespace) -> int:
    from app.stages.source.weld import weld

    write_lines(weld(options.surface, options.output, options.tolerance))
    return 0
