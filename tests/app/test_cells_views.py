"""Cells in the views: drawn, zoomed, linked, live."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.scene.cells_colors import CELL_KEYS
from app.scene.cells_plane import CellsPicture
from app.selection import Pick
from core.progress import finish
from core.relu.cells import CellsOptions, find_cells
from tests.app.view_room import Room, flat_project
from tests.core.make import random_relu_map


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot)
    made.workspace.show_stage("cells")
    made.grid.show_stage("cells")
    return made


def with_cells(project=None, of=("decoder", "encoder")):
    project = project or flat_project()
    cells = finish(find_cells(project.source.surface, project.training.autoencoder, CellsOptions(of)))
    return project.updated(cells=cells)


def arrive(room, project=None):
    """Show a project, then let its cells appear."""
    project = with_cells(project)
    room.show(project.updated(cells=None))
    room.workspace.replace(project)
    room.settle()
    return project


def place_of(canvas, code):
    return canvas.window_at(1.0).places(np.array([code]))[0]


def test_new_cells_colour_the_disk_and_fill_the_lens(room):
    project = arrive(room)
    assert room.latent.color_by == "cell"
    picture = room.latent.canvas.picture
    assert isinstance(picture, CellsPicture)
    assert room.latent.header.caption == f"{project.cells.decoder.n_cells} cells"
    assert isinstance(room.grid.cells.lens.canvas.picture, CellsPicture)
    assert [chip.text for chip in room.grid.cells.lens.canvas.overlay.chips] == ["Layer 1", "Layer 2"]
    assert room.fourth.header.caption.startswith("× 18")


def test_without_cells_the_lens_says_what_to_press(room):
    room.show(flat_project())
    assert room.grid.cells.lens.canvas.overlay.words.title == "Exact cells"
    assert not any(room.latent.has_quantity(key) for key in CELL_KEYS)
    assert room.latent.canvas.frame is None


def test_cells_that_go_leave_the_triangles(room):
    arrive(room)
    room.workspace.undo()
    room.settle()
    assert room.latent.color_by == "area_distortion"
    assert not isinstance(room.latent.canvas.picture, CellsPicture)
    assert room.grid.cells.lens.canvas.is_empty


def test_zooming_decomposes_what_is_in_view(room):
    project = arrive(room)
    canvas = room.latent.canvas
    canvas.zoom(30.0, QPointF(*place_of(canvas, (0.2, 0.1))))
    room.settle()
    assert canvas.picture.cells is not project.cells.decoder
    assert canvas.picture.window.scale == pytest.approx(canvas.window_at(1.0).scale)
    assert "in view of" in room.latent.header.caption


def test_a_hovered_place_names_its_cell_in_disk_and_lens(room):
    project = arrive(room)
    canvas, code = room.latent.canvas, (0.21, -0.17)
    room.move(canvas, *place_of(canvas, code))
    pick = room.selection.hovered
    assert pick.code == pytest.approx(code, abs=0.01)
    cell = int(project.cells.decoder.cell_at(np.array([pick.code]))[0])
    outline = room.grid.cells.lens.canvas._outlines[False]
    np.testing.assert_array_equal(outline.corners, project.cells.decoder.polygon(cell))
    assert canvas._outlines[False] is outline
    assert outline.label == f"cell #{cell}"
    # The lens follows the pointer while nothing is picked.
    assert (room.grid.cells.lens.window.x, room.grid.cells.lens.window.y) == pytest.approx(pick.code)


def test_a_picked_vertex_brings_its_cell_into_the_lens_and_frames_it_on_the_disk(room):
    project = arrive(room)
    room.selection.pick(Pick(40, "surface"))
    room.settle()
    lens, code = room.grid.cells.lens, project.training.codes[40]
    assert (lens.window.x, lens.window.y) == pytest.approx(tuple(code))
    assert room.latent.canvas.frame == lens.window
    assert "around the pick" in room.fourth.header.caption
    assert room.grid.cells.marked.cell == int(project.cells.decoder.cell_at(code[None])[0])
    room.selection.pick(None)
    assert room.grid.cells.marked is None
    assert lens.canvas._outlines[True] is None


def test_a_pick_in_the_lens_does_not_move_it(room):
    arrive(room)
    lens = room.grid.cells.lens
    before = lens.window
    x, y = place_of(lens.canvas, (before.x + 0.01, before.y))
    lens.canvas.clicked.emit(lens.canvas.hit_at(QPointF(x, y)))
    assert room.selection.picked.view == "fourth"
    assert lens.window == before


def test_the_frame_is_dragged(room, qtbot):
    arrive(room)
    room.selection.pick(Pick(40, "surface"))
    room.settle()
    canvas, lens = room.latent.canvas, room.grid.cells.lens
    rect = canvas._frame_rect(canvas.frame, canvas.window_at(1.0))
    assert canvas._frame_at(rect.topLeft())
    canvas.frame_moved.emit(0.3, 0.1)
    assert (lens.window.x, lens.window.y) == pytest.approx((0.3, 0.1))
    assert canvas.frame == lens.window


def test_the_frame_goes_with_the_lens(room):
    arrive(room)
    assert room.latent.canvas.frame is not None
    room.grid.show_fourth("training")
    assert room.latent.canvas.frame is None


def test_the_display_acts_at_once(room):
    arrive(room)
    first = room.latent.canvas.picture.pixels.copy()
    room.workspace.set_display("cells", type(room.workspace.display("cells"))(unit=3))
    room.settle()
    assert (room.latent.canvas.picture.pixels != first).any()


def test_cells_follow_a_training_where_asked_for(room):
    project = arrive(room)
    display = room.workspace.display("cells")
    decoder = random_relu_map((2, 9, 7, 3), 8)
    codes = np.asarray(project.training.codes, np.float32)
    room.live(codes=codes, decoder=decoder)
    assert room.grid.cells.feed.shown.is_outdated
    assert [chip.text for chip in room.latent.canvas.overlay.chips][-1] == "Outdated"
    room.workspace.set_display("cells", type(display)(live=True))
    room.live(seconds=2.0, codes=codes, decoder=decoder)
    assert room.grid.cells.feed.shown.is_live
    assert room.grid.cells.feed.shown.plane.cells.network is decoder
    assert isinstance(room.latent.canvas.picture, CellsPicture)
    room.workspace.live = None
    room.workspace.live_changed.emit(None)
    room.settle()
    assert room.grid.cells.feed.shown.cells is project.cells
    assert not room.grid.cells.feed.shown.is_outdated


def test_encoder_alone_gives_no_cells_in_the_disk(room):
    project = with_cells(of=("encoder",))
    room.show(project)
    assert not room.latent.has_quantity("cell")
    assert room.grid.cells.feed.shown.plane is None


def test_pictures_of_disk_and_lens_are_painted_at_any_scale(room):
    arrive(room)
    room.selection.pick(Pick(40, "surface"))
    room.settle()
    assert room.grid.picture("latent", 2).width() == 2 * room.latent.canvas.width()
    assert room.grid.picture("fourth", 2, True).width() == 2 * room.grid.cells.lens.width()
