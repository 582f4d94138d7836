"""What stands in the way is shown with places, and a preparation is looked at before it is applied."""

import numpy as np
import pytest

from app.scene.camera import Camera, close_up
from app.stages.preparation.views import CHOSEN, PLACES, POINTS, SEAM
from core.base.errors import BudaiError
from core.base.progress import finish as finish_work
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from tests.app.chrome_room import Room, finish
from tests.core.atlas.make_surfaces import ball, torus, without
from tests.core.atlas.test_obstacles import touching
from tests.core.make import trained_project
from tests.core.session.test_atlas import source_of


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def opened(room, surface):
    """Open a surface, and do what is started for it, in this process."""
    room.show(Project(source=source_of(surface, "some")))
    room.workspace.show_stage("preparation")
    grid = room.window.grid
    room.qtbot.waitUntil(lambda: grid.snapshot is not None and grid.snapshot.figure.source is surface, timeout=90_000)
    work_off(room, "examine")
    return room.workspace.works["preparation"]


def work_off(room, title):
    """Do the job that was started last, in this process."""
    job, function, arguments = room.workers.started[-1]
    assert job.title == title
    try:
        finish(job, finish_work(function(*arguments)))
    except BudaiError as error:
        job._finish()
        job.failed.emit(str(error))
        job.ended.emit()


def drawn(room):
    """Return what is drawn on the surface beside it."""
    plotter = room.window.grid.surface.canvas.plotter
    return {*plotter.lines, *plotter.meshes} & {PLACES, POINTS, CHOSEN, SEAM}


def test_a_disk_is_not_examined(room):
    room.show(trained_project())
    room.workspace.show_stage("preparation")
    assert room.workers.started == []
    assert room.workspace.works["preparation"].obstacles is None


def test_holes_are_listed_and_a_click_looks_at_one(room):
    work = opened(room, without(ball(), 0, 60, 200))
    section = room.window.inspector.stages["preparation"].places
    lines = [(row.line.name, row.line.kind, row.is_link) for row in section.rows]
    assert lines[0] == ("Boundary loops", "warn", False)
    assert [line[1:] for line in lines[1:]] == [("place", True)] * 3
    assert section.note.text().startswith("Recommended: Atlas.")
    plotter = room.window.grid.surface.canvas.plotter
    assert len(plotter.lines[PLACES].ends) == sum(len(place.edges) for place in work.obstacles.places)
    before = room.window.grid.surface.canvas.camera
    section.rows[2].chosen.emit()
    assert work.chosen is work.obstacles.places[1]
    assert section.rows[2].line.kind == "chosen"
    assert len(plotter.lines[CHOSEN].ends) == len(work.chosen.edges)
    camera = room.window.grid.surface.canvas.camera
    assert camera != before
    middle = room.window.grid.snapshot.figure.points[work.chosen.concerned].mean(axis=0)
    assert np.linalg.norm(np.subtract(camera.focus, middle)) < 0.1
    room.workspace.show_stage("source")
    assert drawn(room) == set()


def test_points_have_a_place_too(room):
    work = opened(room, touching())
    assert drawn(room) == {POINTS}
    work.look_at(work.obstacles.of("vertex")[0])
    assert drawn(room) == {POINTS, CHOSEN}


def test_a_change_is_previewed_and_applied_in_one_step_that_can_be_undone(room):
    work, space = opened(room, without(ball(), 0, 60, 200)), room.workspace
    source, drawing = space.whole.source, room.window.grid.surface.canvas.drawing
    space.set_options("preparation", PreparationOptions("fill"))
    section = room.window.inspector.stages["preparation"].preview
    section.action_triggered.emit()
    work_off(room, "preview")
    assert space.whole.source is source
    assert "Boundary loops: 3 → 1" in [f"{row.line.name}: {row.line.value}" for row in section.rows]
    assert section.note.text().startswith("Filled 2 boundary loops")
    new = (drawing.facets.colors == drawing.facets.colors[-1]).all(axis=1)
    assert np.flatnonzero(new).tolist() == work.preview.change.faces.tolist()
    assert PLACES not in drawn(room)
    n_jobs, depth = len(room.workers.started), len(space._past)
    section.action_triggered.emit()
    assert len(room.workers.started) == n_jobs  # nothing is computed twice
    assert len(space._past) == depth + 1
    assert space.whole.source.is_disk
    assert space.options("preparation").way == "auto"
    assert drawing.facets is None
    space.undo()
    assert space.whole.source is source


def test_a_preview_goes_when_something_else_is_chosen(room):
    work, space = opened(room, without(ball(), 0, 60, 200)), room.workspace
    space.set_options("preparation", PreparationOptions("fill"))
    room.trigger("preview_preparation")
    work_off(room, "preview")
    assert work.preview is not None
    space.set_options("preparation", PreparationOptions("open"))
    assert work.preview is None
    assert room.window.grid.surface.canvas.drawing.facets is None


def test_what_is_recommended_takes_one_click(room):
    opened(room, touching())
    space = room.workspace
    section = room.window.inspector.stages["preparation"].places
    assert section.note.text().startswith("Recommended: Split what touches.")
    section.action_triggered.emit()
    work_off(room, "preparation")
    assert space.whole.source.topology.is_manifold
    assert space.whole.source.repairs[-1].startswith("Split 0 edges")
    assert len(space.whole.charts) >= 2
    assert section.isHidden()
    assert room.workers.last.title == "preparation"  # what is covered is not examined again


def test_a_seam_is_drawn_and_stays_with_the_atlas(room):
    work, space = opened(room, torus(72, 36)), room.workspace
    space.set_options("preparation", PreparationOptions("cut"))
    work.begin_preview()
    work_off(room, "preview")
    lines = room.window.grid.surface.canvas.drawing.facets.lines
    assert len(lines.ends) == len(work.preview.preparation.seam)
    space.run_stage("preparation")
    assert len(space.whole.preparation.seam) == len(lines.ends)
    space.show_stage("training")
    assert drawn(room) == {SEAM}


def test_what_cannot_be_done_is_told(room):
    opened(room, torus(18, 9))
    space, said = room.workspace, []
    space.notified.connect(lambda notice: said.append((notice.kind, notice.text)))
    space.set_options("preparation", PreparationOptions("fill"))
    space.run_stage("preparation")
    work_off(room, "preparation")
    assert said == [("bad", "some: there is no hole to fill: the surface has no boundary.")]
    assert space.whole.source.topology.genus == 1


def test_the_form_shows_what_belongs_to_the_way(room):
    opened(room, torus(18, 9))
    form = room.window.column.panels["preparation"].form
    for way, rows in (("auto", {"charts"}), ("fill", {"size"}), ("open", {"end", "height"}), ("split", set())):
        room.workspace.set_options("preparation", PreparationOptions(way))
        assert {name for name, row in form.rows.items() if not row.editor.isHidden()} == rows | {"way"}


def test_the_camera_looks_at_a_place_from_where_it_faces():
    points, up = np.array([[0.1, 0, 0.5], [-0.1, 0, 0.5]]), np.tile([0.0, 0, 1], (2, 1))
    seen = close_up(points, up, Camera(), 1.0)
    assert seen.focus == (0.0, 0.0, 0.5)
    assert np.allclose(np.subtract(seen.position, seen.focus)[:2], 0.0)
    assert seen.position[2] > 0.7
    places, depth = seen.project(points, 100, 100)
    assert (depth > 0).all()
    assert ((places > 20) & (places < 80)).all()
    both = close_up(points, np.array([[0.0, -1, 0], [0, 1, 0]]), Camera(), 1.0)
    assert np.subtract(both.position, both.focus)[1] < 0.0
