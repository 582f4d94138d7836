"""Which widget edits a field of options, by its metadata, and how its values are written and read."""

import dataclasses
from collections.abc import Callable
from typing import Any

from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.combo_box import ComboBox
from app.widgets.fields import FileField, InvalidTextError, SeedField, SliderField, TextField, WidthsField
from app.widgets.layer_chips import LayerChips
from app.widgets.number_text import bounds_text, parse_value, parse_widths, value_text, widths_text
from app.widgets.segmented import Segmented
from app.widgets.toggle import Toggle
from app.widgets.unit_field import UnitField

ChoiceText = Callable[[str, Any], str]
"""Returns what a user reads for a choice, from the field's name and the choice."""


def field_editor(
    field: dataclasses.Field, default: Any, theme: Theme, choice_text: ChoiceText, request: Callable[[str], None]
) -> Any:
    """Return the widget for a field.

    Parameters
    ----------
    field : Field
        Of a dataclass of options.
    default : object
        Its value by default.
    theme : Theme
        The look.
    choice_text : callable
        Returns what a user reads for a choice.
    request : callable
        Called with the name of the field where the user wants to choose a file for it.
    """
    about, kind = field.metadata, field.metadata.get("kind", "")
    if isinstance(default, bool):
        return _ToggleField(theme)
    if "choices" in about:
        choices = {choice: choice_text(field.name, choice) for choice in about["choices"]}
        if kind == "segmented":
            return Segmented(theme, choices)
        combo = ComboBox(theme, choices)
        combo.set_sentences({key: tr(text) for key, text in about.get("sentences", {}).items()})
        return combo
    if kind == "layers":
        return LayerChips(theme)
    if kind == "unit":
        return UnitField(theme)
    if kind == "file":
        made = FileField(theme)
        made.requested.connect(lambda: request(field.name))
        return made
    if kind == "widths":
        ends = about.get("ends")
        return WidthsField(theme, widths_parser(about), lambda widths: widths_text(widths, ends))
    if isinstance(default, int | float):
        return _number_editor(field, theme, isinstance(default, int))
    return TextField(str, str)


def _number_editor(field: dataclasses.Field, theme: Theme, whole: bool) -> Any:
    """Return the widget for a number."""
    about = field.metadata
    parse = number_parser(about, whole)

    def show(value: float) -> str:
        return number_text(about, value, whole)

    if "slider" in about:
        low, high = about["slider"]
        return SliderField(theme, low, high, low > 0 and high / low >= 20, parse, show)
    text = TextField(parse, show)
    return SeedField(theme, text, about.get("maximum", 2**31 - 1)) if about.get("kind") == "seed" else text


class _ToggleField(Toggle):
    """A toggle as a field."""

    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        self.setChecked(value)


def number_text(about: Any, value: float, whole: bool) -> str:
    """Return a number as its field shows it."""
    if "zero" in about and not value:
        return tr(about["zero"])
    return value_text(value, about.get("kind", ""), about.get("unit", ""), whole)


def number_parser(about: Any, whole: bool) -> Callable[[str], float]:
    """Return what turns a text into a number within its bounds."""
    low, high, unit, kind = about.get("minimum"), about.get("maximum"), about.get("unit", ""), about.get("kind", "")
    problem = bounds_text(low, high, unit, whole, kind)

    def parse(text: str) -> float:
        if "zero" in about and text.strip().lower() in ("", tr(about["zero"]).lower()):
            return 0
        try:
            value = parse_value(text, kind, unit)
        except ValueError:
            raise InvalidTextError(problem) from None
        if whole and value != int(value):
            raise InvalidTextError(problem)
        if (low is not None and value < low) or (high is not None and value > high):
            raise InvalidTextError(problem)
        return int(value) if whole else value

    return parse


def widths_parser(about: Any) -> Callable[[str], tuple[int, ...]]:
    """Return what turns a text into hidden widths within their bounds."""
    low, high = about.get("minimum", 1), about.get("maximum", 8192)
    problem = tr("Widths must be whole numbers from {low} to {high}", low=low, high=high)

    def parse(text: str) -> tuple[int, ...]:
        try:
            widths = parse_widths(text, about.get("ends"))
        except ValueError:
            raise InvalidTextError(problem) from None
        if any(not low <= width <= high for width in widths):
            raise InvalidTextError(problem)
        return widths

    return parse
