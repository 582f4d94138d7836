"""The stage *Unfold* in the window: its picture, its line of moments, its keys."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.stages import rows
from app.stages.exporting import export_file
from app.stages.unfolding import window as stage_window
from app.stages.unfolding.files import FILES
from app.stages.unfolding.film_options import FilmOptions
from app.stages.unfolding.inspector_lines import layer_lines, way_lines
from app.stages.unfolding.sections import UnfoldSections
from app.stages.unfolding.work import unfold
from app.state.selection import Pick
from core.base.progress import finish
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.session.project import Project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from core.unfolding.options import UnfoldOptions
from tests.app.make_unfolding import unfolded_project
from tests.app.view_room import Room
from tests.core.make import bumpy_disk, halves, trained_project


@pytest.fixture
def project():
    return unfolded_project()


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    return Room(qtbot)


def show(room, project):
    room.show(project)
    room.workspace.show_stage("unfolding")
    room.settle()
    return room.grid.stages["unfolding"]


def test_it_takes_the_place_of_the_reconstruction_while_it_is_open(room, project):
    views = show(room, project)
    assert room.reconstruction.stage_body is views.body
    assert np.allclose(views.space.mesh.points, room.surface.canvas.mesh.points, atol=1e-5)
    room.workspace.show_stage("training")
    room.settle()
    assert room.reconstruction.stage_body is not views.body
    room.workspace.show_stage("unfolding")
    room.show(trained_project())
    assert views.scene.look is None
    assert room.reconstruction.stage_body is not views.body


def test_each_chart_of_an_atlas_unfolds_by_itself(room, tmp_path):
    surface = bumpy_disk(6)
    source = trained_project(surface).source
    preparation = Preparation(source, halves(surface), "atlas", ("Covered by 2 charts.",))
    options = TrainingOptions(steps=(10,), encoder=(6,), decoder=(6,), detail_nodes=64)
    training = finish(train_autoencoder(source, preparation, options))
    whole = Project(source=source, preparation=preparation).updated(training=training)
    rows()
    parts = [finish(unfold(chart.source, chart.training, UnfoldOptions())) for chart in whole.charts]
    whole = whole.updated(unfolding=ByChart(tuple(parts)))
    views = show(room, whole)
    for k, part in enumerate(parts):
        room.workspace.show_chart(k)
        room.settle()
        assert views.scene.look.made is part
        assert len(views.space.mesh.points) == len(part.vertices)
    film = whole.charts[1].with_options("film", FilmOptions(64, 64, 0.5, 4))
    export_file(film, tmp_path / "film.gif", "film")
    assert (tmp_path / "film.gif").stat().st_size > 500
    assert [told["points"] for told in FILES.report(whole)["unfolding"]] == [len(part.vertices) for part in parts]
    assert stage_window.unfold_words(whole)[1] == f"{parts[0].length} layers"


def test_the_line_holds_it_at_a_moment_and_at_marks(room, project):
    views, made = show(room, project), project.unfolding
    line = views.body.timeline
    middle = line.height() - 13
    start = line.moment_at(0.0)
    assert start == 0.0
    assert line.moment_at(line.width()) == made.length
    places = np.linspace(0, line.width(), 2000)
    near = places[np.argmin([abs(line.moment_at(x) - 2.0) for x in places])]
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(int(near) + 2, middle))
    room.settle()
    assert views.scene.moment == 2.0
    code = views.scene.look.shape(2.0).points
    assert np.allclose(views.space.mesh.points, code, atol=1e-6)
    line.grab()  # draws without complaint
    assert "code" in line._words


def test_cameras_are_kept_at_moments_in_the_project_and_followed(room, project, qtbot):
    views, view = show(room, project), room.reconstruction
    start = views.space.camera
    QTest.keyClick(view, Qt.Key.Key_K)
    QTest.keyClick(view, Qt.Key.Key_End)
    views.space.turn(0.6, 0.0)
    QTest.keyClick(view, Qt.Key.Key_K)
    last = views.space.camera
    kept = room.workspace.options("film").path
    assert [share for share, _ in kept.keys] == [0.0, 1.0]
    assert views.film_cameras() == kept
    views.scene.hold(0.0)
    assert views.space.camera.position == pytest.approx(start.position)
    views.scene.hold(5.0)
    assert views.space.camera.position == pytest.approx(last.position)
    assert view.canvas.camera == views.space.camera
    views.body.timeline.grab()
    QTest.keyClick(view, Qt.Key.Key_K)
    assert len(room.workspace.options("film").path.keys) == 1
    room.workspace.set_options("film", FilmOptions(camera=(1.0, 1, 1, 0, 0, 0, 0, 0, 1)))
    assert views.cameras.path.keys == ()
    assert len(views.film_cameras().numbers()) == 9


def test_keys_go_on_and_to_the_ends_and_space_plays(room, project, qtbot):
    views, view = show(room, project), room.reconstruction
    moments = []
    for key in (Qt.Key.Key_Period, Qt.Key.Key_Period, Qt.Key.Key_Comma, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(view, key)
        moments.append(views.scene.moment)
    assert moments == pytest.approx([0.05, 0.1, 0.05, 5.0, 0.0], abs=1e-3)
    room.workspace.set_display("unfolding", replace(room.workspace.display("unfolding"), speed=20.0, loops=False))
    playing = []
    views.scene.played.connect(playing.append)
    QTest.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: views.scene.moment == 5.0, timeout=20000)
    qtbot.waitUntil(lambda: playing == [True, False], timeout=20000)
    QTest.keyClick(view, Qt.Key.Key_Space)  # at the end it begins anew
    qtbot.waitUntil(lambda: 0.0 < views.scene.moment < 5.0, timeout=20000)
    views.scene.hold(1.0)
    room.settle()
    assert views.scene.moment == 1.0
    assert playing[-1] is False


def test_edges_of_cells_lie_on_the_surface_where_it_is_now(room, project):
    views = show(room, project)
    plotter = views.space.plotter
    assert ("cells", "Edges of cells") in views.scene.colors()
    views.scene.set_color_by("cells")
    views.scene.hold(1.0)
    room.settle()
    count, older = project.unfolding.edges.so_far(1)
    assert (len(plotter.lines["newest edges"].ends), older) == (count, 0)
    assert np.allclose(plotter.lines["newest edges"].points, views.shape.ends.reshape(-1, 3))
    views.scene.hold(0.0)
    room.settle()
    assert not plotter.lines
    views.scene.hold(1.0)
    views.scene.set_color_by("normal")
    room.settle()
    assert not plotter.lines


def test_a_point_lights_up_where_it_is_now(room, project):
    views = show(room, project)
    views.scene.hold(1.5)
    room.settle()
    room.selection.pick(Pick(7, "surface"))
    place = views.space._places[True]
    assert np.allclose(place.point, views.scene.look.shape(1.5).points[7])
    views.space.clicked.emit(9)
    assert room.selection.picked.vertex == 9


def test_the_inspector_tells_of_the_layer_and_of_the_way(room, project, qtbot):
    views, made = show(room, project), project.unfolding
    way = {line.name: line for line in way_lines(made)}
    assert way["Meets the output"].kind == "ok"
    layer = {line.name: line.value for line in layer_lines(made, 3.0)}
    assert layer["Values"] == "16"
    assert {line.name: line.value for line in layer_lines(made, 2.0)}["Overlapping pairs"] == "0"
    sections = UnfoldSections(room.theme, room.workspace, room.selection)
    for section in sections.sections:
        qtbot.addWidget(section)
    sections.follow(views)
    sections.show_project(project)
    assert not sections.way.isHidden()
    sections.show_project(trained_project())
    assert sections.way.isHidden()


def test_a_film_is_seen_from_where_the_view_is_seen(room, project, monkeypatch, tmp_path):
    views = show(room, project)
    views.space.turn(0.3, 0.1)
    written = []
    files = SimpleNamespace(export=lambda path, what: written.append((path, what)))
    window = SimpleNamespace(grid=room.grid, workspace=room.workspace, theme=room.theme, files=files)
    name = str(tmp_path / "film")
    monkeypatch.setattr(stage_window.QFileDialog, "getSaveFileName", lambda *_: (name, "MP4 (*.mp4)"), raising=True)
    stage_window.ask_film(window)
    assert written == [(tmp_path / "film.mp4", "film")]
    chosen = room.workspace.options("film")
    assert np.allclose(chosen.camera[:3], views.space.camera.position, atol=1e-6)
    assert (chosen.width, chosen.height) == (640, 480)
    words, is_whole = stage_window._repeated(room.workspace)
    assert words[0] == "unfold"
    assert is_whole
