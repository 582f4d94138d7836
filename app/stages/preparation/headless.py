"""Atlases without a window: what `budai run` does where a surface is learned by more than one chart."""

import json
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from app import __version__
from app.command_line.folder import make_folder
from app.command_line.pictures import draw_pictures
from app.command_line.report_file import run_report
from app.command_line.run_folder import PROJECT_FILE, REPORT
from app.command_line.terminal import TerminalProgress
from app.stages import rows
from app.stages.exporting import export_run
from core.base.errors import BudaiError, InputError, TopologyError
from core.base.progress import Progress, finish
from core.io.atomic import replacing
from core.process.child import Child, finish_together
from core.session.atlas_certificate import atlas_statement
from core.session.by_chart import ByChart
from core.session.every_chart import on_every_chart
from core.session.export_atlas import chart_name
from core.session.preparation_parts import prepared_again
from core.session.prepare import prepare
from core.session.preparing.changing import changing
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.session.project_file import save_project
from core.session.stages import STAGES
from core.training.checkpoint import Checkpoint


def prepared(
    project: Project, options: PreparationOptions, progress: TerminalProgress, lost: Checkpoint | None = None
) -> Project:
    """Return a project whose surface can be learned: changed as the options want it, with an atlas where it needs one.

    Parameters
    ----------
    project : Project
        With a surface.
    options : PreparationOptions
        What is to be done.
    progress : TerminalProgress
        Where it is told.
    lost : Checkpoint, optional
        The state of a training that goes on: it keeps its charts.

    Raises
    ------
    BudaiError
        If the surface cannot be prepared so.
    """
    former = project.source
    source, _ = finish(changing(former, options), progress)
    if source is not former:
        for line in source.repairs[len(former.repairs) :]:
            progress.say(line)
        project = project.updated(source=source).with_options("preparation", options)
    try:
        made = finish(prepare(source, options), progress) if lost is None else prepared_again(source, lost)
    except TopologyError as error:
        raise InputError(Path(source.path).name, str(error).rstrip(".")) from error
    if made is None:
        return project
    for line in made.done:
        progress.say(line)
    return project.updated(preparation=made).with_options("preparation", options)


def with_every_chart(project: Project, progress: TerminalProgress, timings: dict[str, float | None]) -> Project:
    """Return a project with the results of all stages that always run, of every chart; one that fails is told."""
    known = [(row.key, part) for row in rows() if (part := row.runs()) is not None and part.options is not None]
    runs = [(key, part) for key, part in known if part.wanted(project)]
    reports = progress.together(*(part.title for _, part in runs))
    inputs = {key: [STAGES[key].inputs(chart) for chart in project.charts] for key, _ in runs}
    with ExitStack() as stack:
        children = []
        for (key, part), report in zip(runs, reports, strict=True):
            assert part.options is not None
            child = stack.enter_context(Child())
            children.append(child.start(on_every_chart, key, inputs[key], part.options(), report=report))
        finish_together(*children)
        for (key, part), child in zip(runs, children, strict=True):
            try:
                found: ByChart[Any] = child.result()
            except (BudaiError, MemoryError) as error:
                progress.say(f"{part.failed}: {error or 'there is too little memory.'}")
                continue
            parts = [STAGES[key].adopt(result, *given) for result, given in zip(found.parts, inputs[key], strict=True)]
            project, timings[part.timing] = project.updated(**{key: ByChart(tuple(parts), found.whole)}), child.seconds
            progress.say(f"{part.title} of {len(parts):,} charts in {child.seconds:.1f} s")
    progress.say(atlas_statement(project))
    return project


def export_charts(project: Project, folder: Path, progress: TerminalProgress, with_pictures: bool) -> list[Path]:
    """Write the folder of each chart, complete like that of a run, and return the folders.

    Parameters
    ----------
    project : Project
        With a trained atlas.
    folder : Path
        Where they come.
    progress : TerminalProgress
        Where it is told.
    with_pictures : bool
        Whether pictures of each chart are drawn too; they take longer than all else.
    """
    written, total = [], len(project.charts)
    for k, chart in enumerate(project.charts):
        progress(Progress(k / total, f"Writing the files of chart {k + 1:,} of {total:,}"))
        place, started = folder / chart_name(k), time.monotonic()
        make_folder(place)
        save_project(chart, place / PROJECT_FILE)

        def missing(error: BudaiError, place: Path = place) -> None:
            progress.say(f"Files are missing in {place.name}: {error}")

        export_run(chart, place, missing)
        if with_pictures:
            draw_pictures(chart, place, progress)
        report = run_report(chart, __version__, {"export": time.monotonic() - started}, 0)
        with replacing(place / REPORT) as temporary:
            temporary.write_text(json.dumps(report, indent=1), "utf-8")
        written.append(place)
    return written
