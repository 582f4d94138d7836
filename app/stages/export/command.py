"""The command `budai export`."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from app.stages.row import AddCommand


class _Results:
    """Names of all results; asked for only where one is given, for that imports what writes them."""

    def __contains__(self, name: str) -> bool:
        return name in tuple(self)

    def __iter__(self) -> Iterator[str]:
        from app.stages.exporting import exportables

        return (one.key for one in exportables())


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    export = command("export", _export, "Write one result of a project into a file.")
    export.add_argument("project", metavar="P.budai", type=Path)
    export.add_argument("output", metavar="OUT", type=Path, help="the suffix decides the format")
    export.add_argument(
        "--what",
        metavar="RESULT",
        default="",
        choices=_Results(),
        help="which result; the reconstruction by default; a name that is none tells them all",
    )


def _export(options: argparse.Namespace) -> int:
    from app.stages.export.headless import export

    export(options.project, options.output, options.what)
    return 0
