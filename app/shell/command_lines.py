"""The command lines that repeat, without the window, what was done in it."""

import shlex

from app.state.option_words import project_path
from app.state.workspace import Workspace
from app.style.translation import tr


def stage_command(workspace: Workspace) -> tuple[str, str]:
    """Return the command of the open stage, and what must be done before it works; empty where nothing.

    Where the open stage has none, it is that of the nearest one before it that has, else of the first one after it.
    """
    keys = list(workspace.views)
    here = keys.index(workspace.open_stage)
    for key in (*reversed(keys[: here + 1]), *keys[here + 1 :]):
        found = workspace.views[key].repeated(workspace)
        if found is not None:
            words, needs_project = found
            is_ready = workspace.is_saved or not needs_project
            name = project_path(workspace).name
            return shlex.join(["budai", *words]), "" if is_ready else tr("Save the project as {name} first.", name=name)
    return "budai", ""
