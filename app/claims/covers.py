"""What takes the place of the views until one goes back, as the gallery of claims does; it needs no project."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.session.project import Project

COVER = "cover"
"""Property that tells the covers of a window from its other parts."""


def show_cover(window: Any, name: str, make: Callable[[], QWidget]) -> Any:
    """Show a cover in place of the views, and return it; another one gives way.

    Parameters
    ----------
    window : MainWindow
        Where.
    name : str
        Name of the cover among the parts of the window.
    make : callable
        Makes it when it is first asked for: the window opens without it. It has ``leave()``, ``run()``, ``end_run()``
        and a signal ``closed``.
    """
    cover = cover_of(window, name) or _added(window, name, make())
    if shown_cover(window) is not cover:
        hide_covers(window)
    window.body.hide()
    cover.show()
    return cover


def cover_of(window: Any, name: str) -> Any:
    """Return a cover of a window, None where it was not asked for yet."""
    return window.findChild(QWidget, name)


def shown_cover(window: Any) -> Any:
    """Return the cover that is shown, None where the views are."""
    covers = [part for part in window.centralWidget().children() if part.isWidgetType() and part.property(COVER)]
    return next((cover for cover in covers if not cover.isHidden()), None)


def hide_covers(window: Any) -> None:
    """Show the project again; a run that goes on is ended."""
    cover = shown_cover(window)
    if cover is not None:
        cover.end_run()
        cover.hide()
        window.body.show()


def leave_cover(window: Any) -> bool:
    """Go one step back where a cover is shown, and return whether one was."""
    cover = shown_cover(window)
    if cover is not None:
        cover.leave()
    return cover is not None


def run_cover(window: Any) -> bool:
    """Run or stop what a cover shows, and return whether one is shown."""
    cover = shown_cover(window)
    if cover is not None:
        cover.run()
    return cover is not None


def _added(window: Any, name: str, cover: Any) -> Any:
    cover.setObjectName(name)
    cover.setProperty(COVER, True)
    cover.hide()
    column = window.centralWidget().layout()
    assert isinstance(column, QVBoxLayout)
    column.insertWidget(column.indexOf(window.body), cover, 1)
    cover.closed.connect(lambda: hide_covers(window))
    window.workspace.open_stage_changed.connect(lambda _: hide_covers(window))

    def follow(old: Project, new: Project) -> None:
        if new.source is not old.source:
            hide_covers(window)

    window.workspace.project_changed.connect(follow)
    return cover
