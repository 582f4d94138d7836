"""The row of the stage *Denoise*: its second line, its caption, and what of its form is shown."""

from collections.abc import Sequence

from app.translation import tr
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import duration, number, percent
from app.workspace import Workspace
from core.denoising.blind_beside import knows_truth
from core.denoising.options import METHODS, DenoisingOptions
from core.denoising.result import Denoising
from core.session.project import Project

ONLY_SYNTHETIC = ("level", "noise", "count")
"""Fields that say nothing where the points come from a file."""


def method_name(method: str) -> str:
    """Return what a user reads for a method of denoising."""
    names = {
        "noisy": tr("Noisy"),
        "true_foot": tr("True foot"),
        "projection": tr("Projection"),
        "expected_position": tr("Expected position"),
        "encode_decode": tr("One pass"),
        "denoising_encoder": tr("Denoising encoder"),
        "moving_least_squares": tr("Moving least squares"),
        "laplacian": tr("Laplacian"),
        "result": tr("Chosen"),
    }
    return names[method]


def denoise_words(project: Project) -> tuple[str, str]:
    """Return how far the points are from the surface before and after, in full and in few words."""
    found = project.denoising
    if found is None:
        return "", ""
    if project.source is not None and not knows_truth(project.source, found):
        way = percent(found.way / found.diagonal)
        return tr("Learned blind, points moved by {way}", way=way), tr("moved by {way}", way=way)
    before, after = (percent(result.distance / found.diagonal) for result in (found.before, found.chosen))
    return tr("Noise {before} → {after} from the surface", before=before, after=after), f"{before} → {after}"


def denoised_words(found: Denoising) -> str:
    """Return how many points were denoised in what time, and how long all took with it."""
    count, own, total = number(len(found.noisy)), duration(found.chosen.seconds), duration(found.seconds["total"])
    return tr("{n} points in {time}, {total} in all", n=count, time=own, total=total)


def denoise_caption(project: Project) -> str:
    """Return how the last run went."""
    found = project.denoising
    if found is None:
        return ""
    left_out = tr("{n} left out", n=number(found.n_far))
    return " · ".join([tr("Up to date"), denoised_words(found), *([left_out] if found.n_far else [])])


def wants_noisy(options: DenoisingOptions) -> bool:
    """Return whether the options ask for a file that is not chosen yet."""
    return options.input != "synthetic" and not options.path


def furnish_denoise(workspace: Workspace, forms: Sequence[ParameterForm]) -> None:
    """Hide what says nothing for the input, and offer the methods that were run."""
    options = workspace.options("denoising")
    forms[0].set_row_visible("path", options.input != "synthetic")
    for name in ONLY_SYNTHETIC:
        forms[0].set_row_visible(name, options.input != "file")
    found = workspace.project.denoising
    run = {result.method for result in found.results} if found is not None else set()
    combo = forms[1].rows["method"].editor
    for method in METHODS:
        combo.set_choice_enabled(method, method in run)
