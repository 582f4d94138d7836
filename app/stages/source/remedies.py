"""What can be done about an open surface: each takes a job, and undo takes it back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QInputDialog

from app.process.jobs import Job
from app.state.stage_state import Notice
from app.state.workspace import SURFACE, Workspace
from app.style.translation import tr
from app.widgets.text import counted, number
from core.base.progress import Work
from core.data.reading_options import FEWEST_FACES
from core.data.source import Source
from core.geometry.scatter import strayed
from core.io.load import simplifying, welding

MANY_FACES = 1_000_000
"""Triangles above which simplifying is offered."""
ENOUGH_FACES = 200_000
"""Triangles that are proposed."""


def can_weld(workspace: Workspace) -> bool:
    """Whether the open surface has corners that nearly meet."""
    source = workspace.whole.source
    return source is not None and source.gap > 0.0


def weld_corners(workspace: Workspace) -> Job | None:
    """Join the corners of the open surface that nearly meet."""
    source = workspace.whole.source
    if source is None or not can_weld(workspace):
        return None
    return _remake(workspace, "weld", welding, source.gap)


def can_simplify(workspace: Workspace) -> bool:
    """Whether the open surface has more triangles than one is simplified to."""
    source = workspace.whole.source
    return source is not None and source.has_faces and len(source.surface.faces) > FEWEST_FACES


def simplify(workspace: Workspace, n_faces: int) -> Job | None:
    """Take vertices of the open surface away until so many triangles are left."""
    return _remake(workspace, "simplify", simplifying, n_faces) if can_simplify(workspace) else None


def can_make_surface(workspace: Workspace) -> bool:
    """Whether the open file is a cloud, of which a surface can be made."""
    source = workspace.whole.source
    return source is not None and source.is_cloud


def make_surface(workspace: Workspace) -> Job | None:
    """Make a surface of the open cloud."""
    return _remake(workspace, "surface", _making) if can_make_surface(workspace) else None


def _making(source: Source) -> Work[Source]:
    """Make a surface of a cloud; numba takes its time to import, so only the worker does it."""
    from core.cloud.making import making

    return making(source)


def offer_remedies(workspace: Workspace) -> None:
    """Tell of what is wrong with the surface that was just opened and can be mended with one click."""
    source = workspace.whole.source
    if can_make_surface(workspace):
        text = tr("{name} has no faces: training needs a surface through its points.", name=source.name)
        workspace.notified.emit(Notice(text, "warn", "surface", SURFACE))
        assert source is not None
        n_far = int(strayed(source.positions).sum())
        if n_far:
            points = counted(n_far, "1 point", "{n} points")
            text = tr("{points} of {name} so far outside that they are not drawn.", points=points, name=source.name)
            workspace.notified.emit(Notice(text, "warn", "remove_outliers", SURFACE))
    if source is not None and source.has_faces and len(source.surface.faces) > MANY_FACES:
        count = number(len(source.surface.faces))
        text = tr("{name} has {n} triangles: all that follows takes long.", name=source.name, n=count)
        workspace.notified.emit(Notice(text, "warn", "simplify", SURFACE))
    if source is not None and source.has_faces and can_weld(workspace):
        width = number(source.gap, 2)
        text = tr("Corners of {name} nearly meet: they lie up to {width} apart.", name=source.name, width=width)
        workspace.notified.emit(Notice(text, "warn", "weld", SURFACE))


def _remake(workspace: Workspace, title: str, function: Callable[..., Work[Source]], *how: Any) -> Job | None:
    """Make another surface of the open one."""
    source = workspace.whole.source
    if source is None or "source" in workspace.jobs:
        return None
    job = workspace.workers.start(title, function, source, *how)
    job.finished.connect(lambda made: _show(workspace, source, made))
    return workspace.watch("source", job)


def _show(workspace: Workspace, former: Source, made: Source) -> None:
    """Show a surface that was made of another, if that is still open."""
    workspace.jobs.pop("source", None)
    if workspace.whole.source is not former:
        workspace.notified.emit(Notice(tr("A result was dropped: what it was made from has changed."), "warn"))
        return
    workspace.replace(workspace.whole.updated(source=replace(made, seconds=former.seconds)))
    workspace.show_stage(workspace.next_stage)
    changes = " ".join(made.repairs[len(former.repairs) :])
    workspace.notified.emit(Notice(changes, "ok", "undo", SURFACE))


def ask_simplify(window: Any) -> None:
    """Ask how many triangles the open surface shall have, and simplify it to so many."""
    source = window.workspace.whole.source
    if source is None or not can_simplify(window.workspace):
        return
    now = len(source.surface.faces)
    question = tr("Triangles, of {now} now; no part is lost and no hole closes:", now=number(now))
    n, chosen = QInputDialog.getInt(
        window, tr("Simplify"), question, min(ENOUGH_FACES, now // 2), FEWEST_FACES, now - 1, now // 20
    )
    if chosen:
        simplify(window.workspace, n)
