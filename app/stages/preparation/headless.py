"""Atlases without a window: what `budai run` does where a surface is learned by more than one chart."""

import json
import time
from pathlib import Path

from app import __version__
from app.command_line.all_charts import Asked, results_of_all, write_all_charts
from app.command_line.pictures import draw_pictures
from app.command_line.report_file import run_report
from app.command_line.run_folder import PROJECT_FILE, REPORT
from app.command_line.terminal import TerminalProgress
from app.stages import rows
from app.stages.exporting import export_run
from core.base.errors import InputError, TopologyError
from core.base.progress import finish
from core.io.atomic import replacing
from core.session.atlas_certificate import atlas_statement
from core.session.by_chart import ByChart
from core.session.preparation_parts import prepared_again
from core.session.prepare import prepare
from core.session.preparing.changing import changing
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.session.project_file import save_project
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
    asked = [Asked(key, part.title, part.options()) for key, part in runs]
    for (key, part), (found, seconds) in zip(runs, results_of_all(project, asked, progress), strict=True):
        if not isinstance(found, ByChart):
            progress.say(f"{part.failed}: {found or 'there is too little memory.'}")
            continue
        project, timings[part.timing] = project.updated(**{key: found}), seconds
        progress.say(f"{part.title} of {len(found.parts):,} charts in {seconds:.1f} s")
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

    def write(chart: Project, place: Path) -> None:
        started = time.monotonic()
        save_project(chart, place / PROJECT_FILE)
        export_run(chart, place, lambda error: progress.say(f"Files are missing in {place.name}: {error}"))
        if with_pictures:
            draw_pictures(chart, place, progress)
        report = run_report(chart, __version__, {"export": time.monotonic() - started}, 0)
        with replacing(place / REPORT) as temporary:
            temporary.write_text(json.dumps(report, indent=1), "utf-8")

    return write_all_charts(project, folder, write, progress)
