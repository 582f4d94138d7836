"""How the stage *Training* looks in the window."""

from dataclasses import replace

from app.process.jobs import Job
from app.process.threads import n_threads
from app.stages.training.commands import cloud_commands, training_commands
from app.stages.training.display import TrainingDisplay
from app.stages.training.films import film_commands
from app.stages.training.sections import TrainingSections
from app.stages.training.views import TrainingViews
from app.stages.training.work import TrainingWork
from app.state.option_words import (
    Repeated,
    Script,
    changed_words,
    options_call,
    project_path,
    source_name,
    source_path,
)
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import Forms, StageView, TourStep, Words
from app.widgets.text import counted, duration, number, percent
from core.session.by_chart import ByChart, parts_of
from core.session.project import Project
from core.training.options import TrainingOptions
from core.training.options_file import option_arguments
from core.training.result import TrainingResult


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        "training",
        tr("Training"),
        tr("Learn the map from the surface to a disk and back."),
        "play-fill",
        tr("Train"),
        tr("Train again"),
        training_words,
        term="chart",
        tour=TourStep(
            tr("Train an autoencoder"),
            tr(
                "An encoder learns to flatten the figurine into the disk at the right, a decoder to bring it back. "
                "Watch both become better: 20 seconds will do."
            ),
            tr(
                "Point at the figurine: the same place lights up in the disk and in the reconstruction. The column at "
                "the right tells how good the chart is, and where it is not."
            ),
            lambda options: replace(options, seconds=20.0),
        ),
        job=(tr("Training autoencoder"), tr("Autoencoder trained")),
        caption=training_caption,
        finished=_finished,
        lacking=_lacking,
        running=_running,
        remedy=_remedy,
        needed=tr("Needs a trained autoencoder"),
        is_steered=True,
        display=TrainingDisplay,
        furnish=furnish_training,
        choices={
            ("preset", "small"): tr("Small"),
            ("preset", "medium"): tr("Medium"),
            ("preset", "default"): tr("Default"),
            ("preset", "paper"): tr("Paper"),
            ("mode", "guided"): tr("Guided"),
            ("mode", "free"): tr("Free"),
            ("device", "auto"): tr("Automatic"),
            ("device", "cpu"): tr("CPU, {n} threads", n=n_threads()),
            ("device", "cuda"): tr("NVIDIA card"),
            ("device", "mps"): tr("Apple card"),
            ("decoder", "network"): tr("Network"),
            ("decoder", "detail"): tr("With detail"),
        },
        work=TrainingWork,
        views=TrainingViews,
        sections=TrainingSections,
        commands=(*training_commands(), *cloud_commands(), *film_commands()),
        repeated=_repeated,
        script=_script,
    )


def furnish_training(workspace: Workspace, forms: Forms) -> None:
    """Leave out what an atlas is trained without, unless it was chosen: widths go by the number of charts."""
    several, chosen, usual = len(workspace.whole.charts) > 1, workspace.options("training"), TrainingOptions()
    if workspace.whole.source is not None and workspace.whole.source.is_table:
        for name in ("preset", "encoder", "decoder"):  # of a table they are others than the form would tell
            forms[0].set_row_visible(name, getattr(chosen, name) != getattr(usual, name))
        for name in ("decoder", "lattice"):
            forms[1].set_row_visible(name, False)
        return
    for name in ("decoder", "lattice"):
        forms[1].set_row_visible(name, True)
    for name in ("preset", "mode", "device", "encoder", "decoder"):
        forms[0].set_row_visible(name, not several or getattr(chosen, name) != getattr(usual, name))


def _finished(project: Project) -> str:
    training = project.training
    if training is None:
        return ""
    rmse, first = _rmse(training), parts_of(training)[0]
    return tr("RMSE {figure} in {time}", figure=percent(rmse), time=duration(round(first.seconds)))


def _rmse(training: TrainingResult | ByChart[TrainingResult]) -> float:
    """Return the error of a training: on an atlas that of the welded reconstruction."""
    return training.whole.rmse_rel if isinstance(training, ByChart) else training.certificate.rmse_rel


def _lacking(project: Project) -> Words:
    """Return what is missing for a training."""
    if project.source is not None and project.source.has_faces:
        return tr("Needs an atlas: press Prepare"), tr("Needs an atlas")
    if project.source is not None:
        return tr("Needs a topological disk"), tr("Needs a disk")
    return tr("Needs a surface"), tr("Needs a surface")


def _running(workspace: Workspace, job: Job) -> Words | None:
    """Return how far a training is."""
    step = workspace.live
    if step is None or step.step == 0 or job.progress.payload is None:
        return None
    budget = workspace.running_options("training").seconds
    parts = [tr("{now} of {all}", now=duration(int(min(step.seconds, budget))), all=duration(budget))]
    if step.rmse_rel is not None:
        parts.append(f"RMSE {percent(step.rmse_rel)}")
    return " · ".join(parts), parts[-1]


def _remedy(workspace: Workspace) -> str:
    """Return the command that makes the surface one that can be trained; empty where there is none or no need."""
    preparation = workspace.works["preparation"]
    is_lacking = workspace.whole.preparation is None and preparation.is_wanted and not preparation.obstacle()
    if not is_lacking or not workspace.is_there or "preparation" in workspace.jobs:
        return ""
    return "prepare_and_train" if workspace.whole.source.is_cloud else "prepare"


def _repeated(workspace: Workspace) -> Repeated | None:
    """Return the command that does all of it again, with these options."""
    source = workspace.project.source
    if source is not None and source.is_learned:
        return None
    how = [] if source is None else source.how.arguments
    how = [*how, *changed_words(workspace.options("preparation"), ("way", "charts"), {"way": "prepare"})]
    words = [*option_arguments(workspace.options("training")), *how]
    return ["run", source_path(workspace), "-o", f"{source_name(workspace)}_out", *words], False


def _script(workspace: Workspace) -> Script:
    """Return the Python that trains again; of what was learned from points, the one that opens its project."""
    source = workspace.whole.source
    if source.is_learned:
        return f"run = budai.open({str(project_path(workspace))!r})", True
    chosen = workspace.options("preparation")
    how = f", preparation={options_call(chosen)}" if chosen != type(chosen)() else ""
    return f"run = budai.train(surface, options={options_call(workspace.options('training'))}{how})", False


def training_words(project: Project) -> Words:
    """Return what the training came to."""
    training = project.training
    if training is None:
        return "", ""
    rmse, first = f"RMSE {percent(_rmse(training))}", parts_of(training)[0]
    seed = tr("seed {n}", n=number(first.options.seed))
    return f"{rmse} · {duration(round(first.seconds))} · {seed}", rmse


def training_caption(project: Project) -> str:
    """Return how the training went."""
    if project.training is None:
        return ""
    training = parts_of(project.training)[0]
    how = counted(training.steps, "1 step", "{n} steps")
    ended = {
        "stopped": tr("Stopped early"),
        "short": tr("Too few steps"),
        "diverged": tr("Last good state"),
    }.get(training.ended, tr("Up to date"))
    return f"{ended} · {how} · {training.device.upper()}"
