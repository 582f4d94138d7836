"""Pictures of the views: how large, and on which ground."""

import pytest
from PySide6.QtGui import QImage

from app.shell.files import LARGEST_PICTURE, picture_kinds
from tests.app.chrome_room import Room
from tests.core.make import trained_project


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    room = Room(qtbot, tmp_path)
    room.show(trained_project())
    yield room
    room.close()


def test_a_picture_is_as_large_and_clear_as_was_chosen(room, tmp_path, monkeypatch):
    kinds = list(picture_kinds())
    assert len(kinds) == 2 * LARGEST_PICTURE
    asked = []

    def choose(window, title, target, filters, former):
        asked.append(former)
        assert filters.split(";;") == kinds
        return str(tmp_path / f"{len(asked)}.png"), kinds[wanted]

    monkeypatch.setattr("app.shell.files.QFileDialog.getSaveFileName", choose)
    for wanted in (0, 2, LARGEST_PICTURE):  # noqa: B007 - the dialog chooses it
        room.window.files.ask_screenshot("latent")
    assert asked == ["", kinds[0], kinds[2]]
    plain, large, clear = (QImage(str(tmp_path / f"{k}.png")) for k in (1, 2, 3))
    assert large.width() == 3 * plain.width() > 0
    assert plain.pixelColor(0, 0).alpha() == 255
    assert clear.pixelColor(0, 0).alpha() == 0
    assert clear.size() == plain.size()
