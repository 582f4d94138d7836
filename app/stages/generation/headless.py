"""Generation on the command line: what `budai generate` does."""

from functools import partial
from pathlib import Path

from app.command_line.folder import check_target
from app.command_line.one_chart import trained_chart
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from core.generation.generate import generate
from core.generation.generation import Generation
from core.generation.options import GenerationOptions
from core.io.writers.generated import write_generated, write_path
from core.process.child import finish_in_child


def generate_file(project_file: Path, options: GenerationOptions, output: Path) -> None:
    """Draw new points of a saved project into a PLY file; a walk is written beside it.

    Raises
    ------
    BudaiError
        If the project or the file cannot be used, or an end of the walk lies outside the disk.
    """
    progress = TerminalProgress()
    check_target(output, ".ply")
    project = trained_chart(project_file)
    known = None if "transport" in project.outdated else project.transport
    made: Generation = finish_in_child(generate, project.source, project.training, known, options, report=progress)
    for line in made.warnings:
        progress.say(line)
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
    progress.say(f"Generated {len(made.points):,} points; wrote {', '.join(path.name for path in written)}")
