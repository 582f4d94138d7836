"""The command lines that repeat, without the window, what was done in it."""

import shlex
from pathlib import Path
from typing import Any

import numpy as np

from app.blind_stage import BLIND, learns_blind
from app.translation import tr
from app.workspace import Workspace
from core.data.reading_options import ReadingOptions
from core.denoising.options import DenoisingOptions
from core.generation.options import GenerationOptions
from core.session.project import Project
from core.session.project_file import SUFFIX
from core.training.options_file import command_line


def stage_command(workspace: Workspace) -> tuple[str, str]:
    """Return the command of the open stage, and what must be done before it works; empty where nothing."""
    project, stage = workspace.project, workspace.open_stage
    name = project.source.name if project.source is not None else "out"
    if stage == "denoising" and learns_blind(project):
        return blind_command(project, workspace.options(BLIND)), ""
    path = workspace.path or Path(f"{name}{SUFFIX}")
    if stage not in ("denoising", "generation") or project.training is None:
        if project.source is not None and project.source.is_learned:
            return blind_command(project, workspace.options(BLIND)), ""
        return training_command(project, workspace.options("training")), ""
    options = workspace.options(stage)
    words = denoising_words(options) if stage == "denoising" else generation_words(options)
    result = f"{name}_{'denoised' if stage == 'denoising' else 'generated'}.ply"
    command = shlex.join(
        ["budai", {"denoising": "denoise", "generation": "generate"}[stage], str(path), *words, "-o", result]
    )
    return command, "" if workspace.is_saved else tr("Save the project as {name} first.", name=path.name)


def training_command(project: Project, options: Any) -> str:
    """Return the command that trains anew with some options, and does all the rest, without the window."""
    path = _source_path(project) if project.source is not None else "SURFACE"
    name = project.source.name if project.source is not None else "out"
    how = [] if project.source is None else project.source.how.arguments
    return command_line(options, path, f"{name}_out", how)


def blind_command(project: Project, options: Any) -> str:
    """Return the command that learns from a cloud."""
    assert project.source is not None
    words = _changed(options, ("seconds", "seed", "truth"))
    how = ReadingOptions(project.source.how.columns).arguments
    return shlex.join(["budai", "blind", _source_path(project), "-o", f"{project.source.name}_out", *words, *how])


def _source_path(project: Project) -> str:
    """Return where the surface or cloud was read from, as it is found from any folder."""
    assert project.source is not None
    return str(Path(project.source.path).absolute())


def denoising_words(options: DenoisingOptions) -> list[str]:
    """Return what is said of a denoising behind the project."""
    if options.input == "file":
        how = ReadingOptions(options.columns).arguments
        return [options.path, *_changed(options, ("method", "onto", "seed")), *how]
    words = ["--noise", f"{options.level:g}", *_changed(options, ("noise", "count", "seed", "method", "onto"), _FLAGS)]
    return words if options.input == "synthetic" else [*words, "--other", options.path]


def generation_words(options: GenerationOptions) -> list[str]:
    """Return what is said of a generation behind the project."""
    words = ["-n", str(options.count), *_changed(options, ("origin", "seed", "spread"), _FLAGS)]
    if options.has_walk:
        ends = [np.format_float_positional(value) for value in (*options.start, *options.stop)]
        words += ["--walk", *ends, *_changed(options, ("frames",))]
    return words


_FLAGS = {"noise": "kind", "origin": "from"}
"""Names of options on the command line, where they are others."""


def _changed(options: Any, names: tuple[str, ...], flags: dict[str, str] | None = None) -> list[str]:
    """Return flags and values of named options that are not at their defaults."""
    defaults, words = type(options)(), list[str]()
    for name in names:
        value = getattr(options, name)
        if value != getattr(defaults, name):
            text = f"{value:g}" if isinstance(value, float) else str(value)
            words += [f"--{(flags or {}).get(name, name)}", text]
    return words
