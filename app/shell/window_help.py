"""Help and tour of the window."""

from typing import Any

from PySide6.QtWidgets import QApplication

HELP = "help"
"""Name of the page of the help in the fourth view."""
_IN_INSPECTOR = "certificate"
"""Topic that is opened from the inspector."""


def show_help(window: Any) -> None:
    """Open the help at what is worked on, or leave it."""
    if window.grid.fourth.current == HELP:
        leave_help(window)
        return
    is_in_inspector = window.inspector.isAncestorOf(QApplication.focusWidget() or window)
    term = window.workspace.views[window.workspace.open_stage].term
    window.help.open_topic(_IN_INSPECTOR if is_in_inspector else term)
    window.grid.show_fourth(HELP)
    if window.grid.compact or window.grid.maximised not in (None, "fourth"):
        window.grid.maximise("fourth")
    window.help.setFocus()


def leave_help(window: Any) -> None:
    """Show again what belongs to the open stage."""
    window.show_page()
    if window.grid.maximised == "fourth":
        window.grid.maximise(None)


def begin_tour(window: Any) -> None:
    """Start the tour with the figurine, which is opened where something else is."""
    source, sample = window.workspace.whole.source, window.files.first_sample
    if source is not None and source.path == str(sample):
        window.tour.start()
        return
    job = window.files.open_sample(sample.stem)
    if job is not None:
        job.finished.connect(lambda _: window.tour.start())
