"""The stage *Maps* in the window: both disks, the points on their way, the pages, linked points."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.stages import rows
from app.stages.maps.inspector_lines import map_lines
from app.stages.maps.pages import nothing_yet
from app.stages.maps.work import map_manifolds
from app.state.selection import Pick
from core.base.progress import finish
from core.data.source import Source
from core.data.surface import Surface
from core.data.table import Table
from core.maps.errors import arrival_errors, nearest_sample_errors
from core.maps.options import MapsOptions
from core.session.project import Project
from core.session.project_file import save_project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from tests.app.view_room import Room
from tests.core.make import bumpy_disk, trained_project

rows()


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    return Room(qtbot)


def mapped(project, other, path, **chosen):
    save_project(other, path)
    options = MapsOptions(other=str(path), steps=200, **chosen)
    made = finish(map_manifolds(project.source, project.training, options))
    return project.updated(maps=made).with_options("maps", options)


@pytest.fixture
def surfaces(tmp_path):
    surface = bumpy_disk()
    turned = Surface(surface.vertices[:, [1, 0, 2]] * (1.0, -1.0, 1.0), surface.faces)
    return mapped(trained_project(), trained_project(turned, "turned.ply"), tmp_path / "turned.budai")


def table_project(name, turn):
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(size=(40, 4)) * 0.2 + 2.0 * k for k in range(2)]) * turn
    source = Source(f"{name}.npz", name, Table(values, np.repeat([0, 1], 40), image_shape=(2, 2)), None, (), (), 0.1)
    options = TrainingOptions(preset="small", steps=(60,))
    return Project(source=source).updated(training=finish(train_autoencoder(source, None, options)))


def show(room, project):
    room.show(project)
    room.workspace.show_stage("maps")
    room.settle()
    return room.grid.stages["maps"]


def hold(room, moment):
    room.workspace.set_display("maps", replace(room.workspace.display("maps"), moment=moment))
    room.settle()


def test_both_disks_take_the_place_of_one_and_the_way_that_of_the_reconstruction(room, surfaces):
    views, made = show(room, surfaces), surfaces.maps
    assert room.latent.stage_body is views.disks
    assert room.reconstruction.stage_body is views.points
    frame = views.scene.look.figure.frame
    for moment in (0.0, 0.25, 1.0):
        hold(room, moment)
        codes = made.first.training.codes
        here, there = (disk.picture.snapshot.codes for disk in views.disks.disks)
        assert np.allclose(here, codes)
        assert np.allclose(there, (1.0 - moment) * codes + moment * made.images)
        assert np.allclose(views.space.mesh.points, frame.normalize(made.between(moment)), atol=1e-5)
    assert len(views.disks.source._strokes) == len(views.disks.target._strokes) > 10
    room.workspace.show_stage("training")
    room.settle()
    assert room.latent.stage_body is not views.disks


def test_without_a_map_the_pages_say_what_to_do(room):
    views = show(room, trained_project())
    assert views.scene.look is None
    assert room.latent.stage_body is not views.disks
    assert views.figures.empty.text() == nothing_yet()
    assert views.figures.figures.isHidden()
    views.rows.grab()  # draws without complaint


def test_space_plays_there_and_back(room, surfaces, qtbot):
    views = show(room, surfaces)
    hold(room, 0.0)
    QTest.keyClick(room.latent, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: 0.0 < room.workspace.display("maps").moment < 1.0, timeout=20000)
    QTest.keyClick(room.latent, Qt.Key.Key_Space)
    held = room.workspace.display("maps").moment
    room.settle()
    assert room.workspace.display("maps").moment == held
    assert views.scene.look is not None


def test_a_vertex_is_lit_up_in_both_disks_and_where_it_is_now(room, surfaces):
    views = show(room, surfaces)
    hold(room, 0.5)
    room.selection.pick(Pick(7, "surface"))
    assert [disk._linked[True].vertex for disk in views.disks.disks] == [7, 7]
    assert np.allclose(views.space._places[True].point, views._drawn.points[7])
    views.space.clicked.emit(9)
    assert room.selection.picked.vertex == 9


def test_figures_are_those_of_the_map(surfaces, room):
    made = surfaces.maps
    off, lent = arrival_errors(made), nearest_sample_errors(made)
    assert np.sqrt(np.square(off[made.withheld]).mean()) == pytest.approx(made.figures.error_rel)
    assert np.sqrt(np.square(lent).mean()) == pytest.approx(made.figures.baseline_rel)
    views = show(room, surfaces)
    assert not views.figures.figures.isHidden()
    assert views.figures.histogram.shares is not None
    names = [line.name for line in map_lines(made)]
    assert names[:4] == ["Vertices", "Withheld pairs", "Error, withheld", "Nearest sample"]


@pytest.mark.parametrize("pairs", ["rows", "none"])
def test_rows_are_pictures_source_mapped_and_target(room, tmp_path, pairs):
    project = mapped(table_project("a", 1.0), table_project("b", -1.0), tmp_path / "b.budai", pairs=pairs)
    views, made = show(room, project), project.maps
    columns = views.rows.columns()
    assert [name for name, *_ in columns] == ["source", "mapped", "target"][: 3 if pairs == "rows" else 2]
    assert np.array_equal(columns[1][1], made.arrived)
    views.rows.resize(600, 400)
    first = views.rows.pick_at(views.rows.places()[0].center())
    assert first.vertex == views.rows.order()[0]
    assert made.withheld[first.vertex] or pairs == "none"
    hit = views.disks.target.picture
    assert set(np.unique(hit.ids)) - {-1} <= set(range(80))
    assert (arrival_errors(made) is None) == (pairs == "none")
    views.rows.grab()
