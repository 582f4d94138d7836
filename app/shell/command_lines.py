"""The command lines, and the Python, that repeat without the window what was done in it."""

import shlex

from app.state.option_words import project_path, source_name
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


def stage_script(workspace: Workspace) -> tuple[str, str]:
    """Return the Python of all that was done, with the open stage at its end, and what must be done before it works.

    What the stages behind the open one came to is not repeated.
    """
    keys = list(workspace.views)
    here = keys[: keys.index(workspace.open_stage) + 1]
    wanted = [key for key in here if key == workspace.open_stage or key in workspace.whole.results]
    found = [workspace.views[key].script(workspace) for key in wanted]
    lines = [line for line, _ in found if line]
    head = ["import budai", *(["from budai import options"] if any("options." in line for line in lines) else []), ""]
    end = [f"run.export({source_name(workspace) + '_out'!r})"] if any("run = " in line for line in lines) else []
    is_ready = workspace.is_saved or not any(needs for _, needs in found)
    name = project_path(workspace).name
    text = "\n".join([*head, *lines, *end, ""])
    return text, "" if is_ready else tr("Save the project as {name} first.", name=name)
