"""The command `budai claim`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    claim = command("claim", _claim, "Put a claim of the literature to the test; without a name: list them.")
    claim.add_argument("name", metavar="NAME", nargs="?", default="", help="which claim")
    claim.add_argument("--all", action="store_true", help="all of them, into a report with pictures")
    claim.add_argument("--seeds", metavar="N", type=int, help="how many seeds are tried at once")
    claim.add_argument(
        "--knob", metavar="NAME=VALUE", action="append", default=[], help="turn a knob; may be given several times"
    )
    claim.add_argument("-o", "--output", metavar="OUT", type=Path, help="folder for the results")


def _claim(options: argparse.Namespace) -> int:
    from app.command_line import claim_headless as headless
    from core.base.errors import BudaiError

    if options.all and options.name:
        raise BudaiError(f"Either {options.name} or --all. Leave one of them out.")
    if options.all and (options.knob or options.seeds is not None):
        raise BudaiError("--all runs every claim with its default knobs. Leave --knob and --seeds out.")
    if not options.name and not options.all:
        headless.list_cards()
        return 0
    if options.output is None:
        raise BudaiError("There is no folder for the results. Give one with -o OUT.")
    if options.all:
        headless.run_all(options.output)
    else:
        headless.run_one(options.name, options.knob, options.seeds, options.output)
    return 0
