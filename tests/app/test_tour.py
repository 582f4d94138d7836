"""The tour leads through the stages, one button at a time, and is left at any time."""

import pytest
from PySide6.QtCore import Qt

from core.session.project import Project
from tests.app.chrome_room import Room, fail, finish
from tests.core.make import trained_project


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    room = Room(qtbot, tmp_path)
    yield room
    room.close()


def untrained():
    return Project(source=trained_project().source)


def test_the_tour_goes_from_stage_to_stage(room, qtbot):
    room.show(untrained())
    tour = room.window.tour
    tour.start()
    assert (tour.isVisible(), tour.count.text(), tour.button.text()) == (True, "1 of 5", "Train an autoencoder")
    tour.button.click()
    assert room.workspace.open_stage == "training"
    job, _, arguments = room.workers.started[-1]
    assert arguments[2].seconds == 20.0
    assert room.workspace.options("training").seconds == 60.0
    assert tour.button.text() == "That is enough"
    tour.button.click()
    assert "stop" in job._child.sent
    finish(job, trained_project().training)
    assert (tour.count.text(), tour.button.text()) == ("2 of 5", "Find the cells")
    tour.button.click()
    assert not tour.button.isVisible()
    fail(room.workers.last, "Too many cells.")
    assert (tour.text.text(), tour.button.text()) == ("Too many cells.", "Find the cells")
    tour.button.click()
    assert "cells" in room.workspace.jobs
    assert tour.geometry().bottom() < room.window.grid.height()
    qtbot.keyClick(room.window, Qt.Key.Key_Escape)
    assert not tour.isVisible()
    assert "cells" in room.workspace.jobs


def test_the_tour_begins_with_the_figurine(room, monkeypatch):
    room.show(trained_project())
    opened = []
    monkeypatch.setattr(room.window.files, "open_path", lambda path, how=None: opened.append(path))
    room.trigger("tour")
    assert opened == [str(room.window.files.first_sample)]
    assert not room.window.tour.isVisible()


def test_every_stop_is_told_in_few_words(room):
    steps = [view.tour for view in room.workspace.views.values() if view.tour is not None]
    assert len(steps) == 5
    assert all(0 < len(text) <= 200 for step in steps for text in (step.running, step.done))
    assert all(len(step.start) <= 32 for step in steps)


def test_the_button_is_as_wide_as_its_words(room, qtbot):
    room.show(untrained())
    tour = room.window.tour
    tour.start()
    tour.button.click()
    room.workers.last.cancel()
    assert tour.button.text() == "Train an autoencoder"
    assert tour.button.width() >= tour.button.sizeHint().width()
