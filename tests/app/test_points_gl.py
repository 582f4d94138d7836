"""Points, arrows and walks with real drawing, judged by facts: what is covered, and what changes."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.scene.palette import LIGHT
from app.scene.snapshot import rgb
from app.widgets.canvas.vtk_window import drawing_thread, has_opengl
from tests.app.make_denoising import denoised_project
from tests.app.make_generation import generated_project
from tests.app.view_room import Room

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


def pixels(canvas):
    """Red, green and blue of each pixel of what is drawn, without overlays."""
    image = canvas.plotter.image().convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def covered(shown):
    return np.abs(shown - np.array(rgb(LIGHT.view))).sum(2) > 12


def near(shown, color, tolerance=40):
    return np.abs(shown - np.array(rgb(color))).sum(2) <= tolerance


def test_noisy_points_scatter_and_denoised_ones_cover_the_surface(room):
    room.show(denoised_project())
    room.workspace.show_stage("denoising")
    room.settle()
    views = room.grid.stages["denoising"]
    noisy, clean = covered(pixels(views.before.canvas)), covered(pixels(views.after.canvas))
    assert 400 < noisy.sum() < 400 * 6 * 6  # points alone, some of them over each other
    assert clean.sum() > 2 * noisy.sum()  # points on the surface that hides those behind it
    colors = views.before.canvas.mesh.colors
    views.scene.set_color_by("none")
    room.settle()
    assert (views.before.canvas.mesh.colors != colors).any()


def test_arrows_come_and_go(room):
    room.show(denoised_project())
    room.workspace.show_stage("denoising")
    room.grid.show_fourth("denoising/projection")
    room.settle()
    views, display = room.grid.stages["denoising"], room.workspace.display("denoising")
    some = pixels(views.projection.canvas)
    room.workspace.set_display("denoising", replace(display, arrows=0))
    room.settle()
    none = pixels(views.projection.canvas)
    changed = (some != none).any(2)
    assert changed.sum() > 400
    assert near(some, LIGHT.text)[changed].any()  # the dots at the ends of the arrows
    assert not near(none, LIGHT.text).any()


def test_a_walk_is_drawn_on_the_surface(room):
    room.show(generated_project())
    room.workspace.show_stage("generation")
    room.grid.show_fourth("generation/walk")
    room.settle()
    canvas, display = room.grid.stages["generation"].walk.canvas, room.workspace.display("generation")
    geodesic = LIGHT.layers[2]
    both = near(pixels(canvas), geodesic).sum()
    room.workspace.set_display("generation", replace(display, way="straight"))
    room.settle()
    assert both > 100
    assert near(pixels(canvas), geodesic).sum() < 0.1 * both
    seen = pixels(room.grid.stages["generation"].space)
    assert near(seen, LIGHT.warn, 90).any()  # points whose codes are outside


def test_the_lens_fills_its_view(room):
    room.show(generated_project())
    room.workspace.show_stage("generation")
    room.grid.show_fourth("generation/lens")
    room.settle()
    shown = covered(pixels(room.grid.stages["generation"].lens.canvas))
    assert 0.15 < shown.mean() < 0.9
    assert shown[shown.shape[0] // 2, shown.shape[1] // 2]
