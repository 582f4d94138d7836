"""The row of the stage *Transport*: its second line, its caption, and the choices of its form."""

from collections.abc import Sequence

from app.translation import tr
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import counted, duration, number
from app.workspace import Workspace
from core.session.project import Project


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


def furnish_transport(workspace: Workspace, forms: Sequence[ParameterForm]) -> None:
    """Say how many vertices could be sites, and offer the scalar of the file where one is named."""
    forms[0].rows["measure"].editor.set_choice_enabled("scalar", bool(workspace.options("transport").scalar))
    source = workspace.project.source
    if source is not None and source.has_faces:
        count = number(len(source.surface.vertices))
        forms[0].rows["sites"].editor.setToolTip(tr("0 for all {n} vertices.", n=count))
