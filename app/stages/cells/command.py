"""The command `budai cells`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    cells = command("cells", _cells, "Compute the exact cells of a saved project.")
    cells.add_argument("project", metavar="P.budai", type=Path)
    cells.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    cells.add_argument(
        "--of", choices=("decoder", "encoder", "composition"), help="which network; decoder and encoder by default"
    )


def _cells(options: argparse.Namespace) -> int:
    from app.command_line.lock import writing_into
    from app.stages.cells.headless import cells

    with writing_into(options.output):
        cells(options.project, options.output, options.of)
    return 0
