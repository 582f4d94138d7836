"""The job bar: what runs, how long it will take, and what came of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.progress import Progress
from core.training.result import TrainingStep
from tests.app.chrome_room import Room, fail, finish
from tests.core.make import trained_project

pytestmark = [pytest.mark.qt_log_level_fail("WARNING"), pytest.mark.qt_log_ignore("propagateSizeHints")]


@pytest.fixture
def room(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def begin(room, title):
    job = room.workers.start(title, None)
    room.workspace.job_started.emit(job)
    return job


def report(job, fraction, message):
    job.progress = Progress(fraction, message)
    job.progressed.emit(job.progress)


def test_at_rest_it_is_ready(room):
    bar = room.window.job_bar
    assert bar.name.text() == "Ready"
    assert not bar.bar.isVisible()
    assert "GB" in bar.memory.text()


def test_a_running_job_shows_name_detail_progress_and_remaining_time(room, monkeypatch):
    bar, clock = room.window.job_bar, [1000.0]
    monkeypatch.setattr("app.views.job_bar.time.monotonic", lambda: clock[0])
    job = begin(room, "training")
    assert bar.bar.fraction is None
    assert bar.remaining.text() == ""
    clock[0] += 26.0
    report(job, 26 / 60, "Guiding chart")
    assert (bar.name.text(), bar.detail.text()) == ("Training autoencoder", "Guiding chart")
    assert bar.bar.fraction == pytest.approx(26 / 60)
    assert bar.remaining.text() == "34 s left"
    assert bar.bar.width() == 280


def test_a_training_counts_its_own_seconds(room):
    bar, job = room.window.job_bar, begin(room, "training")
    job.progress = Progress(0.2, "Training", TrainingStep(4480, 26.0, 0.1))
    job.progressed.emit(job.progress)
    assert bar.detail.text() == "4,480 steps"
    assert bar.remaining.text() == "34 s left"


def test_pauses_do_not_count(room, monkeypatch):
    bar, clock = room.window.job_bar, [0.0]
    monkeypatch.setattr("app.views.job_bar.time.monotonic", lambda: clock[0])
    job = begin(room, "training")
    clock[0] = 10.0
    report(job, 0.5, "")
    job.pause()
    assert bar.remaining.text() == "Paused"
    clock[0] = 500.0
    job.resume()
    report(job, 0.5, "")
    assert bar.remaining.text() == "10 s left"


def test_cancel_says_so_at_once_and_ends_the_job(qtbot, room):
    bar, job = room.window.job_bar, begin(room, "export")
    bar.cancel.click()
    assert bar.cancel.text() == "Cancelling…"
    assert not bar.cancel.isEnabled()
    with qtbot.waitSignal(job.ended, timeout=1000):
        pass
    assert job._worker.has_ended
    assert bar.name.text() == "Cancelled"
    assert bar.cancel.text() == "Cancel"


def test_the_result_of_the_last_job_stays(room):
    bar = room.window.job_bar
    finish(begin(room, "export"), "/somewhere/out.ply")
    assert (bar.name.text(), bar.detail.text()) == ("Exported", "out.ply")
    fail(begin(room, "save"), "The disk is full.")
    assert (bar.name.text(), bar.detail.text()) == ("Failed", "The disk is full.")
    assert bar.show_failure.isVisible()
    bar.show_failure.click()
    assert not room.window.log_drawer.isHidden()


def test_several_jobs_are_counted(room):
    bar, first, second = room.window.job_bar, begin(room, "export"), begin(room, "save")
    assert bar.more.text() == "+1"
    assert bar.shown is second
    finish(second, "a.budai")
    assert bar.shown is first
    assert not bar.more.isVisible()
    finish(first, "b.ply")
    assert bar.shown is None


def test_a_trained_project_is_summed_up(room):
    project = trained_project()
    room.show(project.updated(source=project.source))
    room.trigger("stage_training")
    room.trigger("run_stage")
    finish(room.workers.last, project.training)
    assert room.window.job_bar.name.text() == "Autoencoder trained"
    assert room.window.job_bar.detail.text().startswith("RMSE 10 % in")


def test_only_the_job_that_is_cancelled_says_so(room):
    bar = room.window.job_bar
    room.show(replace(trained_project(), training=None))
    training = room.workspace.run_stage("training")
    export = room.window.files.export(Path("a.ply"), "surface")
    assert bar.shown is export
    bar.cancel.click()
    assert (bar.cancel.text(), bar.cancel.isEnabled()) == ("Cancelling…", False)
    room.qtbot.waitUntil(lambda: bar.shown is training)
    assert (bar.cancel.text(), bar.cancel.isEnabled()) == ("Cancel", True)
    training.stop()
    training.pause()  # what is asked to end is not held
    assert not training.is_paused
