"""What was done in the window as words of a command line."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.state.workspace import Workspace
from core.session.project_file import SUFFIX

Repeated = tuple[list[str], bool]
"""The words behind "budai" that do something again, and whether they need the project in its file."""
Script = tuple[str, bool]
"""A line of Python that does something again, empty for none, and whether it needs the project in its file."""


def project_path(workspace: Workspace) -> Path:
    """Return the file of the open project, or the one that it would have."""
    return workspace.path or Path(f"{source_name(workspace)}{SUFFIX}")


def chart_path(workspace: Workspace) -> str:
    """Return the file of the open project as a command that works on one chart takes it: P.budai, or P.budai:3."""
    path = str(project_path(workspace))
    return path if len(workspace.whole.charts) == 1 else f"{path}:{workspace.chart + 1}"


def source_name(workspace: Workspace) -> str:
    """Return the name of what is open."""
    source = workspace.whole.source
    return "out" if source is None else source.name


def source_path(workspace: Workspace) -> str:
    """Return where what is open was read from, as it is found from any folder."""
    source = workspace.whole.source
    return "SURFACE" if source is None else str(Path(source.path).absolute())


def changed_words(options: Any, names: tuple[str, ...], flags: Mapping[str, str] | None = None) -> list[str]:
    """Return flags and values of named options that are not at their defaults; `flags` are those of other names."""
    defaults, words = type(options)(), list[str]()
    for name in names:
        value = getattr(options, name)
        if value != getattr(defaults, name):
            text = f"{value:g}" if isinstance(value, float) else str(value)
            words += [f"--{(flags or {}).get(name, name)}", text]
    return words


def options_call(options: Any) -> str:
    """Return the Python that makes options: what is not at its default."""
    changed = [
        f"{field.name}={getattr(options, field.name)!r}"
        for field in dataclasses.fields(options)
        if getattr(options, field.name) != getattr(type(options)(), field.name)
    ]
    return f"options.{type(options).__name__}({', '.join(changed)})"
