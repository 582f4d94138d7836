"""How the stage *Preparation* looks in the window."""

from app.style.translation import tr
from app.views.look import StageView, Words
from app.widgets.text import counted, duration
from core.session.project import Project


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        "preparation",
        tr("Preparation"),
        tr("Cover the surface by charts that can be learned."),
        "squares-four",
        tr("Prepare"),
        tr("Prepare again"),
        _words,
        job=(tr("Preparing the surface"), tr("Surface prepared")),
        caption=_caption,
        ready=_ready,
        lacking=lambda project: (tr("Needs a surface"), tr("Needs a surface")),
    )


def _words(project: Project) -> Words:
    """Return how many charts there are."""
    if project.preparation is None:
        return "", ""
    charts = counted(len(project.preparation.cover), "1 chart", "{n} charts")
    return charts, charts


def _ready(project: Project) -> Words | None:
    """Return what is to be done: nothing for a disk."""
    if project.source is not None and project.source.is_disk:
        return tr("A disk: one chart"), tr("One chart")
    return tr("Needs an atlas"), tr("Needs an atlas")


def _caption(project: Project) -> str:
    """Return how long it took."""
    return "" if project.preparation is None else duration(project.preparation.seconds)
