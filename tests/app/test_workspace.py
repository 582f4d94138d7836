"""The project is replaced, undone, and results of jobs are applied only while their inputs are open."""

from dataclasses import replace

import pytest

from app.process.jobs import Workers
from app.state.stage_state import StageState
from app.state.workspace import Workspace
from core.base.errors import BudaiError
from core.base.progress import Progress
from core.generation.options import GenerationOptions
from core.process.child import Child
from core.session import stages as pipeline
from core.training.options import TrainingOptions
from core.training.result import TrainingStep
from tests.core.make import bumpy_disk, trained_project


def train_slowly(source, options, former=None, checkpoint=None, keep=None):
    for k in range(20):
        yield Progress(k / 20, "training", TrainingStep(k, float(k), 1.0))
    return trained_project(source.surface).training


def refuse(source, options, *_):
    yield Progress(None)
    raise BudaiError("No fire. Light one.")


@pytest.fixture
def workspace(qtbot, monkeypatch):
    workers = Workers()
    monkeypatch.setattr(workers, "prepare", lambda: None)
    start = workers.start

    def start_light(*arguments):
        workers._spare = Child()
        return start(*arguments)

    monkeypatch.setattr(workers, "start", start_light)
    space = Workspace(workers)
    yield space
    space.close()


def use(monkeypatch, function):
    stages = dict(pipeline.STAGES)
    stages["training"] = pipeline.Stage("training", TrainingOptions, function, ("source",))
    monkeypatch.setattr("app.state.workspace.STAGES", stages)


def test_undo_shows_the_former_project_and_redo_the_later(workspace):
    first, second = replace(trained_project(), training=None), trained_project()
    workspace.replace(first)
    workspace.replace(second)
    workspace.undo()
    assert workspace.project is first
    assert workspace.can_redo
    workspace.redo()
    assert workspace.project is second
    workspace.undo()
    workspace.replace(trained_project())
    assert not workspace.can_redo


def test_a_result_is_applied_and_the_live_payload_ends(qtbot, workspace, monkeypatch):
    use(monkeypatch, train_slowly)
    workspace.start_over(replace(trained_project(), training=None, options={}))
    assert workspace.state("training") is StageState.READY
    with qtbot.waitSignal(workspace.project_changed, timeout=20_000):
        workspace.run_stage("training")
        assert workspace.state("training") is StageState.RUNNING
    assert workspace.project.training is not None
    assert workspace.live is None
    assert workspace.state("training") is StageState.DONE


def test_a_job_ends_when_another_surface_is_opened(qtbot, workspace, monkeypatch):
    use(monkeypatch, train_slowly)
    workspace.start_over(replace(trained_project(), training=None))
    job = workspace.run_stage("training")
    other = replace(trained_project(bumpy_disk(4)), training=None)
    workspace.start_over(other)
    assert not job.is_running
    assert workspace.jobs == {}
    assert workspace.project is other
    assert workspace.live is None


def test_the_file_of_a_project_is_not_that_of_another_surface(workspace, tmp_path):
    project = replace(trained_project(), training=None)
    workspace.start_over(project, tmp_path / "a.budai")
    workspace.replace(project.with_options("training", TrainingOptions(seed=3)))
    assert workspace.path == tmp_path / "a.budai"
    other = trained_project(bumpy_disk(4)).source
    workspace.replace(workspace.project.updated(source=other))
    assert workspace.path is None
    workspace.undo()
    assert workspace.path == tmp_path / "a.budai"


def test_ends_of_a_walk_go_with_the_autoencoder(workspace):
    project = trained_project()
    walk = GenerationOptions(count=7, start=(0.1, 0.2), stop=(0.3, 0.4))
    project = project.with_options("generation", walk)
    assert project.updated(transport=None).options["generation"] is walk
    for made in (project.updated(training=replace(project.training)), project.updated(source=project.source)):
        assert made.options["generation"] == replace(walk, start=(), stop=())


def test_a_failure_is_told_and_leaves_the_project(qtbot, workspace, monkeypatch):
    use(monkeypatch, refuse)
    project = replace(trained_project(), training=None)
    workspace.start_over(project)
    with qtbot.waitSignal(workspace.notified, timeout=20_000) as blocker:
        workspace.run_stage("training")
    assert blocker.args[0].text == "No fire. Light one."
    assert workspace.project is project
    assert workspace.state("training") is StageState.FAILED


def test_a_file_that_cannot_be_read_leaves_everything(qtbot, workspace, tmp_path):
    project = trained_project()
    workspace.start_over(project)
    (tmp_path / "tea.obj").write_text("v 0 0\n")
    with qtbot.waitSignal(workspace.notified, timeout=30_000) as blocker:
        workspace.first.open(tmp_path / "tea.obj")
    assert "tea.obj" in blocker.args[0].text
    assert workspace.project is project
    assert workspace.state("source") is StageState.DONE


def test_a_new_surface_drops_the_old_training_and_a_new_training_marks_what_follows():
    project = trained_project()
    assert project.updated(source=project.source).training is None
    assert project.updated(training=project.training).outdated == frozenset()
