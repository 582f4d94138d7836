"""What follows `budai` where a window is to open: a file, and how it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.command_line.parser import CommandParser
from app.command_line.reading_flags import add_reading_flags, reading_options
from core.base.errors import BudaiError
from core.data.reading_options import ReadingOptions
from core.session.project_file import SUFFIX


@dataclass(frozen=True)
class WindowArguments:
    """What a window is to open.

    Parameters
    ----------
    file : str
        A surface or a project; empty for none.
    how : ReadingOptions
        How a surface is read.
    """

    file: str = ""
    how: ReadingOptions = field(default_factory=ReadingOptions)


def window_arguments(given: Sequence[str]) -> WindowArguments:
    """Return what the words after the program's name say.

    Parameters
    ----------
    given : sequence of str
        The words.

    Raises
    ------
    SystemExit
        With status 2 if they say nothing that can be done; the reason is on stderr.
    """
    parser = CommandParser(
        prog="budai",
        description="Open the window with a surface, a cloud or a project. All commands: budai --help.",
    )
    parser.add_argument("file", metavar="FILE", nargs="?", default="")
    add_reading_flags(parser)
    options = parser.parse_args(list(given))
    try:
        how = reading_options(options)
    except BudaiError as error:
        parser.error(str(error))
    if how != ReadingOptions() and not options.file:
        parser.error("Flags say how a file is read, and there is no file. Name one.")
    if how != ReadingOptions() and Path(options.file).suffix.lower() == SUFFIX:
        parser.error(f"{options.file} is a project, whose surface was read already. Leave the flags out.")
    return WindowArguments(options.file, how)
