"""The flags of the command line that say how a file is read."""

import argparse

from core.data.reading_options import ReadingOptions


def add_reading_flags(parser: argparse.ArgumentParser, only_points: bool = False) -> None:
    """Add the flags to a command that reads a file of the user's.

    Parameters
    ----------
    parser : ArgumentParser
        Of the command.
    only_points : bool
        Whether it reads points alone, which are neither welded nor simplified.
    """
    parser.add_argument(
        "--columns",
        metavar="X,Y,Z",
        type=lambda text: tuple(word.strip() for word in text.split(",")),
        default=(),
        help="the columns of a table that are the coordinates, by name or by number from 1",
    )
    if only_points:
        return
    parser.add_argument(
        "--weld", metavar="LENGTH", type=float, default=0.0, help="join corners within this length of each other"
    )
    parser.add_argument(
        "--intrinsics",
        metavar="FX,FY,CX,CY[,S]",
        type=_numbers,
        default=(),
        help="read a depth image of 16 bits: focal lengths and middle in pixels, the depth value of a unit of length",
    )
    parser.add_argument("--table", action="store_true", help="read the numbers as a table: rows of R^D")
    parser.add_argument(
        "--simplify", metavar="N", type=int, default=0, help="take so many triangles at most, the shape nearly kept"
    )


def _numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a flag."""
    try:
        return tuple(float(word) for word in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} are no numbers with commas between them") from None


def reading_options(options: argparse.Namespace) -> ReadingOptions:
    """Return what the flags say.

    Raises
    ------
    BudaiError
        If a value is out of its bounds.
    """
    names = ("weld", "simplify", "table", "intrinsics")
    others = {name: getattr(options, name) for name in names if hasattr(options, name)}
    return ReadingOptions(options.columns, **others)
