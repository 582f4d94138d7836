"""How stages run on a project: those that take one chart on every chart of an atlas, one after the other."""

from collections.abc import Sequence
from typing import Any

from core.base.errors import BudaiError
from core.base.progress import Progress, Stop, Work, part, share
from core.session.by_chart import ByChart, is_by_chart
from core.session.project import Project
from core.session.stages import STAGES, Stage


def on_every_chart(
    key: str, inputs: Sequence[tuple[Any, ...]], options: Any, first: int = 0, total: int = 0
) -> Work[ByChart[Any]]:
    """Run the function of a stage on every chart.

    Parameters
    ----------
    key : str
        Of the stage.
    inputs : sequence of tuples
        What its function gets of each chart before the options.
    options : dataclass
        Its options, the same for all.
    first : int
        Number of the first of these charts in its atlas.
    total : int
        Number of charts of the atlas; 0 for these alone.

    Raises
    ------
    BudaiError
        As its function; a chart is named by its number.
    """
    parts: list[Any] = []
    here, stop, total = len(inputs), Stop(), total or len(inputs)
    for k, given in enumerate(inputs):

        def report(progress: Progress, k: int = k) -> Progress:
            return Progress(progress.fraction, f"{progress.message} · chart {first + k + 1} of {total}")

        work = STAGES[key].function(*given, options)
        try:
            parts.append((yield from part(work, *share(k, here), report=report, stop=stop)))
        except BudaiError as error:
            raise BudaiError(f"Chart {first + k + 1}: {error}") from error
    return ByChart(tuple(parts))


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
    if not is_by_chart(result) or stage.takes_whole:
        return stage.adopt(result, *(stage.inputs(whole) or ()))
    given = [stage.inputs(chart) or () for chart in whole.charts]
    parts = tuple(stage.adopt(part, *own) for part, own in zip(result.parts, given, strict=True))
    return ByChart(parts, result.whole)
