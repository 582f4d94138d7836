"""The command `budai generate`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand, given

_FRAMES = 15
"""Rows that a walk of a table is shown by."""


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    generate = command("generate", _generate, "Draw codes of a saved project, decode them, and walk between two codes.")
    generate.add_argument("project", metavar="P.budai", type=Path)
    generate.add_argument("-n", "--count", metavar="N", type=int, help="how many points (default 10,000)")
    generate.add_argument("-o", "--output", metavar="OUT.ply", type=Path, required=True, help="the points")
    about = "where from: transport, uniform or gaussian; of a table with --to also the row at which a walk begins"
    generate.add_argument("--from", dest="origin", metavar="ORIGIN", help=about)
    generate.add_argument("--to", type=int, metavar="ROW", help="of a table: walk straight to this row; rows from 0")
    generate.add_argument(
        "--along", type=int, metavar="ROW", help="of a table: along the directions in which its image changes most"
    )
    generate.add_argument(
        "--classes", type=int, nargs=2, metavar="LABEL", help="with --along: also from one class towards another"
    )
    generate.add_argument("--spread", type=float, help="standard deviation of Gaussian codes (default 0.5)")
    generate.add_argument("--seed", type=int, help="start of all random choices (default 0)")
    generate.add_argument("--walk", type=float, nargs=4, metavar="C", help="two codes: two numbers each")
    generate.add_argument(
        "--leave-out",
        dest="share_left_out",
        metavar="SHARE",
        type=float,
        nargs="?",
        const=0.0,
        help="of a table: no codes between modes, where the map tears, or from so much of the disk (0.6) next to it",
    )
    generate.add_argument(
        "--no-judge",
        dest="judge",
        action="store_const",
        const=False,
        help="of a table with classes: train no classifier of real rows to judge the new ones",
    )
    generate.add_argument(
        "--walk-charts", type=int, nargs=2, metavar="K", help="the charts of an atlas that these codes are of, from 1"
    )
    generate.add_argument("--frames", type=int, metavar="N", help="points of the walk at equal distances (default 60)")


def _generate(options: argparse.Namespace) -> int:
    from app.stages.generation.headless import generate_file
    from core.generation.options import GenerationOptions

    if options.to is not None or options.along is not None or options.classes is not None:
        return _walk_rows(options)
    chosen = given(options, ("origin", "count", "seed", "spread", "frames", "share_left_out", "judge"))
    chosen |= {"leave_out": True} if "share_left_out" in chosen else {}
    if options.walk:
        chosen |= {"start": tuple(options.walk[:2]), "stop": tuple(options.walk[2:])}
    if options.walk_charts:
        chosen |= {"start_chart": options.walk_charts[0] - 1, "stop_chart": options.walk_charts[1] - 1}
    generate_file(options.project, GenerationOptions(**chosen), options.output)
    return 0


def _walk_rows(options: argparse.Namespace) -> int:
    from app.stages.generation.row_walks import along_row, walk_between_rows
    from core.base.errors import BudaiError

    frames = options.frames or _FRAMES
    if options.along is not None and options.to is None and options.origin is None:
        along_row(options.project, options.along, options.classes, frames, options.output)
    elif options.to is not None and options.along is None and (options.origin or "").isdecimal():
        walk_between_rows(options.project, int(options.origin), options.to, frames, options.output)
    else:
        raise BudaiError("Walk: give --from ROW --to ROW, or --along ROW, perhaps with --classes A B.")
    return 0
