"""How stages run on an atlas of several charts, and what a window that shows one of them is told of all."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from app.style.translation import tr
from core.charts.atlas import Cover
from core.session.by_chart import ByChart
from core.session.every_chart import on_every_chart
from core.session.preparation import Preparation
from core.session.project import Project
from core.session.stages import STAGES, Stage
from core.training.result import TrainingStep


def whole_of(whole: Project, project: Project) -> Project:
    """Return the whole where a project is that of one of its charts, else the same project."""
    return whole if any(chart is project for chart in whole.charts) else project


def asks_for_atlas(verdict: str) -> str:
    """Return why a surface has no planar chart, by what its topology says, and that an atlas helps."""
    fact = verdict.partition(": ")[0]
    return f"{fact}: {tr('press Prepare, which covers it by several charts.')}"


def does_each_chart(key: str) -> bool:
    """Return whether a job is a stage that does the same on every chart of an atlas, one after the other."""
    return key in STAGES and bool(STAGES[key].needs) and not STAGES[key].takes_whole


def call_of(stage: Stage, whole: Project, options: Any, besides: tuple[object, ...]) -> tuple[Any, ...]:
    """Return the function that runs a stage on a project whose inputs are there, and its arguments."""
    if len(whole.charts) > 1 and does_each_chart(stage.key):
        return on_every_chart, stage.key, [stage.inputs(chart) for chart in whole.charts], options
    return stage.function, *(stage.inputs(whole) or ()), options, *besides


def adopted(stage: Stage, whole: Project, result: Any) -> Any:
    """Return a result that came from another process without copies of what it was made from."""
    if not isinstance(result, ByChart) or stage.takes_whole:
        return stage.adopt(result, *(stage.inputs(whole) or ()))
    given = [stage.inputs(chart) or () for chart in whole.charts]
    parts = tuple(stage.adopt(part, *own) for part, own in zip(result.parts, given, strict=True))
    return ByChart(parts, result.whole)


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
    for k, place in cover.patches_at(vertex) if codes else ():
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
