"""Commands of a training that runs, is done, or was cut off."""

from typing import Any

from PySide6.QtGui import QGuiApplication

from app.stages.training.work import TrainingWork
from app.state.command import Command
from app.state.workspace import Workspace
from app.style.translation import tr
from core.session.by_chart import parts_of
from core.training.options_file import options_toml


def cloud_commands() -> tuple[Command, ...]:
    """Commands of a training of points that no surface was made of yet."""
    return (
        Command(
            "prepare_and_train",
            tr("Prepare and train"),
            "stage/learn",
            lambda w: w.workspace.run_up_to("training"),
            icon="play",
            ready=_can_prepare_and_train,
        ),
    )


def training_commands() -> tuple[Command, ...]:
    """Commands of a training that runs, is done, or was cut off."""
    return (
        Command(
            "step",
            tr("One step"),
            "stage/learn",
            lambda w: w.workspace.jobs["training"].step(),
            "F6",
            "skip-forward",
            _is_training,
        ),
        Command("stop", tr("Stop and keep the result"), "stage/learn", _stop, "Shift+F5", "stop", _is_training),
        Command(
            "reset",
            tr("Stop and drop the result"),
            "stage/learn",
            lambda w: w.workspace.jobs["training"].cancel(),
            "",
            "arrow-counter-clockwise",
            _is_training,
        ),
        Command(
            "continue_training",
            tr("Continue the training"),
            "stage/learn",
            lambda w: _work(w.workspace).train_on("continue"),
            icon="fast-forward",
            ready=_can_train_on,
            starts_group=True,
        ),
        Command(
            "refine_training",
            tr("Refine where the chart folds"),
            "stage/learn",
            lambda w: _work(w.workspace).train_on("refine"),
            icon="crosshair",
            ready=lambda s: _can_train_on(s) and any(len(part.bad_faces) for part in parts_of(s.whole.training)),
        ),
        Command(
            "train_longer",
            tr("Train for the time that is advised"),
            "stage/learn",
            lambda w: _work(w.workspace).train_longer(),
            icon="clock-clockwise",
            ready=lambda s: _work(s).advised_seconds is not None,
        ),
        Command(
            "resume_training",
            tr("Resume the training that was cut off"),
            "stage/learn",
            lambda w: _work(w.workspace).resume_training(),
            icon="arrow-counter-clockwise",
            ready=lambda s: _work(s).lost.found is not None and "training" not in s.jobs,
        ),
        Command("copy_options", tr("Copy options as TOML"), "edit", _copy_options),
    )


def _work(workspace: Workspace) -> TrainingWork:
    return workspace.works["training"]


def _copy_options(window: Any) -> None:
    """Put the options of the training on the clipboard, as TOML that ``--options`` reads."""
    QGuiApplication.clipboard().setText(options_toml(window.workspace.options("training")))
    window.notify(tr("The options of the training are on the clipboard, as TOML for --options."))


def _stop(window: Any) -> None:
    """End the training with what it has."""
    window.workspace.jobs["training"].stop()
    window.column.open_panel.refresh()


def _can_train_on(workspace: Workspace) -> bool:
    project = workspace.whole
    return project.training is not None and "training" not in (*workspace.jobs, *project.outdated)


def _can_prepare_and_train(workspace: Workspace) -> bool:
    """Whether a cloud is open: of a surface one may want to see the charts before they are learned."""
    source = workspace.whole.source
    return source is not None and source.is_cloud and not workspace.jobs


def _is_training(workspace: Workspace) -> bool:
    return "training" in workspace.jobs
