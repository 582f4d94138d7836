"""Maps on the command line: what `budai map` does."""

from functools import partial
from pathlib import Path

from app.command_line.folder import made_folder
from app.command_line.one_chart import trained_chart
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from app.stages.maps.files import FILES, export_map
from app.stages.maps.scene.words import summary
from app.stages.maps.work import is_project, map_manifolds
from app.stages.training.headless import learned
from core.base.progress import finish
from core.data.source import Source
from core.io.reading import reading
from core.maps.find import check_sources
from core.maps.manifold_map import ManifoldMap
from core.maps.options import MapsOptions
from core.process.child import finish_in_child
from core.session.project import Project
from core.session.project_file import save_project
from core.training.options import TrainingOptions


def map_files(first: Path, output: Path, options: MapsOptions, learning: TrainingOptions) -> None:
    """Map one manifold to another, learn what is not learned yet, and write what was found into a folder.

    Parameters
    ----------
    first : Path
        A project with a trained chart, or a file to learn.
    output : Path
        The folder for the results.
    options : MapsOptions
        The other manifold, and how.
    learning : TrainingOptions
        How what is not learned yet is trained.

    Raises
    ------
    BudaiError
        If a file or the folder cannot be used, or there is no map between the two.
    """
    progress = TerminalProgress()
    known = trained_chart(first) if is_project(first) else None
    source = finish(reading(first), progress) if known is None else known.source
    check_sources(source, _other(Path(options.other), progress), options)
    with made_folder(output):
        project = learned(Project(source=source), learning, progress) if known is None else known
        made: ManifoldMap = finish_in_child(map_manifolds, project.source, project.training, options, report=progress)
        project = project.updated(maps=made).with_options("maps", options)
        write_or_rescue(output / "project.budai", partial(save_project, project))
        written = [*FILES.run(project, output), output / "map.json"]
        export_map(project, written[-1])
        for name, draw in FILES.pictures.items():
            draw(project, output / name)
            written += [output / name] if (output / name).exists() else []
    for line in made.messages:
        progress.say(line)
    progress.say(f"{summary(made)}; found in {made.seconds:.1f} s")
    progress.say(f"Results in {output}: {', '.join(path.name for path in written)}, project.budai")


def _other(path: Path, progress: TerminalProgress) -> Source:
    """Return the other source, to be looked at before anything is learned."""
    return trained_chart(path).source if is_project(path) else finish(reading(path), progress)
