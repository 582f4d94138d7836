"""What the program knows of a stage: one row, whose halves are imported where they are needed."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.stages.files import StageFiles

DECOMPOSING = {"core.relu.walk": 25.7, "core.relu.polygon_split": 2.8}
"""Processor seconds that it takes to compile what finds the cells of a network, by modules."""
AddCommand = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""Called with name, function and text of a command; returns its parser."""


@dataclass(frozen=True, eq=False)
class StageRow:
    """One stage of the program.

    Modules are named, not imported: the command line starts without Qt, the window without what writes files.

    Parameters
    ----------
    key : str
        Name of the stage: of its folder, and of its result in a project.
    window : str
        Module with the function ``view()``, which returns its `StageView`: words, forms, views and sections.
    files : str
        Module with the value ``FILES``, its `StageFiles`: exports, the files of a run, its part of the report.
    command : str
        Module with the function ``add(command)``, which adds its commands to the command line; empty for none. It may
        have ``add_to_run(parser)`` and ``run_options(namespace)`` for what of `budai run` is about the stage.
    heavy : tuple of str
        Titles of jobs that a waiting worker takes, with PyTorch imported; others get a worker of their own.
    has_budget : bool
        Whether a budget of time, ``options.seconds``, ends the phase "budgeted" of its job, with all before it.
    work : Stage, optional
        What computes, where `core.session.stages.STAGES` does not have it.
    in_run : str
        Module with the value ``IN_RUN``, what `budai run` does with it: an `InRun`; empty for nothing.
    phases : mapping of str to float
        Phases of its job, in their order, by the first words of their reports, with the seconds that they took for a
        surface of 30,000 vertices, or as many points.
    compiling : mapping of str to mapping of str to float
        By phase, modules whose kernels it uses first, with the processor seconds that it takes to compile them.
    pace : callable
        Called with these phases, where those that depend on vertices or points alone are seen to, the options, and
        vertices and points over 30,000; changes what its options change.
    """

    key: str
    window: str
    files: str
    command: str = ""
    in_run: str = ""
    heavy: tuple[str, ...] = ()
    has_budget: bool = False
    work: Any = None
    phases: Mapping[str, float] = field(default_factory=dict)
    compiling: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    pace: Callable[[dict[str, float], Any, float, float], None] = lambda phases, options, size, points: None

    def enter(self) -> None:
        """Let the pipeline know what computes, where it does not."""
        if self.work is not None:
            from core.session.stages import STAGES  # the command line starts without it

            STAGES.setdefault(self.key, self.work)

    def view(self) -> Any:
        """Return what the window shows of it, a `StageView` in the user's language."""
        return import_module(self.window).view()

    def writes(self) -> "StageFiles":
        """Return what can be written of its result."""
        return import_module(self.files).FILES

    def add_commands(self, command: AddCommand) -> None:
        """Add its commands to the command line."""
        if self.command:
            import_module(self.command).add(command)

    def add_to_run(self, run: argparse.ArgumentParser) -> None:
        """Add to the command that does it all what can be asked of this stage."""
        add = getattr(import_module(self.command), "add_to_run", None) if self.command else None
        if add is not None:
            add(run)

    def run_options(self, options: argparse.Namespace) -> Any:
        """Return its options where it was asked for in the command that does it all, else None."""
        found = getattr(import_module(self.command), "run_options", None) if self.command else None
        return None if found is None else found(options)

    def runs(self) -> Any:
        """Return what the command that does it all does with the stage, an `InRun`; None where it does nothing."""
        return import_module(self.in_run).IN_RUN if self.in_run else None


def given(options: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """Return those of some options that were given, by their names."""
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}
