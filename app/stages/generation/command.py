"""The command `budai generate`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand, given


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    generate = command("generate", _generate, "Draw codes of a saved project, decode them, and walk between two codes.")
    generate.add_argument("project", metavar="P.budai", type=Path)
    generate.add_argument("-n", "--count", metavar="N", type=int, help="how many points (default 10,000)")
    generate.add_argument("-o", "--output", metavar="OUT.ply", type=Path, required=True, help="the points")
    generate.add_argument("--from", dest="origin", choices=("transport", "uniform", "gaussian"), help="where from")
    generate.add_argument("--spread", type=float, help="standard deviation of Gaussian codes (default 0.5)")
    generate.add_argument("--seed", type=int, help="start of all random choices (default 0)")
    generate.add_argument("--walk", type=float, nargs=4, metavar="C", help="two codes: two numbers each")
    generate.add_argument(
        "--leave-out", action="store_const", const=True, help="of a table: no codes between modes, where the map tears"
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

    chosen = given(options, ("origin", "count", "seed", "spread", "frames", "leave_out", "judge"))
    if options.walk:
        chosen |= {"start": tuple(options.walk[:2]), "stop": tuple(options.walk[2:])}
    if options.walk_charts:
        chosen |= {"start_chart": options.walk_charts[0] - 1, "stop_chart": options.walk_charts[1] - 1}
    generate_file(options.project, GenerationOptions(**chosen), options.output)
    return 0
