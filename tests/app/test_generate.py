"""The stage *Generate* in column, views and inspector, against the generated points themselves."""

from dataclasses import replace

import numpy as np
import pytest

from app.scene.disk import Hit
from app.scene.figure import Figure
from app.scene.palette import LIGHT
from app.scene.snapshot import rgb
from app.stages.generation.inspector_lines import code_lines, generation_sheet, walk_lines
from app.stages.generation.scene.generated import GeneratedCloud, best_direction, place_on
from app.stages.generation.scene.lens_patch import SIDE, lens_patch
from app.state.selection import Pick
from app.state.stage_state import StageState
from core.charts.latent_image import LatentImage
from core.generation.options import GenerationOptions
from tests.app.chrome_room import Room as WindowRoom
from tests.app.chrome_room import finish
from tests.app.make_generation import generated_project
from tests.app.view_room import Room


@pytest.fixture
def project():
    return generated_project()


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    return Room(qtbot)


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = WindowRoom(qtbot, tmp_path)
    yield made
    made.close()


def show(room, project, page="generation/walk"):
    room.show(project)
    room.workspace.show_stage("generation")
    room.grid.show_fourth(page)
    room.settle()
    return room.grid.stages["generation"]


# -- the stage -------------------------------------------------------------------------------------------------------


def test_it_runs_and_tells_how_many_codes_are_outside(window, project):
    window.show(replace(project, generation=None, options={}))
    window.trigger("stage_generation")
    panel = window.window.column.panels["generation"]
    assert panel.form.rows["frames"].editor.isHidden()  # no walk is wanted
    window.trigger("run_stage")
    job, _, arguments = window.workers.started[-1]
    assert (job.title, arguments) == ("generation", (project.source, None, project.training, None, GenerationOptions()))
    finish(job, project.generation)
    outside = project.generation.n_outside
    assert panel.header.look.words == f"300 points · {outside} codes outside"
    assert panel.caption.text().startswith("Up to date · 300 points in ")
    assert not panel.display.rows["way"].editor.isHidden()
    assert window.window.job_bar.detail.text().startswith("300 points in ")


def test_the_display_makes_nothing_outdated(window, project):
    window.show(project)
    window.trigger("stage_generation")
    window.window.column.panels["generation"].display.rows["tint_outside"].editor.click()
    assert not window.workspace.display("generation").tint_outside
    assert window.workspace.state("generation") is StageState.DONE


# -- figures ---------------------------------------------------------------------------------------------------------


def test_the_certificate_counts_codes_outside(project):
    made, sheet = project.generation, generation_sheet(project)
    lines = {line.name: line for line in sheet.lines}
    assert lines["Codes outside"].value.startswith(f"{made.n_outside} · ")
    assert (lines["Codes outside"].kind, sheet.badge) == ("warn", "1 warning")
    everything = replace(made, inside=np.ones(300, bool))
    assert generation_sheet(replace(project, generation=everything)).badge == "On the surface"


def test_points_far_from_the_surface_fail(project):
    far = replace(project.generation, distances=project.generation.distances + project.generation.diagonal)
    assert generation_sheet(replace(project, generation=far)).kind == "bad"


def test_lengths_of_a_walk(project):
    walk = project.generation.walk
    lines = {line.name: line for line in walk_lines(walk)}
    assert float(lines["Geodesic over straight"].value) == pytest.approx(
        walk.geodesic.length / walk.straight.length, rel=1e-3
    )
    assert lines["Geodesic over straight"].kind == "ok"


def test_what_is_known_of_a_code(project):
    networks = project.training.autoencoder
    lines = {line.name: line.copied for line in code_lines(project, Pick(5, "latent", (0.1, -0.2)))}
    point = networks.decode(np.array([[0.1, -0.2]]))
    np.testing.assert_array_equal(np.array(lines["Decoded"].split(), float), point[0])
    away = np.linalg.norm(networks.encode(point)[0] - (0.1, -0.2))
    assert float(lines["Back to itself within"]) == pytest.approx(away)
    assert code_lines(project, None) == ()


# -- the scene -------------------------------------------------------------------------------------------------------


def test_points_outside_are_tinted(project):
    cloud = GeneratedCloud(Figure(project.source.data), project.generation)
    plain, tinted = (cloud.coloring("none", tint, LIGHT).colors for tint in (False, True))
    changed = (plain != tinted).any(1)
    np.testing.assert_array_equal(changed, ~project.generation.inside)
    assert (tinted[changed] == rgb(LIGHT.warn)).all()
    assert cloud.coloring("distance", True, LIGHT).legend.color_map == "cmocean:matter"


def test_a_place_on_a_way_is_at_its_part_of_the_length(project):
    path = project.generation.walk.geodesic
    np.testing.assert_allclose(place_on(path, 0.0, path.points), path.points[0])
    np.testing.assert_allclose(place_on(path, 1.0, path.codes), path.codes[-1])
    np.testing.assert_allclose(place_on(path, 0.5, path.points), path.frames(3)[1][1], atol=1e-9)


def test_a_walk_is_seen_from_its_side(project):
    figure = Figure(project.source.data)
    assert best_direction(figure, [figure.points])[2] > 0.0
    leaning = figure.points[figure.normals[:, 0] > 0.3]
    assert best_direction(figure, [leaning])[0] > 0.5


def test_the_lens_decodes_its_square(project):
    figure, networks = Figure(project.source.data), project.training.autoencoder
    latent = LatentImage(project.training.codes, figure.faces)
    patch = lens_patch(figure, networks, latent, (0.2, 0.1), 0.2, 1.0, LIGHT)
    assert len(patch.faces) == 2 * (SIDE - 1) ** 2
    np.testing.assert_allclose(patch.middle, networks.decode(np.array([[0.2, 0.1]]))[0])
    corner = figure.drawn(networks.decode(np.array([[0.1, 0.0]])))[0]
    assert np.linalg.norm(patch.points - corner, axis=1).min() < 1e-6
    assert patch.is_inside
    assert patch.toward[2] > 0.8
    assert 1.0 <= patch.factor < 2.5  # a graph over the disk is larger than its shadow
    assert len(np.unique(patch.colors, axis=0)) == 2
    beyond = lens_patch(figure, networks, latent, (1.0, 0.0), 0.2, 1.0, LIGHT)
    assert len(np.unique(beyond.colors, axis=0)) == 4


# -- views -----------------------------------------------------------------------------------------------------------


def test_views_show_points_codes_and_walk(room, project):
    views = show(room, project)
    assert room.grid.views["surface"].stage_body is None
    assert room.reconstruction.stage_body is views.points
    assert room.latent.stage_body is views.disk
    np.testing.assert_array_equal(views.space.plotter.meshes["points"].points, views.scene.shown.cloud.points)
    assert views.plane.overlay.chips[0].text == f"{project.generation.n_outside} codes outside the latent image"
    assert set(views.walk.canvas.plotter.lines) == {"straight", "geodesic"}
    assert views.walk.caption.startswith("the geodesic is ")
    room.workspace.set_display("generation", replace(room.workspace.display("generation"), way="straight"))
    room.settle()
    assert set(views.walk.canvas.plotter.lines) == {"straight"}
    room.workspace.show_stage("denoising")
    assert room.latent.stage_body is None


def test_before_anything_was_generated_the_disk_can_be_looked_through(room, project):
    views = show(room, replace(project, generation=None, options={}), "generation/lens")
    assert room.latent.stage_body is views.disk
    assert views.walk.caption == ""
    hit = views.plane.picture.hit(*views.plane.picture.window.places(np.array([[0.3, 0.2]]))[0])
    assert hit.code == pytest.approx((0.3, 0.2))
    views.plane.hovered.emit(hit)
    room.settle()
    assert views.lens.patch.code == hit.code
    assert views.plane.frame == views.lens.window
    room.grid.show_fourth("generation/walk")
    assert views.plane.frame is None


def test_two_picks_make_a_walk(room, project, monkeypatch):
    views = show(room, replace(project, generation=None, options={}))
    run = []
    monkeypatch.setattr(room.workspace, "run_stage", lambda key: run.append(room.workspace.options(key)))
    views.plane.clicked.emit(Hit(3, (0.25, 0.5)))
    assert views.scene.ends == ((0, (0.25, 0.5)),)
    assert "Click the end" in views.walk.canvas.overlay.chips[0].text
    assert [marker.label for marker in views.plane._markers()] == ["", "A"]  # one name for one place
    canvas = views.walk.canvas
    assert [marker.label for marker in canvas.complete_overlay().markers] == ["", "A"]
    rim = int(np.linalg.norm(project.training.codes, axis=1).argmax())
    room.surface.canvas.clicked.emit(rim)
    assert len(run) == 1
    assert run[0].start == (0.25, 0.5)
    assert np.hypot(*run[0].stop) < 1.0  # drawn into the polygon that is decoded
    np.testing.assert_allclose(run[0].stop, project.training.codes[rim], atol=1e-3)


def test_a_walk_is_begun_on_its_page_alone_and_given_up_with_the_pick(room, project):
    views = show(room, project, "generation/lens")
    views.plane.clicked.emit(Hit(3, (0.25, 0.5)))
    assert views.scene.first_end is None
    room.grid.show_fourth("generation/walk")
    views.plane.clicked.emit(Hit(3, (0.2, 0.5)))
    assert views.scene.first_end == (0, (0.2, 0.5))
    room.selection.pick(None)
    assert views.scene.first_end is None
    assert len(views.scene.ends) == 2


def test_a_walk_can_be_played(room, project):
    views = show(room, project)
    room.workspace.set_display("generation", replace(room.workspace.display("generation"), frame=1.0))
    frames = []
    room.workspace.display_changed.connect(lambda _: frames.append(room.workspace.display("generation").frame))
    views.scene.play()
    room.qtbot.waitUntil(lambda: len(frames) > 2, timeout=5000)
    assert frames[0] < 0.5
    assert frames == sorted(frames)
    views.scene.play()
    n = len(frames)
    room.qtbot.wait(60)
    assert len(frames) == n


def test_a_picked_code_lights_up_in_all_views(room, project):
    views = show(room, project, "generation/lens")
    views.plane.clicked.emit(Hit(3, (0.25, 0.5)))
    room.settle()
    point = project.training.autoencoder.decode(np.array([[0.25, 0.5]]))
    where = views.scene.snapshot.figure.drawn(point)[0]
    np.testing.assert_array_equal(views.space._places[True].point, where)
    np.testing.assert_array_equal(views.walk.canvas._places[True].point, where)
    assert views.lens.patch.code == (0.25, 0.5)
    assert room.grid.picture("latent").size() == views.plane.size()


def test_outdated_points_say_so(room, project):
    views = show(room, project)
    newer = replace(project.training, steps=99)
    room.workspace.replace(room.workspace.project.updated(training=newer))
    room.settle()
    assert "Outdated" in [chip.text for chip in views.space.overlay.chips]
