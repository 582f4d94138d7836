"""How the stage *Denoise rows* looks in the window."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from app.stages.row_denoising.sections import RowDenoisingSections
from app.stages.row_denoising.views import RowDenoisingViews
from app.state.command import Command
from app.state.file_kinds import filters
from app.state.option_words import Repeated, changed_words, project_path, source_name
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import Forms, StageView
from app.widgets.text import counted, number
from core.denoising.row_options import RowDenoisingOptions
from core.denoising.rows import RowsDenoising
from core.session.project import Project

STAGE = "row_denoising"
TABLES = ("npz", "npy", "csv", "tsv", "txt")


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        STAGE,
        tr("Denoise"),
        tr("Bring noisy rows back onto the decoded manifold."),
        "drop-half",
        tr("Denoise rows"),
        tr("Denoise again"),
        denoising_words,
        term="projection",
        job=(tr("Denoising"), tr("Denoised")),
        caption=denoising_caption,
        finished=lambda project: denoising_words(project)[0],
        furnish=furnish,
        lacking=lambda project: (tr("Needs a table"), tr("Needs a table")),
        of=("table",),
        choose="open_noisy_rows",
        wants_file=lambda options: options.input != "own" and not options.path,
        choices={("input", "own"): tr("Own"), ("input", "other"): tr("Other table")},
        views=RowDenoisingViews,
        sections=RowDenoisingSections,
        commands=(Command("open_noisy_rows", tr("Open noisy rows…"), "file", ask_rows, "", "", _takes_rows),),
        dropped=use_rows,
        takes_drop=lambda workspace: not workspace.obstacle(STAGE),
        repeated=_repeated,
        one_chart=tr("Denoising of rows works on tables."),
    )


def _takes_rows(workspace: Workspace) -> bool:
    source = workspace.whole.source
    return source is not None and source.is_table


def ask_rows(window: Any) -> None:
    """Ask for a file of noisy rows, or for another table if that is the input."""
    other = window.workspace.options(STAGE).input == "other"
    title = tr("Open another table") if other else tr("Open noisy rows")
    chosen, _ = QFileDialog.getOpenFileName(window, title, str(window.files.folder), filters(tr("Tables"), TABLES))
    if chosen:
        use_rows(window, chosen)


def use_rows(window: Any, path: str) -> None:
    """Make a file the input of the stage, and open it."""
    workspace = window.workspace
    options: RowDenoisingOptions = workspace.options(STAGE)
    kind = "other" if options.input == "other" else "file"
    workspace.set_options(STAGE, replace(options, input=kind, path=path))
    workspace.show_stage(STAGE)


def furnish(workspace: Workspace, forms: Forms) -> None:
    """Hide what says nothing for the input."""
    options: RowDenoisingOptions = workspace.options(STAGE)
    forms[0].set_row_visible("path", options.input != "own")
    forms[0].set_row_visible("level", options.input != "file")


def _repeated(workspace: Workspace) -> Repeated | None:
    """Return the command that denoises the same rows."""
    if workspace.project.training is None:
        return None
    options: RowDenoisingOptions = workspace.options(STAGE)
    words = ["--count", str(options.count), *changed_words(options, ("seed",))]
    if options.input == "file":
        words = [str(Path(options.path).absolute()), *words]
    else:
        words = ["--noise", f"{options.level:g}", *words]
        words += ["--other", str(Path(options.path).absolute())] if options.input == "other" else []
    output = f"{source_name(workspace)}_denoised.npz"
    return ["denoise", str(project_path(workspace)), *words, "-o", output], True


def denoising_words(project: Project) -> tuple[str, str]:
    """Return what the rows came to, in full and in few words."""
    found: RowsDenoising | None = project.results.get(STAGE)
    if found is None:
        return "", ""
    count = counted(len(found.noisy), "1 row", "{n} rows")
    if found.is_foreign:
        return tr("{count} of another manifold", count=count), tr("another manifold")
    before, after = found.squared(found.noisy), found.squared(found.points)
    if before is None or after is None:
        return tr("{count} projected", count=count), count
    words = f"{number(before, 3)} → {number(after, 3)}"
    return tr("Squared error {change}", change=words), words


def denoising_caption(project: Project) -> str:
    """Return how the last run went."""
    return "" if project.results.get(STAGE) is None else f"{tr('Up to date')} · {denoising_words(project)[0]}"
