"""What a window that shows one chart of an atlas is told of all."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.style.translation import tr
from core.charts.atlas import Cover
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.session.project import Project
from core.training.result import TrainingStep


def whole_of(whole: Project, project: Project) -> Project:
    """Return the whole where a project is that of one of its charts, else the same project."""
    return whole if any(chart is project for chart in whole.charts) else project


def asks_for_atlas(verdict: str) -> str:
    """Return why a surface has no planar chart, by what its topology says, and that an atlas helps."""
    fact = verdict.partition(": ")[0]
    return f"{fact}: {tr('press Prepare, which covers it by several charts.')}"


def same_inputs(inputs: tuple[object, ...] | None, others: tuple[object, ...] | None) -> bool:
    """Return whether a stage has the same inputs in two projects; where one lacks them it has not."""
    return inputs is not None and others is not None and all(a is b for a, b in zip(inputs, others, strict=True))


def codes_in_charts(whole: Project, chart: int, vertex: int) -> dict[int, tuple[float, float]]:
    """Return the code of a vertex of one chart in every chart that has it; none where nothing is trained."""
    if whole.preparation is None or not isinstance(whole.training, ByChart):
        return {}
    cover = whole.preparation.cover
    if vertex >= len(cover.patches[chart]):
        return {}  # picked in another chart, and about to be forgotten
    codes = tuple(part.codes for part in whole.training.parts)
    return codes_at(cover, codes, int(cover.patches[chart].vertices[vertex]))


def codes_at(cover: Cover, codes: Sequence[np.ndarray], vertex: int) -> dict[int, tuple[float, float]]:
    """Return the code of a vertex of the surface in every chart that has it, given the codes of all charts."""
    found = {}
    for k, place in cover.patches_at(int(vertex)) if codes else ():
        x, y = codes[k][place]
        found[k] = float(x), float(y)
    return found


def chart_codes(whole: Project, live: TrainingStep | None) -> tuple[np.ndarray, ...]:
    """Return the codes of all charts of an atlas, those of a running training first; none where there are none."""
    if whole.preparation is None:
        return ()
    if live is not None and len(live.chart_codes) == len(whole.preparation.cover):
        return tuple(live.chart_codes)
    if not isinstance(whole.training, ByChart):
        return ()
    return tuple(part.codes for part in whole.training.parts)


def live_of_chart(step: TrainingStep | None, preparation: Preparation | None, chart: int) -> TrainingStep | None:
    """Return what a training tells of one chart: its codes, and the welded reconstruction of its vertices.

    Parameters
    ----------
    step : TrainingStep or None
        What is told of all charts; returned as it is where it does not tell of charts.
    preparation : Preparation or None
        The atlas; None where there is one chart.
    chart : int
        Its number, from 0.
    """
    if step is None or preparation is None or len(step.chart_codes) != len(preparation.cover):
        return step
    vertices = preparation.cover.patches[chart].vertices
    points = None if step.reconstruction is None else step.reconstruction[vertices]
    return replace(step, codes=step.chart_codes[chart], reconstruction=points)
