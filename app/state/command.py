"""One thing that a user can do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.state.workspace import Workspace


@dataclass(frozen=True)
class Command:
    """One thing that a user can do.

    Parameters
    ----------
    key : str
        Name in code.
    text : str
        What the user reads.
    menu : str
        Key of the menu: "file", "edit", "view", "stage", "help"; "a/b" is a submenu; empty for none.
    run : callable
        Does it; called with the window.
    shortcut : str
        In Qt's portable notation; empty for none.
    icon : str
        Phosphor name; empty for none.
    ready : callable
        Whether it can be done now.
    is_on : callable or None
        Whether what it switches is on; None where it is no switch. Called with the window.
    starts_group : bool
        Whether a line stands before it in the menu.
    """

    key: str
    text: str
    menu: str
    run: Callable[[Any], object]
    shortcut: str = ""
    icon: str = ""
    ready: Callable[[Workspace], bool] = lambda _: True
    is_on: Callable[[Any], bool] | None = None
    starts_group: bool = False
