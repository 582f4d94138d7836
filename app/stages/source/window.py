"""How the stage *Surface* looks in the window."""

from app.stages.source.remedies import (
    ask_simplify,
    can_make_surface,
    can_simplify,
    can_weld,
    make_surface,
    weld_corners,
)
from app.stages.source.work import SourceWork
from app.state.command import Command
from app.state.option_words import Script, source_path
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import StageView, TourStep, Words
from app.widgets.text import counted, duration, number
from core.session.project import Project
from core.session.stages import SourceOptions


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        "source",
        tr("Surface"),
        tr("Read a surface, check it and say what it is."),
        "folder-open",
        tr("Open a surface…"),
        tr("Open another…"),
        surface_words,
        command="open",
        named=source_name,
        term="surface",
        tour=TourStep(
            tr("Open it"),
            tr("The surface is read and checked."),
            tr(
                "A laughing figurine of 110,000 triangles. It is open at the base, so it is a topological disk: it can "
                "be flattened. Turn it with the mouse."
            ),
        ),
        job=(tr("Reading the surface"), tr("Surface loaded")),
        caption=_caption,
        finished=loaded_words,
        lacking=lambda project: (tr("No surface is open"), tr("No surface is open")),
        needed=tr("Needs a surface"),
        shown_options=_shown_options,
        work=SourceWork,
        brings_source=True,
        script=_script,
        commands=_commands(),
    )


def _commands() -> tuple[Command, ...]:
    """Return what the user can do with what was opened."""
    return (
        Command(
            "fill_loops",
            tr("Fill the smaller loops"),
            "stage/mend",
            lambda window: window.workspace.first.fill_loops(),
            icon="intersect",
            ready=lambda workspace: workspace.first.can_fill,
            starts_group=True,
        ),
        Command(
            "weld",
            tr("Join the corners that nearly meet"),
            "stage/mend",
            lambda window: weld_corners(window.workspace),
            icon="arrows-in-cardinal",
            ready=can_weld,
        ),
        Command(
            "surface",
            tr("Make a surface of the points"),
            "stage/mend",
            lambda window: make_surface(window.workspace),
            icon="polygon",
            ready=can_make_surface,
        ),
        Command(
            "simplify",
            tr("Simplify the surface…"),
            "stage/mend",
            ask_simplify,
            icon="polygon",
            ready=can_simplify,
        ),
    )


def _script(workspace: Workspace) -> Script:
    """Return the Python that reads the surface again."""
    how = workspace.whole.source.how
    chosen = {"columns": how.columns, "weld": how.weld, "simplify": how.simplify, "table": how.table}
    words = "".join(f", {name}={value!r}" for name, value in chosen.items() if value)
    return f"surface = budai.load({source_path(workspace)!r}{words})", False


def _shown_options(workspace: Workspace) -> SourceOptions:
    """Return what the form shows: where the open surface comes from."""
    source = workspace.whole.source
    return workspace.options("source") if source is None else SourceOptions(source.path, source.how)


def _caption(project: Project) -> str:
    """Return how long reading took."""
    return "" if project.source is None else tr("Read in {time}", time=duration(project.source.seconds))


def source_name(project: Project) -> str:
    """Return what is open: a surface until something else is."""
    source = project.source
    if source is None or source.has_faces:
        return tr("Surface")
    return tr("Table") if source.is_table else tr("Cloud")


def surface_words(project: Project) -> Words:
    """Return what surface is open."""
    source = project.source
    if source is None:
        return "", ""
    if not source.has_faces:
        if not source.is_cloud:
            rows = counted(len(source.positions), "1 row", "{n} rows")
            columns = counted(source.dimension, "1 column", "{n} columns")
            n_classes = 0 if source.labels is None else len(set(source.labels.tolist()))
            classes = [counted(n_classes, "1 class", "{n} classes")] if n_classes else []
            return " · ".join([rows, columns, *classes]), rows
        points = counted(len(source.positions), "1 point", "{n} points")
        return f"{points} · {tr('cloud')}", points
    vertices = counted(len(source.surface.vertices), "1 vertex", "{n} vertices")
    kind = topology_word(project)
    repairs = len(source.repairs)
    parts = [vertices, kind]
    if repairs:
        parts.append(tr("1 repair") if repairs == 1 else tr("{n} repairs", n=repairs))
    return " · ".join(parts), vertices


def topology_word(project: Project) -> str:
    """Return in a word or two what the topology of the surface is."""
    known = project.source.topology if project.source is not None else None
    if known is None:
        return tr("cloud")
    if known.is_disk:
        return tr("disk")
    if not known.is_manifold:
        return tr("not a manifold")
    if known.n_components > 1:
        return counted(known.n_components, "1 component", "{n} components")
    if not known.is_orientable:
        return tr("one-sided")
    if known.is_closed:
        return tr("closed")
    return tr("{n} boundary loops", n=number(known.n_boundary_loops))


def loaded_words(project: Project) -> str:
    """Return how much was read in what time."""
    source = project.source
    if source is None:
        return ""
    size = len(source.positions)
    what = tr("points") if source.is_cloud else tr("vertices")
    return tr("{n} {what} in {time}", n=number(size), what=what, time=duration(source.seconds))
