"""The views with real drawing, judged by facts: what is covered, in which colours, what changes."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.scene.palette import DARK, LIGHT
from app.scene.sight import sight
from app.views.view_grid import ViewGrid
from app.widgets.canvas.plotter import Mesh
from app.widgets.canvas.vtk_window import drawing_thread, has_opengl
from core.geometry.teaching import teaching_surface
from tests.app.view_room import Room, flat_project, loaded

pytestmark = pytest.mark.gl


@pytest.fixture(scope="module", autouse=True)
def opengl():
    drawing = drawing_thread()
    if not has_opengl(drawing):
        pytest.skip("no OpenGL on this machine: install libegl1 and libgl1-mesa-dri")
    drawing.shutdown()


@pytest.fixture
def room(qtbot):
    return Room(qtbot)


def pixels(image):
    """Red, green, blue, alpha of each pixel."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).astype(int)


def color(name):
    return np.array([int(name[k : k + 2], 16) for k in (1, 3, 5)])


def figure_of(room, ground, key="surface"):
    """Pixels of the figure without overlays, and where it is."""
    plotter = room.grid.views[key].canvas.plotter
    shown = pixels(plotter.image())[..., :3]
    return shown, np.abs(shown - color(ground)).sum(2) > 12


def test_a_figure_stands_in_the_middle_of_its_ground(room):
    room.show(flat_project(training=False))
    room.surface.canvas.turn(0.0, 0.6)
    room.surface.canvas.fit()
    shown, covered = figure_of(room, LIGHT.view)
    rows, columns = np.nonzero(covered)
    assert 0.05 < covered.mean() < 0.6
    assert rows.min() + rows.max() == pytest.approx(covered.shape[0], abs=8)
    assert columns.min() + columns.max() == pytest.approx(covered.shape[1], abs=8)
    np.testing.assert_array_equal(shown[2, 2], color(LIGHT.view))
    clay = shown[covered].mean(0)
    assert clay[0] > clay[1] > clay[2] > 60  # warm, neither black nor burnt
    assert shown[covered].std() > 5  # shaded


def test_the_widget_shows_the_picture_after_a_moment(room):
    room.show(flat_project(training=False))
    canvas = room.surface.canvas
    room.qtbot.waitUntil(lambda: canvas._shown is not None and canvas._shown.is_fine, timeout=20000)
    grabbed = pixels(canvas.grab().toImage())[..., :3]
    covered = np.abs(grabbed - color(LIGHT.view)).sum(2) > 12
    assert covered[60:-60, 60:-60].mean() > 0.05


def test_turning_colouring_and_wireframe_change_the_picture(room):
    room.show(flat_project())
    room.grid.view_along("top")
    whole, covered = figure_of(room, LIGHT.view)
    room.surface.canvas.turn(0.0, 0.8)
    turned, _ = figure_of(room, LIGHT.view)
    assert (turned != whole).any(2).mean() > 0.05
    room.grid.view_along("top")
    room.grid.set_color_by("surface", "normal")
    room.settle()
    normal, _ = figure_of(room, LIGHT.view)
    assert (normal != whole).any(2).mean() > 0.5 * covered.mean()
    room.surface.canvas.set_wireframe(True)
    _, lines = figure_of(room, LIGHT.view)
    assert lines.sum() < 0.8 * covered.sum()


def test_the_checker_has_two_colours_and_goes_away_again(room):
    room.show(flat_project())
    room.grid.view_along("top")
    room.grid.set_color_by("surface", "none")
    room.settle()
    plain, covered = figure_of(room, LIGHT.view)
    room.grid.set_color_by("surface", "checker")
    room.settle()
    checker, _ = figure_of(room, LIGHT.view)
    blue = (checker[..., 2] - checker[..., 0])[covered]
    assert 0.3 < (blue > 10).mean() < 0.7
    room.grid.set_color_by("surface", "none")
    room.settle()
    again, _ = figure_of(room, LIGHT.view)
    assert np.abs(again - plain).max() <= 2


def test_live_points_move_the_reconstruction_in_place(room):
    project = flat_project(training=False)
    room.show(project)
    vertices = project.source.surface.vertices
    room.live(codes=vertices[:, :2].astype(np.float32), reconstruction=vertices)
    _, before = figure_of(room, LIGHT.view, "reconstruction")
    room.live(seconds=2.0, codes=vertices[:, :2].astype(np.float32), reconstruction=0.5 * vertices)
    _, after = figure_of(room, LIGHT.view, "reconstruction")
    assert after.sum() == pytest.approx(0.25 * before.sum(), rel=0.15)


def test_what_is_drawn_is_where_hover_looks_for_it(room):
    room.show(flat_project())
    canvas = room.surface.canvas
    canvas.turn(0.4, 0.3)
    _, covered = figure_of(room, LIGHT.view)
    room.move(canvas, 5, 5)
    found = canvas._sight.ids >= 0
    assert (found != covered).mean() < 0.01


def test_the_ground_follows_the_theme(room):
    room.show(flat_project())
    room.theme.set_mode("dark")
    room.settle()
    shown, _ = figure_of(room, DARK.view)
    np.testing.assert_array_equal(shown[2, 2], color(DARK.view))


@pytest.mark.parametrize("scale", [1, 4])
def test_a_picture_has_the_figure_its_overlays_and_no_ground(room, scale):
    room.show(flat_project())
    canvas = room.surface.canvas
    image = room.grid.picture("surface", scale, transparent=True)
    assert image.size() == scale * canvas.size()
    alpha = pixels(image)[..., 3]
    assert alpha[2, 2] == 0
    assert alpha.max() == 255
    gizmo = alpha[: 60 * scale, -60 * scale :]
    assert (gizmo > 200).mean() > 0.05
    assert (alpha[-140 * scale :, : 40 * scale] > 200).any()  # the colour bar


def test_views_can_be_opened_and_closed_many_times(room, qtbot):
    room.grid.close_views()
    before = threading.active_count()
    for _ in range(5):
        grid = ViewGrid(room.workspace, room.selection, room.theme)
        grid.resize(400, 300)
        grid.show()
        qtbot.waitExposed(grid)
        grid.close_views()
        grid.close()
        grid.deleteLater()
    assert threading.active_count() <= before


@pytest.mark.parametrize("as_lines", [True, False])
def test_lines_and_points_on_a_surface_are_seen(room, as_lines):
    room.show(flat_project(training=False))
    mesh = room.surface.canvas.mesh
    red = np.tile(np.array([255, 0, 0], np.uint8), (len(mesh.points), 1))
    edges = np.unique(np.sort(mesh.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0)
    beside = Mesh(mesh.points, edges if as_lines else np.empty((0, 3), np.int64), None, red)

    def n_red():
        shown, _ = figure_of(room, LIGHT.view)
        return int(((shown[..., 0] > 200) & (shown[..., 1:] < 90).all(-1)).sum())

    assert n_red() == 0
    room.surface.canvas.show_beside("test", beside)
    assert n_red() > len(mesh.points)  # half of them on the far side at most
    room.surface.canvas.show_beside("test", None)
    assert n_red() == 0


def test_both_sides_are_lit_whichever_way_a_triangle_is_wound(room):
    """Two squares side by side with the same normals, the second wound the other way: they look the same."""
    square = np.array([[-1, -1, 0], [0, -1, 0], [0, 1, 0], [-1, 1, 0]], np.float32)
    points = np.concatenate([square, square + np.array([1, 0, 0], np.float32)])
    faces = np.array([[0, 1, 2], [0, 2, 3], [4, 6, 5], [4, 7, 6]])
    normals, colors = np.tile(np.array([[0, 0, 1]], np.float32), (8, 1)), np.full((8, 3), 200, np.uint8)
    canvas = room.surface.canvas
    canvas.show_mesh(Mesh(points, faces, normals, colors))
    for side in ("top", "-z"):
        canvas.set_camera(canvas.seen_from(side))
        shown = pixels(canvas.plotter.image())[..., :3]
        height, width = shown.shape[:2]
        left, right = shown[height // 2, width // 2 - width // 8], shown[height // 2, width // 2 + width // 8]
        assert left.sum() > 150
        assert np.abs(left - right).max() <= 12


def test_parallel_rays_draw_what_is_computed(room):
    room.show(flat_project(training=False))
    canvas = room.surface.canvas
    canvas.set_parallel(True)
    for part in (1.0, 6.0):
        canvas.zoom(part)
        canvas.turn(0.4, 0.3)
        _, drawn = figure_of(room, LIGHT.view)
        seen = sight(canvas.mesh.points, canvas.mesh.faces, canvas.camera, canvas.width(), canvas.height()).ids >= 0
        assert drawn.shape == seen.shape
        assert (drawn != seen).mean() < 0.01


def test_a_plane_leaves_half_of_a_sphere_whose_cut_is_filled(room):
    room.show(loaded(teaching_surface("sphere")[0]))
    canvas = room.surface.canvas
    room.grid.view_along("front")
    _, whole = figure_of(room, LIGHT.view)
    canvas.clipping.choose(canvas.clipping.along("y"))
    shown, covered = figure_of(room, LIGHT.view)
    assert (covered != whole).mean() < 0.02
    filled = np.abs(shown - color(LIGHT.text_faint)).sum(2) < 6
    assert filled.sum() > 0.9 * whole.sum()
    canvas.clipping.choose(replace(canvas.clipping.clip, is_capped=False))
    shown, _ = figure_of(room, LIGHT.view)
    assert (np.abs(shown - color(LIGHT.text_faint)).sum(2) < 6).sum() < 0.1 * whole.sum()
    canvas.clipping.choose(canvas.clipping.along("x"))
    shown, half = figure_of(room, LIGHT.view)
    seen = sight(
        canvas.mesh.points, canvas.mesh.faces, canvas.camera, canvas.width(), canvas.height(), canvas.clipping.clip
    )
    assert ((seen.ids >= 0) != half).mean() < 0.02
    assert half.sum() < 0.6 * whole.sum()
