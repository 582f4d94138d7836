"""How the stage *Unfold* looks in the window."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from app.stages.unfolding.display import UnfoldDisplay
from app.stages.unfolding.film_options import FilmOptions
from app.stages.unfolding.sections import UnfoldSections
from app.stages.unfolding.views import UnfoldViews
from app.state.command import Command
from app.state.option_words import Repeated, project_path, source_name
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import StageView
from app.widgets.text import counted, duration, percent
from core.session.by_chart import parts_of
from core.session.project import Project

_KEY = "unfolding"


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        _KEY,
        tr("Unfold"),
        tr("Watch the surface go through the networks, layer by layer."),
        "film-strip",
        tr("Unfold"),
        tr("Unfold again"),
        unfold_words,
        term="unfold",
        job=(tr("Unfolding"), tr("Unfolded")),
        caption=unfold_caption,
        finished=lambda project: unfold_caption(project).partition(" · ")[2],
        display=UnfoldDisplay,
        choices={("projection", "still"): tr("Still"), ("projection", "pca"): tr("PCA")},
        views=UnfoldViews,
        sections=UnfoldSections,
        commands=(
            Command(
                "play_unfolding",
                tr("Play the unfolding"),
                "view",
                lambda window: window.grid.stages[_KEY].scene.play(),
                icon="film-strip",
                ready=_is_seen,
            ),
            Command("save_film", tr("Save a film…"), "file/films", ask_film, icon="film-strip", ready=_is_seen),
        ),
        repeated=_repeated,
    )


def _is_seen(workspace: Workspace) -> bool:
    return workspace.open_stage == _KEY and workspace.project.unfolding is not None


def _repeated(workspace: Workspace) -> Repeated | None:
    """Return the command that draws the same film."""
    if workspace.project.training is None:
        return None
    options, shown = workspace.options(_KEY), workspace.display(_KEY)
    project = str(project_path(workspace))
    if len(workspace.whole.charts) > 1:
        project += f":{workspace.chart + 1}"
    words = ["--projection", options.projection, "--size", shown.size, "--seconds", f"{shown.seconds:g}"]
    words += ["--rate", str(shown.rate)]
    return ["unfold", project, *words, "-o", f"{source_name(workspace)}_unfolding.gif"], True


def film_options(window: Any) -> FilmOptions:
    """Return how a film is to be drawn: as the view is seen now."""
    views, shown = window.grid.stages[_KEY], window.workspace.display(_KEY)
    width, height = (int(side) for side in shown.size.split("x"))
    path = views.film_cameras()
    return FilmOptions(
        width,
        height,
        shown.seconds,
        shown.rate,
        color_by=views.scene.color_by,
        faces_viewer=shown.faces_viewer,
        is_dark=window.theme.palette.is_dark,
        camera=path.numbers(),
        is_parallel=path.is_parallel,
    )


def ask_film(window: Any) -> None:
    """Ask for a file, and write a film seen from where the view is seen now."""
    name = source_name(window.workspace)
    kinds = ";;".join((tr("GIF (*.gif)"), tr("MP4 (*.mp4)"), tr("Pictures (*.zip)"), tr("Sheet (*.png)")))
    chosen, kind = QFileDialog.getSaveFileName(window, tr("Save a film"), f"{name}_unfolding.gif", kinds)
    if chosen:
        path = Path(chosen)
        if not path.suffix:
            path = path.with_suffix(kind[kind.index("*") + 1 : -1])
        window.workspace.set_options("film", film_options(window))
        window.files.export(path, "film")


def _made(project: Project) -> Any:
    """Return the unfolding of a project, of several charts that of the first."""
    return None if project.unfolding is None else parts_of(project.unfolding)[0]


def unfold_words(project: Project) -> tuple[str, str]:
    """Return how many layers there are and how much of the widest is seen."""
    made = _made(project)
    if made is None:
        return "", ""
    count = counted(made.length, "1 layer", "{n} layers")
    wide = [mark.variance_kept for mark in made.marks if mark.width > 3]
    seen = tr("at least {share} of the variance seen", share=percent(min(wide))) if wide else tr("seen whole")
    return f"{count} · {seen}", count


def unfold_caption(project: Project) -> str:
    """Return how the last run went."""
    if project.unfolding is None:
        return ""
    return f"{tr('Up to date')} · {duration(sum(part.seconds for part in parts_of(project.unfolding) if part))}"
