"""Stages on all charts of an atlas without a window: the charts are shared out among processes, one for each core."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.command_line.folder import make_folder
from app.command_line.terminal import TerminalProgress
from core.base.clock import n_cores
from core.base.errors import BudaiError
from core.base.progress import Progress
from core.process.child import Child, finish_together
from core.session.by_chart import ByChart
from core.session.every_chart import on_every_chart
from core.session.export_atlas import chart_name
from core.session.project import Project
from core.session.stages import STAGES

_MOST_PROCESSES = 8
"""Processes at most, however many cores there are: each takes a quarter of a gigabyte before it begins."""


@dataclass(frozen=True)
class Asked:
    """A stage that is to run on every chart.

    Parameters
    ----------
    key : str
        Of the stage.
    title : str
        What its progress is called.
    options : dataclass
        Its options.
    """

    key: str
    title: str
    options: Any


def results_of_all(
    project: Project, asked: Sequence[Asked], progress: TerminalProgress
) -> list[tuple[ByChart[Any] | BudaiError | MemoryError, float]]:
    """Return for each stage its results of all charts, or why there are none, and the seconds that it took.

    Parameters
    ----------
    project : Project
        With a trained atlas.
    asked : sequence of Asked
        What is to run, all at the same time.
    progress : TerminalProgress
        Where it is told.
    """
    charts = project.charts
    many = min(max(1, min(n_cores(), _MOST_PROCESSES) // len(asked)), len(charts))
    edges = shares([len(chart.source.surface.faces) for chart in charts], many)
    with ExitStack() as stack:
        started = list[list[Child]]()
        for one, tell in zip(asked, progress.together(*(one.title for one in asked)), strict=True):
            inputs, children = [STAGES[one.key].inputs(chart) for chart in charts], list[Child]()
            for report, first, stop in zip(_merged(tell, edges), edges, edges[1:], strict=False):
                child = stack.enter_context(Child())
                given = one.key, inputs[first:stop], one.options, first, len(charts)
                children.append(child.start(on_every_chart, *given, report=report))
            started.append(children)
        finish_together(*(child for children in started for child in children))
        return [
            (_result(project, one.key, children), max(child.seconds for child in children))
            for one, children in zip(asked, started, strict=True)
        ]


def with_all_charts(project: Project, asked: Asked, progress: TerminalProgress) -> tuple[Project, float]:
    """Return a project with the results of one stage on all its charts, and the seconds that they took.

    Raises
    ------
    BudaiError
        If it fails on a chart.
    """
    ((found, seconds),) = results_of_all(project, [asked], progress)
    if not isinstance(found, ByChart):
        raise found
    return project.updated(**{asked.key: found}).with_options(asked.key, asked.options), seconds


def write_all_charts(
    project: Project, folder: Path, write: Callable[[Project, Path], object], progress: TerminalProgress
) -> list[Path]:
    """Write files of each chart into a folder of its own, and return the folders.

    Parameters
    ----------
    project : Project
        With results of all charts.
    folder : Path
        Where the folders come.
    write : callable
        Writes the files of a chart, from its project, into its folder.
    progress : TerminalProgress
        Where it is told.
    """
    places, total = list[Path](), len(project.charts)
    for k, chart in enumerate(project.charts):
        progress(Progress(k / total, f"Writing the files of chart {k + 1:,} of {total:,}"))
        places.append(folder / chart_name(k))
        make_folder(places[-1])
        write(chart, places[-1])
    return places


def folder_words(places: Sequence[Path]) -> str:
    """Return the names of the folders of all charts in few words."""
    return f"{places[0].name} to {places[-1].name}"


def shares(sizes: Sequence[int], many: int) -> list[int]:
    """Return where to part charts of some sizes, in their order, into shares of about the same size, none empty."""
    reached = np.cumsum(sizes) - np.asarray(sizes) / 2.0
    edges = np.searchsorted(reached, np.arange(1, many) * (np.sum(sizes) / many)).tolist()
    for k in range(len(edges)):
        edges[k] = min(max(edges[k], k + 1, edges[k - 1] + 1 if k else 1), len(sizes) - (many - 1 - k))
    return [0, *edges, len(sizes)]


def _merged(tell: Callable[[Progress], None], edges: Sequence[int]) -> list[Callable[[Progress], None]]:
    """Return a report for each share of the charts: together they are that of the stage."""
    counts = np.diff(edges)
    done = np.zeros(len(counts))

    def report(share: int, progress: Progress) -> None:
        done[share] = progress.fraction or 0.0
        tell(Progress(float(done @ counts / counts.sum()), progress.message))

    return [lambda progress, k=k: report(k, progress) for k in range(len(counts))]


def _result(project: Project, key: str, children: Sequence[Child]) -> ByChart[Any] | BudaiError | MemoryError:
    """Return what processes have found of a stage, with what it was made from, or why one of them failed."""
    try:
        found = [part for child in children for part in child.result().parts]
    except (BudaiError, MemoryError) as error:
        return error
    stage = STAGES[key]
    return ByChart(tuple(stage.adopt(one, *stage.inputs(c)) for one, c in zip(found, project.charts, strict=True)))
