"""Values from JSON against the types of their fields."""

import dataclasses
from typing import Literal

import pytest

from core.io.typed import typed


@dataclasses.dataclass(frozen=True)
class Things:
    """Every kind of field that is stored."""

    name: str = ""
    size: float = 0.0
    count: int = 0
    flag: bool = False
    kind: Literal["a", "b"] = "a"
    widths: tuple[int, ...] = ()
    pair: tuple[float, str] = (0.0, "")
    maybe: float | None = None


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "x", "size": 1, "count": 3, "flag": True, "kind": "b", "maybe": None},
        {"size": float("inf"), "maybe": 0.5},
        {"widths": [1, 2], "pair": [0.5, "y"]},
    ],
)
def test_right_values_are_taken(values):
    made = typed(Things, values)
    for name, value in values.items():
        assert getattr(made, name) == (tuple(value) if isinstance(value, list) else value)


def test_nan_is_no_figure_where_there_may_be_none():
    assert typed(Things, {"maybe": float("nan")}).maybe is None


@pytest.mark.parametrize(
    "values",
    [
        {"name": 1},
        {"size": "1"},
        {"size": True},
        {"size": float("nan")},
        {"count": 1.5},
        {"count": True},
        {"flag": 1},
        {"kind": "c"},
        {"widths": 3},
        {"widths": [1, "2"]},
        {"pair": [0.5]},
        {"pair": ["y", 0.5]},
        {"other": 1},
    ],
)
def test_wrong_values_are_refused(values):
    with pytest.raises(TypeError):
        typed(Things, values)
