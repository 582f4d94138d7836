"""The commands `budai denoise` and `budai blind`, and what of `budai run` is about denoising."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from app.command_line.reading_flags import add_reading_flags
from app.command_line.terminal import write_lines
from app.stages.row import AddCommand
from core.base.errors import BudaiError
from core.denoising.methods import METHODS

if TYPE_CHECKING:
    from core.denoising.options import DenoisingOptions


def add(command: AddCommand) -> None:
    """Add the commands to the command line."""
    denoise = command("denoise", _denoise, "Bring noisy points back onto the surface or table of a saved project.")
    denoise.add_argument("project", metavar="P.budai", type=Path)
    denoise.add_argument("noisy", metavar="NOISY", type=Path, nargs="?", help="a noisy cloud or scan")
    denoise.add_argument("--noise", type=float, metavar="REL", help="points of the surface with so much noise instead")
    denoise.add_argument("--kind", choices=("gaussian", "uniform", "outliers", "normal"), help="kind of that noise")
    denoise.add_argument("--count", type=int, metavar="N", help="how many such points (default 30,000)")
    denoise.add_argument("--seed", type=int, help="start of all random choices (default 0)")
    denoise.add_argument("--other", metavar="SURFACE", help="points of another surface or table, to see that it fails")
    about = "the denoised points; OUT.npz for rows of a table"
    denoise.add_argument("-o", "--output", metavar="OUT.ply", type=Path, required=True, help=about)
    denoise.add_argument("--method", choices=METHODS, default=METHODS[0], help=f"how (default: {METHODS[0]})")
    denoise.add_argument(
        "--onto",
        choices=("surface", "disk"),
        default="surface",
        help="project onto what the codes of the surface decode to, or those of the whole disk (default: surface)",
    )
    denoise.add_argument("--json", action="store_true", help="print the figures as JSON on stdout")
    add_reading_flags(denoise, only_points=True)

    blind = command("blind", _blind, "Learn a surface from noisy points alone, and bring them back onto it.")
    blind.add_argument("noisy", metavar="NOISY", type=Path, help="a noisy cloud or scan")
    blind.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    blind.add_argument("--seconds", type=float, default=20.0, help="how long to train (default 20)")
    blind.add_argument("--seed", type=int, default=0, help="start of all random choices (default 0)")
    blind.add_argument("--truth", metavar="SURFACE", default="", help="a surface to measure from, never learned from")
    blind.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="what computes")
    blind.add_argument("--json", action="store_true", help="print the report as JSON on stdout")
    add_reading_flags(blind, only_points=True)


def add_to_run(run: argparse.ArgumentParser) -> None:
    """Add to the command that does it all what shall be denoised."""
    noise = run.add_mutually_exclusive_group()
    noise.add_argument(
        "--noise",
        type=float,
        metavar="REL",
        help="denoise points with Gaussian noise of so much of the diagonal in each coordinate: 0.01 for 1 %%",
    )
    noise.add_argument("--noisy", metavar="FILE", help="denoise the points of a noisy cloud or scan")


def run_options(options: argparse.Namespace) -> "DenoisingOptions | None":
    """Return what a run shall denoise, None where nothing is wanted."""
    from core.denoising.options import DenoisingOptions

    if options.noise is not None:
        return DenoisingOptions(level=options.noise, seed=options.seed or 0, compare=False)
    if options.noisy is not None:
        return DenoisingOptions(input="file", path=options.noisy, columns=options.columns, compare=False)
    return None


def _denoise(options: argparse.Namespace) -> int:
    from app.stages.denoising.headless import denoise_file
    from core.denoising.options import DenoisingOptions

    given = {"method": options.method, "onto": options.onto, "compare": False}
    if (options.noisy is None) == (options.noise is None):
        raise BudaiError("Denoising: give either a noisy file, or --noise with a level.")
    if options.noisy is not None:
        given |= {"input": "file", "path": str(options.noisy), "columns": options.columns}
    else:
        given |= {"level": options.noise}
    if options.other is not None:
        given |= {"input": "other", "path": options.other}
    named = {"noise": options.kind, "count": options.count, "seed": options.seed}
    chosen = DenoisingOptions(**given, **{name: value for name, value in named.items() if value is not None})
    figures = denoise_file(options.project, chosen, options.output)
    if options.json:
        write_lines(json.dumps(figures))
    return 0


def _blind(options: argparse.Namespace) -> int:
    from app.command_line.folder import made_folder
    from app.command_line.lock import writing_into
    from app.stages.denoising.blind_headless import blind
    from core.denoising.blind_comparison import BlindChoice

    choice = BlindChoice(options.seconds, options.seed, options.truth, options.device, options.columns)
    with writing_into(options.output, options.output / "project.budai"), made_folder(options.output):
        report = blind(options.noisy, options.output, choice)
    if options.json:
        write_lines(json.dumps(report))
    return 0
