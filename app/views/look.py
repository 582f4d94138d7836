"""How a stage looks in the window: its words for every state, its forms, its views, its sections, its commands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.process.jobs import Job
from app.state.command import Command
from app.state.option_words import Repeated, Script
from app.state.stage_work import StageWork
from app.state.workspace import Workspace
from app.views.sections import StageSections
from app.views.stage_views import StageViews
from app.widgets.parameter_form import ParameterForm
from core.session.project import Project

Words = tuple[str, str]
"""A text, and the same in few words for small windows."""
Forms = Sequence[ParameterForm]
"""The forms of a stage: that of its options, and where there is one that of its display."""


@dataclass(frozen=True)
class TourStep:
    """One stop of the tour: what starts a stage, and what there is to see.

    Parameters
    ----------
    start : str
        Text of the button that starts the stage.
    running : str
        What is said while it runs.
    done : str
        What is said of its result.
    options : callable, optional
        Returns the options that it runs with, from the user's: a tour is short.
    """

    start: str
    running: str
    done: str
    options: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Beside:
    """Another command that a stage leads to, offered under its primary button.

    Parameters
    ----------
    command : str
        Its key.
    text, icon : str
        What the button says.
    about : str
        One sentence on what it does.
    """

    command: str
    text: str
    icon: str
    about: str


@dataclass(frozen=True)
class Variant:
    """What a stage does for projects of another kind, with options of its own.

    Parameters
    ----------
    key : str
        Key of the options.
    holds : callable
        Returns whether a project is of that kind.
    run : str
        Text of the primary button.
    words, about : str
        Second line and caption of the stage while nothing has been done.
    choose : str
        Command that asks for the file of its form.
    job : (str, str)
        What its job is called while it runs and when it is done; the title of the job is the key.
    """

    key: str
    holds: Callable[[Project], bool]
    run: str
    words: str
    about: str
    choose: str
    job: tuple[str, str]


@dataclass(frozen=True, eq=False)
class StageView:
    """What the window shows of a stage.

    Parameters
    ----------
    key : str
        Key of the stage.
    title : str
        Its name.
    about : str
        One sentence on what it does.
    icon : str
        Icon of its primary button.
    run, run_again : str
        Text of the primary button, and where the result is up to date.
    done : callable
        Returns the figure that counts from a project that has the result.
    command : str
        Command that the primary button triggers.
    beside : tuple of Beside
        Other commands that it leads to, offered once a surface is there.
    job : (str, str)
        What its job is called while it runs and when it is done.
    caption : callable
        Returns how the last run went from a project that has the result.
    finished : callable
        Returns the detail that the job bar shows once its job is done, from a project that has the result.
    lacking : callable
        Returns what it says while it cannot run, from a project; None to say what hinders it.
    ready : callable
        Returns what it says while it can run and has no result, from a project; None for the word *Ready*.
    running : callable
        Returns what it says while it runs, from the workspace and its job; None for the words of the job.
    remedy : callable
        Returns the command that its button offers in place of running, from the workspace; empty for none.
    is_steered : bool
        Whether its job can be stepped, stopped with what it has, and dropped.
    brings_source : bool
        Whether it brings what the others work on.
    shown_options : callable, optional
        Returns the options that its form shows, from the workspace; those of the user by default.
    furnish : callable
        Called with the workspace and the forms of options and of the display before they are shown, for choices that
        depend on the project.
    choose : str
        Command that asks for the file of its form.
    wants_file : callable
        Returns whether its options ask for a file that is not chosen yet.
    variant : Variant, optional
        How it looks where it does something else.
    display : type, optional
        Dataclass of how its result is shown.
    named : callable, optional
        Returns its name for the open project, where it is not the title for all.
    needed : str
        What a stage says that lacks its result.
    work : callable
        Makes how it runs: called with its key and the workspace.
    choices : mapping of (str, choice) to str
        What a user reads for choices of its forms that are not named after themselves, by field and choice.
    views : callable, optional
        Makes what it shows in the four views: called with the grid, the workspace, the selection, the theme
        and the parent of widgets.
    sections : callable, optional
        Makes its sections of the inspector: called with the theme, the workspace and the selection.
    commands : tuple of Command
        What the user can do with its result.
    dropped : callable, optional
        Called with the window and the path of a file that is dropped on the stage.
    takes_drop : callable
        Returns whether a file can be dropped on it now, from the workspace.
    of : tuple of str
        Kinds of data that it is for: "surface", "cloud", "table"; it is not shown for others. Empty for all.
    one_chart : str
        Why it does not run on an atlas of several charts; empty where it runs on each or on all.
    repeated : callable, optional
        Returns the command that does it again without the window, from the workspace; None where there is none now.
    tour : TourStep, optional
        What the tour says of it.
    term : str
        Topic of the help that tells of it.
    script : callable, optional
        Returns the line of Python that does it again, from the workspace.
    """

    key: str
    title: str
    about: str
    icon: str
    run: str
    run_again: str
    done: Callable[[Project], Words]
    command: str = "run_stage"
    beside: tuple[Beside, ...] = ()
    job: tuple[str, str] = ("", "")
    caption: Callable[[Project], str] = lambda _: ""
    finished: Callable[[Project], str] = lambda _: ""
    lacking: Callable[[Project], Words | None] = lambda _: None
    ready: Callable[[Project], Words | None] = lambda _: None
    running: Callable[[Workspace, Job], Words | None] = lambda workspace, job: None
    remedy: Callable[[Workspace], str] = lambda _: ""
    is_steered: bool = False
    brings_source: bool = False
    shown_options: Callable[[Workspace], Any] | None = None
    furnish: Callable[[Workspace, Forms], None] = lambda workspace, forms: None
    choose: str = "open"
    wants_file: Callable[[Any], bool] = lambda options: False
    variant: Variant | None = None
    display: type | None = None
    named: Callable[[Project], str] | None = None
    needed: str = ""
    work: Callable[[str, Workspace], StageWork] = StageWork
    choices: Mapping[tuple[str, Any], str] = field(default_factory=dict)
    views: Callable[..., StageViews] | None = None
    sections: Callable[..., StageSections] | None = None
    commands: tuple[Command, ...] = ()
    dropped: Callable[[Any, str], None] | None = None
    takes_drop: Callable[[Workspace], bool] = lambda _: False
    of: tuple[str, ...] = ()
    one_chart: str = ""
    repeated: Callable[[Workspace], Repeated | None] = lambda _: None
    tour: TourStep | None = None
    term: str = "terms"
    script: Callable[[Workspace], Script] = lambda _: ("", False)
