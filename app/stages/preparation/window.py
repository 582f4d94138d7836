"""How the stage *Preparation* looks in the window."""

from app.stages.preparation.sections import PreparationSections
from app.stages.preparation.work import PreparationWork
from app.state.command import Command
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import StageView, Words
from app.widgets.text import counted, duration
from core.session.project import Project

WAYS = {
    "auto": "Automatic",
    "as-is": "As it is",
    "fill": "Fill smaller loops",
    "atlas": "Atlas",
    "largest": "Largest component",
}


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
        needed=tr("Needs an atlas"),
        choices={("way", way): tr(name) for way, name in WAYS.items()},
        work=PreparationWork,
        sections=PreparationSections,
        commands=(
            Command(
                "prepare",
                tr("Prepare"),
                "stage",
                lambda window: window.workspace.run_stage("preparation"),
                icon="squares-four",
                ready=_can_prepare,
            ),
            Command(
                "next_chart",
                tr("Next chart"),
                "view",
                lambda window: window.workspace.show_chart(window.workspace.chart + 1),
                "Ctrl+Alt+Right",
                "caret-right",
                lambda workspace: workspace.chart + 1 < len(workspace.whole.charts),
                starts_group=True,
            ),
            Command(
                "previous_chart",
                tr("Previous chart"),
                "view",
                lambda window: window.workspace.show_chart(window.workspace.chart - 1),
                "Ctrl+Alt+Left",
                "caret-left",
                lambda workspace: workspace.chart > 0,
            ),
        ),
    )


def _can_prepare(workspace: Workspace) -> bool:
    return workspace.is_there and "preparation" not in workspace.jobs and not workspace.obstacle("preparation")


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
