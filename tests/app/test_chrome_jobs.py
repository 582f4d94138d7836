"""The job bar: what runs, how long it will take, and what came of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.stages.training.curves import TrainingView
from core.base.progress import Progress
from core.training.options import TrainingOptions
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


def test_what_a_job_says_is_written_as_everything_else(room):
    bar, job = room.window.job_bar, begin(room, "transport")
    assert bar.detail.text() == "Starting…"
    report(job, 0.1, "Largest area error 1.9e-10")
    assert bar.detail.text() == "Largest area error 1.9 × 10⁻¹⁰"
    report(job, 0.1, "Area ratio spread 1.56e-02, 1 triangle folded")
    assert bar.detail.text() == "Area ratio spread 0.0156, 1 triangle folded"


def test_what_a_disk_does_without_is_not_said_to_be_needed(room):
    room.show(replace(trained_project(), training=None))
    for key in ("cells", "transport", "denoising", "generation"):
        assert room.workspace.obstacle(key) == "Needs a trained autoencoder"


def begin_training(room, seconds=60.0):
    room.show(replace(trained_project(), training=None, options={"training": TrainingOptions(seconds=seconds)}))
    return room.workspace.run_stage("training")


def test_a_running_job_shows_name_detail_progress_and_remaining_time(room, monkeypatch):
    bar, clock = room.window.job_bar, [1000.0]
    monkeypatch.setattr("app.views.job_bar.time.monotonic", lambda: clock[0])
    job = begin_training(room)
    assert bar.bar.fraction is None
    assert bar.remaining.text() == ""
    report(job, 0.0, "Flattening the surface onto the disk")
    clock[0] += 25.0
    report(job, 25 / 60, "Guiding chart")
    assert (bar.name.text(), bar.detail.text()) == ("Training autoencoder", "Guiding chart")
    assert bar.bar.fraction == pytest.approx(25 / 60)
    assert bar.remaining.text() == "35 s left"  # and less than a second for the certificate of so small a surface
    assert bar.bar.width() == 160


def test_a_training_counts_its_own_seconds(room, monkeypatch):
    bar, clock = room.window.job_bar, [0.0]
    monkeypatch.setattr("app.views.job_bar.time.monotonic", lambda: clock[0])
    job = begin_training(room)
    clock[0] = 31.0
    job.progress = Progress(0.2, "Training", TrainingStep(4480, 25.0, 0.1))
    job.progressed.emit(job.progress)
    assert bar.detail.text() == "4,480 steps"
    assert bar.remaining.text() == "45 s left"  # 35 of training, and what follows it
    job.progress = Progress(0.2, "Training", TrainingStep(1, 25.0, 0.1))
    job.progressed.emit(job.progress)
    assert bar.detail.text() == "1 step"


def test_pauses_do_not_count(room, monkeypatch):
    bar, clock = room.window.job_bar, [0.0]
    monkeypatch.setattr("app.views.job_bar.time.monotonic", lambda: clock[0])
    job = begin_training(room)
    report(job, 0.0, "Guiding chart")
    clock[0] = 10.0
    report(job, 0.5, "")
    told = bar.remaining.text()
    job.pause()
    assert bar.remaining.text() == "Paused"
    clock[0] = 500.0
    job.resume()
    report(job, 0.5, "")
    assert bar.remaining.text() == told


def test_cancel_does_not_move_as_texts_change(room):
    bar, job = room.window.job_bar, begin_training(room)
    QApplication.processEvents()
    places = set()
    for fraction, message in ((None, ""), (0.1, "Guiding chart"), (0.5, "A very long message " * 20), (1.0, "Short")):
        report(job, fraction, message)
        room.window.job_bar._show_memory()
        for _ in range(3):
            QApplication.processEvents()
        places.add(bar.cancel.geometry().getRect())
        assert bar.rect().contains(bar.log.geometry())
    bar._cancelling.add(job)
    bar._show_jobs()
    QApplication.processEvents()
    places.add(bar.cancel.geometry().getRect())
    assert len(places) == 1


def test_pause_is_off_while_nothing_can_be_paused(room):
    job = begin_training(room)
    room.trigger("stage_training")
    primary = room.window.column.open_panel.primary
    assert primary.text() == "Pause"
    assert not primary.isEnabled()
    report(job, None, "Starting PyTorch")
    assert not primary.isEnabled()
    report(job, 0.1, "Guiding chart")
    assert primary.isEnabled()
    room.trigger("run_stage")
    assert (primary.text(), primary.isEnabled()) == ("Resume", True)


def test_cancel_says_so_at_once_and_ends_the_job(qtbot, room):
    bar, job = room.window.job_bar, begin(room, "export")
    bar.cancel.click()
    assert bar.cancel.text() == "Cancelling…"
    assert not bar.cancel.isEnabled()
    with qtbot.waitSignal(job.ended, timeout=1000):
        pass
    assert job._child.has_ended
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


def test_the_curves_have_room_for_the_time_that_is_chosen(room):
    room.show(replace(trained_project(), training=None, options={}))
    view = room.window.grid.findChild(TrainingView)
    assert view._duration == 60.0
    room.workspace.set_options("training", TrainingOptions(seconds=5.0))
    assert view._duration == 5.0
