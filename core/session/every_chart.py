"""A stage on every chart of an atlas, one after the other."""

from collections.abc import Sequence
from typing import Any

from core.base.progress import Progress, Stop, Work, part
from core.session.by_chart import ByChart
from core.session.stages import STAGES


def on_every_chart(key: str, inputs: Sequence[tuple[Any, ...]], options: Any) -> Work[ByChart[Any]]:
    """Run the function of a stage on every chart.

    Parameters
    ----------
    key : str
        Of the stage.
    inputs : sequence of tuples
        What its function gets of each chart before the options.
    options : dataclass
        Its options, the same for all.

    Raises
    ------
    BudaiError
        As its function; a chart is named by its number.
    """
    parts: list[Any] = []
    total, stop = len(inputs), Stop()
    for k, given in enumerate(inputs):

        def report(progress: Progress, k: int = k) -> Progress:
            return Progress(progress.fraction, f"{progress.message} · chart {k + 1} of {total}")

        work = STAGES[key].function(*given, options)
        parts.append((yield from part(work, k / total, (k + 1) / total, report=report, stop=stop)))
    return ByChart(tuple(parts))
