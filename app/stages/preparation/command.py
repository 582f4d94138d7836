"""What of `budai run` and `budai train` is about preparing a surface."""

import argparse
from typing import Any

from app.stages.row import AddCommand


def add(command: AddCommand) -> None:
    """Add no command of its own."""


def add_to_run(run: argparse.ArgumentParser) -> None:
    """Add the options of `budai run`."""
    run.add_argument(
        "--prepare",
        metavar="WAYS",
        default="auto",
        help="what is done for a surface that is no disk: auto (the default: an atlas of charts), as-is, untangle, "
        "fill, open, handles, split, largest, cut, atlas; several with commas between them in their order: "
        "split,largest,cut; "
        "for a cloud, before a surface is made of it: outliers, clusters, largest, thin, crop, normals, surface",
    )
    _add_of_clouds(run)
    run.add_argument(
        "--prepare-size",
        metavar="PERCENT",
        type=float,
        default=0.0,
        help="longest boundary loop that is filled, or loop of a handle that is removed, in %% of the diagonal "
        "(default: all loops but the longest, handles up to 5); with untangle how far a vertex is moved at most (0.5)",
    )
    run.add_argument(
        "--open-end",
        metavar="END",
        default="auto",
        help="where a plane opens the surface: -x, +x, -y, +y, -z, +z (default: where it makes one large loop), "
        "written --open-end=-y",
    )
    run.add_argument(
        "--open-height",
        metavar="PERCENT",
        type=float,
        default=2.0,
        help="where this plane is, in %% of the way to the other end (default 2)",
    )
    run.add_argument(
        "--charts",
        metavar="K",
        help="number of charts; auto: as few as their distortion allows, for a disk too (default: one for a disk, else "
        "auto)",
    )


def _add_of_clouds(run: argparse.ArgumentParser) -> None:
    run.add_argument(
        "--clusters",
        metavar="K,…",
        default="1",
        help="which clusters of a cloud --prepare clusters keeps, by number; 1, the default, is the largest",
    )
    run.add_argument(
        "--thin-distance",
        metavar="LENGTH",
        type=float,
        default=0.0,
        help="how far apart points are after --prepare thin, in the units of the file (default: twice their spacing)",
    )
    run.add_argument(
        "--learn-from",
        choices=("points", "surface"),
        default="surface",
        help="what is learned of a cloud: the surface through all its points (the default), or its points: a tenth is "
        "withheld, to the others the surface is fitted as smoothly as the withheld ones tell",
    )
    run.add_argument(
        "--box",
        metavar="X,Y,Z,X,Y,Z",
        default="",
        help="lower and upper corner of what --prepare crop keeps, in the units of the file, written --box=-1,… "
        "(default: between the 1st and 99th percentile along each axis)",
    )


def run_options(options: argparse.Namespace) -> Any:
    """Return how the surface is to be prepared."""
    from core.base.errors import BudaiError
    from core.session.preparing.options import PreparationOptions

    try:
        charts = 0 if options.charts in (None, "auto") else int(options.charts)
    except ValueError as error:
        raise BudaiError(f"Charts: {options.charts!r} is no number. Give a number, or auto.") from error
    *before, way = options.prepare.split(",")
    way = "atlas" if options.charts == "auto" and way == "auto" else way
    return PreparationOptions(
        way,
        charts,
        options.prepare_size,
        options.open_end,
        options.open_height,
        clusters=options.clusters,
        distance=options.thin_distance,
        box=options.box,
        learn=options.learn_from,
        before=tuple(before),
    )
