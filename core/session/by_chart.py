"""Results of a stage on every chart of an atlas, and the way to make them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeGuard, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class ByChart(Generic[T]):
    """The results of a stage, one for each chart.

    Parameters
    ----------
    parts : tuple
        What came of each chart; None where nothing did.
    whole : dataclass of figures, optional
        What there is to tell of all together.
    """

    parts: tuple[T, ...]
    whole: Any = None

    @cached_property
    def together(self) -> T:
        """What the parts are together, of results that can be put together: those of points."""
        kind: Any = type(next(part for part in self.parts if part is not None))
        return kind.together(self.parts)

    def __getstate__(self) -> dict[str, object]:
        # What the parts are together is made anew where it is needed: it would travel twice.
        return {name: value for name, value in self.__dict__.items() if name != "together"}


def parts_of(value: T | ByChart[T]) -> tuple[T, ...]:
    """Return a result of each chart; of one chart that alone."""
    return value.parts if is_by_chart(value) else (cast(T, value),)


def is_by_chart(value: object) -> TypeGuard[ByChart[Any]]:
    """Tell whether a result is one for each chart."""
    return isinstance(value, ByChart)


def together(result: Any) -> Any:
    """Return a result as it is, or what its parts are together where it is one for each chart."""
    return result.together if is_by_chart(result) else result
