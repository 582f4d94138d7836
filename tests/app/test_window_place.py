"""The window fits on the screen it is opened on, and comes back to where it was left."""

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication

from app.shell import window_place
from app.shell.window_place import LEAST_SIZE, SIZE, first_place, within
from tests.app.chrome_room import Room
from tests.core.make import trained_project

pytestmark = [pytest.mark.qt_log_level_fail("WARNING"), pytest.mark.qt_log_ignore("propagateSizeHints")]

SCREENS = {
    "1920 x 1080": QRect(0, 0, 1920, 1080),
    "1600 x 1000 with a panel": QRect(0, 0, 1600, 960),
    "1366 x 768 with a panel": QRect(0, 28, 1366, 740),
    "1280 x 720": QRect(0, 0, 1280, 720),
    "1920 x 1080 at 2x": QRect(0, 0, 960, 540),
    "1920 x 1080 at 2x with a panel": QRect(64, 0, 896, 510),
    "second screen at the left": QRect(-1280, 100, 1280, 760),
}
EACH = pytest.mark.parametrize("available", SCREENS.values(), ids=SCREENS)


@pytest.fixture
def open_on(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = []

    def open_window(available):
        monkeypatch.setattr(window_place, "available", lambda window: available)
        made.append(Room(qtbot, tmp_path, size=None))
        return made[-1]

    yield open_window
    for room in made:
        room.close()


def settle():
    for _ in range(6):
        QApplication.processEvents()


@EACH
def test_the_first_window_fits_with_its_title_bar(available):
    place, fills = first_place(available)
    assert available.contains(place)
    assert place.top() > available.top()
    assert fills == (place.size() != SIZE)
    assert place.width() == min(1600, available.width())


def test_a_large_screen_is_not_filled():
    place, fills = first_place(QRect(0, 0, 2560, 1440))
    assert (place.size(), fills) == (SIZE, False)
    assert abs(place.center().x() - 1280) <= 1


@EACH
@pytest.mark.parametrize("stage", ["source", "training", "cells", "transport", "denoising", "generation", "export"])
def test_the_button_of_every_stage_and_the_job_bar_are_in_sight(open_on, available, stage):
    room = open_on(available)
    window = room.window
    window.setWindowState(window.windowState().__class__(0))  # the platform of the tests has a screen of its own size
    window.setGeometry(first_place(available)[0])
    room.show(trained_project())
    room.workspace.show_stage(stage)
    settle()
    assert window.size() == first_place(available)[0].size()
    for part in (window.column.open_panel.primary, window.job_bar, window.job_bar.log, window.top_bar.search):
        assert part.visibleRegion().boundingRect() == part.rect()
        place = QRect(part.mapTo(window, part.rect().topLeft()), part.size())
        assert window.rect().contains(place)
    assert window.column.minimumSizeHint().height() <= window.column.height()


@EACH
def test_a_window_that_was_left_elsewhere_comes_onto_the_screen(available):
    for former in (QRect(5000, 5000, 1600, 1000), QRect(-4000, -50, 1024, 640), QRect(100, 100, 400, 300)):
        found = within(former, available)
        assert available.contains(found)
        assert found.width() == min(former.width(), available.width())


def test_size_and_place_are_remembered(open_on):
    available = QRect(0, 0, 800, 800)  # as large as the screen of the platform of the tests
    room = open_on(available)
    room.window.setWindowState(room.window.windowState().__class__(0))
    room.window.setGeometry(QRect(0, 60, 800, 660))
    settle()
    room.window.close()
    again = open_on(available)
    settle()
    assert again.window.size() == QSize(800, 660)
    assert abs(again.window.y() - 60) <= 2  # the frame that the platform of the tests draws


def test_wide_columns_are_remembered(open_on):
    available = QRect(0, 0, 1700, 1100)
    room = open_on(available)
    room.window.resize(1600, 1000)
    settle()
    room.window.splitter.setSizes([400, 880, 320])
    widths = room.window.splitter.sizes()
    assert widths[0] == 400
    room.window.close()
    room.settings.geometry.remove("geometry")  # Qt would fit it into the small screen of the tests
    again = open_on(available)
    again.window.resize(1600, 1000)
    settle()
    assert again.window.splitter.sizes() == widths


def test_the_least_size_follows_the_screen(open_on):
    assert open_on(QRect(0, 0, 960, 540)).window.minimumSize() == QSize(960, 504)
    assert open_on(QRect(0, 0, 1920, 1080)).window.minimumSize() == LEAST_SIZE
