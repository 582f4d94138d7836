"""The command line: the stages of the pipeline without a window."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import interrupt
from app.folder import made_folder
from app.lock import writing_into
from app.reading_flags import add_reading_flags, reading_options
from app.terminal import TerminalProgress, prepare_streams, tell
from core.base.errors import BudaiError

if TYPE_CHECKING:
    from core.denoising.options import DenoisingOptions

COMMANDS = ("info", "weld", "run", "train", "export", "cells", "transport", "denoise", "blind", "sample", "generate")
METHODS = (
    "projection",
    "expected_position",
    "encode_decode",
    "denoising_encoder",
    "moving_least_squares",
    "laplacian",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, or open the window where none is given.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; those of the process by default.

    Returns
    -------
    int
        0 done; 1 the input is refused; 2 wrong usage; 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        prepare_streams()
    if not given or (given[0] not in COMMANDS and not given[0].startswith("-")):
        from app.__main__ import main as open_window  # Qt only where a window is wanted

        return open_window(given)
    if arguments is None:
        interrupt.watch()
    try:
        options = _parser().parse_args(given)
        if getattr(options, "output", None) is not None:
            interrupt.tell_of_output(options.output)
        status = options.function(options)
    except BudaiError as error:
        if str(error):
            TerminalProgress().say(_one_line(str(error)))
        return 1
    except KeyboardInterrupt:
        if arguments is None:  # what tidies up when an interpreter ends takes more than a second
            interrupt.leave(interrupt.STATUS, interrupt.interrupted_text())
        TerminalProgress().say(interrupt.interrupted_text())
        return interrupt.STATUS
    if arguments is None:
        interrupt.ignore()
    return status


class _Parser(argparse.ArgumentParser):
    """Tells whether help could be written, which argparse keeps to itself."""

    def _print_message(self, message: str, file: Any = None) -> None:
        if message and file is sys.stdout:
            tell(message.rstrip("\n"))
        else:
            super()._print_message(message, file)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    from app import __version__

    parser = _Parser(
        prog="budai",
        description="See what a ReLU autoencoder learns about a surface. Without a command the window opens: "
        "budai, or budai SURFACE.",
    )
    parser.add_argument("--version", action="version", version=f"budai {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        part = commands.add_parser(name, help=text, description=text)
        part.set_defaults(function=function)
        return part

    info = command("info", _info, "Say what a surface is, and whether a planar chart of it can exist.")
    info.add_argument("surface", metavar="SURFACE", type=Path)
    info.add_argument("--json", action="store_true", help="print the figures as JSON on stdout")
    add_reading_flags(info)

    weld = command("weld", _weld, "Join the corners of a surface that nearly meet.")
    weld.add_argument("surface", metavar="SURFACE", type=Path)
    weld.add_argument("output", metavar="OUT", type=Path, help="the suffix decides the format")
    weld.add_argument("--tolerance", metavar="LENGTH", type=float, required=True, help="in the units of the file")

    run = command("run", _run, "Load, train, certify and export: the whole pipeline.")
    _add_training(run)
    run.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    noise = run.add_mutually_exclusive_group()
    noise.add_argument(
        "--noise",
        type=float,
        metavar="REL",
        help="denoise points with Gaussian noise of so much of the diagonal in each coordinate: 0.01 for 1 %%",
    )
    noise.add_argument("--noisy", metavar="FILE", help="denoise the points of a noisy cloud or scan")
    run.add_argument("--json", action="store_true", help="print the report as JSON on stdout")

    train = command("train", _train, "Train the autoencoder of a surface and save the project.")
    _add_training(train)
    train.add_argument("-o", "--output", metavar="P.budai", type=Path, required=True, help="the project file")

    _add_export(command)
    cells = command("cells", _cells, "Compute the exact cells of a saved project.")
    cells.add_argument("project", metavar="P.budai", type=Path)
    cells.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    cells.add_argument(
        "--of", choices=("decoder", "encoder", "composition"), help="which network; decoder and encoder by default"
    )

    _add_denoising(command)
    _add_transport(command)
    return parser


def _add_export(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command that writes one result."""
    export = command("export", _export, "Write one result of a project into a file.")
    export.add_argument("project", metavar="P.budai", type=Path)
    export.add_argument("output", metavar="OUT", type=Path, help="the suffix decides the format")
    export.add_argument(
        "--what",
        choices=(
            "reconstruction",
            "reconstruction_cells",
            "reconstruction_pieces",
            "surface",
            "parameterization",
            "cells",
            "samples",
        ),
        default="",
        help="which result; the reconstruction by default",
    )


def _add_denoising(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands of denoising."""
    denoise = command("denoise", _denoise, "Bring noisy points back onto the surface of a saved project.")
    denoise.add_argument("project", metavar="P.budai", type=Path)
    denoise.add_argument("noisy", metavar="NOISY", type=Path, nargs="?", help="a noisy cloud or scan")
    denoise.add_argument("--noise", type=float, metavar="REL", help="points of the surface with so much noise instead")
    denoise.add_argument("--kind", choices=("gaussian", "uniform", "outliers", "normal"), help="kind of that noise")
    denoise.add_argument("--count", type=int, metavar="N", help="how many such points (default 30,000)")
    denoise.add_argument("--seed", type=int, help="start of all random choices (default 0)")
    denoise.add_argument("--other", metavar="SURFACE", help="points of another surface, to see that it fails")
    denoise.add_argument("-o", "--output", metavar="OUT.ply", type=Path, required=True, help="the denoised points")
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


def _add_transport(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands of the optimal transport."""
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

    generate = command("generate", _generate, "Draw codes of a saved project, decode them, and walk between two codes.")
    generate.add_argument("project", metavar="P.budai", type=Path)
    generate.add_argument("-n", "--count", metavar="N", type=int, help="how many points (default 10,000)")
    generate.add_argument("-o", "--output", metavar="OUT.ply", type=Path, required=True, help="the points")
    generate.add_argument("--from", dest="origin", choices=("transport", "uniform", "gaussian"), help="where from")
    generate.add_argument("--spread", type=float, help="standard deviation of Gaussian codes (default 0.5)")
    generate.add_argument("--seed", type=int, help="start of all random choices (default 0)")
    generate.add_argument("--walk", type=float, nargs=4, metavar="C", help="two codes: two numbers each")
    generate.add_argument("--frames", type=int, metavar="N", help="points of the walk at equal distances (default 60)")


def _add_training(parser: argparse.ArgumentParser) -> None:
    """Add the options of a training; what is not given stays at its default."""
    parser.add_argument("surface", metavar="SURFACE", type=Path)
    parser.add_argument("--seconds", type=float, help="how long to train (default 60)")
    parser.add_argument("--seed", type=int, help="start of all random choices (default 0)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="what computes (default auto)")
    parser.add_argument("--mode", choices=("guided", "free"), help="guided by a disk chart, or free (default guided)")
    parser.add_argument(
        "--preset", choices=("small", "medium", "default", "paper"), help="which networks (default: default)"
    )
    parser.add_argument("--encoder", type=_widths, metavar="W-W-…", help="hidden widths of the encoder: 256-256-256")
    parser.add_argument("--decoder", type=_widths, metavar="W-W-…", help="hidden widths of the decoder")
    parser.add_argument(
        "--no-detail", dest="detail", action="store_const", const=False, help="leave the detail layer away"
    )
    parser.add_argument("--detail-nodes", type=int, metavar="N", help="its nodes across the disk (default: automatic)")
    parser.add_argument(
        "--withheld",
        type=float,
        metavar="SHARE",
        help="part of the surface that is not learned from, to test (0 to 0.5)",
    )
    parser.add_argument("--steps", type=_widths, metavar="N", help="take exactly so many steps, whatever their time")
    parser.add_argument(
        "--start",
        choices=("new", "continue", "refine"),
        help="begin anew, or go on from the autoencoder of a project given as SURFACE; refine: with more samples where "
        "triangles are turned over (default new)",
    )
    parser.add_argument("--options", metavar="FILE.toml", type=Path, help="read options from a file; flags come first")
    parser.add_argument("--resume", action="store_true", help="go on with a run into the same output that was lost")
    add_reading_flags(parser)


def _widths(text: str) -> tuple[int, ...]:
    """Return the whole numbers of a text such as 256-256-256."""
    return tuple(int(part) for part in text.replace("–", "-").replace(",", "-").split("-"))


def _info(options: argparse.Namespace) -> int:
    from app.info import run_info

    return run_info(options.surface, options.json, reading_options(options))


def _weld(options: argparse.Namespace) -> int:
    from app.weld import weld

    tell(weld(options.surface, options.output, options.tolerance))
    return 0


def _run(options: argparse.Namespace) -> int:
    from app.headless import run

    with writing_into(options.output, options.output / "project.budai"), made_folder(options.output):
        given = _training_options(options), _denoising_options(options), options.resume, reading_options(options)
        report = run(options.surface, options.output, *given)
    if options.json:
        tell(json.dumps(report))
    return 0


def _denoising_options(options: argparse.Namespace) -> "DenoisingOptions | None":
    """Return what a run shall denoise, None where nothing is wanted."""
    from core.denoising.options import DenoisingOptions

    if options.noise is not None:
        return DenoisingOptions(level=options.noise, seed=options.seed or 0, compare=False)
    if options.noisy is not None:
        return DenoisingOptions(input="file", path=options.noisy, columns=options.columns, compare=False)
    return None


def _denoise(options: argparse.Namespace) -> int:
    from app.denoise import denoise_file
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
        tell(json.dumps(figures))
    return 0


def _blind(options: argparse.Namespace) -> int:
    from app.blind import blind
    from core.denoising.blind_beside import BlindChoice

    choice = BlindChoice(options.seconds, options.seed, options.truth, options.device, options.columns)
    with writing_into(options.output, options.output / "project.budai"), made_folder(options.output):
        report = blind(options.noisy, options.output, choice)
    if options.json:
        tell(json.dumps(report))
    return 0


def _generate(options: argparse.Namespace) -> int:
    from app.generation_run import generate_file
    from core.generation.options import GenerationOptions

    names = ("origin", "count", "seed", "spread", "frames")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if options.walk:
        given |= {"start": tuple(options.walk[:2]), "stop": tuple(options.walk[2:])}
    generate_file(options.project, GenerationOptions(**given), options.output)
    return 0


def _train(options: argparse.Namespace) -> int:
    from app.headless import train

    with writing_into(options.output):
        train(options.surface, options.output, _training_options(options), options.resume, reading_options(options))
    return 0


def _training_options(options: argparse.Namespace) -> object:
    """Return the options of a training from those that were given."""
    from core.training.options import TrainingOptions
    from core.training.options_file import read_options

    names = [field.name for field in dataclasses.fields(TrainingOptions)]
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    base = TrainingOptions() if options.options is None else read_options(options.options)
    return dataclasses.replace(base, **given)


def _export(options: argparse.Namespace) -> int:
    from app.headless import export

    export(options.project, options.output, options.what)
    return 0


def _cells(options: argparse.Namespace) -> int:
    from app.headless import cells

    with writing_into(options.output):
        cells(options.project, options.output, options.of)
    return 0


def _transport(options: argparse.Namespace) -> int:
    from app.transport_run import transport
    from core.transport.options import TransportOptions

    names = ("measure", "scalar", "chart", "sites", "tolerance", "samples", "singular_threshold", "seed")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    with writing_into(options.output, options.output / "project.budai"):
        transport(options.project, options.output, TransportOptions(**given))
    return 0


def _sample(options: argparse.Namespace) -> int:
    from app.transport_run import sample

    sample(options.project, options.output, options.count, options.naive, options.seed)
    return 0
