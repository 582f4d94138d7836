"""Notifications stack, fade, and end with what they were about."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.state.stage_state import Notice
from app.style.theme import Theme
from app.widgets import notification
from app.widgets.notification import MOST_SHOWN, Notifications
from tests.app.chrome_room import Room, fail, finish
from tests.core.make import bumpy_disk, trained_project

pytestmark = [pytest.mark.qt_log_level_fail("WARNING"), pytest.mark.qt_log_ignore("propagateSizeHints")]


@pytest.fixture
def host(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    return made


def make(host, reduced_motion=False):
    theme = Theme("light")
    theme.reduced_motion = reduced_motion
    theme.apply(QApplication.instance())
    return Notifications(theme, host)


@pytest.mark.parametrize("reduced_motion", [False, True])
def test_every_kind_goes_by_itself(qtbot, monkeypatch, host, reduced_motion):
    monkeypatch.setattr(notification, "SECONDS", 0.05)
    monkeypatch.setattr(notification, "ERROR_SECONDS", 0.1)
    monkeypatch.setattr(notification, "FADE_MILLISECONDS", 40)
    shown = make(host, reduced_motion)
    for kind in ("info", "ok", "warn", "bad"):
        shown.show_message(f"A sentence of kind {kind}.", kind)
    assert len(shown.shown) == 4
    qtbot.waitUntil(lambda: shown.shown == [], timeout=4000)


def test_pointing_at_it_lets_it_stay_but_a_pointer_that_lies_there_does_not(qtbot, monkeypatch, host):
    monkeypatch.setattr(notification, "SECONDS", 0.4)
    shown = make(host, True)
    made = shown.show_message("Read me.", "info")
    place = QPointF(5, 5)
    for _ in range(4):
        qtbot.wait(150)
        made.enterEvent(QEnterEvent(place, place, place))
    assert shown.shown == [made]
    qtbot.waitUntil(lambda: shown.shown == [], timeout=4000)


def test_they_stack_without_overlap_and_the_oldest_makes_room(host):
    shown = make(host)
    for k in range(MOST_SHOWN + 3):
        shown.show_message(f"Sentence {k}, which is long enough to be broken into two lines or even three.", "bad")
    assert [made.text[:10] for made in shown.shown] == [f"Sentence {k}" for k in range(3, MOST_SHOWN + 3)]
    places = [made.geometry() for made in shown.shown]
    for k, place in enumerate(places):
        assert host.rect().contains(place)
        assert not any(place.intersects(other) for other in places[k + 1 :])


@pytest.fixture
def room(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def texts(room):
    return [shown.text for shown in room.window.notifications.shown]


def test_a_failure_goes_when_the_stage_runs_again(room):
    room.show(replace(trained_project(), training=None, options={}))
    room.workspace.run_stage("training")
    fail(room.workers.last, "No card. Choose the CPU.")
    assert texts(room) == ["No card. Choose the CPU."]
    room.workspace.run_stage("training")
    assert texts(room) == []


def test_a_file_that_could_not_be_read_is_forgotten_with_the_next_that_can(room, tmp_path):
    for name in ("a.ply", "b.ply"):
        (tmp_path / name).write_bytes(b"x")
    room.window.files.open_path(str(tmp_path / "a.ply"))
    fail(room.workers.last, "a.ply: is empty. Export it again.")
    room.workspace.notified.emit(Notice("Nothing of a surface.", "bad"))
    assert len(texts(room)) == 2
    room.window.files.open_path(str(tmp_path / "b.ply"))
    assert texts(room) == ["Nothing of a surface."]
    finish(room.workers.last, replace(trained_project(bumpy_disk(4)).source, path=str(tmp_path / "b.ply")))
    assert texts(room) == ["Nothing of a surface."]


def test_what_is_about_one_surface_ends_with_it(room):
    room.show(replace(trained_project(), training=None, options={}))
    room.workspace.run_stage("training")
    fail(room.workers.last, "No card. Choose the CPU.")
    room.show(trained_project(bumpy_disk(4)))
    assert texts(room) == []
