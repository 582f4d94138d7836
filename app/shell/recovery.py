"""What the user is asked about work that a former session has left."""

import time
from typing import Any

from app.process.file_work import read_project
from app.state.workspace import Workspace
from app.style.translation import tr
from core.session.project import Project


def offer_recovery(window: Any) -> None:
    """Say that there is work which was not saved when the program ended, where there is."""
    lost = window.autosave.lost()
    if lost:
        name, when = lost[0].name, _when(lost[0])
        text = tr("Budai ended without saving {name}: a copy of {time} is there.", name=name, time=when)
        window.notify(text, "bad", "recover")


def recover(window: Any) -> None:
    """Open the last copy of the session that ended last without saving."""
    lost = window.autosave.lost()
    if not lost:
        window.notify(tr("There is nothing to recover: all that was closed had been saved."))
        return
    newest = lost[0]
    if not window.may_discard(lambda: recover(window)):
        return

    def show(project: Project) -> None:
        window.workspace.start_over(project)
        window.autosave.recovered(newest)
        window.workspace.show_stage(window.workspace.next_stage)
        window.notify(tr("{name} is as it was at {time}. Save it.", name=newest.name, time=_when(newest)), "ok", "save")

    window.files.start("open", read_project, str(newest.path)).finished.connect(show)


def can_revert(workspace: Workspace) -> bool:
    """Whether the project has a file, and was edited since it was opened or saved."""
    return workspace.path is not None and not workspace.is_saved


def revert(window: Any) -> None:
    """Show the project as it lies in its file; that can be undone."""
    if can_revert(window.workspace):
        window.workspace.replace(window.workspace.saved)


def _when(lost: Any) -> str:
    """Return when a copy was written, as a person says it."""
    then = time.localtime(lost.when)
    is_today = then[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M", then)
