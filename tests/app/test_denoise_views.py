"""What the window says and draws of denoised points, against the points themselves."""

from dataclasses import replace

import numpy as np
import pytest

from app.process.jobs import Job
from app.scene.disk import Hit
from app.stages.denoising.inspector_lines import (
    denoising_sheet,
    goal_over_ideal,
    method_lines,
    picked_point,
    point_lines,
)
from app.stages.denoising.sections import DenoiseSections
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.widgets.log_histogram import BINS, LogHistogram
from core.base.progress import Progress
from core.denoising.options import DenoisingOptions
from core.denoising.plausibility import object_warning, unit_warning
from core.process.child import Child
from tests.app.make_denoising import denoised, denoised_project
from tests.app.view_room import NoWorkers, Room


@pytest.fixture
def project():
    return denoised_project()


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    return Room(qtbot)


def show(room, project):
    room.show(project)
    room.workspace.show_stage("denoising")
    room.settle()
    return room.grid.stages["denoising"]


# -- figures ---------------------------------------------------------------------------------------------------------


def test_denoised_points_are_certified_line_by_line(project):
    sheet = denoising_sheet(project)
    lines = {line.name: line for line in sheet.lines}
    found = project.denoising
    ratio = found.chosen.distance / found.diagonal / project.training.certificate.rmse_rel
    assert lines["On the decoded surface"].kind == "ok"
    assert float(lines["Distance after ≤ 1.1 × RMSE"].value.rstrip(" ×")) == pytest.approx(ratio, rel=1e-2)
    assert lines["Points farther than 10 %"].value == "0"
    assert (sheet.badge, sheet.kind) == ("Certified", "ok")


def test_a_projection_that_is_not_the_image_of_its_code_fails(project):
    moved = replace(project.denoising, codes=0.5 * project.denoising.codes)
    sheet = denoising_sheet(replace(project, denoising=moved))
    assert sheet.kind == "bad"
    assert [line.name for line in sheet.lines if line.kind == "bad"] == ["On the decoded surface"]


def test_brute_force_is_told_and_may_fail(project):
    found = project.denoising

    def line(**changes):
        return denoising_sheet(replace(project, denoising=replace(found, **changes))).lines[0]

    assert (line().name, line().kind) == ("Agrees with brute force", "ok")
    assert "at 100 points" in line().explanation
    assert float(line(check_gap=2e-3 * found.diagonal).value) == pytest.approx(2e-3)
    assert line(check_gap=2e-3 * found.diagonal).kind == "bad"
    assert (line(n_checked=0).value, line(n_checked=0).kind) == ("not computed", "none")


def test_points_that_are_left_out_are_counted_and_warned_of(project):
    far = replace(project.denoising, n_far=3, warnings=("3 of 403 points are left out: …",))
    sheet = denoising_sheet(replace(project, denoising=far))
    lines = {line.name: line for line in sheet.lines}
    assert (lines["Points farther than 10 %"].value, lines["Points farther than 10 %"].kind) == ("3, left out", "warn")
    assert lines["Other warnings"].kind == "ok"
    assert sheet.note == far.warnings[0]


def test_points_of_another_surface_are_kept_on_purpose(project):
    options = replace(project.denoising.options, input="other", path="lion.ply")
    sheet = denoising_sheet(replace(project, denoising=replace(project.denoising, options=options)))
    assert [line.kind for line in sheet.lines if "farther" in line.name] == ["none"]


def test_points_that_do_not_look_like_the_surface_are_told_of(room, project):
    doubt = object_warning("girl.xyz", 0.3, 0.02, 0.001)
    options = replace(project.denoising.options, input="file", path="girl.xyz")
    doubtful = replace(project.denoising, options=options, warnings=(doubt,))
    told = []
    room.show(project)
    room.workspace.notified.connect(told.append)
    room.workspace.replace(project.updated(denoising=doubtful))
    assert [(notice.text, notice.kind) for notice in told] == [(doubt, "warn")]
    lines = {line.name: line for line in denoising_sheet(room.workspace.project).lines}
    assert (lines["Same unit and object"].value, lines["Same unit and object"].kind) == ("doubtful", "bad")
    assert lines["Other warnings"].value == "0"
    unit = replace(doubtful, warnings=(unit_warning("girl.xyz", 1000.0),))
    lines = {line.name: line for line in denoising_sheet(project.updated(denoising=unit)).lines}
    assert lines["Same unit and object"].kind == "bad"


def test_goals_grow_with_the_noise():
    assert [100 * goal_over_ideal(level) for level in (0.005, 0.01, 0.02)] == pytest.approx([3.0, 4.0, 6.0])


def test_the_table_holds_every_method_and_ends_with_the_bound(project):
    found = project.denoising
    rows = {line.key: line for line in method_lines(found)}
    assert [*rows][:: len(rows) - 1] == ["noisy", ""]
    assert float(rows["projection"].distance) == pytest.approx(100 * found.chosen.distance / found.diagonal, abs=1e-3)
    assert float(rows[""].position) == pytest.approx(100 * found.ideal / found.diagonal, abs=1e-3)
    without = replace(found, originals=None, ideal=None)
    assert "" not in {line.key for line in method_lines(without)}


def test_what_is_known_of_a_point(project):
    found = project.denoising
    lines = {line.name: line.copied for line in point_lines(found, 7, "projection")}
    assert np.array(lines["Noisy"].split(), float) == pytest.approx(found.noisy[7], abs=0)
    way = np.linalg.norm(found.points[7] - found.noisy[7]) / found.diagonal
    assert float(lines["Moved by"]) == pytest.approx(way)
    assert point_lines(found, 10**6, "projection") == ()


def test_the_logarithmic_histogram_counts_all(qtbot):
    histogram = LogHistogram(Theme("dark"))
    qtbot.addWidget(histogram)
    before, after = np.full(100, 1.0), np.concatenate([np.full(99, 0.01), [0.0]])
    histogram.show_percentages(before, after)
    assert histogram.decades == (-2, 0)
    assert [shares.sum() for shares in histogram.shares] == pytest.approx([1.0, 1.0])
    assert histogram.shares[0].argmax() == BINS - 1
    assert histogram.shares[1][0] == 1.0
    empty = histogram.grab().toImage()
    histogram.clear()
    assert histogram.grab().toImage() != empty
    histogram.show_percentages(np.zeros(3), np.zeros(3))
    assert histogram.shares is None


def test_the_inspector_shows_points_methods_and_a_pick(qtbot, project):
    workspace = Workspace(NoWorkers())
    sections = DenoiseSections(Theme("light"), workspace, Selection())
    for section in sections.sections:
        qtbot.addWidget(section)
    sections.show_project(replace(project, denoising=None))
    assert all(section.isHidden() for section in sections.sections)
    sections.show_project(project)
    assert not sections.certificate.isHidden()
    chosen = [row.line.key for row in sections.table.rows if row.is_chosen]
    assert chosen == ["projection"]
    row = next(row for row in sections.table.rows if row.line.key == "laplacian")
    row.click()
    assert workspace.display("denoising").method == "laplacian"
    sections.show_project(project)
    assert row.is_chosen
    assert not sections.point.rows
    sections.show_picked(project, Pick(3, "surface", None, 11))
    assert sections.point.rows[0].line.value == "#11"


# -- views -----------------------------------------------------------------------------------------------------------


def test_a_picked_vertex_means_the_point_that_belongs_there(room, project):
    views = show(room, project)
    room.selection.pick(Pick(12, "surface"))
    point = views.scene.point_of(room.selection.picked)
    assert picked_point(room.workspace.project, room.selection.picked) == point
    newer = room.workspace.project.updated(training=replace(project.training, steps=99))
    assert picked_point(newer, room.selection.picked) is None  # its points are of a former training


def test_views_lend_themselves_to_the_points_while_the_stage_is_open(room, project):
    views = show(room, project)
    assert [view.stage_body for view in room.grid.views.values()] == [views.before, views.disk, views.after, None]
    np.testing.assert_array_equal(views.before.canvas.mesh.points, views.scene.shown.cloud.noisy)
    np.testing.assert_array_equal(views.after.canvas.mesh.points, views.scene.shown.cloud.points)
    assert room.surface.header.body_caption == "400 noisy points"
    assert room.surface.color_button.text() == "Distance"
    assert views.projection.caption == "400 of 400 arrows"
    assert views.page.distance.shares is not None
    room.workspace.show_stage("training")
    assert {view.stage_body for view in room.grid.views.values()} == {None}
    assert not room.surface.canvas.isHidden()
    assert room.surface.header.body_caption is None


def test_there_is_nothing_to_lend_before_points_were_denoised(room, project):
    views = show(room, replace(project, denoising=None))
    assert {view.stage_body for view in room.grid.views.values()} == {None}
    assert views.projection.canvas.overlay.words.title == "Back onto the surface"


def test_a_point_lights_up_in_all_views(room, project):
    views = show(room, project)
    views.before.canvas.clicked.emit(23)
    pick = room.selection.picked
    assert (pick.point, pick.view) == (23, "surface")
    cloud = views.scene.shown.cloud
    assert pick.vertex == cloud.nearest_vertices[23]
    np.testing.assert_array_equal(views.before.canvas._places[True].point, cloud.noisy[23])
    np.testing.assert_array_equal(views.after.canvas._places[True].point, cloud.points[23])
    np.testing.assert_array_equal(views.projection.canvas._places[True].point, cloud.points[23])
    for canvas in (views.before.canvas, views.after.canvas):
        (marker,) = canvas.complete_overlay().markers
        assert marker.is_picked
    assert views.disk.canvas._linked[True].code == tuple(cloud.codes[23])
    views.disk.canvas.set_linked(Hit(10**6, (0.1, 0.2)), True)  # there may be more points than vertices
    assert [marker.label for marker in views.disk.canvas._markers()] == ["#1,000,000"]
    room.selection.pick(None)
    assert views.after.canvas._places[True] is None


def test_pointing_in_the_disk_and_at_arrows_finds_the_point(room, project):
    views = show(room, project)
    picture = views.disk.canvas.picture
    hit = picture.hit(*picture.window.places(views.scene.shown.cloud.codes[-1:])[0])
    views.disk.canvas.hovered.emit(hit)
    assert room.selection.hovered.point == hit.vertex
    vertex = 5
    views.projection.canvas.clicked.emit(vertex)
    ends, place = views.projection.arrows.stop, views.projection.canvas.mesh.points[vertex]
    nearest = views.projection.arrows.ids[np.linalg.norm(ends - place, axis=1).argmin()]
    assert room.selection.picked.point == nearest


def test_another_method_moves_points_and_arrows(room, project):
    views = show(room, project)
    before = views.after.canvas.mesh.points.copy()
    display = room.workspace.display("denoising")
    room.workspace.set_display("denoising", replace(display, method="laplacian", arrows=50, to_true_foot=False))
    room.settle()
    assert (views.after.canvas.mesh.points != before).any()
    assert views.after.caption == "Laplacian"
    lines = views.projection.canvas.plotter.lines["arrows"]
    assert len(lines.ends) == 50
    room.workspace.set_display("denoising", replace(display, method="denoising_encoder"))
    room.settle()
    assert views.scene.shown.cloud.method == "projection"  # it was not run


def test_codes_outside_the_disk_are_counted(room, project):
    views = show(room, project)
    assert not any("outside" in chip.text for chip in views.disk.canvas.overlay.chips)
    room.workspace.set_display("denoising", replace(room.workspace.display("denoising"), method="encode_decode"))
    room.settle()
    n = views.scene.shown.cloud.n_outside
    assert views.disk.canvas.overlay.chips[0].text == f"{n} codes outside the disk"


def test_cameras_of_bodies_and_hosts_move_together(room, project):
    views = show(room, project)
    views.before.canvas.turn(0.3, 0.1)
    camera = views.before.canvas.camera
    assert room.surface.canvas.camera == room.reconstruction.canvas.camera == views.after.canvas.camera == camera
    room.grid.set_cameras_linked(False)
    views.after.canvas.turn(0.3, 0.1)
    assert room.reconstruction.canvas.camera == views.after.canvas.camera != views.before.canvas.camera


def test_the_colour_menu_offers_quantities_of_points(room, project):
    views = show(room, project)
    assert [key for key, _ in views.before.colors] == ["distance", "position", "moved", "none"]
    views.before.color_chosen.emit("moved")
    room.settle()
    assert room.reconstruction.color_button.text() == "Moved by"
    np.testing.assert_array_equal(views.before.canvas.mesh.colors, views.scene.shown.before.colors)


def test_a_large_cloud_is_thin_while_it_turns_and_full_at_rest(room, project, monkeypatch):
    monkeypatch.setattr("app.scene.coarse.POINTS", 50)
    views = show(room, project)
    canvas, plotter = views.before.canvas, views.before.canvas.plotter
    plotter.milliseconds = 400.0
    canvas.drawing.redraw()
    canvas.turn(0.1, 0.0)
    room.qtbot.waitUntil(lambda: canvas.drawing._frame > 100.0)
    canvas.turn(0.1, 0.0)
    assert canvas.drawing.is_coarse
    assert plotter.hidden == {"figure"}
    shown = plotter.meshes["coarse"]
    assert len(shown.points) == 50
    assert {tuple(point) for point in shown.points} <= {tuple(point) for point in views.scene.shown.cloud.noisy}
    room.qtbot.waitUntil(lambda: not canvas.drawing.is_coarse)
    assert plotter.hidden == {"coarse"}
    assert len(plotter.meshes["figure"].points) == 400


def test_a_small_cloud_is_never_thin(room, project):
    views = show(room, project)
    canvas = views.before.canvas
    canvas.plotter.milliseconds = 400.0
    canvas.turn(0.1, 0.0)
    room.qtbot.waitUntil(lambda: canvas.drawing._frame > 100.0)
    canvas.turn(0.1, 0.0)
    assert not canvas.drawing.is_coarse


def test_a_new_run_forgets_the_picked_point(room, project):
    views = show(room, project)
    views.before.canvas.clicked.emit(399)
    fewer = denoised(project, DenoisingOptions(count=100, compare=False))
    room.workspace.replace(project.updated(denoising=fewer))
    room.settle()
    assert room.selection.picked is None
    assert len(views.before.canvas.mesh.points) == 100


def test_the_fourth_view_is_small_beside_a_maximised_one(room, project):
    views = show(room, project)
    room.grid.maximise("surface")
    assert views.projection.canvas.is_small
    assert views.disk.canvas.is_small
    room.grid.maximise(None)
    assert not views.projection.canvas.is_small
    assert not views.disk.canvas.is_small


def test_a_picture_of_a_body_is_its_own(room, project):
    views = show(room, project)
    image = room.grid.picture("latent", 2)
    assert image.size() == 2 * views.disk.canvas.size()
    lent = room.grid.picture(None)
    room.workspace.show_stage("training")
    room.settle()
    assert room.grid.picture(None) != lent


def test_a_training_that_is_newer_makes_the_points_outdated(room, project):
    views = show(room, project)
    newer = replace(project.training, steps=99)
    room.workspace.replace(room.workspace.project.updated(training=newer))
    room.settle()
    assert "Outdated" in [chip.text for chip in views.before.canvas.overlay.chips]
    assert denoising_sheet(room.workspace.project).badge == "Outdated"


def test_selection_keeps_points_apart():
    selection = Selection()
    selection.pick(Pick(1, "surface", None, 3))
    seen = []
    selection.picked_changed.connect(seen.append)
    selection.pick(Pick(1, "surface", None, 4))
    assert [pick.point for pick in seen] == [4]


def test_the_projection_is_shown_while_the_other_methods_are_still_being_run(room, project):
    found = project.denoising
    alone = replace(found, options=replace(found.options, method="projection"), results=found.results[:3])
    views = show(room, replace(project, denoising=None))
    assert views.scene.shown is None
    job = Job("denoising", Child(), room.workspace)
    room.workspace.job_started.emit(job)
    job.progressed.emit(Progress(0.5, "Projection", alone))
    room.settle()
    assert views.scene.shown.cloud.denoising is alone
    assert views.scene.pick_at(0, "surface") is None  # the inspector does not know of it yet
    job.ended.emit()
    room.settle()
    assert views.scene.shown is None
    job.progressed.emit(Progress(0.5, "Projection", alone))
    room.workspace.replace(project)
    room.settle()
    assert views.scene.shown.cloud.denoising is found
    assert views.scene.pick_at(0, "surface") is not None
    job._child.end()
