"""Values from JSON, each checked against the type of the field it is for."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from core.base.kinds import is_list, is_mapping, is_tuple

_Kind = TypeVar("_Kind")


def typed(kind: type[_Kind], values: Mapping[str, Any]) -> _Kind:
    """Return a dataclass of values from JSON.

    Parameters
    ----------
    kind : type
        A dataclass whose fields are numbers, texts, literals, other such dataclasses, or tuples and unions of these.
    values : mapping
        By the names of fields; lists become tuples.

    Raises
    ------
    TypeError
        If a value is not of the type of its field, is NaN where a number is needed, or there is no such field.
    """
    return kind(**{name: typed_field(kind, name, value) for name, value in values.items()})


def typed_field(kind: type, name: str, value: object) -> Any:
    """Return one value from JSON as a field of a dataclass has it.

    Raises
    ------
    TypeError
        If it is not of the type of this field, or there is no such field.
    """
    hint = typing.get_type_hints(kind).get(name)
    if hint is None:
        raise TypeError(f"{kind.__name__} has no {name:.40}")
    fits, found = _as(value, hint)
    if not fits:
        raise TypeError(f"{name} of {kind.__name__} is {value!r:.60}")
    return found


def _as(value: object, hint: Any) -> tuple[bool, object]:
    """Return whether a value is of a type, and the value as this type."""
    origin, of = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return value in of, value
    if origin in (typing.Union, types.UnionType):
        if type(None) in of and isinstance(value, float) and math.isnan(value):
            return True, None  # a figure that could not be taken
        return next(((True, found) for fits, found in (_as(value, one) for one in of) if fits), (False, value))
    if origin is tuple:
        if not (is_list(value) or is_tuple(value)):
            return False, value
        parts = [_as(one, of[0] if of[-1] is Ellipsis else of[min(k, len(of) - 1)]) for k, one in enumerate(value)]
        right_length = of[-1] is Ellipsis or len(parts) == len(of)
        return right_length and all(fits for fits, _ in parts), tuple(found for _, found in parts)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and is_mapping(value):
        return True, typed(hint, value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value), value
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool), value
    if hint in (bool, str, type(None)):
        return isinstance(value, hint), value
    return True, value
