"""A region drawn around in one view is chosen in all of them."""

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest

from app.stages.training.region_lines import region_lines
from app.state.selection import Selection
from app.widgets.canvas.lasso import inside, places_of
from core.io.load import load
from core.session.project import Project
from tests.app.view_room import Room, flat_project
from tests.core.make import trained_project

SQUARE = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    return Room(qtbot)


def draw(lasso, corners, held=Qt.KeyboardModifier.NoModifier):
    """Press at the first corner, go along the others, let go at the last."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

    def event(kind, place, button):
        at = QPointF(*place)
        return QMouseEvent(kind, at, lasso.mapToGlobal(at), button, left, held)

    lasso.mousePressEvent(event(QEvent.Type.MouseButtonPress, corners[0], left))
    for place in corners[1:]:
        lasso.mouseMoveEvent(event(QEvent.Type.MouseMove, place, none))
    lasso.mouseReleaseEvent(event(QEvent.Type.MouseButtonRelease, corners[-1], left))


def box(left, top, right, bottom):
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def test_what_lies_within_a_line():
    places = np.array([[1.0, 1.0], [5.0, 1.0], [-1.0, 2.0], [3.9, 3.9]])
    assert inside(SQUARE, places).tolist() == [True, False, False, True]
    assert inside(SQUARE[::-1], places).tolist() == [True, False, False, True]
    assert not inside(SQUARE[:2], places).any()


def test_a_notch_is_outside_and_twice_around_is_out_again():
    notch = np.array([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]], float)
    assert inside(notch, np.array([[2.0, 3.0], [2.0, 0.5], [0.5, 2.0]])).tolist() == [False, True, True]
    twice = np.concatenate([SQUARE, SQUARE])
    assert not inside(twice, np.array([[1.0, 1.0]])).any()


def test_as_the_sum_of_angles_says():
    chance = np.random.default_rng(3)
    turn = np.linspace(0.0, 2 * np.pi, 41)[:-1]
    line = (1.0 + 0.5 * np.sin(5 * turn))[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1)
    places = chance.uniform(-1.6, 1.6, (500, 2))
    ways = line[None] - places[:, None]
    after = np.roll(ways, -1, axis=1)
    cross = ways[..., 0] * after[..., 1] - ways[..., 1] * after[..., 0]
    angle = np.arctan2(cross, (ways * after).sum(2)).sum(1)
    assert (inside(line, places) == (np.abs(angle) > np.pi)).all()


def test_a_region_of_the_disk_is_chosen_in_all_views(room):
    room.show(flat_project())
    lassos = room.grid.points.lassos
    QTest.keyClick(room.latent, Qt.Key.Key_B)
    assert all(lasso.is_in_use for lasso in lassos.values())
    assert all(view.lasso_button.isChecked() for view in (room.surface, room.latent, room.reconstruction))
    canvas = room.latent.canvas
    middle = (canvas.width() / 2, canvas.height() / 2)
    draw(lassos["latent"], box(0, 0, *middle))
    places, _ = places_of(canvas)
    expected = np.flatnonzero(inside(np.array(box(0, 0, *middle)), places))
    assert 0 < len(expected) < len(places)
    assert room.selection.region.tolist() == expected.tolist()
    assert all(lasso.region is room.selection.region and not lasso.is_in_use for lasso in lassos.values())
    assert not room.latent.lasso_button.isChecked()


def test_shift_adds_and_alt_takes_away(room):
    room.show(flat_project())
    room.grid.view_along("top")
    lasso, canvas = room.grid.points.lassos["surface"], room.surface.canvas
    wide, high = canvas.width(), canvas.height()
    room.selection.draw_lasso(True)
    draw(lasso, box(0, 0, wide / 2, high))
    half = room.selection.region
    room.selection.draw_lasso(True)
    draw(lasso, box(wide / 2, 0, wide - 1, high), Qt.KeyboardModifier.ShiftModifier)
    assert room.selection.region.tolist() == list(range(len(canvas.mesh.points)))
    room.selection.draw_lasso(True)
    draw(lasso, box(wide / 2, 0, wide - 1, high), Qt.KeyboardModifier.AltModifier)
    assert room.selection.region.tolist() == half.tolist()


def test_what_is_behind_is_not_chosen(room):
    room.show(Project(source=load("sphere")))
    canvas = room.surface.canvas
    room.selection.draw_lasso(True)
    draw(room.grid.points.lassos["surface"], box(1, 1, canvas.width() - 2, canvas.height() - 2))
    region, points = room.selection.region, canvas.mesh.points
    toward = np.asarray(canvas.camera.position) - points.mean(axis=0)
    side = (points - points.mean(axis=0)) @ toward / np.linalg.norm(toward) / np.ptp(points, axis=0).max()
    assert side[region].min() > -0.02  # at the rim one sees as far as a point is hidden
    assert 0.2 < len(region) / len(points) < 0.5


def test_rows_of_a_table_are_chosen(room):
    room.show(Project(source=load("digits")))
    lasso, canvas = room.grid.points.lassos["surface"], room.surface.canvas
    room.selection.draw_lasso(True)
    draw(lasso, box(0, 0, canvas.width() / 2, canvas.height()))
    assert 0 < len(room.selection.region) < 1797


def test_the_pointer_turns_the_surface_where_no_lasso_is_drawn(room):
    room.show(flat_project())
    assert room.grid.points.lassos["surface"].testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert room.surface.canvas.childAt(20, 20) is None


def test_escape_lets_go_of_one_thing_after_the_other(room):
    room.show(flat_project())
    selection = room.selection
    selection.choose(np.array([1, 2, 3]))
    selection.draw_lasso(True)
    selection.let_go()
    assert not selection.draws_lasso
    assert selection.region is not None
    selection.let_go()
    assert selection.region is None


def test_another_surface_forgets_the_region(room):
    room.show(flat_project())
    room.selection.choose(np.array([0, 1]))
    room.show(trained_project())
    room.grid.show_snapshot(None, False)
    assert room.selection.region is None


def test_choosing():
    selection, told = Selection(), []
    selection.region_changed.connect(told.append)
    selection.choose(np.array([5, 1, 1]))
    assert selection.region.tolist() == [1, 5]
    selection.choose(np.array([1]), "less")
    assert selection.region.tolist() == [5]
    selection.choose(np.array([5]), "less")
    assert selection.region is None
    selection.choose(np.array([5]), "less")
    selection.choose(None)
    assert len(told) == 3


def test_the_inspector_says_how_much_it_is_and_how_well_it_is_learned():
    project = trained_project()
    surface = project.source.surface
    everything = np.arange(len(surface.vertices))
    lines = region_lines(project, None, everything)
    assert lines[0].value == f"{len(everything):,}"
    assert float(lines[1].copied) == pytest.approx(surface.area)
    away = np.linalg.norm(project.training.autoencoder.decode(project.training.codes) - surface.vertices, axis=1)
    assert float(lines[2].copied) == pytest.approx(np.sqrt((away**2).mean()) / surface.diagonal)
    assert float(lines[3].copied) == pytest.approx(away.max() / surface.diagonal)
    one = region_lines(project, None, everything[:1])
    assert float(one[1].copied) == 0.0
    assert region_lines(project, None, None) == ()
    live = SimpleNamespace(reconstruction=surface.vertices + np.array([0.0, 0.0, 0.5]))
    assert float(region_lines(project, live, everything)[3].copied) == pytest.approx(0.5 / surface.diagonal)
