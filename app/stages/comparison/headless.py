"""Comparison without a window: what `budai compare` does, and its part of `budai run`."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.command_line.folder import made_folder
from app.command_line.in_run import InRun
from app.command_line.one_chart import trained_chart
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from app.scene.table_pictures import draw_comparison
from app.stages.comparison.files import FILES, export_embeddings
from app.stages.comparison.work import compare_table
from core.base.progress import Progress
from core.data.source import require
from core.embedding.compare import Comparison, ComparisonOptions
from core.io.atomic import replacing
from core.process.child import Child, finish_together
from core.session.project import Project
from core.session.project_file import save_project


def compare(project_file: Path, output: Path, options: ComparisonOptions) -> None:
    """Compare the codes of a saved project with other embeddings, and write what was found into a folder.

    Raises
    ------
    BudaiError
        If the project or the folder cannot be used.
    """
    progress = TerminalProgress()
    project = trained_chart(project_file)
    require(project.source, "comparison", "rows")
    with made_folder(output):
        with _started(project, options, progress) as child:
            finish_together(child)
            project = _taken(child, project, options, progress)
        write_or_rescue(output / "project.budai", partial(save_project, project))
        export_embeddings(project, output / "embeddings.npz")
        draw_comparison(project, output / "embeddings.png")
        with replacing(output / "comparison.json") as temporary:
            temporary.write_text(json.dumps(FILES.report(project), indent=1), "utf-8")
    progress.say(f"Results in {output}: embeddings.npz, embeddings.png, comparison.json, project.budai")


def _started(project: Project, options: ComparisonOptions, report: Callable[[Progress], None]) -> Child:
    """Return a process that compares."""
    return Child().start(compare_table, project.source, project.training, options, report=report)


def _taken(child: Child, project: Project, options: ComparisonOptions, progress: TerminalProgress) -> Project:
    """Return a project with the comparison that a process has made, and tell of it."""
    found: Comparison = child.result()
    for line in found.messages:
        progress.say(line)
    for name, figures in found.figures.items():
        parts = [f"{name}:"]
        for what in ("trustworthiness", "continuity"):
            value = getattr(figures, what)
            parts += [] if value is None else [f"{what} {value:.3f}"]
        parts += [] if figures.knn5_accuracy is None else [f"5 neighbours {100 * figures.knn5_accuracy:.1f} %"]
        parts += [] if figures.separability is None else [f"separability {figures.separability:.3g}"]
        progress.say(f"{parts[0]} {', '.join([*parts[1:], f'{figures.seconds:.1f} s'])}")
    separated, pairs = found.separated
    if pairs:
        progress.say(f"{separated} of {pairs} pairs of classes lie farther apart than each from itself")
        table = project.source.table
        names = [table.class_name(int(kind)) for kind in table.kinds]
        for a, b in found.not_separated:
            apart, inside = found.between[a, b], max(found.inside[k] or 0.0 for k in (a, b))
            progress.say(f"Not so {names[a]} and {names[b]}: {apart:.3f} apart, {inside:.3f} within one of them")
    if found.heads is not None:
        softmax, votes = 100 * found.heads.softmax, 100 * found.heads.neighbours
        progress.say(f"A classifier of the rows is right on {softmax:.2f} % by softmax, {votes:.2f} % by 5 neighbours")
    progress.say(f"Compared in {child.seconds:.1f} s")
    return project.updated(comparison=found).with_options("comparison", options)


IN_RUN = InRun(
    "Comparison",
    "The embeddings could not be compared",
    _started,
    _taken,
    ComparisonOptions,
    wanted=lambda project: len(project.charts) == 1 and project.source.is_table,
)
