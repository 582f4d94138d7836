"""How the stage *Denoise* looks in the window."""

from dataclasses import replace

from app.stages.denoising.blind import BLIND, learns_blind
from app.stages.denoising.dialogs import ask_noisy, ask_truth, use_noisy
from app.stages.denoising.display import DenoiseDisplay
from app.stages.denoising.names import method_name
from app.stages.denoising.sections import DenoiseSections
from app.stages.denoising.views import DenoiseViews
from app.stages.denoising.work import DenoisingWork
from app.state.command import Command
from app.state.option_words import Repeated, changed_words, options_call, project_path, source_name, source_path
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import Forms, StageView, TourStep, Variant
from app.widgets.text import counted, duration, number, percent
from core.data.reading_options import ReadingOptions
from core.denoising.blind_comparison import knows_truth
from core.denoising.methods import METHODS
from core.denoising.options import DenoisingOptions
from core.denoising.result import Denoising
from core.session.by_chart import together
from core.session.project import Project

ONLY_SYNTHETIC = ("level", "noise", "count")
"""Fields that say nothing where the points come from a file."""


def view() -> StageView:
    """Return the half of its row that the window needs."""
    methods = ("result", "noisy", "true_foot", *METHODS)
    return StageView(
        "denoising",
        tr("Denoise"),
        tr("Bring noisy points back onto the surface."),
        "drop-half",
        tr("Denoise"),
        tr("Denoise again"),
        denoise_words,
        term="projection",
        tour=TourStep(
            tr("Add noise, and take it away"),
            tr("Points of the figurine get noise, and each is moved to the nearest point of the decoded surface."),
            tr(
                "The points lie on the surface again. Now a surface of your own: drop a file anywhere, or open one. "
                "F1 explains every word."
            ),
            lambda options: replace(options, compare=False, input="synthetic"),
        ),
        job=(tr("Denoising"), tr("Denoised")),
        script=lambda workspace: (f"run.denoise(options={options_call(workspace.options('denoising'))})", False),
        caption=denoise_caption,
        finished=denoised_words,
        furnish=furnish_denoise,
        of=("surface", "cloud"),
        choose="open_noisy",
        wants_file=wants_noisy,
        variant=Variant(
            BLIND,
            learns_blind,
            tr("Learn from these points"),
            tr("Ready to learn from the points alone"),
            tr("Blind: learn the surface from these points, then bring them back onto it."),
            "open_truth",
            (tr("Learning from noisy points"), tr("Learned from noisy points")),
        ),
        display=DenoiseDisplay,
        choices={
            ("input", "other"): tr("Other surface"),
            ("noise", "normal"): tr("Along the normals"),
            **{("method", method): method_name(method) for method in methods},
        },
        work=DenoisingWork,
        views=DenoiseViews,
        sections=DenoiseSections,
        commands=(
            Command("open_noisy", tr("Open noisy points…"), "file", ask_noisy, "", "", _takes_noisy),
            Command(
                "open_truth",
                tr("Open the true surface…"),
                "file",
                ask_truth,
                ready=lambda workspace: learns_blind(workspace.whole),
            ),
        ),
        repeated=_repeated,
        dropped=use_noisy,
        takes_drop=lambda workspace: not learns_blind(workspace.whole) and not workspace.obstacle("denoising"),
    )


def _takes_noisy(workspace: Workspace) -> bool:
    return workspace.is_there and not learns_blind(workspace.whole)


def _repeated(workspace: Workspace) -> Repeated | None:
    """Return the command that denoises the same points, or learns from the same cloud."""
    project = workspace.project
    if learns_blind(project) or (project.source is not None and project.source.is_learned):
        words = changed_words(workspace.options(BLIND), ("seconds", "seed", "truth"))
        how = ReadingOptions(project.source.how.columns).arguments
        return ["blind", source_path(workspace), "-o", f"{source_name(workspace)}_out", *words, *how], False
    if project.training is None:
        return None
    output = f"{source_name(workspace)}_denoised.ply"
    words = denoising_words(workspace.options("denoising"))
    return ["denoise", str(project_path(workspace)), *words, "-o", output], True


def denoising_words(options: DenoisingOptions) -> list[str]:
    """Return what is said of a denoising behind the project."""
    if options.input == "file":
        how = ReadingOptions(options.columns).arguments
        return [options.path, *changed_words(options, ("method", "onto", "seed")), *how]
    names = ("noise", "count", "seed", "method", "onto")
    words = ["--noise", f"{options.level:g}", *changed_words(options, names, {"noise": "kind"})]
    return words if options.input == "synthetic" else [*words, "--other", options.path]


def denoise_words(project: Project) -> tuple[str, str]:
    """Return how far the points are from the surface before and after, in full and in few words."""
    found: Denoising | None = together(project.denoising)
    if found is None:
        return "", ""
    if project.source is not None and not knows_truth(project.source, found):
        way = percent(found.way / found.diagonal)
        return tr("Learned blind, points moved by {way}", way=way), tr("moved by {way}", way=way)
    before, after = (percent(result.distance / found.diagonal) for result in (found.before, found.chosen))
    return tr("Noise {before} → {after} from the surface", before=before, after=after), f"{before} → {after}"


def denoised_words(project: Project) -> str:
    """Return how many points were denoised in what time, and how long all took with it."""
    found: Denoising | None = together(project.denoising)
    if found is None:
        return ""
    count = counted(len(found.noisy), "1 point", "{n} points")
    own, total = duration(found.chosen.seconds), duration(found.seconds["total"])
    return tr("{points} in {time}, {total} in all", points=count, time=own, total=total)


def denoise_caption(project: Project) -> str:
    """Return how the last run went."""
    found: Denoising | None = together(project.denoising)
    if found is None:
        return ""
    left_out = tr("{n} left out", n=number(found.n_far))
    return " · ".join([tr("Up to date"), denoised_words(project), *([left_out] if found.n_far else [])])


def wants_noisy(options: DenoisingOptions) -> bool:
    """Return whether the options ask for a file that is not chosen yet."""
    return options.input != "synthetic" and not options.path


def furnish_denoise(workspace: Workspace, forms: Forms) -> None:
    """Hide what says nothing for the input, and offer the methods that were run."""
    options = workspace.options("denoising")
    forms[0].set_row_visible("path", options.input != "synthetic")
    for name in ONLY_SYNTHETIC:
        forms[0].set_row_visible(name, options.input != "file")
    found: Denoising | None = together(workspace.whole.denoising)
    # Beyond what a chart of an atlas owns, its disk goes on across its neighbours.
    forms[0].set_row_visible("onto", len(workspace.whole.charts) == 1 or options.onto == "disk")
    run = {result.method for result in found.results} if found is not None else set()
    combo = forms[1].rows["method"].editor
    for method in METHODS:
        combo.set_choice_enabled(method, method in run)
