"""The four views without OpenGL: what they show, how they are linked, what they let go of."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent
from PySide6.QtWidgets import QLabel, QMenu

from app.scene.palette import DARK, LIGHT
from app.stages.training.curves import TrainingView
from app.stages.training.display import TrainingDisplay
from app.state.selection import Pick
from app.views.view_layout import KEYS
from app.widgets.canvas.plotter import BlankPlotter
from app.widgets.text import number
from core.charts.detail_layer import DetailLayer
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.geometry.teaching import teaching_surface
from tests.app.view_room import Room, flat_project, loaded
from tests.core.make import bumpy_disk, trained_project


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    return Room(qtbot)


# -- what is shown -----------------------------------------------------------------------------------------------------


def test_without_a_surface_the_views_say_what_to_do(room):
    assert "Drop a surface here" in room.surface.canvas.overlay.words.title
    assert room.latent.canvas.overlay.words.title == "The latent disk"
    assert room.reconstruction.canvas.overlay.words.title == "The way back"
    assert not room.surface.maximise_button.isVisibleTo(room.surface)


def test_an_opened_surface_is_drawn_and_shines_through_where_its_reconstruction_will_be(room):
    project = flat_project(training=False)
    room.show(project)
    n, vertices = len(project.source.surface.vertices), room.surface.canvas.plotter.meshes["figure"].points
    assert room.surface.header.caption == f"{n} vertices"
    assert vertices.shape == (n, 3)
    assert room.surface.canvas.overlay.words is None
    assert room.surface.maximise_button.isVisibleTo(room.surface)
    assert "figure" in room.reconstruction.canvas.plotter.meshes
    assert room.reconstruction.canvas.overlay.veil == pytest.approx(0.87)
    assert room.latent.canvas.picture is None


def test_only_what_is_in_sight_is_drawn(room):
    surface, reconstruction = room.surface.canvas.plotter, room.reconstruction.canvas.plotter
    assert [surface.is_seen, reconstruction.is_seen] == [True, True]
    assert not room.grid.stages["denoising"].before.canvas.plotter.is_seen  # never shown yet
    room.grid.set_tabbed(True)
    assert [surface.is_seen, reconstruction.is_seen] == [True, False]
    room.grid.set_tabbed(False)
    assert reconstruction.is_seen


def test_a_finished_training_fills_disk_and_reconstruction(room):
    project = flat_project()
    room.show(project)
    training = project.training
    assert room.latent.header.caption == f"{len(project.source.surface.faces)} triangles"
    assert room.latent.canvas.picture.n_flipped == 0
    decoded = training.autoencoder.decode(training.codes)
    shown = room.reconstruction.canvas.mesh.points
    frame = room.grid.stages["training"].presenter.snapshot.figure.frame
    np.testing.assert_allclose(frame.restore(shown.astype(float)), decoded, atol=1e-5 * frame.scale)
    assert room.reconstruction.color_by == "error"
    assert room.reconstruction.canvas.overlay.legend.caption.startswith("Error")
    assert room.surface.color_by == "area_distortion"


def test_live_snapshots_move_the_reconstruction_and_the_disk(room):
    project = flat_project(training=False)
    room.show(project)
    vertices = project.source.surface.vertices
    room.live(codes=vertices[:, :2].astype(np.float32), reconstruction=vertices.astype(np.float32))
    first = room.reconstruction.canvas.mesh.points.copy()
    assert room.latent.canvas.picture.snapshot.is_live
    assert "snapshot" in room.reconstruction.header.caption
    room.live(seconds=2.0, codes=0.5 * vertices[:, :2].astype(np.float32), reconstruction=0.9 * vertices)
    assert not np.allclose(first, room.reconstruction.canvas.mesh.points)
    np.testing.assert_allclose(room.latent.canvas.picture.snapshot.codes, 0.5 * vertices[:, :2], atol=1e-6)


def test_steps_without_arrays_keep_the_last_snapshot(room):
    project = flat_project(training=False)
    room.show(project)
    codes = project.source.surface.vertices[:, :2].astype(np.float32)
    room.live(codes=codes)
    room.live(seconds=2.0, rmse_rel=0.1)
    assert room.latent.canvas.picture.snapshot.codes is codes


def test_no_flipped_triangle_is_told_as_none(room):
    project = flat_project()
    n = len(project.source.surface.faces)
    history = {
        "seconds": np.array([1.0, 2.0]),
        "rmse_rel": np.array([0.1, 0.01]),
        "flipped_triangles": np.array([n, 0]),
    }
    room.show(replace(project, training=replace(project.training, history=history)))
    (panel,) = (panel for panel in room.grid.findChild(TrainingView).chart.panels if "Flipped" in panel.title)
    assert [panel.write(value) for value in panel.curves[0].values] == ["100 %", "0 %"]
    assert panel.write(0.0087) == "0.0087 %"


def test_after_a_cancelled_training_the_views_are_as_before(room):
    project = flat_project(training=False)
    room.show(project)
    vertices = project.source.surface.vertices
    room.live(codes=vertices[:, :2].astype(np.float32), reconstruction=vertices.astype(np.float32))
    room.workspace.live = None
    room.workspace.live_changed.emit(None)
    room.qtbot.waitUntil(lambda: room.latent.canvas.picture is None)
    room.settle()
    assert room.reconstruction.canvas.overlay.veil > 0
    assert room.surface.color_by == "none"


def test_an_outdated_result_stays_and_is_marked(room):
    project = flat_project()
    room.show(project)
    room.workspace.replace(replace(project, outdated=frozenset({"training"})))
    room.settle()
    assert [chip.text for chip in room.latent.canvas.overlay.chips] == ["Outdated"]
    assert room.latent.canvas.picture is not None


def test_flipped_triangles_are_counted_on_a_chip(room):
    project = flat_project()
    codes = np.array(project.training.codes)
    codes[0] = codes[30]
    room.show(replace(project, training=replace(project.training, codes=codes)))
    n = room.latent.canvas.picture.n_flipped
    assert n > 1
    assert room.latent.canvas.overlay.chips[0].text == f"{n} flipped triangles"
    assert room.latent.canvas.overlay.chips[0].role == "warn"


def test_a_surface_that_is_no_disk_is_shown_and_the_disk_says_why(room):
    surface = bumpy_disk(4)
    room.show(loaded(Surface(surface.vertices, surface.faces[3:])))
    verdict = room.workspace.project.source.topology.verdict
    assert verdict.startswith(room.latent.canvas.overlay.words.title.rstrip("."))
    assert "figure" in room.surface.canvas.plotter.meshes


def test_a_cloud_is_shown_as_points(room):
    points = np.random.default_rng(0).normal(size=(300, 3))
    room.show(loaded(PointCloud(points, colors=np.full((300, 3), 90, np.uint8))))
    assert len(room.surface.canvas.mesh.faces) == 0
    assert room.surface.header.caption == "300 points"
    assert room.surface.color_by == "texture"
    assert (room.surface.canvas.mesh.colors == 90).all()
    assert "cloud" in room.latent.canvas.overlay.words.title


@pytest.mark.parametrize("key", ["surface", "latent"])
def test_what_has_gone_while_the_colour_menu_was_open_is_not_shown(room, key):
    room.show(flat_project())
    view = room.grid.views[key]
    view.open_color_menu()
    menu = view.findChild(QMenu)
    (entry,) = (action for action in menu.actions() if action.text() == "Error")
    assert entry.isEnabled()
    before = view.color_by
    room.show(flat_project(training=False))
    entry.trigger()
    menu.close()
    room.settle()
    assert view.color_by == ("none" if key == "surface" else before)


def test_the_colour_menu_offers_what_is_there_and_names_the_stage_of_the_rest(room):
    room.show(flat_project(training=False))
    room.surface.open_color_menu()
    menu = room.surface.findChild(QMenu)
    entries = {action.text().partition("\t")[0]: action for action in menu.actions()}
    assert entries["None"].isEnabled()
    assert entries["None"].isChecked()
    assert not entries["Area distortion"].isEnabled()
    assert entries["Area distortion"].text() == "Area distortion\tTraining"
    assert entries["Cell"].text() == "Cell\tCells"
    assert "Colours of the file" not in entries
    entries["Normal"].trigger()
    menu.close()
    room.settle()
    assert room.surface.color_by == "normal"
    colors = room.surface.canvas.mesh.colors
    assert len(np.unique(colors, axis=0)) > 20


@pytest.mark.parametrize("key", ["none", "normal", "area_distortion", "conformality", "error", "checker", "uv_grid"])
def test_every_ready_quantity_changes_the_colours(room, key):
    room.show(flat_project())
    room.grid.set_color_by("surface", key)
    room.grid.set_color_by("latent", key)
    room.settle()
    assert room.surface.color_by == room.latent.color_by == key
    assert room.latent.canvas.picture.pixels.any()
    room.grid.set_color_by("reconstruction", key if room.reconstruction.has_quantity(key) else "error")
    room.settle()
    for view in (room.surface, room.reconstruction):
        assert ("figure" in view.canvas.plotter.textured) == (key in ("checker", "uv_grid"))


def test_an_image_is_laid_on_the_disk_and_carried_to_both_surfaces(room):
    room.show(flat_project())
    assert not room.surface.has_quantity("image")
    image = np.zeros((64, 64, 3), np.uint8)
    image[:32] = (200, 30, 30)  # its upper half
    room.grid.lay_image(image)
    room.settle()
    for view in (room.surface, room.reconstruction):
        assert view.color_by == "image"
        assert "figure" in view.canvas.plotter.textured
    picture = room.latent.canvas.picture
    red = (picture.pixels >> 16 & 255) == 200
    rows, _ = np.nonzero(red)
    middle = picture.window.places(np.zeros((1, 2)))[0]
    assert len(rows) > 1000
    assert rows.max() <= middle[1]
    for view in (room.surface, room.reconstruction):
        view.set_color_by("error")
    room.settle()
    assert not room.surface.canvas.plotter.textured
    assert not room.reconstruction.canvas.plotter.textured


def test_without_opengl_a_chip_says_what_to_install(room):
    room.show(flat_project(training=False))
    (chip,) = room.surface.canvas.complete_overlay().chips
    assert "libegl1" in chip.text
    assert chip.role == "warn"


def test_text_gets_a_ground_where_the_disk_lies_under_it(room):
    room.show(flat_project())
    canvas = room.latent.canvas
    corner = QRectF(10, canvas.height() - 120, 60, 110)
    assert not canvas.complete_overlay().is_busy(corner)
    canvas.zoom(8.0, QPointF(canvas.width() / 2, canvas.height() / 2))
    room.settle()
    assert canvas.complete_overlay().is_busy(corner)


def test_of_many_flights_one_is_kept(room):
    room.show(flat_project())
    room.theme.reduced_motion = False
    for name in ("top", "side", "front", "top"):
        room.grid.view_along(name)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(room.surface.canvas.findChildren(QVariantAnimation)) == 1


# -- linked points -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["surface", "latent", "reconstruction"])
def test_a_hovered_point_lights_up_in_all_views(room, key):
    room.show(flat_project())
    room.grid.view_along("top")
    vertex, canvas = 60, room.grid.points.canvases[key]
    room.move(canvas, *room.place_of(canvas, vertex))
    hovered = room.selection.hovered
    assert hovered is not None
    assert hovered.view == key
    if key != "reconstruction":  # a random decoder folds: there the nearest face may be another one
        assert hovered.vertex == vertex
    for name, other in room.grid.points.canvases.items():
        markers = other.complete_overlay().markers
        assert len(markers) == 1
        assert not markers[0].is_picked
        np.testing.assert_allclose((markers[0].x, markers[0].y), room.place_of(other, hovered.vertex), atol=1e-6)
        assert bool(markers[0].label) == (name == key)


def test_leaving_a_view_forgets_its_hovered_point_alone(room):
    room.show(flat_project())
    room.selection.hover(Pick(3, "latent"))
    room.surface.canvas.leaveEvent(None)
    assert room.selection.hovered == Pick(3, "latent")
    room.latent.canvas.leaveEvent(None)
    assert room.selection.hovered is None


@pytest.mark.parametrize("key", ["surface", "latent"])
def test_a_click_keeps_the_point_until_it_is_cleared(room, key):
    room.show(flat_project())
    room.grid.view_along("top")
    canvas, vertex = room.grid.points.canvases[key], 45
    x, y = room.place_of(canvas, vertex)
    room.qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert room.selection.picked == Pick(vertex, key)
    for other in room.grid.points.canvases.values():
        (marker,) = other.complete_overlay().markers
        assert marker.is_picked
        assert marker.label == f"#{vertex}"
    room.selection.clear()
    assert not any(other.complete_overlay().markers for other in room.grid.points.canvases.values())


def test_a_click_beside_the_figure_keeps_the_former_pick(room):
    room.show(flat_project())
    room.selection.pick(Pick(3, "latent"))
    room.qtbot.mouseClick(room.surface.canvas, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert room.selection.picked == Pick(3, "latent")


def test_another_surface_forgets_the_points(room):
    room.show(flat_project())
    room.selection.pick(Pick(3, "latent"))
    room.show(flat_project())
    assert room.selection.picked is None


# -- cameras and keys --------------------------------------------------------------------------------------------------


def test_linked_cameras_move_together_and_others_apart(room):
    room.show(flat_project())
    surface, other = room.surface.canvas, room.reconstruction.canvas
    surface.turn(0.3, 0.1)
    assert other.camera == surface.camera
    room.surface.link_button.click()
    assert not room.reconstruction.link_button.isChecked()
    surface.turn(0.3, 0.1)
    assert other.camera != surface.camera
    room.grid.set_cameras_linked(True)
    assert other.camera == surface.camera


def test_a_drag_turns_shift_moves_and_the_wheel_zooms(room):
    room.show(flat_project())
    canvas = room.surface.canvas
    start = canvas.camera

    def drag(modifier):
        room.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, modifier, QPoint(100, 100))
        for x in (110, 130):
            place = QPointF(x, 105)
            canvas.mouseMoveEvent(
                QMouseEvent(
                    QEvent.Type.MouseMove,
                    place,
                    canvas.mapToGlobal(place),
                    Qt.MouseButton.LeftButton,
                    Qt.MouseButton.LeftButton,
                    modifier,
                )
            )
        room.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, modifier, QPoint(130, 105))

    drag(Qt.KeyboardModifier.NoModifier)
    turned = canvas.camera
    assert turned.focus == start.focus
    assert turned.position != start.position
    drag(Qt.KeyboardModifier.ShiftModifier)
    assert canvas.camera.focus != start.focus
    assert canvas.camera.axes() == pytest.approx(turned.axes())
    assert room.selection.picked is None


def test_keys_move_the_camera(room):
    room.show(flat_project())
    canvas = room.surface.canvas
    start = canvas.camera
    for key, toward in ((Qt.Key.Key_1, (0, -1, 0)), (Qt.Key.Key_3, (1, 0, 0)), (Qt.Key.Key_7, (0, 0, 1))):
        room.qtbot.keyClick(canvas, key)
        np.testing.assert_allclose(canvas.camera.axes()[2], toward, atol=1e-9)
    room.qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    near = canvas.camera.distance
    room.qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert near < canvas.camera.distance
    room.qtbot.keyClick(canvas, Qt.Key.Key_R)
    np.testing.assert_allclose(canvas.camera.position, start.position)
    room.qtbot.keyClick(canvas, Qt.Key.Key_W)
    assert canvas.plotter.is_wireframe
    size = canvas.camera.units_per_pixel(400)
    room.qtbot.keyClick(canvas, Qt.Key.Key_O)
    assert canvas.camera.is_parallel
    assert canvas.camera.units_per_pixel(400) == size
    assert room.reconstruction.canvas.camera.is_parallel
    room.qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.camera.is_parallel
    room.qtbot.keyClick(canvas, Qt.Key.Key_L)
    assert not room.reconstruction.link_button.isChecked()
    room.qtbot.keyClick(canvas, Qt.Key.Key_M)
    assert room.grid.maximised == "surface"


def test_a_vertex_is_picked_by_its_number(room, monkeypatch):
    room.show(flat_project())
    last = len(room.workspace.project.source.surface.vertices) - 1
    asked = []

    def answer(*given):
        asked.append(given[3:])
        return 5, len(asked) == 1

    monkeypatch.setattr("app.views.view_grid.QInputDialog.getInt", answer)
    room.qtbot.keyClick(room.surface.canvas, Qt.Key.Key_G)
    assert room.selection.picked == Pick(5, "surface")
    room.selection.pick(Pick(7, "latent"))
    room.qtbot.keyClick(room.surface.canvas, Qt.Key.Key_G)  # and cancelled
    assert room.selection.picked == Pick(7, "latent")
    assert asked == [(0, 0, last), (7, 0, last)]


def test_distances_are_measured_from_the_picked_point_in_every_view(room):
    project = trained_project()
    room.show(project)
    vertices, codes = project.source.surface.vertices, project.training.codes
    room.qtbot.keyClick(room.surface.canvas, Qt.Key.Key_D)  # nothing is picked yet
    assert room.selection.origin is None
    room.selection.pick(Pick(3, "surface"))
    room.qtbot.keyClick(room.latent.canvas, Qt.Key.Key_D)
    room.selection.pick(Pick(40, "surface"))
    images = project.training.autoencoder.decode(codes[[3, 40]])
    wanted = {
        "surface": np.linalg.norm(vertices[40] - vertices[3]),
        "latent": np.linalg.norm(codes[40] - codes[3]),
        "reconstruction": np.linalg.norm(images[1] - images[0]),
    }
    views = {"surface": room.surface, "latent": room.latent, "reconstruction": room.reconstruction}
    for key, view in views.items():
        assert view.canvas.complete_overlay().ruler.label == number(wanted[key]), key
    room.selection.hover(Pick(0, "latent", (0.0, 0.0)))  # what the pointer is over comes first
    assert room.latent.canvas.complete_overlay().ruler.label == number(np.linalg.norm(codes[3]))
    room.selection.hover(None)
    room.qtbot.keyClick(room.surface.canvas, Qt.Key.Key_D)
    assert all(view.canvas.complete_overlay().ruler is None for view in views.values())


def test_a_click_on_an_axis_looks_along_it_and_again_from_behind(room):
    room.show(flat_project())
    canvas = room.surface.canvas
    room.grid.view_along("front")
    name = canvas._axis_at(QPointF(canvas.width() - 32 + 19, 32))
    assert name == "+x"
    assert canvas._axis_at(QPointF(canvas.width() - 32, 32)) in ("+y", "-y")
    assert canvas._axis_at(QPointF(20, 20)) is None


def test_a_copied_camera_can_be_pasted_into_another_view(room):
    room.show(flat_project())
    room.grid.set_cameras_linked(False)
    room.surface.canvas.turn(0.5, 0.2)
    room.qtbot.keyClick(room.surface.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = json.loads(QGuiApplication.clipboard().text())
    frame, camera = room.grid.stages["training"].presenter.snapshot.figure.frame, room.surface.canvas.camera
    np.testing.assert_allclose(frame.normalize(np.array([text["focus"]]))[0], camera.focus, atol=1e-9)
    room.qtbot.keyClick(room.reconstruction.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_allclose(room.reconstruction.canvas.camera.position, camera.position, atol=1e-9)
    for nonsense in ("", "{}", "[1, 2]", '{"position": [0, 0, 0], "focus": [0, 0, 0], "up": [0, 0, 1]}'):
        QGuiApplication.clipboard().setText(nonsense)
        room.surface.canvas.paste_camera()
    assert room.surface.canvas.camera == camera


def test_true_colours_leave_hollows_as_light_as_ridges(room):
    room.show(flat_project(training=False))
    assert len(np.unique(room.surface.canvas.mesh.colors, axis=0)) > 5
    room.grid.set_true_colors(True)
    room.settle()
    assert len(np.unique(room.surface.canvas.mesh.colors, axis=0)) == 1


def test_resizing_keeps_a_camera_that_the_user_moved(room):
    room.show(flat_project())
    canvas = room.surface.canvas
    canvas.turn(0.5, 0.0)
    moved = canvas.camera
    room.grid.resize(800, 640)
    assert canvas.camera == moved


def test_the_disk_zooms_to_the_pointer_and_is_drawn_anew(room):
    room.show(flat_project())
    canvas = room.latent.canvas
    before = canvas.window_at(1.0).code(100.0, 80.0)
    canvas.zoom(4.0, QPointF(100.0, 80.0))
    room.settle()
    assert canvas.picture.window.scale == pytest.approx(4 * canvas.window_at(1.0).scale / 4)
    np.testing.assert_allclose(canvas.window_at(1.0).code(100.0, 80.0), before)
    room.qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.window_at(1.0).x == 0.0


# -- grid --------------------------------------------------------------------------------------------------------------


def test_the_views_share_the_grid_with_lines_of_one_pixel(room):
    boxes = {key: room.grid.views[key].geometry() for key in KEYS}
    assert boxes["surface"].topLeft() == QPoint(0, 0)
    assert boxes["latent"].left() == boxes["surface"].right() + 2
    assert boxes["reconstruction"].top() == boxes["surface"].bottom() + 2
    assert boxes["fourth"].bottomRight() == QPoint(room.grid.width() - 1, room.grid.height() - 1)


def test_lines_can_be_dragged_and_reset(room):
    middle = room.grid.views["surface"].width()
    room.grid._across.moved.emit(QPoint(300, 10))
    assert room.grid.views["surface"].width() == pytest.approx(300, abs=1)
    room.grid._across.moved.emit(QPoint(5, 10))
    assert room.grid.views["surface"].width() >= 100
    room.grid._across.reset.emit()
    assert room.grid.views["surface"].width() == middle


def test_a_double_click_on_the_header_maximises_and_thumbnails_lead_back(room):
    room.qtbot.mouseDClick(room.latent.header, Qt.MouseButton.LeftButton)
    assert room.grid.maximised == "latent"
    assert room.latent.height() == room.grid.height() - 97
    assert all(room.grid.views[key].height() == 96 for key in KEYS if key != "latent")
    room.qtbot.mouseClick(room.grid._shields["fourth"], Qt.MouseButton.LeftButton)
    assert room.grid.maximised == "fourth"
    room.grid.maximise(None)
    assert room.latent.header.isVisibleTo(room.latent)


def test_a_header_dragged_onto_another_swaps_the_views(room):
    first, second = (room.grid.views[key].geometry() for key in ("surface", "fourth"))
    room.surface.drag_dropped.emit(room.grid.mapToGlobal(second.center()))
    assert room.grid.views["surface"].geometry() == second
    assert room.grid.views["fourth"].geometry() == first


def test_small_windows_hide_captions_and_the_camera_menu(room):
    room.show(flat_project(training=False))
    assert room.surface.camera_button.isVisibleTo(room.surface)
    room.grid.compact = True
    assert not room.surface.camera_button.isVisibleTo(room.surface)
    assert room.surface.header.is_compact
    assert room.grid.views["surface"].minimumSizeHint().width() == 0


def test_pages_of_the_fourth_view(room):
    room.grid.add_fourth("welcome", "Welcome", "sparkle", QLabel("Hello"))
    room.grid.add_fourth("stage/one", "One", "cube", QLabel("a"))
    room.grid.add_fourth("stage/two", "Two", "cube", QLabel("b"))
    room.grid.show_fourth("welcome")
    assert room.fourth.header.title == "Welcome"
    assert not room.fourth.header.tab_rects()
    room.grid.show_fourth("stage/one")
    tabs = room.fourth.header.tab_rects()
    assert [title for _, title, _ in tabs] == ["One", "Two"]
    room.qtbot.mouseClick(room.fourth.header, Qt.MouseButton.LeftButton, pos=tabs[1][2].center())
    assert room.fourth.current == "stage/two"
    with pytest.raises(KeyError):
        room.grid.show_fourth("nothing")


# -- theme, pictures, end ----------------------------------------------------------------------------------------------


def test_the_theme_changes_at_once_and_rebuilds_nothing(room):
    room.show(flat_project())
    mesh = room.surface.canvas.plotter.meshes["figure"]
    start = time.process_time()
    room.theme.set_mode("dark")
    assert time.process_time() - start < 0.2
    assert room.surface.canvas.plotter.background == DARK.view
    room.settle()
    assert room.surface.canvas.plotter.meshes["figure"].points is mesh.points
    image = room.latent.canvas.grab().toImage()
    assert image.pixelColor(2, 2).name().upper() == DARK.view
    room.theme.set_mode("light")
    assert room.latent.canvas.grab().toImage().pixelColor(2, 2).name().upper() == LIGHT.view


@pytest.mark.parametrize("key", [*KEYS, None])
@pytest.mark.parametrize("scale", [1, 3])
def test_pictures_are_as_large_as_asked_for(room, tmp_path, key, scale):
    room.show(flat_project())
    path = tmp_path / "view.png"
    room.grid.screenshot(key, path, scale)
    shown = room.grid.size()
    if key is not None:
        view = room.grid.views[key]
        shown = view.size().shrunkBy(view.header.contentsMargins())
        shown.setHeight(view.height() - view.header.height())
    assert QImage(str(path)).size() == scale * shown


def test_a_transparent_picture_has_no_ground(room):
    room.show(flat_project())
    image = room.grid.picture("latent", 2, transparent=True)
    assert image.pixelColor(1, 1).alpha() == 0
    assert image.pixelColor(image.width() // 2, image.height() // 2).alpha() == 255
    with pytest.raises(ValueError, match="scale"):
        room.grid.picture("latent", 5)


def test_a_picture_that_cannot_be_written_is_an_error(room, tmp_path):
    with pytest.raises(OSError, match="could not be written"):
        room.grid.screenshot("latent", tmp_path / "no" / "view.png")


def test_closing_lets_go_of_everything_and_may_be_done_twice(room):
    room.show(flat_project())
    room.grid.close_views()
    room.grid.close_views()
    assert room.surface.canvas.plotter.is_closed
    assert room.reconstruction.canvas.plotter.is_closed
    with pytest.raises(RuntimeError):
        room.grid.executor.submit(print)


# -- curves ------------------------------------------------------------------------------------------------------------


def test_curves_grow_while_training_and_end_with_the_history(room):
    project = flat_project(training=False)
    room.show(project)
    for k in range(3):
        room.live(step=10 * k, seconds=float(k), rmse_rel=0.1 / (k + 1), chamfer_rel=None, flipped_triangles=k)
    chart = room.grid.fourth._pages["training"][2].chart
    error, flips = chart.panels
    np.testing.assert_allclose(error.curves[0].values, [10.0, 5.0, 10 / 3])
    np.testing.assert_allclose(flips.curves[0].values[-1], 200 / len(project.source.surface.faces))
    assert np.isnan(error.curves[1].values).all()
    assert chart.now == 2.0
    assert chart.duration == 60.0
    assert room.fourth.header.caption == "20 steps · 10 steps/s"
    room.live(step=14, seconds=52.0)
    assert room.fourth.header.caption == "14 steps · 0.27 steps/s"
    room.workspace.replace(flat_project())
    assert chart.now is None
    np.testing.assert_allclose(chart.panels[0].curves[0].values, [50.0, 20.0, 10.0])


def test_the_chart_is_painted_at_every_stage(room):
    view = room.grid.fourth._pages["training"][2]
    empty = view.chart.grab().toImage()
    room.show(flat_project())
    drawn = view.chart.grab().toImage()
    assert drawn != empty
    view.chart.resize(80, 60)
    view.chart.grab()


# -- quick frames ------------------------------------------------------------------------------------------------------


def test_a_slow_figure_is_coarse_while_it_moves_and_whole_at_rest(room, monkeypatch):
    monkeypatch.setattr("app.widgets.canvas.figure_drawing.coarse", _coarse_enough)
    plotter = room.surface.canvas.plotter
    assert isinstance(plotter, BlankPlotter)
    plotter.milliseconds = 400.0
    room.show(flat_project())
    canvas = room.surface.canvas
    canvas.turn(0.1, 0.0)
    room.qtbot.waitUntil(lambda: "coarse" in plotter.meshes)
    canvas.turn(0.1, 0.0)
    assert canvas.drawing.is_coarse
    assert plotter.hidden == {"figure"}
    assert len(plotter.meshes["coarse"].faces) < len(plotter.meshes["figure"].faces)
    room.qtbot.waitUntil(lambda: not canvas.drawing.is_coarse)
    assert plotter.hidden == {"coarse"}


def test_what_changed_while_coarse_is_whole_at_rest(room, monkeypatch):
    monkeypatch.setattr("app.widgets.canvas.figure_drawing.coarse", _coarse_enough)
    plotter = room.reconstruction.canvas.plotter
    plotter.milliseconds = 400.0
    project = flat_project(training=False)
    room.show(project)
    vertices = project.source.surface.vertices
    for k in range(4):
        codes = vertices[:, :2].astype(np.float32)
        room.live(seconds=float(k), codes=codes, reconstruction=(1 + 0.1 * k) * vertices)
    room.qtbot.waitUntil(lambda: not room.reconstruction.canvas.drawing.is_coarse)
    figure = room.grid.stages["training"].presenter.snapshot.figure
    np.testing.assert_allclose(plotter.meshes["figure"].points, figure.drawn(1.3 * vertices), atol=1e-6)


def _coarse_enough(points, faces):
    from app.scene.coarse import coarse

    return coarse(points, faces, 50)


# -- the detail layer --------------------------------------------------------------------------------------------------


def test_the_reconstruction_is_that_of_the_network_or_of_the_whole_decoder(room):
    project = flat_project()
    bump = np.zeros((5, 5, 3))
    bump[2, 2, 2] = 0.5
    detail = DetailLayer(np.full(2, -1.0), 0.5, bump)
    training = replace(project.training, autoencoder=project.training.autoencoder.with_detail(detail))
    room.show(replace(project, training=training))
    networks, shown = training.autoencoder, room.reconstruction._shown.snapshot
    np.testing.assert_allclose(shown.reconstruction, networks.decode(training.codes))
    assert room.reconstruction.header.caption.endswith("with detail")
    room.workspace.set_display("training", TrainingDisplay("network"))
    room.settle()
    shown = room.reconstruction._shown.snapshot
    np.testing.assert_allclose(shown.reconstruction, networks.decode_network(training.codes))
    assert room.reconstruction.header.caption.endswith("the network alone")


def test_a_live_reconstruction_has_detail_where_there_is_some(room):
    surface = bumpy_disk(4)
    room.show(loaded(surface))
    vertices = surface.vertices.astype(np.float32)
    codes, coarse, fine = vertices[:, :2], 1.1 * vertices, 1.01 * vertices
    room.live(codes=codes, reconstruction=coarse)
    assert room.reconstruction._shown.snapshot.reconstruction is coarse
    assert "with detail" not in room.reconstruction.header.caption
    room.live(codes=codes, reconstruction=coarse, detailed=fine)
    assert room.reconstruction._shown.snapshot.reconstruction is fine
    assert room.reconstruction.header.caption.endswith("with detail")
    room.workspace.set_display("training", TrainingDisplay(decoder="network"))
    room.live(codes=codes, reconstruction=coarse, detailed=fine)
    assert room.reconstruction._shown.snapshot.reconstruction is coarse


# -- clipping plane ----------------------------------------------------------------------------------------------------


def test_a_plane_cuts_surface_and_reconstruction_and_is_moved_by_its_bar(room):
    room.show(flat_project())
    room.grid.view_along("front")
    canvas, other = room.surface.canvas, room.reconstruction.canvas
    room.qtbot.keyClick(canvas, Qt.Key.Key_X)
    clip = canvas.clipping.clip
    assert clip.normal == (0.0, -1.0, 0.0)
    assert other.clipping.clip == canvas.plotter.clip == other.plotter.clip == clip
    bar = canvas.clipping.bar
    assert bar.isVisible()
    assert other.clipping.bar is None
    assert bar.axes.value() == "y"
    assert not bar.cap.isEnabled()  # an open surface has no inside
    cut = canvas.plotter.lines["cut"]
    np.testing.assert_allclose(cut.points @ clip.normal, clip.offset, atol=1e-6)
    bar.slider.setValue(800)
    assert canvas.clipping.part() == pytest.approx(0.8, abs=1e-3)
    bar.flip.click()
    assert canvas.clipping.clip.normal == (0.0, 1.0, 0.0)
    assert canvas.clipping.part() == pytest.approx(0.2, abs=1e-3)
    bar.axes.button("view").click()
    canvas.turn(0.3, 0.1)
    room.move(canvas, 5, 5)
    assert canvas._sight.clip == canvas.clipping.clip
    assert (canvas._sight.ids[canvas._sight.ids >= 0] < len(canvas.mesh.faces)).all()
    bar.close_button.click()
    assert canvas.plotter.clip is other.plotter.clip is None
    assert "cut" not in canvas.plotter.lines
    assert not bar.isVisible()


def test_the_cut_of_a_closed_surface_is_filled_and_another_surface_is_whole(room):
    room.show(loaded(teaching_surface("sphere")[0]))
    canvas = room.surface.canvas
    canvas.clipping.toggle()
    assert canvas.plotter.inside == 1
    assert canvas.clipping.bar.cap.isEnabled()
    canvas.clipping.bar.cap.click()
    assert canvas.plotter.inside == 0
    room.show(flat_project())
    assert canvas.clipping.clip is None
    assert canvas.plotter.clip is None
