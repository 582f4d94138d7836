"""The command `budai claim`."""

import argparse
from pathlib import Path

from app.claims.way_display import COLORS
from app.command_line.film_arguments import film_given
from app.stages.row import AddCommand, given
from app.stages.unfolding.command import add_unfold_arguments

_FILM = ("size", "seconds", "rate", "is_dark", "color_by", "projection", "network")
"""Options that mean something only where networks are unfolded."""


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    claim = command("claim", _claim, "Put a claim of the literature to the test; without a name: list them.")
    claim.add_argument("name", metavar="NAME", nargs="?", default="", help="which claim")
    claim.add_argument("--all", action="store_true", help="all of them, into a report with pictures")
    claim.add_argument("--find", metavar="WORDS", help="list those whose title, statement or source has these words")
    claim.add_argument("--about", action="store_true", help="tell the statement of a claim, its source and its knobs")
    claim.add_argument("--seeds", metavar="N", type=int, help="how many seeds are tried at once")
    claim.add_argument(
        "--knob", metavar="NAME=VALUE", action="append", default=[], help="turn a knob; may be given several times"
    )
    claim.add_argument("-o", "--output", metavar="OUT", type=Path, help="folder for the results")
    claim.add_argument(
        "--unfold",
        metavar="KINDS",
        help="unfold the networks that it trains, into files NAME_unfolding_1 and so on: gif or mp4, a film; zip, its "
        "pictures; png, a sheet of the layers; npz, the points; json, figures alone; several with commas between. The "
        "figures, with the linking number at each moment, stand in NAME.json",
    )
    claim.add_argument("--network", metavar="K", type=int, help="which of its networks, from 1 (default: each)")
    claim.add_argument(
        "--color", dest="color_by", choices=COLORS, help="class (the default), pattern: cells so far, or edges: theirs"
    )
    add_unfold_arguments(claim)


def _claim(options: argparse.Namespace) -> int:
    from app.claims import headless
    from core.base.errors import BudaiError

    if options.all and options.name:
        raise BudaiError(f"Either {options.name} or --all. Leave one of them out.")
    if options.all and (options.knob or options.seeds is not None or options.unfold is not None):
        raise BudaiError("--all runs every claim with its default knobs. Leave --knob, --seeds and --unfold out.")
    if options.about and not options.name:
        raise BudaiError("--about needs the name of a claim. Give one, or leave it out to list them.")
    if options.unfold is None and (options.camera or given(options, _FILM)):
        raise BudaiError("Only networks that are unfolded are drawn as a film. Add --unfold gif, or another kind.")
    if options.about:
        headless.describe(options.name)
        return 0
    if not options.name and not options.all:
        headless.list_cards(options.find or "")
        return 0
    if options.output is None:
        raise BudaiError("There is no folder for the results. Give one with -o OUT.")
    if options.all:
        headless.run_all(options.output)
    else:
        headless.run_one(options.name, options.knob, options.seeds, options.output, _unfoldings(options))
    return 0


def _unfoldings(options: argparse.Namespace) -> object:
    """Return what is to be written of the networks of a claim."""
    from app.claims.headless import NOTHING, Unfoldings
    from app.stages.unfolding.film_options import FilmOptions
    from core.unfolding.options import UnfoldOptions

    if options.unfold is None:
        return NOTHING
    chosen = film_given(options) | ({"color_by": COLORS[options.color_by]} if options.color_by else {})
    kinds = tuple(dict.fromkeys(kind.strip().lower() for kind in options.unfold.split(",")))
    how = UnfoldOptions(**given(options, ("projection",)))
    film = FilmOptions(faces_viewer=False, **chosen)
    return Unfoldings(kinds, options.network or 0, film, how, tuple(options.camera))
