"""The row of the stage *Generate*: its second line, its caption, and what of its form is shown."""

from collections.abc import Sequence

from app.translation import tr
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import counted, duration, number
from app.workspace import Workspace
from core.generation.generation import Generation
from core.session.project import Project


def generate_words(project: Project) -> tuple[str, str]:
    """Return how many points were generated, and how many of them are none of the surface."""
    made = project.generation
    if made is None:
        return "", ""
    count = counted(len(made.points), "1 point", "{n} points")
    if not made.n_outside:
        return f"{count} · {tr('all on the surface')}", count
    return f"{count} · {tr('{n} codes outside', n=number(made.n_outside))}", count


def generated_words(made: Generation) -> str:
    """Return how many points were generated in what time."""
    return tr("{n} points in {time}", n=number(len(made.points)), time=duration(made.seconds))


def generate_caption(project: Project) -> str:
    """Return how the last run went."""
    return "" if project.generation is None else f"{tr('Up to date')} · {generated_words(project.generation)}"


def furnish_generate(workspace: Workspace, forms: Sequence[ParameterForm]) -> None:
    """Show what belongs to a walk where there is one."""
    has_walk = workspace.options("generation").has_walk
    forms[0].set_row_visible("frames", has_walk)
    made = workspace.project.generation
    for name in ("way", "frame"):
        forms[1].set_row_visible(name, made is not None and made.walk is not None)
