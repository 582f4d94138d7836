"""How the stage *Preparation* looks in the window."""

from app.stages.preparation.sections import PreparationSections
from app.stages.preparation.views import PreparationViews
from app.stages.preparation.work import PreparationWork
from app.state.command import Command
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import Forms, StageView, Words
from app.widgets.text import counted, duration
from core.geometry.changes.opening import ENDS
from core.session.preparing.options import CHANGES, CLOUD_CHANGES
from core.session.project import Project

WAYS = {
    "auto": "Automatic",
    "as-is": "As it is",
    "outliers": "Remove outliers",
    "clusters": "Keep clusters",
    "thin": "Thin out",
    "crop": "Crop by a box",
    "normals": "Orient normals",
    "surface": "Make a surface",
    "untangle": "Untangle",
    "fill": "Fill holes",
    "open": "Open by a plane",
    "handles": "Remove handles",
    "split": "Split what touches",
    "largest": "Largest component",
    "cut": "Cut to one disk",
    "atlas": "Atlas",
}
ROWS = {
    **{"charts": ("auto", "atlas"), "size": ("untangle", "fill", "handles"), "end": ("open",), "height": ("open",)},
    **{
        "clusters": ("clusters",),
        "distance": ("thin",),
        "box": ("crop",),
        "learn": ("auto", "atlas", "cut", "surface"),
    },
}
"""Fields of the form that belong to some ways alone."""


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
        term="atlas",
        job=(tr("Preparing the surface"), tr("Surface prepared")),
        caption=_caption,
        ready=_ready,
        of=("surface", "cloud"),
        lacking=lambda project: (tr("Needs a surface"), tr("Needs a surface")),
        needed=tr("Needs an atlas"),
        furnish=_furnish,
        choices={("way", way): tr(name) for way, name in WAYS.items()}
        | {("end", end): end for end in ENDS}
        | {("end", "auto"): tr("Automatic")}
        | {("learn", "points"): tr("The points"), ("learn", "surface"): tr("The surface")},
        views=PreparationViews,
        work=PreparationWork,
        sections=PreparationSections,
        commands=(*_of_preparation(), *_of_charts()),
    )


def _of_preparation() -> tuple[Command, ...]:
    """Return what the user can do about a surface that is no disk."""
    return (
        Command(
            "prepare",
            tr("Prepare"),
            "stage/mend",
            lambda window: window.workspace.run_stage("preparation"),
            icon="squares-four",
            ready=_can_prepare,
        ),
        Command(
            "preview_preparation",
            tr("Preview the preparation"),
            "stage/mend",
            lambda window: window.workspace.works["preparation"].begin_preview(),
            icon="crosshair",
            ready=lambda workspace: workspace.works["preparation"].can_preview,
        ),
        Command(
            "drop_preview",
            tr("Drop the preview"),
            "stage/mend",
            lambda window: window.workspace.works["preparation"].drop_preview(),
            icon="x",
            ready=lambda workspace: workspace.works["preparation"].preview is not None,
        ),
        Command(
            "remove_outliers",
            tr("Remove outliers"),
            "stage/mend",
            lambda window: window.workspace.works["preparation"].remove_outliers(),
            icon="x",
            ready=_has_points,
        ),
        Command(
            "prepare_recommended",
            tr("Prepare as recommended"),
            "stage/mend",
            lambda window: window.workspace.works["preparation"].take_advice(),
            icon="check-circle",
            ready=_can_be_advised,
        ),
    )


def _of_charts() -> tuple[Command, ...]:
    """Return how the user goes from chart to chart."""
    return (
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
    )


def _furnish(workspace: Workspace, forms: Forms) -> None:
    """Show the fields that belong to the way that is chosen."""
    way = forms[0].value().way
    source = workspace.whole.source
    is_cloud = source is not None and source.is_cloud
    for name, ways in ROWS.items():
        forms[0].set_row_visible(name, way in ways and (is_cloud or name != "learn"))
    others = ("as-is", *(word for word in CHANGES if word != "largest")) if is_cloud else (*CLOUD_CHANGES, "surface")
    for word in WAYS:
        forms[0].rows["way"].editor.set_choice_enabled(word, word not in others)


def _can_prepare(workspace: Workspace) -> bool:
    return workspace.is_there and "preparation" not in workspace.jobs and not workspace.obstacle("preparation")


def _has_points(workspace: Workspace) -> bool:
    source = workspace.whole.source
    return source is not None and source.is_cloud and not workspace.jobs


def _can_be_advised(workspace: Workspace) -> bool:
    work = workspace.works["preparation"]
    return (work.obstacles is not None or work.facts is not None) and not workspace.jobs


def _words(project: Project) -> Words:
    """Return how many charts there are."""
    if project.preparation is None:
        return "", ""
    charts = counted(len(project.preparation.cover), "1 chart", "{n} charts")
    return charts, charts


def _ready(project: Project) -> Words | None:
    """Return what is to be done: nothing for a disk."""
    if project.source is not None and project.source.is_cloud:
        return tr("Points: make a surface of them"), tr("Needs a surface")
    if project.source is not None and project.source.is_disk:
        return tr("A disk: one chart"), tr("One chart")
    return tr("Needs an atlas"), tr("Needs an atlas")


def _caption(project: Project) -> str:
    """Return how long it took."""
    return "" if project.preparation is None else duration(project.preparation.seconds)
