"""How the stage *Maps* looks in the window."""

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QFileDialog

from app.stages.maps.display import MapsDisplay
from app.stages.maps.sections import MapSections
from app.stages.maps.views import MapViews
from app.state.command import Command
from app.state.file_kinds import SURFACES, filters
from app.style.translation import tr
from app.views.look import StageView
from app.widgets.text import duration, number
from core.session.project import Project

_KEY = "maps"


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        _KEY,
        tr("Maps"),
        tr("Map it to another manifold, and see what is between."),
        "arrows-left-right",
        tr("Find the map"),
        tr("Find the map again"),
        map_words,
        term="maps",
        job=(tr("Finding the map"), tr("Map found")),
        caption=map_caption,
        finished=lambda project: map_caption(project).partition(" · ")[2],
        of=("surface", "table"),
        display=MapsDisplay,
        views=MapViews,
        sections=MapSections,
        choices={("pairs", "rows"): tr("Row by row"), ("pairs", "none"): tr("None")},
        one_chart=tr("A map leads from one chart to one."),
        choose="open_other_manifold",
        wants_file=lambda options: not options.other,
        commands=(
            Command(
                "open_other_manifold",
                tr("Open the other manifold…"),
                "file",
                ask_other,
                ready=lambda workspace: workspace.is_there,
            ),
        ),
        dropped=use_other,
        takes_drop=lambda workspace: not workspace.obstacle(_KEY),
    )


def ask_other(window: Any) -> None:
    """Ask for the project, surface or table that is mapped to."""
    kinds = filters(tr("Projects, surfaces and tables"), ("budai", *SURFACES, "csv", "tsv", "npz", "npy"))
    chosen, _ = QFileDialog.getOpenFileName(window, tr("Open the other manifold"), str(window.files.folder), kinds)
    if chosen:
        use_other(window, chosen)


def use_other(window: Any, path: str) -> None:
    """Make a file the other manifold of the stage, and open the stage."""
    workspace = window.workspace
    workspace.set_options(_KEY, replace(workspace.options(_KEY), other=path))
    workspace.show_stage(_KEY)


def map_words(project: Project) -> tuple[str, str]:
    """Return what the map is worth."""
    made = project.results.get(_KEY)
    if made is None:
        return "", ""
    error = made.figures.error_rel
    if error is not None:
        short = tr("off by {x} %", x=number(100.0 * error, 3))
    else:
        short = tr("back to {x}", x=number(made.figures.cycle_max, 2))
    return f"{made.second.source.name} · {short}", short


def map_caption(project: Project) -> str:
    """Return how the last run went."""
    made = project.results.get(_KEY)
    return "" if made is None else f"{tr('Up to date')} · {duration(made.seconds)}"
