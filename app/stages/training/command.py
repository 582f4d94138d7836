"""The commands `budai run` and `budai train`."""

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from app.command_line.film_arguments import add_film_arguments, film_given
from app.command_line.reading_flags import add_reading_flags, reading_options
from app.command_line.terminal import write_lines
from app.stages import rows
from app.stages.row import AddCommand, given


def add(command: AddCommand) -> None:
    """Add the commands to the command line."""
    run = command("run", _run, "Load, train, certify and export: the whole pipeline.")
    _add_training(run)
    run.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for the results")
    run.add_argument(
        "--pictures",
        choices=("whole", "all"),
        default="whole",
        help="what is drawn of an atlas: one picture of the whole (the default), or those of every chart too",
    )
    for row in rows():
        row.add_to_run(run)
    run.add_argument("--json", action="store_true", help="print the report as JSON on stdout")

    batch = command("batch", _batch, "Run every file of a folder, and write a table of what came of them.")
    _add_training(batch, "FOLDER")
    batch.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="folder for a folder of each")
    for row in rows():
        row.add_to_run(batch)
    batch.add_argument("-r", "--recursive", action="store_true", help="also the files of folders in it")
    batch.add_argument("--again", action="store_true", help="run once more what is done already, or has failed")
    batch.add_argument(
        "--dask", metavar="ADDRESS", default="", help="let the workers of a Dask scheduler do the runs: tcp://head:8786"
    )

    train = command("train", _train, "Train the autoencoder of a surface and save the project.")
    _add_training(train)
    train.add_argument("-o", "--output", metavar="P.budai", type=Path, required=True, help="the project file")
    train.add_argument(
        "--film", metavar="FILE", type=Path, help="also a film of the training of a surface: .gif, .mp4, .zip, .png"
    )

    film = command("film", _film, "Draw a film of a surface, points or a reconstruction that turns once.")
    film.add_argument("file", metavar="FILE", type=Path, help="a project, a surface or points")
    film.add_argument(
        "-o",
        "--output",
        metavar="FILM",
        type=Path,
        required=True,
        help=".gif or .mp4: a film; .zip: its pictures; .png: a sheet of eight",
    )
    film.add_argument("--of", choices=("surface", "reconstruction"), help="what turns (default surface)")
    film.add_argument("--axis", help="around which axis of the file: x, y, z, -x, -y, -z (default: the upward one)")
    add_film_arguments(film, "default 640x480", "time of one turn (default 8)")
    film.add_argument(
        "--color", dest="color_by", metavar="C", help="none (the default), normal, texture, area_distortion, error, …"
    )


def _add_training(parser: argparse.ArgumentParser, what: str = "SURFACE") -> None:
    """Add the options of a training; what is not given stays at its default."""
    parser.add_argument("surface", metavar=what, type=Path)
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
    parser.add_argument("--test", type=float, metavar="SHARE", help="part of the rows of a table to test on (0.25)")
    parser.add_argument("--dimension", type=int, metavar="D", help="numbers of a code of a table (default 2)")
    parser.add_argument(
        "--variant",
        choices=("denoising", "plain", "contractive", "variational"),
        help="how a table is learned (default denoising)",
    )
    parser.add_argument("--corruption", type=float, metavar="S", help="noise that it is learned with (default 0.5)")
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


def _run(options: argparse.Namespace) -> int:
    from app.command_line.folder import made_folder
    from app.command_line.lock import writing_into
    from app.stages.training.headless import run

    with writing_into(options.output, options.output / "project.budai"), made_folder(options.output):
        given = _training_options(options), _besides(options), options.resume, reading_options(options)
        report = run(options.surface, options.output, *given, every_picture=options.pictures == "all")
    if options.json:
        write_lines(json.dumps(report))
    return 0


def _batch(options: argparse.Namespace) -> int:
    from app.command_line.folder import made_folder
    from app.command_line.lock import writing_into
    from app.stages.training.batch import batch

    with writing_into(options.output), made_folder(options.output):
        given = _training_options(options), _besides(options), reading_options(options)
        return batch(options.surface, options.output, *given, options.recursive, options.again, options.dask)


def _besides(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options of what else was asked for, by the keys of its stages."""
    found = {row.key: row.run_options(options) for row in rows()}
    return {key: chosen for key, chosen in found.items() if chosen is not None}


def _train(options: argparse.Namespace) -> int:
    from app.command_line.lock import writing_into
    from app.stages.training.headless import train

    with writing_into(options.output):
        how = reading_options(options)
        train(options.surface, options.output, _training_options(options), options.resume, how, options.film)
    return 0


def _film(options: argparse.Namespace) -> int:
    from app.stages.training.film_headless import film_turning

    film_turning(options.file, options.output, film_given(options, "of", "axis", "color_by"))
    return 0


def _training_options(options: argparse.Namespace) -> object:
    """Return the options of a training from those that were given."""
    from core.training.options import TrainingOptions
    from core.training.options_file import read_options

    names = [field.name for field in dataclasses.fields(TrainingOptions)]
    base = TrainingOptions() if options.options is None else read_options(options.options)
    return dataclasses.replace(base, **given(options, tuple(names)))
