"""One table of commands drives menus, shortcuts, search and the list of keys."""

from collections import Counter

import pytest
from PySide6.QtGui import QColor, QImage, QKeySequence
from PySide6.QtWidgets import QFileDialog

from app.shell.commands import commands, keys_in_views, menu_titles
from app.shell.window_dialogs import square_image
from app.stages import rows
from app.widgets.command_palette import score
from tests.app.chrome_room import Room
from tests.core.make import trained_project

pytestmark = [pytest.mark.qt_log_level_fail("WARNING"), pytest.mark.qt_log_ignore("propagateSizeHints")]

KEYS = {
    "open": "Ctrl+O",
    "save": "Ctrl+S",
    "save_as": "Ctrl+Shift+S",
    "export": "Ctrl+E",
    "figure": "Ctrl+Shift+F",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
    "search": "Ctrl+Shift+P",
    "settings": "Ctrl+,",
    "quit": "Ctrl+Q",
    "run_stage": "F5",
    "step": "F6",
    "stop": "Shift+F5",
    "escape": "Esc",
    "help": "F1",
    "keys": "Ctrl+F1",
    "full_screen": "F11",
    "screenshot": "F12",
    "inspector": "Ctrl+I",
    "log": "Ctrl+L",
    "jobs": "Ctrl+J",
    "next_region": "F4",
    "next_chart": "Ctrl+Alt+Right",
    "previous_chart": "Ctrl+Alt+Left",
}


def known_commands():
    return commands([row.view() for row in rows()])


@pytest.fixture
def room(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def test_every_command_has_a_text_a_key_of_its_own_and_a_menu_that_exists(qtbot):
    table = known_commands()
    assert max(Counter(command.key for command in table).values()) == 1
    assert all(command.text and command.text[0].isupper() for command in table)
    assert {command.menu for command in table} <= {"", *menu_titles()}


def test_shortcuts_are_unique_and_those_of_the_design(qtbot):
    shortcuts = {command.key: command.shortcut for command in known_commands() if command.shortcut}
    assert shortcuts == KEYS
    assert len(set(shortcuts.values())) == len(shortcuts)
    assert all(not QKeySequence(keys).isEmpty() for keys in shortcuts.values())


def test_keys_of_the_views_do_not_collide_with_commands(qtbot):
    taken = {command.shortcut for command in known_commands()}
    in_views = {key.strip() for keys, _ in keys_in_views() for key in keys.split(",")}
    assert not taken & in_views


def test_menus_hold_every_command_that_names_them(room):
    actions = room.window.actions_by_key
    for command in actions.commands.values():
        if command.menu:
            assert actions.actions[command.key] in actions.menus[command.menu].actions(), command.key
    bar = [action.text() for action in room.window.top_bar.menu_bar.actions()]
    assert bar == ["File", "Edit", "View", "Stage", "Help"]


def test_commands_are_ready_when_the_project_is(room):
    actions = room.window.actions_by_key.actions
    for key in ("save", "export", "undo", "step", "stop", "run_all"):
        assert not actions[key].isEnabled(), key
    room.show(trained_project())
    for key in ("save", "export", "stage_training"):
        assert actions[key].isEnabled(), key
    room.workspace.set_options("training", type(room.workspace.options("training"))(seed=3))
    assert actions["undo"].isEnabled()


def test_a_command_that_is_not_ready_does_nothing(room):
    room.trigger("run_all")
    room.trigger("export")
    assert room.workers.started == []


def test_search_finds_commands_by_letters_and_runs_them(qtbot, room):
    room.trigger("search")
    palette = room.window.palette_popup
    assert palette.isVisible()
    palette.field.setText("insp")
    assert palette.list.model().index(0, 0).data() == "Inspector"
    was_open = room.window.inspector.is_open
    palette._on_key(0x01000004)  # Enter
    assert room.window.inspector.is_open is not was_open
    assert not palette.isVisible()


def test_search_says_when_nothing_fits(room):
    room.trigger("search")
    room.window.palette_popup.field.setText("qqqq")
    assert room.window.palette_popup.list.model().rowCount() == 0
    assert not room.window.palette_popup._nothing.isHidden()


def test_search_puts_the_start_of_words_first():
    texts = ["Reopen", "Open…", "Outer spring"]
    found = sorted((value, text) for text in texts if (value := score(text, "op")) is not None)
    assert [text for _, text in found] == ["Open…", "Reopen", "Outer spring"]


def test_switches_show_whether_they_are_on(room):
    actions = room.window.actions_by_key
    actions.refresh_switches()
    assert actions.actions["inspector"].isChecked()
    assert actions.actions["theme_light"].isChecked()
    room.trigger("inspector")
    actions.refresh_switches()
    assert not actions.actions["inspector"].isChecked()


def test_what_goes_wrong_in_a_command_is_told(room, monkeypatch):
    from core.base.errors import BudaiError

    def fail():
        raise BudaiError("No room. Make some.")

    room.show(trained_project())
    monkeypatch.setattr(room.window.files, "save", fail)
    room.trigger("save")
    assert [shown.text for shown in room.window.notifications.shown] == ["No room. Make some."]


def test_what_points_upward_is_chosen_and_kept_for_the_surface(qtbot, room):
    room.show(trained_project())
    grid = room.window.grid
    qtbot.waitUntil(lambda: grid.snapshot is not None)
    assert grid.up_axis == "z"
    room.trigger("up_-y")
    assert grid.up_axis == "-y"
    assert room.window.actions_by_key.commands["up_-y"].is_on(room.window)
    for canvas in (grid.surface.canvas, grid.reconstruction.canvas):
        assert canvas.camera.axes()[1] @ (0.0, -1.0, 0.0) > 0.95
    room.show(trained_project(path="another.ply"))
    qtbot.waitUntil(lambda: grid.snapshot is not None and grid.snapshot.figure.path == "another.ply")
    assert grid.up_axis == "z"
    room.show(trained_project())
    qtbot.waitUntil(lambda: grid.snapshot is not None and grid.snapshot.figure.path == "bumpy.ply")
    assert grid.up_axis == "-y"


def test_an_image_of_the_users_is_read_and_laid_on_the_disk(room, monkeypatch, tmp_path):
    assert not room.window.actions_by_key.actions["lay_image"].isEnabled()
    room.show(trained_project())
    path = tmp_path / "wide.png"
    picture = QImage(60, 40, QImage.Format.Format_ARGB32)
    picture.fill(QColor(10, 200, 30))
    picture.setPixelColor(30, 20, QColor(0, 0, 0, 0))
    picture.save(str(path))
    image = square_image(str(path))
    assert image.shape == (40, 40, 3)
    assert tuple(image[0, 0]) == (10, 200, 30)
    assert tuple(image[20, 20]) == (255, 255, 255)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    room.trigger("lay_image")
    assert room.window.grid._image.shape == (40, 40, 3)
    path.write_bytes(b"no picture")
    room.trigger("lay_image")
    assert "wide.png: this is not a picture that can be read" in room.window.notifications.shown[-1].text


def test_samples_are_found_by_the_search(room, monkeypatch):
    opened = []
    monkeypatch.setattr(room.window.files, "open_sample", opened.append)
    entries = {entry.key: entry.text for entry in room.window.actions_by_key.entries()}
    assert entries["sample_hemisphere"] == "Sample: Hemisphere"
    room.trigger("sample_digits")
    assert opened == ["digits"]


def test_nothing_has_the_keyboard_at_the_start(room):
    assert room.window.focusWidget() in (None, room.window)
    assert room.window._ring.widget is None


def test_the_menu_offers_the_stages_of_the_column_with_keys_by_their_place(room):
    room.show(trained_project())
    actions, offered = room.window.actions_by_key, [k for k, w in room.workspace.works.items() if w.is_offered]
    assert "denoising" in offered
    assert "row_denoising" not in offered
    assert not actions.actions["stage_row_denoising"].isVisible()
    assert [actions.actions[f"stage_{key}"].shortcut().toString() for key in offered] == [
        f"Ctrl+{place % 10}" for place in range(1, len(offered) + 1)
    ]
    assert "stage_row_denoising" not in [entry.key for entry in actions.entries()]
