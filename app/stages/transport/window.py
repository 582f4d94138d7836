"""How the stage *Transport* looks in the window."""

from app.stages.transport.display import TransportDisplay
from app.stages.transport.sections import TransportSections
from app.stages.transport.views import TransportViews
from app.state.command import Command
from app.state.option_words import options_call
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import Forms, StageView, TourStep
from app.widgets.text import counted, duration, number
from core.session.project import Project


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        "transport",
        tr("Transport"),
        tr("Move the disk until areas are true."),
        "arrows-out-cardinal",
        tr("Solve transport"),
        tr("Solve again"),
        transport_words,
        term="transport",
        tour=TourStep(
            tr("Make areas true"),
            tr(
                "The chart squeezes some places. The optimal transport is found: the least motion of the disk that "
                "gives every vertex its share of the area."
            ),
            tr("Press Space over the disk, or move the slider: the chart goes to one in which all areas are true."),
        ),
        job=(tr("Solving transport"), tr("Transport solved")),
        script=lambda workspace: (f"run.transport({options_call(workspace.options('transport'))})", False),
        of=("surface", "cloud", "table"),
        caption=transport_caption,
        finished=lambda project: transport_caption(project).partition(" · ")[2],
        furnish=furnish_transport,
        display=TransportDisplay,
        choices={
            ("measure", "area"): tr("Surface area"),
            ("measure", "uniform"): tr("Uniform over vertices"),
            ("measure", "scalar"): tr("Scalar of the file"),
        },
        views=TransportViews,
        sections=TransportSections,
        commands=(
            Command(
                "play",
                tr("Play the displacement"),
                "view",
                lambda window: window.grid.stages["transport"].scene.play(),
                icon="play-circle",
                ready=lambda s: s.open_stage == "transport" and s.project.transport is not None,
            ),
        ),
    )


def transport_words(project: Project) -> tuple[str, str]:
    """Return how many sites there are and how exact their areas, in full and in few words."""
    transport = project.transport
    if transport is None:
        return "", ""
    count = counted(len(transport.map.masses), "1 site", "{n} sites")
    error = number(transport.map.certificate.max_area_error_rel, 2)
    return f"{count} · {tr('areas to {error}', error=error)}", count


def transport_caption(project: Project) -> str:
    """Return how the last run went."""
    transport = project.transport
    if transport is None:
        return ""
    steps = transport.map.certificate.newton_steps
    count = counted(steps, "1 Newton step", "{n} Newton steps")
    ended = tr("Stopped early") if transport.ended == "stopped" else tr("Up to date")
    return f"{ended} · {count} · {duration(sum(transport.seconds.values()))}"


def furnish_transport(workspace: Workspace, forms: Forms) -> None:
    """Say how many vertices could be sites, and offer the scalar of the file where one is named."""
    forms[0].rows["measure"].editor.set_choice_enabled("scalar", bool(workspace.options("transport").scalar))
    source = workspace.project.source
    for name in ("checker", "samples"):
        forms[1].set_row_visible(name, source is None or not source.is_table)
    if source is not None and source.has_faces:
        count = number(len(source.surface.vertices))
        forms[0].rows["sites"].editor.setToolTip(tr("0 for all {n} vertices.", n=count))
