"""The command `budai unfold`."""

import argparse
from pathlib import Path

from app.command_line.film_arguments import add_film_arguments, film_given
from app.stages.row import AddCommand, given


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    unfold = command("unfold", _unfold, "Draw a film of a saved project going through its networks, layer by layer.")
    unfold.add_argument("project", metavar="P.budai", type=Path, help="of one chart of an atlas: P.budai:3")
    unfold.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        required=True,
        help=".gif or .mp4: a film; .zip: its pictures; .png: a sheet with a picture of every layer; .npz: the points "
        "at every layer; .json: what there is to tell",
    )
    add_unfold_arguments(unfold)
    unfold.add_argument(
        "--color", dest="color_by", metavar="C", help="none, normal (the default), pattern, cells, texture"
    )
    unfold.add_argument(
        "--no-turn",
        dest="faces_viewer",
        action="store_const",
        const=False,
        help="leave the disk as it lies, not turned to the viewer",
    )
    unfold.add_argument("--most", metavar="N", type=int, help="most vertices that are followed (default 60,000)")


def add_unfold_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every unfolding is asked for: how its film is drawn, and where and by which view it is seen."""
    add_film_arguments(parser, "default 640x480", "how long the film is (default 10)")
    parser.add_argument("--projection", choices=("still", "pca"), help="how layers of more than 3 values are seen")
    parser.add_argument(
        "--camera",
        metavar="JSON",
        action="append",
        default=[],
        help="where it is seen from: what Ctrl+C in a view copies; of several each with its moment, as in "
        '\'{"t": 0.5, "position": [3, 0, 0], "focus": [0, 0, 0], "up": [0, 0, 1]}\', and the film moves between them',
    )


def _unfold(options: argparse.Namespace) -> int:
    from app.stages.unfolding.headless import unfold_file

    film = film_given(options, "color_by", "faces_viewer")
    unfold_file(options.project, options.output, given(options, ("projection", "most")), film, options.camera)
    return 0
