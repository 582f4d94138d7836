"""Recent files are kept with small pictures of what they hold."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QPushButton

from app.scene.palette import LIGHT
from app.shell.welcome_view import WelcomeView
from app.state.recent_pictures import SIZE, RecentPictures, cut_out
from app.widgets.canvas.plotter import Picture
from tests.app.chrome_room import Room, finish
from tests.core.make import trained_project


def view_with(rect):
    image = QImage(400, 300, QImage.Format.Format_RGBX8888)
    image.fill(QColor(LIGHT.view))
    painter = QPainter(image)
    painter.fillRect(rect, QColor("#806040"))
    painter.end()
    return image


def test_a_figure_is_cut_out_of_its_ground():
    found = cut_out(view_with(QRect(30, 200, 200, 40)), LIGHT.view)
    assert found.size() == SIZE
    middle = found.pixelColor(SIZE.width() // 2, SIZE.height() // 2)
    assert (middle.name(), middle.alpha()) == ("#806040", 255)
    assert found.pixelColor(2, 2).alpha() == 0
    covered = np.array([found.pixelColor(x, SIZE.height() // 2).alpha() for x in range(SIZE.width())]) > 128
    assert 0.8 < covered.mean() < 0.95
    assert cut_out(view_with(QRect()), LIGHT.view) is None


def test_pictures_come_and_go_with_the_files(tmp_path):
    pictures = RecentPictures(tmp_path / "recent")
    assert pictures.of("/a/b.ply") is None
    assert not pictures.keep("/a/b.ply", view_with(QRect()), LIGHT.view)
    for path in ("/a/b.ply", "/a/弥勒.ply"):
        assert pictures.keep(path, view_with(QRect(10, 10, 50, 50)), LIGHT.view)
    assert pictures.of("/a/b.ply") != pictures.of("/a/弥勒.ply")
    pictures.forget_others(["/a/弥勒.ply"])
    assert pictures.of("/a/b.ply") is None
    assert pictures.of("/a/弥勒.ply") is not None
    (tmp_path / "file").write_text("")
    assert not RecentPictures(tmp_path / "file").keep("/a.ply", view_with(QRect(10, 10, 50, 50)), LIGHT.view)


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def test_an_opened_file_is_kept_with_its_picture(room, tmp_path, qtbot):
    path = tmp_path / "bumpy & co.ply"
    path.write_bytes(b"x")
    canvas = room.window.grid.surface.canvas
    drawn = view_with(QRect(100, 100, 80, 80))
    room.window.files.open_path(str(path))
    canvas.plotter.drawn.emit(Picture(drawn, canvas.camera, 1.0, True))  # of what was there before
    assert room.settings.pictures.of(str(path)) is None
    finish(room.workers.last, replace(trained_project().source, path=str(path)))
    qtbot.waitUntil(lambda: canvas.mesh is not None)
    canvas.drawing.rested.emit()
    canvas.plotter.drawn.emit(Picture(drawn, canvas.camera, 1.0, False))
    assert room.settings.pictures.of(str(path)) is None
    canvas.plotter.drawn.emit(Picture(drawn, canvas.camera, 1.0, True))
    assert room.settings.pictures.of(str(path)) is not None
    (action,) = room.window.actions_by_key.menus["file/recent"].actions()
    assert "<img" in action.toolTip()
    assert "bumpy &amp; co.ply" in action.toolTip()
    page = WelcomeView(room.theme, lambda _: None, (str(path), "/gone.ply"), room.settings.pictures)
    qtbot.addWidget(page)
    icons = [b.icon().isNull() for b in page.findChildren(QPushButton) if "ply" in b.toolTip()]
    assert icons == [False, True]
