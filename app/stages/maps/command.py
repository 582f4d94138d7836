"""The command `budai map`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand, given


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    maps = command("map", _map, "Map one learned manifold to another: two poses of a mesh, two tables.")
    about = "a project with a trained chart (P.budai, of an atlas P.budai:3), or a surface or table to learn"
    maps.add_argument("first", metavar="A", type=Path, help=about)
    maps.add_argument("second", metavar="B", type=Path, help="the same")
    maps.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    maps.add_argument(
        "--pairs",
        choices=("rows", "none"),
        help="rows: vertex or row i of A corresponds to i of B (default); none: by optimal transport",
    )
    maps.add_argument("--map-seconds", type=float, metavar="S", help="how long the map is trained (default 20)")
    maps.add_argument("--withheld", type=float, metavar="SHARE", help="part of the pairs to test on (default 0.25)")
    maps.add_argument("--frames", type=int, metavar="N", help="frames of the morph (default 25)")
    maps.add_argument(
        "--seconds", type=float, metavar="S", help="how long what is not learned yet is trained, each (default 60)"
    )
    maps.add_argument("--preset", choices=("small", "medium", "default", "paper"), help="by which networks")
    maps.add_argument("--seed", type=int, help="start of all random choices (default 0)")


def _map(options: argparse.Namespace) -> int:
    from app.command_line.lock import writing_into
    from app.stages.maps.headless import map_files
    from core.maps.options import MapsOptions
    from core.training.options import TrainingOptions

    chosen = given(options, ("pairs", "withheld", "frames", "seed"))
    chosen |= {} if options.map_seconds is None else {"seconds": options.map_seconds}
    learning = TrainingOptions(**given(options, ("seconds", "preset", "seed")))
    with writing_into(options.output, options.output / "project.budai"):
        map_files(options.first, options.output, MapsOptions(other=str(options.second), **chosen), learning)
    return 0
