"""The command `budai cells`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand, given


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    cells = command("cells", _cells, "Compute the exact cells of a saved project.")
    cells.add_argument("project", metavar="P.budai", type=Path)
    cells.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    cells.add_argument(
        "--of", choices=("decoder", "encoder", "composition"), help="which network; decoder and encoder by default"
    )

    cells.add_argument(
        "--plane",
        choices=("widest", "coordinates", "cell", "layer"),
        help="of a table whose codes have more numbers than two: what spans the plane that is cut (default widest)",
    )
    cells.add_argument("--axes", type=int, nargs=2, metavar="N", help="which coordinates or directions, from 1 (1 2)")
    cells.add_argument("--row", type=int, help="a row through whose code the plane passes (default: the mean)")


def _cells(options: argparse.Namespace) -> int:
    from app.command_line.lock import writing_into
    from app.stages.cells.headless import cells

    plane = given(options, ("plane", "row"))
    if options.axes is not None:
        plane |= {"first": options.axes[0], "second": options.axes[1]}
    with writing_into(options.output):
        cells(options.project, options.output, options.of, plane)
    return 0
