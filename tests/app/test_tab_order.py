"""Tab goes through the window as it is read, reaches each control once, and shows where it is."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.composer.dialog import ComposerDialog
from app.shell.regions import in_reading_order
from tests.app.chrome_room import Room
from tests.core.make import trained_project

STAGES = ("source", "preparation", "training", "cells", "transport", "denoising", "generation", "unfolding", "export")


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    made.theme.reduced_motion = True
    made.show(trained_project())
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    made.close()


def reachable(window):
    """All controls that take the keyboard, but buttons of a group in which another one is chosen."""
    found = []
    for widget in window.findChildren(QWidget):
        takes = widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        group = widget.group() if isinstance(widget, QAbstractButton) else None
        is_chosen = group is None or group.checkedButton() in (None, widget)
        if takes and is_chosen and widget.focusProxy() is None and widget.window() is window:
            found.append(widget)
    return found


def walk(window, key, modifier=Qt.KeyboardModifier.NoModifier):
    """Press a key until the keyboard is where it was before."""
    QApplication.processEvents()
    in_reading_order(window)[0].setFocus(Qt.FocusReason.TabFocusReason)
    seen = [QApplication.focusWidget()]
    while len(seen) < 1000:
        QTest.keyClick(seen[-1], key, modifier)
        now = QApplication.focusWidget()
        if now is seen[0]:
            return seen
        assert now not in seen, f"{now} is reached twice"
        seen.append(now)
    raise AssertionError("it never comes back")


@pytest.mark.parametrize("stage", STAGES)
def test_each_control_is_reached_once(room, stage):
    room.workspace.show_stage(stage)
    QTest.qWait(50)
    seen = walk(room.window, Qt.Key.Key_Tab)
    missing = [
        f"{type(widget).__name__} {widget.accessibleName()!r}" for widget in set(reachable(room.window)) - set(seen)
    ]
    assert missing == []
    assert len(seen) > 40


def test_the_way_back_is_the_same(room):
    room.workspace.show_stage("training")
    QTest.qWait(50)
    there = walk(room.window, Qt.Key.Key_Tab)
    back = walk(room.window, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert back == [there[0], *reversed(there[1:])]


def test_regions_and_what_is_in_them_come_in_reading_order(room):
    window = room.window
    room.workspace.show_stage("training")
    QTest.qWait(50)
    seen = walk(window, Qt.Key.Key_Tab)
    regions = (window.top_bar, window.column, window.grid, window.inspector, window.job_bar)
    numbers = [next(k for k, region in enumerate(regions) if region.isAncestorOf(widget)) for widget in seen]
    assert numbers == sorted(numbers)
    assert set(numbers) == {0, 1, 2, 3, 4}
    panel = window.column.panels["training"]
    order = [
        seen.index(widget) for widget in (panel.header, panel.form.rows["seed"].editor.focusProxy() or panel.primary)
    ]
    assert order == sorted(order)
    assert seen.index(panel.header) < seen.index(panel.primary) < seen.index(window.column.panels["cells"].header)
    views = [seen.index(view.canvas) for view in (window.grid.surface, window.grid.latent, window.grid.reconstruction)]
    assert views == sorted(views)
    for view in (window.grid.surface, window.grid.latent, window.grid.reconstruction):
        assert seen.index(view.color_button) < seen.index(view.canvas)
    heights = [widget.mapTo(window, QPoint()).y() for widget in seen if window.inspector.isAncestorOf(widget)]
    assert heights == sorted(heights)


def test_a_ring_shows_where_the_keyboard_is(room):
    ring = room.window._ring
    for widget in walk(room.window, Qt.Key.Key_Tab):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.property("ringless") or ring.widget is widget


def test_what_is_scrolled_away_comes_into_sight(room):
    window = room.window
    window.resize(1600, 700)
    QTest.qWait(50)
    for widget in walk(window, Qt.Key.Key_Tab):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
    last = [widget for widget in in_reading_order(window) if window.inspector.isAncestorOf(widget)][-1]
    before = in_reading_order(window)[in_reading_order(window).index(last) - 1]
    before.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is last
    assert not last.visibleRegion().isEmpty()


def test_the_composer_is_reached_from_the_export_panel(room):
    room.workspace.show_stage("export")
    button = room.window.column.panels["export"].beside["figure"]
    assert button.isVisible()
    assert "Ctrl+Shift+F" in button.toolTip()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = room.window.figure_composer
    assert isinstance(dialog, ComposerDialog)
    assert dialog.isVisible()
    dialog.close()
