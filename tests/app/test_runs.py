"""Trainings as a list: what it says, how one becomes the present one, how one is gone on with or resumed."""

import csv
import os
from dataclasses import replace

import numpy as np
import pytest

from app.stages.training.lost import LostTraining
from app.stages.training.runs_page import columns, run_words
from app.state.stage_state import StageState
from core.base.progress import Progress
from core.cells.cells import Cells
from core.cells.exact_figures import ExactFigures
from core.io.checkpoint_file import write_checkpoint
from core.session.runs_table import runs_csv
from core.training.checkpoint import Checkpoint, fingerprint
from core.training.options import TrainingOptions
from core.training.result import TrainingStep
from tests.app.chrome_room import Room as ChromeRoom
from tests.app.chrome_room import fail, finish
from tests.app.view_room import Room
from tests.core.make import trained_project


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    return Room(qtbot)


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = ChromeRoom(qtbot, tmp_path)
    yield made
    made.close()


def two_runs():
    first = trained_project()
    second = replace(first.training, certificate=replace(first.training.certificate, rmse_rel=0.02))
    return replace(first, training=None).updated(training=first.training).updated(training=second)


def test_every_training_is_a_row_with_its_figures(room):
    project = two_runs()
    room.show(project)
    table = room.grid.stages["training"].runs.table
    shown = [[table.item(row, k).text() for k in range(table.columnCount())] for row in range(table.rowCount())]
    assert shown == [list(run_words(run)) for run in project.runs]
    assert [row[4] for row in shown] == ["10 %", "2 %"]
    assert len(columns()) == table.columnCount()
    assert room.grid.stages["training"].runs.caption == "2 runs"
    assert [curve.name for curve in room.grid.stages["training"].runs.chart.panels[0].curves] == [
        run.name for run in project.runs
    ]
    assert not table.item(0, 0).icon().isNull()


def test_a_run_is_used_again(room):
    project = two_runs()
    room.show(project)
    page = room.grid.stages["training"].runs
    page.table.selectRow(1)
    assert not page.use_button.isEnabled()  # it is the present one
    page.table.selectRow(0)
    page.use_button.click()
    assert room.workspace.project.training is project.runs[0].training
    assert len(room.workspace.project.runs) == 2
    room.workspace.undo()
    assert room.workspace.project.training is project.runs[1].training


def test_the_table_is_saved(room, tmp_path):
    room.show(two_runs())
    room.grid.stages["training"].runs.save_csv(tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["rmse_rel"]) for row in rows] == [0.1, 0.02]
    notices = []
    room.workspace.notified.connect(notices.append)
    room.grid.stages["training"].runs.save_csv(tmp_path / "nowhere" / "runs.csv")
    assert notices[0].kind == "bad"


def test_continue_and_refine_go_on_from_the_present_training(window):
    project = trained_project()
    bad = replace(project.training, bad_faces=np.array([3]))
    window.show(replace(project, training=bad))
    actions = window.window.actions_by_key.actions
    assert actions["refine_training"].isEnabled()
    window.workspace.works["training"].train_on("refine")
    job, _, arguments = window.workspace.workers.started[-1]
    _source, _preparation, options, former, checkpoint, keep = arguments
    assert options.start == "refine"
    assert (options.encoder, options.decoder) == (bad.options.encoder, bad.options.decoder)
    assert former is bad
    assert checkpoint is None
    assert keep is not None
    job.finished.emit(project.training)
    assert window.workspace.options("training").start == "new"
    window.show(project)
    assert not actions["refine_training"].isEnabled()  # nothing is folded


def test_the_certificate_offers_to_refine_where_the_chart_folds(window):
    project = trained_project()
    window.show(project)
    section = window.window.inspector.stages["training"].training
    assert section._action.isHidden()
    window.show(replace(project, training=replace(project.training, bad_faces=np.array([3]))))
    assert not section._action.isHidden()
    section.action_triggered.emit()
    options = window.workspace.workers.started[-1][2][2]
    assert options.start == "refine"


def kept(surface, options):
    return Checkpoint(
        surface=fingerprint(surface),
        options=options,
        weights=(np.zeros((2, 2), np.float32),),
        target=None,
        schedule=(3,),
        steps=3,
        seconds=34.0,
        chart_seconds=None,
        curves=np.zeros((0, 6)),
        focus=np.zeros(len(surface.faces), bool),
    )


def test_a_training_that_was_cut_off_is_found_and_forgotten(tmp_path):
    project = trained_project()
    lost = LostTraining(tmp_path / "new")  # nobody has made the folder yet
    assert lost.look(project.source) is None
    state = kept(project.source.surface, project.training.options)
    lost.keeper(project.source)(state)
    assert lost.look(project.source).seconds == 34.0
    other = replace(project.source, data=replace(project.source.surface, vertices=project.source.surface.vertices + 1))
    assert lost.look(other) is None
    lost.keeper(other)(replace(state, surface=fingerprint(other.surface)))  # a file of its own
    lost.forget(other)
    assert lost.look(other) is None
    assert lost.look(project.source).seconds == 34.0
    lost.file(project.source).write_bytes(b"half")
    assert lost.look(project.source) is None
    lost.forget(project.source)
    (tmp_path / "new" / ".budai-999999999-half.checkpoint").write_bytes(b"of a worker that was killed")
    assert lost.keeper(project.source) is not None
    lost.release()
    assert [path.name for path in (tmp_path / "new").rglob("*")] == ["locks"]


def test_two_windows_that_train_one_surface_keep_their_states_apart_and_say_so(window, tmp_path):
    project, workspace, notices = trained_project(), window.workspace, []
    workspace.notified.connect(notices.append)
    other = LostTraining(window.settings.folder)  # that of another window
    theirs = other.keeper(project.source)
    assert other.elsewhere == ""
    state = kept(project.source.surface, project.training.options)
    theirs(replace(state, seconds=11.0))
    workspace.start_over(project)
    assert [notice.text for notice in notices if "Another Budai" in notice.text] == [
        f"Another Budai (process {os.getpid()}) is training this surface. Results and kept states stay apart."
    ]
    assert workspace.works["training"].lost.found is None  # it is not lost
    job = workspace.run_stage("training")
    assert sum("Another Budai" in notice.text for notice in notices) == 2
    ours = workspace.workers.started[-1][2][-1]
    ours(replace(state, seconds=22.0))
    theirs(replace(state, seconds=12.0))
    job.cancel()  # drops ours alone
    assert other.look(project.source).seconds == 12.0
    other.release()
    workspace.run_stage("training")
    assert sum("Another Budai" in notice.text for notice in notices) == 2
    workspace.workers.started[-1][2][-1](replace(state, seconds=33.0))
    workspace.close()
    assert other.look(project.source).seconds == 33.0


def test_the_state_of_the_second_of_two_windows_is_found_too(tmp_path):
    source = trained_project().source
    first, second = LostTraining(tmp_path), LostTraining(tmp_path)
    first.keeper(source)
    second.keeper(source)(replace(kept(source.surface, TrainingOptions()), seconds=5.0))
    second.release()
    first.forget(source)
    first.release()
    third = LostTraining(tmp_path)
    assert third.look(source).seconds == 5.0
    third.keeper(source)  # resumed
    third.forget(source)
    third.release()
    assert [path.name for path in tmp_path.rglob("*")] == ["locks"]


def test_a_training_that_was_cut_off_is_offered_when_its_surface_is_opened(window):
    project = trained_project()
    workspace = window.workspace
    file = workspace.works["training"].lost.file(project.source)
    write_checkpoint(file, kept(project.source.surface, project.training.options))
    notices = []
    workspace.notified.connect(notices.append)
    workspace.first.open("bumpy.ply")
    workspace.workers.started[-1][0].finished.emit(project.source)
    assert notices[-1].action == "resume_training"
    assert workspace.state("training") is StageState.READY
    workspace.works["training"].resume_training()
    job, _, arguments = workspace.workers.started[-1]
    assert arguments[4] is workspace.works["training"].lost.found
    job.finished.emit(project.training)
    assert not file.exists()


@pytest.mark.parametrize("how", ["project", "failure"])
def test_a_training_that_was_cut_off_is_offered_wherever_its_surface_is_open(window, how):
    project, workspace, notices = trained_project(), window.workspace, []
    file = workspace.works["training"].lost.file(project.source)
    workspace.notified.connect(notices.append)
    state = kept(project.source.surface, project.training.options)
    if how == "project":
        write_checkpoint(file, state)
        workspace.start_over(project)
    else:
        workspace.start_over(project)
        job = workspace.run_stage("training")
        write_checkpoint(file, state)
        assert not notices
        fail(job, "The worker has died.")
    assert notices[-1].action == "resume_training"
    assert file.exists()


def test_a_kept_state_goes_only_when_the_training_is_dropped_or_adopted(window):
    project, workspace = trained_project(), window.workspace
    file = workspace.works["training"].lost.file(project.source)
    state = kept(project.source.surface, project.training.options)
    workspace.start_over(project)
    workspace.run_stage("training")
    write_checkpoint(file, state)
    workspace.replace(replace(project, source=replace(project.source)))  # another surface
    assert not workspace.jobs
    assert file.exists()
    workspace.undo()
    workspace.run_stage("training").cancel()
    assert not file.exists()
    workspace.run_stage("training")
    write_checkpoint(file, state)
    workspace.close()
    assert file.exists()


def test_opening_another_surface_ends_a_training_and_offers_what_was_lost(window, tmp_path):
    project, workspace, notices = trained_project(), window.workspace, []
    surface = project.source.surface
    moved = replace(project.source, data=replace(surface, vertices=surface.vertices + 1.0))
    options = project.training.options
    workspace.start_over(project)
    workspace.run_stage("training")
    write_checkpoint(
        workspace.works["training"].lost.file(project.source), replace(kept(surface, options), seconds=50.0)
    )
    write_checkpoint(workspace.works["training"].lost.file(moved), kept(moved.surface, options))
    workspace.notified.connect(notices.append)
    (tmp_path / "moved.ply").write_bytes(b"read by a worker")
    finish(window.window.files.open_path(str(tmp_path / "moved.ply")), moved)
    assert "training" not in workspace.jobs
    assert [notice.action for notice in notices].count("resume_training") == 1
    assert workspace.works["training"].lost.found.seconds == 34.0
    workspace.undo()
    assert workspace.works["training"].lost.found.seconds == 50.0
    resumed = workspace.works["training"].resume_training()
    assert workspace.running_options("training") is workspace.works["training"].lost.found.options
    finish(resumed, project.training)
    assert workspace.running_options("training") is workspace.options("training")
    assert workspace.project.runs[-1].parent == ""


def test_a_run_never_comes_from_itself(window):
    project, workspace = trained_project(), window.workspace
    workspace.start_over(replace(project, training=None))
    workspace.replace(workspace.project.updated(training=project.training))
    job = workspace.works["training"].train_on("continue")
    workspace.undo()
    more = replace(project.training, options=replace(project.training.options, start="continue"))
    finish(job, more)
    assert [(run.name, run.parent) for run in workspace.project.runs] == [("Run 1", "")]


def test_a_run_comes_from_the_one_it_was_begun_with(window):
    project, workspace = trained_project(), window.workspace
    both = project.updated(training=project.training).updated(training=replace(project.training, steps=99))
    workspace.start_over(both.with_run("Run 1"))
    job = workspace.works["training"].train_on("continue")
    workspace.replace(workspace.project.with_run("Run 2"))
    job.finished.emit(replace(project.training, options=replace(project.training.options, start="continue")))
    assert [(run.name, run.parent) for run in workspace.project.runs][-1] == ("Run 3", "Run 1")


def test_what_exact_cells_tell_stays_with_the_run():
    project = trained_project()
    known = project.training.certificate
    folds = replace(known.on_surface, flipped_triangles=0, flipped_subtriangles=0, cover=1.0)
    folds = replace(folds, flipped_random=0, random_tested=10)
    figures = replace(known, rmse_rel=1e-3, round_trip=1e-4, surface=folds)
    project = project.updated(training=replace(project.training, certificate=figures))
    assert run_words(project.runs[0])[-1] == "open"
    exact = ExactFigures(pieces=9, flipped_pieces=0, rim_is_simple=True)
    cells = Cells(None, None, None, {}, exact=exact)
    again = replace(cells, exact=ExactFigures(cells=7, flat_cells=0))
    project = project.updated(cells=cells).updated(cells=again)
    run = project.runs[0]
    assert run.training is project.training
    assert run_words(run)[-1] == "yes"
    assert "yes" in runs_csv([run]).splitlines()[1].split(",")
    project = project.updated(training=replace(project.training))  # another run, the cells outdated
    assert [run_words(run)[-1] for run in project.runs] == ["yes", "open"]
    folded = replace(run, exact=(replace(run.exact[0], flipped_pieces=2),))
    assert run_words(folded)[-1] == "no"


def test_a_time_that_is_too_short_is_offered_to_be_longer(window):
    project, workspace, notices = trained_project(), window.workspace, []
    workspace.notified.connect(notices.append)
    window.show(project)
    actions = window.window.actions_by_key.actions
    assert not actions["train_longer"].isEnabled()
    first = workspace.run_stage("training")
    step = TrainingStep(3, 1.0, 0.5, advised_seconds=90.0)
    for _ in range(2):
        first.progressed.emit(Progress(0.1, "Training. This computer takes 9 steps a second.", step))
    assert [notice.action for notice in notices] == ["train_longer"]
    assert notices[0].text == "This computer takes 9 steps a second."
    actions["train_longer"].trigger()
    assert workspace.jobs["training"] is not first
    assert workspace.jobs["training"].options.seconds == 90.0
    assert workspace.options("training").seconds == 90.0
