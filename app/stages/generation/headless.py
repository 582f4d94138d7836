"""Generation on the command line: what `budai generate` does."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.command_line.folder import check_target
from app.command_line.in_run import InRun
from app.command_line.one_chart import trained_project
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from core.base.progress import Progress
from core.generation.generate import generate
from core.generation.generation import Generation
from core.generation.options import GenerationOptions
from core.io.writers.generated import write_generated, write_path
from core.process.child import Child, finish_in_child
from core.session.by_chart import together
from core.session.export_points import export_generated
from core.session.points.generate_charts import generate_points
from core.session.project import Project


def generated(project: Project, options: GenerationOptions, progress: TerminalProgress) -> Project:
    """Return the project with new points; say what the user should know of them.

    Raises
    ------
    BudaiError
        If an end of the walk lies outside the disk, or a transport cannot be solved.
    """
    known = None if "transport" in project.outdated else project.transport
    inputs = (project.source, project.preparation, project.training, known, options)
    result = finish_in_child(generate_points, *inputs, report=progress)
    made: Generation = together(result)
    for line in (*made.warnings, *judge_words(made)):
        progress.say(line)
    return project.with_options("generation", options).updated(generation=result)


def generate_file(project_file: Path, options: GenerationOptions, output: Path) -> None:
    """Draw new points of a saved project into a PLY file; a walk is written beside it.

    Raises
    ------
    BudaiError
        If the project or the file cannot be used, or an end of the walk lies outside the disk.
    """
    progress = TerminalProgress()
    project = trained_project(project_file)
    check_target(output, ".npz" if project.source.is_table else ".ply")
    made: Generation = together(generated(project, options, progress).generation)
    if project.source.is_table:
        write_or_rescue(output, partial(export_generated, project.updated(generation=made)))
    else:
        write_or_rescue(output, partial(write_generated, made))
    written = [output]
    if made.walk is not None:
        for name, path, frames in (
            ("straight", made.walk.straight, 0),
            ("geodesic", made.walk.geodesic, 0),
            ("frames", made.walk.geodesic, options.frames),
        ):
            written.append(output.with_name(f"{output.stem}_{name}.ply"))
            write_path(path, written[-1], frames)
        progress.say(f"Walk: straight {made.walk.straight.length:.6g}, geodesic {made.walk.geodesic.length:.6g}")
        legs = made.walk.geodesic.legs()
        if len(legs) > 1:
            passed = ", ".join(str(int(leg.charts[0]) + 1) for leg in legs)
            progress.say(f"It passes the charts {passed}, which are at most {made.walk.geodesic.gap:.3g} apart there")
    progress.say(f"Generated {len(made.points):,} points; wrote {', '.join(path.name for path in written)}")


def judge_words(made: Generation) -> list[str]:
    """Return what a classifier of real rows says of new ones, as sentences; nothing where none was asked."""
    found = made.judgement
    if found is None:
        return []
    names = {
        "made": "generated",
        "uniform": "uniform codes",
        "gaussian": "Gaussian codes",
        "withheld": "real, withheld",
    }
    shares = ", ".join(f"{names[key]} {100 * one.confident:.1f} %" for key, one in found.verdicts.items())
    own = found.verdicts["made"]
    return [
        f"Classified with confidence by a judge of real rows: {shares}",
        f"{own.classes} of {found.classes} classes covered, {own.copies:,} copies of learned rows",
    ]


_IN_RUN_POINTS = 2_000
"""Rows that a run generates."""


def _started(project: Project, options: GenerationOptions, report: Callable[[Progress], None]) -> Child:
    """Return a process that generates rows of a trained table."""
    return Child().start(generate, project.source, project.training, project.transport, options, report=report)


def _taken(child: Child, project: Project, options: GenerationOptions, progress: TerminalProgress) -> Project:
    """Return a project with the rows that a process has generated, and tell of them."""
    made: Generation = child.result()
    for line in (*made.warnings, *judge_words(made)):
        progress.say(line)
    progress.say(f"Generated {len(made.points):,} rows in {child.seconds:.1f} s")
    return project.updated(generation=made).with_options("generation", options)


IN_RUN = InRun(
    "Generation",
    "No rows could be generated",
    _started,
    _taken,
    lambda: GenerationOptions(count=_IN_RUN_POINTS),
    wanted=lambda project: len(project.charts) == 1 and project.source.is_table,
    follows=True,
)
