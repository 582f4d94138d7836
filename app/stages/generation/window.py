"""How the stage *Generate* looks in the window."""

import numpy as np

from app.stages.generation.display import GenerateDisplay
from app.stages.generation.sections import GenerateSections
from app.stages.generation.views import GenerateViews
from app.state.command import Command
from app.state.option_words import Repeated, changed_words, options_call, project_path, source_name
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import Forms, StageView
from app.widgets.text import counted, duration, number
from core.generation.generation import Generation
from core.generation.options import GenerationOptions
from core.session.by_chart import together
from core.session.project import Project


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        "generation",
        tr("Generate"),
        tr("Draw from the disk, decode, get new points."),
        "shuffle-angular",
        tr("Generate samples"),
        tr("Generate again"),
        generate_words,
        term="generation",
        job=(tr("Generating"), tr("Generated")),
        script=lambda workspace: (f"run.generate(options={options_call(workspace.options('generation'))})", False),
        of=("surface", "cloud", "table"),
        caption=generate_caption,
        finished=generated_words,
        furnish=furnish_generate,
        display=GenerateDisplay,
        choices={("way", "both"): tr("Both ways")},
        views=GenerateViews,
        sections=GenerateSections,
        commands=(
            Command(
                "play_walk",
                tr("Play the walk"),
                "view",
                lambda window: window.grid.stages["generation"].scene.play(),
                icon="path",
                ready=lambda s: (
                    s.open_stage == "generation" and getattr(s.project.generation, "walk", None) is not None
                ),
            ),
        ),
        repeated=_repeated,
    )


def _repeated(workspace: Workspace) -> Repeated | None:
    """Return the command that generates the same points."""
    if workspace.project.training is None:
        return None
    options: GenerationOptions = workspace.options("generation")
    words = ["-n", str(options.count), *changed_words(options, ("origin", "seed", "spread"), {"origin": "from"})]
    if options.has_walk:
        ends = [np.format_float_positional(value) for value in (*options.start, *options.stop)]
        words += ["--walk", *ends, *changed_words(options, ("frames",))]
        if len(workspace.whole.charts) > 1:
            words += ["--walk-charts", str(options.start_chart + 1), str(options.stop_chart + 1)]
    output = f"{source_name(workspace)}_generated.ply"
    return ["generate", str(project_path(workspace)), *words, "-o", output], True


def generate_words(project: Project) -> tuple[str, str]:
    """Return how many points were generated, and how many of them are none of the surface."""
    made: Generation | None = together(project.generation)
    if made is None:
        return "", ""
    is_table = project.source is not None and project.source.is_table
    count = counted(len(made.points), *(("1 row", "{n} rows") if is_table else ("1 point", "{n} points")))
    if not made.n_outside:
        return f"{count} · {tr('none between modes') if is_table else tr('all on the surface')}", count
    where = tr("{n} between modes", n=number(made.n_outside))
    if not is_table:
        where = counted(made.n_outside, "1 code outside", "{n} codes outside")
    return f"{count} · {where}", count


def generated_words(project: Project) -> str:
    """Return how many points were generated in what time."""
    made: Generation | None = together(project.generation)
    if made is None:
        return ""
    points = counted(len(made.points), "1 point", "{n} points")
    return tr("{points} in {time}", points=points, time=duration(made.seconds))


def generate_caption(project: Project) -> str:
    """Return how the last run went."""
    return "" if project.generation is None else f"{tr('Up to date')} · {generated_words(project)}"


def furnish_generate(workspace: Workspace, forms: Forms) -> None:
    """Show what belongs to a walk where there is one."""
    source = workspace.whole.source
    forms[1].set_row_visible("lens", source is None or not source.is_table)
    has_walk = workspace.options("generation").has_walk
    forms[0].set_row_visible("frames", has_walk)
    made: Generation | None = together(workspace.whole.generation)
    for name in ("way", "frame"):
        forms[1].set_row_visible(name, made is not None and made.walk is not None)
