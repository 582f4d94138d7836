"""How the stage *Maps* looks in the window."""

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
        choices={("pairs", "rows"): tr("Row by row"), ("pairs", "none"): tr("None")},
        one_chart=tr("A map leads from one chart to one."),
        wants_file=lambda options: not options.other,
    )


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
