"""Unfolding on the command line: what `budai unfold` does."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from app.command_line.folder import check_target
from app.command_line.one_chart import trained_chart
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from app.scene.films.writing import SUFFIXES
from app.stages.unfolding.files import drawn, write_data
from app.stages.unfolding.film_options import FilmOptions, check_cameras, seen_from
from app.stages.unfolding.work import unfold
from core.process.child import finish_in_child
from core.unfolding.options import UnfoldOptions
from core.unfolding.unfolding import Unfolding


def unfold_file(
    project_file: Path, output: Path, chosen: Mapping[str, Any], look: Mapping[str, Any], cameras: Sequence[str] = ()
) -> None:
    """Follow a saved project through its networks, and write a film, pictures, points or figures.

    Raises
    ------
    BudaiError
        If the project, an option or the file cannot be used.
    """
    film = FilmOptions(**look)
    check_cameras(cameras)
    is_film = output.suffix.lower()[1:] in SUFFIXES
    options = UnfoldOptions(**{"overlaps": output.suffix.lower() == ".json", **chosen})
    check_target(output, *(f".{suffix}" for suffix in SUFFIXES), ".npz", ".json")
    progress = TerminalProgress()
    project = trained_chart(project_file)
    inputs = project.source, project.training, options
    made: Unfolding = finish_in_child(unfold, *inputs, report=progress)
    project = project.updated(unfolding=made).with_options("film", seen_from(film, cameras, made))
    write = partial(drawn, report=progress) if is_film else write_data
    write_or_rescue(output, partial(write, project))
    wide = min(mark.variance_kept for mark in made.marks)
    progress.say(
        f"{len(made.vertices):,} points through {made.length:,} steps in {made.seconds:.1f} s; the output is met to "
        f"{made.end_error:.1e} of the size; at least {100 * wide:.0f} % of the variance is seen; wrote {output.name}"
    )
