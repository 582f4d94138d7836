"""Values read from JSON, held against the kinds that the fields of a dataclass have."""

import dataclasses
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

_Made = TypeVar("_Made")


def made(kind: type[_Made], values: Any) -> _Made:
    """Return a dataclass of values as they stand in JSON, its lists made tuples again.

    Raises
    ------
    TypeError, ValueError
        If a value is missing, is not known, or is not of the kind of its field.
    """
    checked = of_kind(kind, values)
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in checked.items()})


def figures(kind: type[_Made], values: Any) -> _Made:
    """Return a dataclass of measured figures; null stands for what came out as no number, where there is one always.

    Raises
    ------
    TypeError, ValueError
        If a value is missing, is not known, or is not of the kind of its field.
    """
    if isinstance(values, Mapping):
        hints = get_type_hints(kind)
        lacking = {name: math.nan for name, value in values.items() if value is None and hints.get(name) is float}
        present = made(kind, {**values, **dict.fromkeys(lacking, 0.0)})
        return dataclasses.replace(present, **lacking) if lacking else present
    return made(kind, values)


def finite(value: Any) -> Any:
    """Return a value for JSON with null in place of numbers that are none, which JSON does not know."""
    if isinstance(value, Mapping):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def of_kind(kind: type, values: Any) -> Mapping[str, Any]:
    """Return values after holding them against the fields of a dataclass that have their names; others are let be.

    Raises
    ------
    TypeError, ValueError
        If they are no mapping, or one is not of the kind of its field: a text for a number, a number that is none.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"{_shown(values)} stands where {kind.__name__} should")
    hints = get_type_hints(kind)
    for name, value in values.items():
        if name in hints and not _fits(value, hints[name]):
            raise ValueError(f"{name} cannot be {_shown(value)}")
    return values


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value out of JSON is of a kind; true for kinds that JSON does not hold, arrays say."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Literal:
        return isinstance(value, str) and value in parts
    if origin is tuple:
        several = parts[:1] * len(value) if parts[-1] is Ellipsis and isinstance(value, list | tuple) else parts
        return isinstance(value, list | tuple) and len(value) == len(several) and all(map(_fits, value, several))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(_fits(part, parts[1]) for part in value.values())
    if hint in (float, int):
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return is_number and (hint is float or value == int(value))
    if hint in (str, bool, type(None)):
        return isinstance(value, hint)
    return not dataclasses.is_dataclass(hint) or isinstance(value, Mapping | hint)


def _shown(value: Any) -> str:
    """Return a value as JSON has it, as far as a sentence has room."""
    words = {None: "null", True: "true", False: "false"}
    text = words[value] if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
