"""What stands in the way is shown with places, and a preparation is looked at before it is applied."""

import numpy as np
import pytest

from app.scene.camera import Camera, close_up
from app.stages.preparation.cloud_views import BOX, CHANGED, NEEDLES
from app.stages.preparation.scene.points import QUANTITIES, cloud_coloring
from app.stages.preparation.views import CHOSEN, PLACES, POINTS, SEAM
from core.base.errors import BudaiError
from core.base.progress import finish as finish_work
from core.data.point_cloud import PointCloud
from core.data.source import Source
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from tests.app.chrome_room import Room, finish
from tests.core.atlas.make_surfaces import ball, torus, without
from tests.core.atlas.test_obstacles import touching
from tests.core.cloud.test_examining import two_and_strays
from tests.core.cloud.test_making import torus as torus_points
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


def cloud_of(points):
    """Return points as they come from a file."""
    return Source("scan.xyz", "scan", PointCloud(points), None, (), (), 0.0)


def opened_cloud(room, points):
    """Open a cloud, and examine it in this process."""
    room.show(Project(source=cloud_of(points)))
    room.workspace.show_stage("preparation")
    room.qtbot.waitUntil(lambda: room.window.grid.snapshot is not None, timeout=90_000)
    work_off(room, "examine")
    return room.workspace.works["preparation"]


def lines_of(section):
    return {row.line.name: row.line.value for row in section.rows}


def test_a_cloud_is_examined_coloured_and_its_clusters_chosen_by_a_click(room):
    work, space = opened_cloud(room, two_and_strays()), room.workspace
    section, surface = room.window.inspector.stages["preparation"].points, room.window.grid.surface
    said = lines_of(section)
    assert said["Clusters"] == "2"
    assert said["Cluster 1"] == "3,000 points"
    assert int(said["Outliers"]) > 20
    assert section.note.text().startswith("Recommended: Remove outliers, Automatic.")
    figure = room.window.grid.snapshot.figure
    assert len(figure.ids) == figure.n_points - 1  # what lies far outside would make it a dot
    assert np.abs(figure.points).max() < 1.0
    names = [row.line.name for row in section.rows]
    for name, key in (("Spacing", "spacing"), ("Noise", "noise"), ("Outliers", "outlier"), ("Clusters", "cluster")):
        section.rows[names.index(name)].chosen.emit()
        assert surface.color_by == key
    section.rows[names.index("Cluster 2")].chosen.emit()
    assert (space.options("preparation").way, space.options("preparation").clusters) == ("clusters", "2")
    section.rows[names.index("Cluster 1")].chosen.emit()
    assert space.options("preparation").clusters == "1,2"
    work.toggle_cluster(0)
    room.trigger("preview_preparation")
    work_off(room, "preview")
    plotter = surface.canvas.plotter
    assert len(plotter.meshes[CHANGED].points) == 1000  # most is left out: what is kept stands out
    space.run_stage("preparation")
    assert len(space.whole.source.positions) == 1000
    assert space.open_stage == "preparation"
    assert CHANGED not in plotter.meshes
    space.undo()
    assert len(space.whole.source.positions) > 4000


def test_colours_of_points_follow_what_is_known_of_them(room):
    work = opened_cloud(room, two_and_strays())
    figure, palette = room.window.grid.snapshot.figure, room.theme.palette
    colors = {key: cloud_coloring(figure, work.facts, key, palette).colors for key in QUANTITIES}
    assert len(np.unique(colors["outlier"], axis=0)) == 2
    assert len(np.unique(colors["cluster"], axis=0)) == 3
    assert len(np.unique(colors["spacing"], axis=0)) > 20
    assert (colors["cluster"][:3000] == colors["cluster"][0]).all()


def test_a_box_and_normals_are_seen_before_they_are_applied(room):
    opened_cloud(room, torus_points(1500))
    space, plotter = room.workspace, room.window.grid.surface.canvas.plotter
    space.set_options("preparation", PreparationOptions("crop", box="0 -9 -9 9 9 9"))
    room.trigger("preview_preparation")
    work_off(room, "preview")
    assert len(plotter.lines[BOX].ends) == 12
    space.set_options("preparation", PreparationOptions("normals"))
    assert BOX not in plotter.lines
    room.trigger("preview_preparation")
    work_off(room, "preview")
    assert len(plotter.lines[NEEDLES].ends) == 1500
    space.run_stage("preparation")
    assert space.whole.source.cloud.normals is not None
    assert space.whole.source.repairs[-1].startswith("Oriented the normals of 1,500 points")


def test_a_surface_is_made_of_a_cloud_as_recommended(room):
    opened_cloud(room, torus_points(1500))
    space = room.workspace
    assert room.window.column.panels["preparation"].isVisible()
    space.set_options("preparation", PreparationOptions("surface"))
    room.trigger("preview_preparation")
    work_off(room, "preview")
    section = room.window.inspector.stages["preparation"].preview
    assert "Points" in lines_of(section)
    space.run_stage("preparation")
    assert space.whole.source.topology.genus == 1
    space.undo()
    assert space.whole.source.is_cloud


def test_a_cloud_is_prepared_and_trained_by_one_click(room):
    opened_cloud(room, torus_points(1500))
    space = room.workspace
    assert space.views["training"].remedy(space) == "prepare_and_train"
    room.trigger("prepare_and_train")
    work_off(room, "preparation")
    assert len(space.whole.preparation.cover) > 1
    assert "training" in space.jobs
