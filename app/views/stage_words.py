"""What the column says of a stage in each of its states."""

from typing import Any

from app.state.stage_state import StageState
from app.state.workspace import Workspace
from app.style.sentences import said
from app.style.translation import tr
from app.views.look import StageView, Words
from app.widgets.text import typeset
from core.session.project import Project
from core.session.stages import STAGES


def words_of(workspace: Workspace, view: StageView) -> Words:
    """Return the second line of a stage."""
    state, project, key = workspace.state(view.key), shown_project(workspace, view), view.key
    if state is StageState.RUNNING:
        return _running_words(workspace, view)
    if state is StageState.FAILED:
        return workspace.failures[key], tr("Failed")
    if state is StageState.OUTDATED:
        return tr("Outdated: its inputs have changed since"), tr("Outdated")
    if state is StageState.DONE:
        full, few = view.done(project)
        if project is workspace.whole:
            return full, few
        return tr("Chart {n}: {what}", n=workspace.chart + 1, what=full), few
    if state is StageState.READY:
        variant = view.variant
        if variant is not None and variant.holds(project):
            return variant.words, tr("Ready")
        return view.ready(project) or (tr("Ready"), tr("Ready"))
    return view.lacking(project) or (workspace.obstacle(key), tr("Not yet"))


def shown_project(workspace: Workspace, view: StageView) -> Project:
    """Return the project that a stage tells of: the whole where it works on all charts at once, else one chart."""
    stage = STAGES.get(view.key)
    return workspace.project if stage is not None and stage.needs and not stage.takes_whole else workspace.whole


def _running_words(workspace: Workspace, view: StageView) -> Words:
    job = workspace.jobs[view.key]
    if job.is_paused:
        return tr("Paused"), tr("Paused")
    return view.running(workspace, job) or (typeset(said(job.progress.message)) or tr("Starting…"), tr("Running"))


def caption_of(workspace: Workspace, view: StageView) -> str:
    """Return the line under the primary button: why it cannot run, or how the last run went."""
    state = workspace.state(view.key)
    if state is StageState.FAILED:
        return said(workspace.failures[view.key])
    if state is StageState.DONE:
        return view.caption(shown_project(workspace, view))
    if state is StageState.RUNNING:
        return ""
    if view.variant is not None and view.variant.holds(workspace.whole):
        return view.variant.about
    return said(workspace.obstacle(view.key))


def choice_text(view: StageView, name: str, choice: Any) -> str:
    """Return what a user reads for a choice of a form."""
    return view.choices.get((name, choice)) or tr(choice.capitalize())


def shown_options(workspace: Workspace, view: StageView) -> Any:
    """Return the options that the form of a stage shows."""
    return workspace.options(view.key) if view.shown_options is None else view.shown_options(workspace)
