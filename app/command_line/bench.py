"""The command `budai bench`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand


def add(command: AddCommand) -> None:
    """Add the command to the command line."""
    bench = command("bench", _bench, "Let generative models learn the same targets for the same time, and judge them.")
    bench.add_argument(
        "--targets",
        metavar="A,B",
        default="8gaussians,25gaussians",
        help="8gaussians, 25gaussians, moons, rings, spiral, curve, curve:NOISE, digits, "
        "or files of surfaces, points, tables",
    )
    bench.add_argument("--models", metavar="A,B", default="", help="which models; all without it")
    time = bench.add_mutually_exclusive_group()
    time.add_argument("--seconds", metavar="S", type=float, default=10.0, help="processor seconds for each (10)")
    time.add_argument("--steps", metavar="N", type=int, default=0, help="steps for each, instead of seconds")
    bench.add_argument("--seeds", metavar="K", type=int, default=1, help="how many times (1)")
    bench.add_argument(
        "--knob",
        metavar="MODEL.NAME=VALUE",
        action="append",
        default=[],
        help="turn a knob of a model, such as vae.beta=4; may be given several times",
    )
    bench.add_argument("--rows", metavar="N", type=int, default=2000, help="points to learn, to withhold, to draw")
    bench.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")


def _bench(options: argparse.Namespace) -> int:
    from app.command_line import bench_headless

    numbers = {name: getattr(options, name) for name in ("seconds", "steps", "seeds", "rows")}
    numbers["settings"] = bench_headless.settings_of(options.knob)
    bench_headless.run(_words(options.targets), _words(options.models), numbers, options.output)
    return 0


def _words(text: str) -> list[str]:
    """Return the words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]
