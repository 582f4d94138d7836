"""How each stage looks in the window: names, icons, and its second line for every state."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.blind_stage import BLIND, learns_blind
from app.translation import tr
from app.views.cells_stage import cells_caption, cells_words, furnish_cells
from app.views.denoise_stage import denoise_caption, denoise_words, furnish_denoise, method_name, wants_noisy
from app.views.export_table import available
from app.views.generate_stage import furnish_generate, generate_caption, generate_words
from app.views.transport_stage import furnish_transport, transport_caption, transport_words
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import counted, duration, number, percent
from app.workspace import StageState, Workspace
from core.session.project import Project
from core.session.stages import STAGES

Words = tuple[str, str]
"""A text, and the same in few words for small windows."""
Forms = Sequence[ParameterForm]
"""The forms of a stage: that of its options, and where there is one that of its display."""


@dataclass(frozen=True)
class Variant:
    """What a stage does for projects of another kind, with options of its own.

    Parameters
    ----------
    key : str
        Key of the options.
    holds : callable
        Returns whether a project is of that kind.
    run : str
        Text of the primary button.
    words, about : str
        Second line and caption of the stage while nothing has been done.
    choose : str
        Command that asks for the file of its form.
    """

    key: str
    holds: Callable[[Project], bool]
    run: str
    words: str
    about: str
    choose: str


@dataclass(frozen=True)
class StageView:
    """What the column shows of a stage.

    Parameters
    ----------
    key : str
        Key of the stage in the pipeline; "export" has no result and is not in the pipeline.
    title : str
        Its name.
    about : str
        One sentence on what it does.
    icon : str
        Icon of its primary button.
    run, run_again : str
        Text of the primary button, and where the result is up to date.
    command : str
        Command that the primary button triggers.
    done : callable
        Returns the figure that counts from a project that has the result.
    job : (str, str)
        What its job is called while it runs and when it is done.
    caption : callable
        Returns how the last run went from a project that has the result.
    furnish : callable
        Called with the workspace and the forms of options and of the display before they are shown, for choices that
        depend on the project.
    choose : str
        Command that asks for the file of its form.
    wants_file : callable
        Returns whether its options ask for a file that is not chosen yet.
    variant : Variant, optional
        How it looks where it does something else.
    """

    key: str
    title: str
    about: str
    icon: str
    run: str
    run_again: str
    command: str
    done: Callable[[Project], Words]
    job: tuple[str, str] = ("", "")
    caption: Callable[[Project], str] = lambda _: ""
    furnish: Callable[[Workspace, Forms], None] = lambda workspace, forms: None
    choose: str = "open"
    wants_file: Callable[[Any], bool] = lambda options: False
    variant: Variant | None = None


def stage_views() -> tuple[StageView, ...]:
    """Return the seven stages in their order, in the user's language."""
    return (
        StageView(
            "source",
            tr("Surface"),
            tr("Read a surface, check it and say what it is."),
            "folder-open",
            tr("Open a surface…"),
            tr("Open another…"),
            "open",
            surface_words,
            (tr("Reading the surface"), tr("Surface loaded")),
        ),
        StageView(
            "training",
            tr("Training"),
            tr("Learn the map from the surface to a disk and back."),
            "play-fill",
            tr("Train"),
            tr("Train again"),
            "run_stage",
            training_words,
            (tr("Training autoencoder"), tr("Autoencoder trained")),
            training_caption,
        ),
        StageView(
            "cells",
            tr("Cells"),
            tr("Every linear piece of the network, exactly."),
            "polygon",
            tr("Compute cells"),
            tr("Compute again"),
            "run_stage",
            cells_words,
            (tr("Computing cells"), tr("Cells computed")),
            cells_caption,
            furnish_cells,
        ),
        StageView(
            "transport",
            tr("Transport"),
            tr("Move the disk until areas are true."),
            "arrows-out-cardinal",
            tr("Solve transport"),
            tr("Solve again"),
            "run_stage",
            transport_words,
            (tr("Solving transport"), tr("Transport solved")),
            transport_caption,
            furnish_transport,
        ),
        *_later_stages(),
    )


def _later_stages() -> tuple[StageView, ...]:
    """What is done with a chart and its transport."""
    return (
        StageView(
            "denoising",
            tr("Denoise"),
            tr("Bring noisy points back onto the surface."),
            "drop-half",
            tr("Denoise"),
            tr("Denoise again"),
            "run_stage",
            denoise_words,
            (tr("Denoising"), tr("Denoised")),
            denoise_caption,
            furnish_denoise,
            "open_noisy",
            wants_noisy,
            Variant(
                BLIND,
                learns_blind,
                tr("Learn from these points"),
                tr("Ready to learn from the points alone"),
                tr("Blind: learn the surface from these points, then bring them back onto it."),
                "open_truth",
            ),
        ),
        StageView(
            "generation",
            tr("Generate"),
            tr("Draw from the disk, decode, get new points."),
            "shuffle-angular",
            tr("Generate samples"),
            tr("Generate again"),
            "run_stage",
            generate_words,
            (tr("Generating"), tr("Generated")),
            generate_caption,
            furnish_generate,
        ),
        StageView(
            "export",
            tr("Export"),
            tr("Write results into files that other programs read."),
            "export",
            tr("Export…"),
            tr("Export…"),
            "export",
            export_words,
        ),
    )


def state_of(workspace: Workspace, view: StageView) -> StageState:
    """Return how a stage stands."""
    if view.key == "export":
        return StageState.READY if workspace.project.training is not None else StageState.NOT_YET
    return workspace.state(view.key)


def words_of(workspace: Workspace, view: StageView) -> Words:
    """Return the second line of a stage."""
    state, project = state_of(workspace, view), workspace.project
    if view.key == "export":
        return view.done(project)
    if state is StageState.RUNNING:
        return _running_words(workspace, view.key)
    if state is StageState.FAILED:
        return workspace.failures[view.key], tr("Failed")
    if state is StageState.OUTDATED:
        return tr("Outdated: its inputs have changed since"), tr("Outdated")
    if state is StageState.READY:
        variant = view.variant
        is_other = variant is not None and variant.holds(project)
        return variant.words if is_other and variant is not None else tr("Ready"), tr("Ready")
    if state is StageState.DONE:
        return view.done(project)
    if view.key == "training" and project.source is not None:
        return tr("Needs a topological disk"), tr("Needs a disk")
    if view.key == "source":
        return tr("No surface is open"), tr("No surface is open")
    if view.key == "training":
        return tr("Needs a surface"), tr("Needs a surface")
    words = workspace.obstacle(view.key)
    return words, tr("Not yet")


def _running_words(workspace: Workspace, key: str) -> Words:
    job = workspace.jobs[key]
    if job.is_paused:
        return tr("Paused"), tr("Paused")
    step = workspace.live
    if key != "training" or step is None or step.step == 0 or job.progress.payload is None:
        return job.progress.message or tr("Starting"), tr("Running")
    budget = workspace.running_options("training").seconds
    parts = [tr("{now} of {all}", now=duration(int(min(step.seconds, budget))), all=duration(budget))]
    if step.rmse_rel is not None:
        parts.append(f"RMSE {percent(step.rmse_rel)}")
    return " · ".join(parts), parts[-1]


def surface_words(project: Project) -> Words:
    """Return what surface is open."""
    source = project.source
    if source is None:
        return "", ""
    if not source.has_faces:
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


def training_words(project: Project) -> Words:
    """Return what the training came to."""
    training = project.training
    if training is None:
        return "", ""
    rmse = f"RMSE {percent(training.certificate.rmse_rel)}"
    seed = tr("seed {n}", n=number(training.options.seed))
    return f"{rmse} · {duration(round(training.seconds))} · {seed}", rmse


def export_words(project: Project) -> Words:
    """Return what can be exported."""
    if project.source is None:
        words = tr("Needs a surface")
    elif project.training is None:
        words = tr("Surface only so far")
    else:
        words = tr("{n} results can be exported", n=len(available(project)))
    return words, words


def training_caption(project: Project) -> str:
    """Return how the training went."""
    training = project.training
    if training is None:
        return ""
    how = counted(training.steps, "1 step", "{n} steps")
    ended = {
        "stopped": tr("Stopped early"),
        "short": tr("Too few steps"),
        "diverged": tr("Last good state"),
    }.get(training.ended, tr("Up to date"))
    return f"{ended} · {how} · {training.device.upper()}"


def caption_of(workspace: Workspace, view: StageView) -> str:
    """Return the line under the primary button: why it cannot run, or how the last run went."""
    state = state_of(workspace, view)
    if view.key == "source":
        source = workspace.project.source
        return tr("Read in {time}", time=duration(source.seconds)) if source is not None else ""
    if view.key == "export":
        return "" if workspace.project.source is not None else tr("Needs a surface")
    if state is StageState.FAILED:
        return workspace.failures[view.key]
    if state is StageState.DONE:
        return view.caption(workspace.project)
    if state is StageState.RUNNING:
        return ""
    if view.variant is not None and view.variant.holds(workspace.project):
        return view.variant.about
    return workspace.obstacle(view.key) if view.key in STAGES else ""


def choice_text(name: str, choice: Any) -> str:
    """Return what a user reads for a choice of a form."""
    texts: dict[tuple[str, Any], Callable[[], str]] = {
        ("of", ("decoder",)): lambda: tr("Decoder"),
        ("of", ("encoder",)): lambda: tr("Encoder"),
        ("of", ("decoder", "encoder")): lambda: tr("Both"),
        ("preset", "small"): lambda: tr("Small"),
        ("preset", "medium"): lambda: tr("Medium"),
        ("preset", "default"): lambda: tr("Default"),
        ("preset", "paper"): lambda: tr("Paper"),
        ("mode", "guided"): lambda: tr("Guided"),
        ("mode", "free"): lambda: tr("Free"),
        ("device", "auto"): lambda: tr("Automatic"),
        ("device", "cpu"): lambda: tr("CPU, {n} threads", n=n_threads()),
        ("device", "cuda"): lambda: tr("NVIDIA card"),
        ("device", "mps"): lambda: tr("Apple card"),
        ("measure", "area"): lambda: tr("Surface area"),
        ("measure", "uniform"): lambda: tr("Uniform over vertices"),
        ("measure", "scalar"): lambda: tr("Scalar of the file"),
        ("way", "both"): lambda: tr("Both ways"),
        ("input", "other"): lambda: tr("Other surface"),
        ("noise", "normal"): lambda: tr("Along the normals"),
        ("decoder", "network"): lambda: tr("Network"),
        ("decoder", "detail"): lambda: tr("With detail"),
        ("theme", "system"): lambda: tr("System"),
        ("theme", "light"): lambda: tr("Light"),
        ("theme", "dark"): lambda: tr("Dark"),
    }
    if name == "method":
        return method_name(choice)
    text = texts.get((name, choice))
    return text() if text is not None else tr(choice.capitalize())


def n_threads() -> int:
    """Return how many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def shown_options(workspace: Workspace, key: str) -> Any:
    """Return the options that the form of a stage shows."""
    if key == "source" and workspace.project.source is not None:
        return STAGES["source"].options(workspace.project.source.path, workspace.project.source.how)
    return workspace.options(key)
