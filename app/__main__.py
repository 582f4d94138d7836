"""Opens the window: ``python -m app [SURFACE or PROJECT] [how it is read]``."""

import logging
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NoReturn

from app.shell.display import display_problem
from assets import sample_path

if TYPE_CHECKING:
    from app.command_line.window_arguments import WindowArguments

_POLL_MILLISECONDS = 20
_PREPARE_MILLISECONDS = 500
"""How long the window has the processor for itself before a worker imports PyTorch."""
FIRST_SAMPLE = "laughing_figurine"


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and wait until it is closed.

    Parameters
    ----------
    arguments : sequence of str, optional
        A surface or a project to open, and the flags that say how a surface is read; without a file the figurine.
        Those of the process by default.

    Returns
    -------
    int
        1 where there is no display; else the program ends with 0 once the window is closed.
    """
    from app.command_line.window_arguments import window_arguments  # not above: a worker imports this module

    given = window_arguments(sys.argv[1:] if arguments is None else arguments)
    problem = display_problem()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return _run(given)


def _run(given: "WindowArguments") -> NoReturn:
    """Build the parts, run the event loop, and end the program."""
    from core.io.load import load

    # The figurine is read while Qt and VTK are imported; a file of ours needs no child process to be trusted.
    reader = ThreadPoolExecutor(1, thread_name_prefix="budai-first")
    first = None if given.file else reader.submit(load, sample_path(FIRST_SAMPLE))
    reader.shutdown(wait=False)

    # Qt comes in here and not above: a worker process imports this module and must stay light.
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.shell.language import ShownWindow, use_language
    from app.shell.log_file import LogFile
    from app.shell.main_window import MainWindow
    from app.shell.recovery import offer_recovery
    from app.state.selection import Selection
    from app.state.settings import Settings
    from app.state.workspace import Workspace
    from app.style.theme import Theme

    application = QApplication([sys.argv[0]])
    application.setApplicationName("Budai")
    application.setDesktopFileName("budai")
    log = LogFile()
    log.install()
    settings = Settings()
    preferences = settings.preferences
    theme = Theme(preferences.theme, preferences.text_scale)
    theme.reduced_motion = preferences.reduced_motion
    theme.prepare(application)
    problem = use_language(preferences.language)
    workspace = Workspace()
    window = MainWindow(workspace, Selection(), theme, settings, log)
    theme.apply(application)
    window.ends_program = True
    window.show()

    shown = ShownWindow(window)

    def begin() -> None:
        """Show the first surface once it is read, then get a worker ready."""
        if first is not None and not first.done():
            QTimer.singleShot(_POLL_MILLISECONDS, begin)
            return
        offer_recovery(window)
        for text in filter(None, (settings.problem, problem)):
            window.notify(text, "warn")
        if first is not None:
            window.show_first(first.result())
        else:
            window.files.open_path(given.file, given.how)
        QTimer.singleShot(_PREPARE_MILLISECONDS, workspace.workers.prepare)

    QTimer.singleShot(0, begin)
    status = application.exec()
    shown.window.workspace.close()
    log.remove()
    _end(status)


def _end(status: int) -> NoReturn:
    """End the program; all is saved, and a thread that still computes a picture is not waited for."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    raise SystemExit(main())
