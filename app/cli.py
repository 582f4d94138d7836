"""The command line: the stages of the pipeline without a window."""

import sys
from collections.abc import Sequence

from app.command_line.terminal import TerminalProgress, prepare_streams
from app.process import interrupt
from core.base.errors import BudaiError


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
    try:
        # Imported here, as what it imports takes long enough to be interrupted.
        from app.command_line.parser import first_words, parser

        known = parser()
        if not given or given[0] not in first_words(known):
            from app.__main__ import main as open_window  # Qt only where a window is wanted

            return open_window(given)
        if arguments is None:
            interrupt.watch()
        options = known.parse_args(given)
        if getattr(options, "output", None) is not None:
            interrupt.report_output_when_interrupted(options.output)
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


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    raise SystemExit(main())
