"""Whether what a user chose lies within what the metadata of the options' fields allow."""

from dataclasses import Field
from typing import Any, ClassVar, Protocol

from core.base.errors import BudaiError


class Options(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def check_known(options: Options, *names: str, error: type[BudaiError] = BudaiError) -> None:
    """Refuse values of named fields that are none of their choices.

    Parameters
    ----------
    options : dataclass
        Options whose fields have "label" and "choices" in their metadata.
    *names : str
        The fields.
    error : type
        What is raised.

    Raises
    ------
    BudaiError
        With the label, the value and the choices.
    """
    for name in names:
        about, value = type(options).__dataclass_fields__[name].metadata, getattr(options, name)
        if value not in about["choices"]:
            raise error(f"{about['label']}: {value!r} is not known. Choose one of {', '.join(about['choices'])}.")


def check_within(options: Options, name: str, value: float, error: type[BudaiError] = BudaiError) -> None:
    """Refuse a value that is not between the bounds of a field.

    Parameters
    ----------
    options : dataclass
        Options whose field has "label", "minimum", "maximum" and perhaps "unit" in its metadata.
    name : str
        The field.
    value : float
        Its value, or one of its values.
    error : type
        What is raised.

    Raises
    ------
    BudaiError
        With the label, the value and the bounds.
    """
    about = type(options).__dataclass_fields__[name].metadata
    if not about["minimum"] <= value <= about["maximum"]:
        unit = f" {about['unit']}" if "unit" in about else ""
        raise error(
            f"{about['label']}: {_text(value)}{unit} is out of bounds. "
            f"Choose from {_text(about['minimum'])} to {_text(about['maximum'])}{unit}."
        )


def _text(value: float) -> str:
    """Return a number: whole ones in full."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
