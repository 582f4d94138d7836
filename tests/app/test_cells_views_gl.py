"""Cells in space with real drawing: polygons in their colours, lines before them, flat faces."""

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app.scene.camera import Camera
from app.widgets.canvas.plotter import Lines, Polygons
from app.widgets.canvas.vtk_plotter import VtkPlotter
from app.widgets.canvas.vtk_window import drawing_thread, has_opengl

pytestmark = pytest.mark.gl

SIDE = 120
CORNERS = np.array([[-1.0, -1, 0], [0, -1, 0], [1, -1, 0], [1, 1, 0], [0, 1, 0], [-1, 1, 0]], np.float32)
TWO = Polygons(CORNERS, np.array([0, 4, 8]), np.array([0, 1, 4, 5, 1, 2, 3, 4]), None)
RED_AND_BLUE = np.array([[220, 30, 30], [30, 30, 220]], np.uint8)


@pytest.fixture
def plotter(qtbot):
    drawing = drawing_thread()
    if not has_opengl(drawing):
        drawing.shutdown()
        pytest.skip("no OpenGL on this machine: install libegl1 and libgl1-mesa-dri")
    parent = QObject()
    made = VtkPlotter(drawing, parent)
    made.set_size(SIDE, SIDE, 1.0)
    made.set_background("#000000")
    made.set_camera(Camera((0.0, 0.0, 8.0), (0.0, 0.0, 0.0), (0.0, 1.0, 0.0)))
    yield made
    made.close()
    drawing.shutdown()


def pixels(plotter):
    image = plotter.image().convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., :3].astype(int)


@pytest.mark.parametrize("normals", [None, np.tile(np.array([0, 0, 1], np.float32), (6, 1))])
def test_each_polygon_has_its_own_colour(plotter, normals):
    plotter.show_polygons("facets", Polygons(TWO.points, TWO.offsets, TWO.corners, normals), RED_AND_BLUE)
    shown = pixels(plotter)
    left, right = shown[SIDE // 2, SIDE // 3], shown[SIDE // 2, 2 * SIDE // 3]
    assert left[0] > 3 * left[2]
    assert right[2] > 3 * right[0]
    assert (shown[2, 2] == 0).all()


def test_other_colours_and_none_at_all(plotter):
    plotter.show_polygons("facets", TWO, RED_AND_BLUE)
    first = pixels(plotter)
    plotter.set_colors("facets", RED_AND_BLUE[::-1].copy())
    second = pixels(plotter)
    assert second[SIDE // 2, SIDE // 3, 2] > 3 * second[SIDE // 2, SIDE // 3, 0]
    plotter.set_visible("facets", False)
    assert not pixels(plotter).any()
    plotter.set_visible("facets", True)
    np.testing.assert_allclose(pixels(plotter), second, atol=2)
    plotter.remove("facets")
    assert not pixels(plotter).any()
    assert first.any()


def test_lines_lie_before_the_faces_at_the_same_place(plotter):
    plotter.show_polygons("facets", TWO, RED_AND_BLUE)
    ends = np.array([[0, 3]], np.int32)
    plotter.show_lines("lines", Lines(CORNERS, ends, np.array([[255, 255, 0]], np.uint8), 3.0))
    shown = pixels(plotter)
    on_line = (shown[..., 0] > 200) & (shown[..., 1] > 200) & (shown[..., 2] < 90)
    rows, columns = np.nonzero(on_line)
    assert len(rows) > 60
    assert np.corrcoef(rows, columns)[0, 1] < -0.99  # upward to the right
    plotter.show_lines("lines", Lines(CORNERS, ends, np.array([[255, 255, 0]], np.uint8), 3.0, 0.2))
    faint = pixels(plotter)
    assert faint[rows, columns, 1].mean() < 0.5 * shown[rows, columns, 1].mean()


def test_what_is_not_seen_holds_no_window_and_comes_back_as_it_was(plotter, qtbot):
    plotter.show_polygons("facets", TWO, RED_AND_BLUE)
    first = pixels(plotter)
    with qtbot.waitSignal(plotter.drawn):
        plotter.redraw()
    assert plotter._scene.window is not None
    plotter.set_seen(False)
    qtbot.waitUntil(lambda: plotter._scene.window is None)
    plotter.set_colors("facets", RED_AND_BLUE[::-1].copy())
    with qtbot.assertNotEmitted(plotter.drawn, wait=300):
        plotter.redraw()
    assert not plotter._commands  # what is told meanwhile does not pile up
    second = pixels(plotter)
    assert second[SIDE // 2, SIDE // 3, 2] > 3 * second[SIDE // 2, SIDE // 3, 0]
    assert plotter._scene.window is None
    plotter.set_colors("facets", RED_AND_BLUE)
    with qtbot.waitSignal(plotter.drawn):
        plotter.set_seen(True)
    np.testing.assert_array_equal(pixels(plotter), first)
