"""The command `budai unfold`."""

import argparse
from pathlib import Path

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
    unfold.add_argument("--size", metavar="WxH", type=_size, help="size of a picture, in pixels (default 640x480)")
    unfold.add_argument("--seconds", type=float, help="how long the film is (default 10)")
    unfold.add_argument("--rate", metavar="N", type=int, help="pictures a second (default 15)")
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
    unfold.add_argument("--dark", dest="is_dark", action="store_const", const=True, help="on a dark ground")
    unfold.add_argument("--projection", choices=("still", "pca"), help="how layers of more than 3 values are seen")
    unfold.add_argument("--most", metavar="N", type=int, help="most vertices that are followed (default 60,000)")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    return int(width), int(height)


def _unfold(options: argparse.Namespace) -> int:
    from app.stages.unfolding.headless import unfold_file

    film = given(options, ("seconds", "rate", "color_by", "faces_viewer", "is_dark"))
    if options.size:
        film |= {"width": options.size[0], "height": options.size[1]}
    unfold_file(options.project, options.output, given(options, ("projection", "most")), film)
    return 0
