"""Results of a stage on every chart of an atlas, and the way to make them."""

from dataclasses import dataclass
from typing import Any, Generic, TypeGuard, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class ByChart(Generic[T]):
    """The results of a stage, one for each chart.

    Parameters
    ----------
    parts : tuple
        What came of each chart.
    whole : dataclass of figures, optional
        What there is to tell of all together.
    """

    parts: tuple[T, ...]
    whole: Any = None


def is_by_chart(value: object) -> TypeGuard[ByChart[Any]]:
    """Tell whether a result is one for each chart."""
    return isinstance(value, ByChart)
