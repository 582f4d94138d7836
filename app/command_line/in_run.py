"""What `budai run` does with a stage behind the training."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.command_line.terminal import TerminalProgress
from core.base.progress import Progress
from core.process.child import Child
from core.session.project import Project


@dataclass(frozen=True)
class InRun:
    """How a stage runs behind the training.

    Parameters
    ----------
    title : str
        What its progress is called.
    failed : str
        What is said where it fails, before the reason.
    start : callable
        Called with the project, the options and where to report; returns the process that computes.
    take : callable
        Called with the process, the project, the options and where to tell; returns the project with the result.
    options : callable, optional
        Returns its options where nothing was asked for: it always runs, beside the others of this kind. Without it,
        the stage runs only where it is asked for, and a failure is that of the run.
    timing : str
        What a report calls its time; empty for none.
    check : callable
        Called with the options before the training begins: what cannot be used shall be refused then.
    wanted : callable
        Called with the project: whether it always runs there.
    follows : bool
        Whether it runs behind those that always run, and is made from their results.
    inputs : callable
        Returns the files that it reads, from the options.
    takes_whole : bool
        Whether, where it is asked for, it works on all charts of an atlas at once.
    """

    title: str
    failed: str
    start: Callable[[Project, Any, Callable[[Progress], None]], Child]
    take: Callable[[Child, Project, Any, TerminalProgress], Project]
    options: Callable[[], Any] | None = None
    timing: str = ""
    check: Callable[[Any], None] = lambda options: None
    wanted: Callable[[Project], bool] = lambda project: True
    follows: bool = False
    inputs: Callable[[Any], tuple[str, ...]] = lambda options: ()
    takes_whole: bool = False
