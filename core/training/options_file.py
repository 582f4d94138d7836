"""Options of a training as TOML, and as the arguments of a command."""

import dataclasses
import json
import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.base.errors import InputError, TrainingError
from core.base.kinds import is_list, is_object, is_tuple
from core.training.options import TrainingOptions

_TABLE = "training"
_REMEDY = "Compare it with what Edit > Copy options as TOML gives."


def options_toml(options: TrainingOptions) -> str:
    """Return options as a TOML document; `options_from_toml` gives them back."""
    lines = [f"[{_TABLE}]"]
    for field in dataclasses.fields(options):
        lines.append(f"{field.name} = {_toml(getattr(options, field.name))}")
    return "\n".join(lines) + "\n"


def options_from_toml(text: str, file: str) -> TrainingOptions:
    """Return the options of a TOML document; what it does not name stays at its default.

    Parameters
    ----------
    text : str
        The document, with a table ``training``.
    file : str
        Name of the file it comes from, for messages.

    Raises
    ------
    InputError
        If the document cannot be read, or names an option that there is not, of another kind or out of its bounds.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(file, f"is not TOML: {error}", remedy=_REMEDY) from error
    table = document.get(_TABLE)
    if not is_object(table):
        raise InputError(file, f"has no table [{_TABLE}]", remedy=_REMEDY)
    known = {field.name: getattr(TrainingOptions(), field.name) for field in dataclasses.fields(TrainingOptions)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in known:
            raise InputError(
                file, f"names the option {name!r}, which there is not", f"[{_TABLE}]", f"Known are {', '.join(known)}."
            )
        values[name] = _of_the_kind_of(known[name], value, name, file)
    try:
        return TrainingOptions(**values)
    except TrainingError as error:
        raise InputError(file, str(error).rstrip("."), f"[{_TABLE}]") from error


def read_options(path: str | Path) -> TrainingOptions:
    """Read options from a TOML file.

    Raises
    ------
    InputError
        If the file cannot be read or used.
    """
    file = Path(path).name
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise InputError(file, f"cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise InputError(file, "is not text", f"byte {error.start}", "Give a TOML file.") from error
    return options_from_toml(text, file)


def option_arguments(options: TrainingOptions) -> list[str]:
    """Return the arguments that make a command use these options: those that are not at their default."""
    default = TrainingOptions()
    arguments: list[str] = []
    for field in dataclasses.fields(options):
        value: Any = getattr(options, field.name)
        if value == getattr(default, field.name):
            continue
        flag = f"--{field.name.replace('_', '-')}"
        if value is False:
            arguments.append(f"--no-{field.name.replace('_', '-')}")
        elif is_tuple(value):
            arguments += [flag, "-".join(str(number) for number in value)]
        else:
            arguments += [flag, f"{value:.17g}" if isinstance(value, float) else str(value)]
    return arguments


def command_line(options: TrainingOptions, surface: str, output: str = "out", others: Sequence[str] = ()) -> str:
    """Return the command that repeats a training with these options, and other arguments, quoted for a shell."""
    return shlex.join(["budai", "run", surface, "-o", output, *option_arguments(options), *others])


def _toml(value: Any) -> str:
    """Return a value in TOML, which for these kinds is JSON."""
    return json.dumps(list(value) if is_tuple(value) else value, ensure_ascii=False)


def _of_the_kind_of(default: Any, value: Any, name: str, file: str) -> Any:
    """Return a value that is of the kind of a default, or refuse it."""
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if is_tuple(default):
        if is_list(value) and all(type(number) is int for number in value):
            return tuple(value)
    elif type(value) is type(default):
        return value
    kinds: dict[type, str] = {
        float: "a number",
        int: "a whole number",
        bool: "true or false",
        str: "a text",
        tuple: "a list of numbers",
    }
    raise InputError(file, f"gives {value!r} for {name}, which is to be {kinds[type(default)]}", f"[{_TABLE}]")
