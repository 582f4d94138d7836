"""The commands `budai transport` and `budai sample`."""

import argparse
from pathlib import Path

from app.stages.row import AddCommand, given


def add(command: AddCommand) -> None:
    """Add the commands to the command line."""
    transport = command("transport", _transport, "Solve the optimal transport to the chart of a saved project.")
    transport.add_argument("project", metavar="P.budai", type=Path)
    transport.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    transport.add_argument("--measure", choices=("area", "uniform", "scalar"), help="what is kept (default area)")
    transport.add_argument("--scalar", metavar="NAME", help="the scalar of the file that area is multiplied by")
    transport.add_argument("--chart", choices=("autoencoder", "harmonic"), help="where sites lie (default autoencoder)")
    transport.add_argument("--sites", type=int, metavar="N", help="how many vertices become sites (default 0: all)")
    transport.add_argument("--tolerance", type=float, help="largest relative error of an area (default 1e-9)")
    transport.add_argument("--samples", type=int, metavar="N", help="samples to draw (default 50,000)")
    transport.add_argument(
        "--singular-threshold", type=float, metavar="JUMP", help="least jump at a tear (default 0: by the spacing)"
    )
    transport.add_argument("--seed", type=int, help="start of all random choices (default 0)")

    sample = command("sample", _sample, "Draw samples of a saved project, uniform on its surface.")
    sample.add_argument("project", metavar="P.budai", type=Path)
    sample.add_argument("-n", "--count", metavar="N", type=int, required=True, help="how many")
    sample.add_argument("-o", "--output", metavar="OUT.ply", type=Path, required=True, help="the file")
    sample.add_argument("--naive", action="store_true", help="decode the disk as it is, without transport")
    sample.add_argument("--seed", type=int, default=0, help="start of all random choices (default 0)")


def _transport(options: argparse.Namespace) -> int:
    from app.command_line.lock import writing_into
    from app.stages.transport.headless import transport
    from core.transport.options import TransportOptions

    names = ("measure", "scalar", "chart", "sites", "tolerance", "samples", "singular_threshold", "seed")
    chosen = TransportOptions(**given(options, names))
    with writing_into(options.output, options.output / "project.budai"):
        transport(options.project, options.output, chosen)
    return 0


def _sample(options: argparse.Namespace) -> int:
    from app.stages.transport.headless import sample

    sample(options.project, options.output, options.count, options.naive, options.seed)
    return 0
