"""Films that the window writes: of what turns, and of the training that was watched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from app.state.command import Command
from app.state.option_words import source_name
from app.state.workspace import Workspace
from app.style.translation import tr


def film_commands() -> tuple[Command, ...]:
    """Commands that write films."""
    return (
        Command(
            "film_surface",
            tr("Film of the surface turning…"),
            "file/films",
            lambda window: ask_turntable(window, "surface"),
            icon="film-strip",
            ready=_has_place,
        ),
        Command(
            "film_reconstruction",
            tr("Film of the reconstruction turning…"),
            "file/films",
            lambda window: ask_turntable(window, "reconstruction"),
            icon="film-strip",
            ready=lambda workspace: _has_place(workspace) and workspace.project.training is not None,
        ),
        Command(
            "film_training",
            tr("Film of the training…"),
            "file/films",
            ask_learning,
            icon="film-strip",
            ready=_was_watched,
        ),
    )


def _has_place(workspace: Workspace) -> bool:
    source = workspace.project.source
    return source is not None and not source.is_table


def _was_watched(workspace: Workspace) -> bool:
    """Whether moments of a training of what is open are there."""
    source, kept = workspace.whole.source, workspace.works["training"].moments.kept
    return bool(kept) and source is not None and source.has_faces and len(kept[-1].points) == _size(source)


def _size(source: Any) -> int:
    return len(source.surface.vertices)


def ask_turntable(window: Any, of: str) -> None:
    """Ask for a file, and write a film of what turns, seen first from where its view is seen."""
    from app.scene.films.turning import TurntableOptions, write_turntable  # draws: only where it is needed

    view = window.grid.views[of]
    snapshot = window.grid.snapshot
    color_by = view.color_by if snapshot is not None and snapshot.has(view.color_by) else "none"
    options = TurntableOptions(
        of=of,
        color_by=color_by,
        is_dark=window.theme.palette.is_dark,
        camera=view.canvas.camera,
        axis=window.grid.up_axis,
    )
    source = window.workspace.project.source
    codes = None if snapshot is None else snapshot.codes
    points = None if snapshot is None else snapshot.reconstruction
    _ask(window, f"{of}_turning", lambda path: (write_turntable, source, codes, points, options, str(path)))


def ask_learning(window: Any) -> None:
    """Ask for a file, and write a film of the last training."""
    from app.scene.films.learning import LearningOptions, write_learning  # draws: only where it is needed

    moments = window.workspace.works["training"].moments.whole()
    options = LearningOptions(is_dark=window.theme.palette.is_dark)
    _ask(window, "training", lambda path: (write_learning, window.workspace.whole.source, moments, options, str(path)))


def _ask(window: Any, what: str, work: Callable[[Path], tuple[Any, ...]]) -> None:
    """Ask for a file and start the job that writes it."""
    name = f"{source_name(window.workspace)}_{what}.gif"
    kinds = ";;".join((tr("GIF (*.gif)"), tr("MP4 (*.mp4)"), tr("Pictures (*.zip)"), tr("Sheet (*.png)")))
    chosen, kind = QFileDialog.getSaveFileName(window, tr("Save a film"), str(window.files.folder / name), kinds)
    if chosen:
        path = Path(chosen)
        if not path.suffix:
            path = path.with_suffix(kind[kind.index("*") + 1 : -1])
        job = window.files.start("export", *work(path))
        job.finished.connect(lambda written: window.notify(tr("Wrote {name}", name=Path(written).name), "ok"))
