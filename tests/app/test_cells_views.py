"""Cells in the views: drawn, zoomed, linked, live."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.scene.snapshot import rgb
from app.stages.cells.scene.colors import CELL_KEYS
from app.stages.cells.scene.plane import CellsPicture
from app.state.selection import Pick
from app.widgets.canvas.disk_marks import frame_rect
from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from tests.app.chrome_room import StillWorkers
from tests.app.chrome_room import finish as finish_job
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
    assert isinstance(room.grid.stages["cells"].lens.canvas.picture, CellsPicture)
    assert [chip.text for chip in room.grid.stages["cells"].lens.canvas.overlay.chips] == ["Layer 1", "Layer 2"]
    assert room.fourth.header.caption.startswith("× ")
    assert [title for _, title in room.fourth.header.tabs] == ["Lens", "Histogram", "Count by time"]


def test_the_cells_of_the_decoder_are_shown_while_the_others_are_computed(room):
    project = flat_project()
    room.show(project)
    room.workspace.workers = StillWorkers()
    job = room.workspace.run_stage("cells")
    room.settle()
    n_cells = with_cells(project).cells.decoder.n_cells
    assert room.workspace.project.cells is None
    assert room.latent.color_by == "cell"
    assert isinstance(room.latent.canvas.picture, CellsPicture)
    assert room.latent.header.caption == f"{n_cells} cells"
    assert room.grid.stages["cells"].presenter.shown.plane.cells.n_cells == n_cells
    job.cancel()
    room.settle()
    assert room.latent.color_by == "area_distortion"
    assert room.grid.stages["cells"].presenter.shown is None
    job = room.workspace.run_stage("cells")
    room.settle()
    cells = with_cells(project).cells
    finish_job(job, cells)
    room.settle()
    assert room.grid.stages["cells"].presenter.shown.cells is room.workspace.project.cells
    assert room.grid.stages["cells"].presenter.shown.cells.encoder is not None


def test_without_cells_the_lens_says_what_to_press(room):
    room.show(flat_project())
    assert room.grid.stages["cells"].lens.canvas.overlay.words.title == "Exact cells"
    assert not any(room.latent.has_quantity(key) for key in CELL_KEYS)
    assert room.latent.canvas.frame is None


def test_cells_that_go_leave_the_triangles(room):
    arrive(room)
    room.workspace.undo()
    room.settle()
    assert room.latent.color_by == "area_distortion"
    assert not isinstance(room.latent.canvas.picture, CellsPicture)
    assert room.grid.stages["cells"].lens.canvas.picture is None


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
    outline = room.grid.stages["cells"].lens.canvas._outlines[False]
    np.testing.assert_array_equal(outline.corners, project.cells.decoder.polygon(cell))
    assert canvas._outlines[False] is outline
    assert outline.label == f"cell #{cell}"
    # The lens follows the pointer while nothing is picked.
    assert (room.grid.stages["cells"].lens.window.x, room.grid.stages["cells"].lens.window.y) == pytest.approx(
        pick.code
    )


def test_a_picked_vertex_brings_its_cell_into_the_lens_and_frames_it_on_the_disk(room):
    project = arrive(room)
    room.selection.pick(Pick(40, "surface"))
    room.settle()
    lens, code = room.grid.stages["cells"].lens, project.training.codes[40]
    assert (lens.window.x, lens.window.y) == pytest.approx(tuple(code))
    assert room.latent.canvas.frame == lens.window
    assert "around the pick" in room.fourth.header.caption
    assert room.grid.stages["cells"].marked.cell == int(project.cells.decoder.cell_at(code[None])[0])
    room.selection.pick(None)
    assert room.grid.stages["cells"].marked is None
    assert lens.canvas._outlines[True] is None


def test_a_pick_in_the_lens_does_not_move_it(room):
    arrive(room)
    lens = room.grid.stages["cells"].lens
    before = lens.window
    x, y = place_of(lens.canvas, (before.x + 0.01, before.y))
    lens.canvas.clicked.emit(lens.canvas.hit_at(QPointF(x, y)))
    assert room.selection.picked.view == "fourth"
    assert lens.window == before


def test_the_frame_is_dragged(room, qtbot):
    arrive(room)
    room.selection.pick(Pick(40, "surface"))
    room.settle()
    canvas, lens = room.latent.canvas, room.grid.stages["cells"].lens
    rect = frame_rect(canvas.frame, canvas.window_at(1.0))
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
    assert room.grid.stages["cells"].presenter.shown.is_outdated
    assert [chip.text for chip in room.latent.canvas.overlay.chips][-1] == "Outdated"
    room.workspace.set_display("cells", type(display)(live=True))
    room.live(seconds=2.0, codes=codes, decoder=decoder)
    assert room.grid.stages["cells"].presenter.shown.is_live
    assert room.grid.stages["cells"].presenter.shown.plane.cells.network is decoder
    assert isinstance(room.latent.canvas.picture, CellsPicture)
    room.workspace.live = None
    room.workspace.live_changed.emit(None)
    room.settle()
    assert room.grid.stages["cells"].presenter.shown.cells is project.cells
    assert not room.grid.stages["cells"].presenter.shown.is_outdated


def test_encoder_alone_gives_no_cells_in_the_disk(room):
    project = with_cells(of=("encoder",))
    room.show(project)
    assert not room.latent.has_quantity("cell")
    assert room.grid.stages["cells"].presenter.shown.plane is None


def test_pictures_of_disk_and_lens_are_painted_at_any_scale(room):
    arrive(room)
    room.selection.pick(Pick(40, "surface"))
    room.settle()
    assert room.grid.picture("latent", 2).width() == 2 * room.latent.canvas.width()
    assert room.grid.picture("fourth", 2, True).width() == 2 * room.grid.stages["cells"].lens.width()


def test_a_small_lens_shows_cells_alone(room):
    arrive(room)
    room.grid.maximise("surface")
    assert room.grid.stages["cells"].lens.canvas.complete_overlay().chips == ()
    room.grid.maximise(None)
    assert len(room.grid.stages["cells"].lens.canvas.complete_overlay().chips) == 2


# -- the other pages ---------------------------------------------------------------------------------------------------


def test_the_histogram_counts_all_cells_once_it_is_seen(room):
    project = arrive(room)
    page = room.grid.stages["cells"].histogram
    assert page.histograms[0].shown is None
    room.grid.show_fourth("cells/histogram")
    room.settle()
    for histogram in page.histograms:
        assert histogram.shown.shares.sum() == pytest.approx(1.0)
        assert not histogram.grab().isNull()
    cells = project.cells.decoder
    assert page.histograms[2].shown.median == pytest.approx(np.median(np.log10(cells.areas)))
    assert page.histograms[1].shown.median == pytest.approx(np.median(1.0 / cells.conformality))
    assert room.fourth.header.caption == f"{cells.n_cells} cells"


def test_live_counts_are_drawn_over_time(room):
    arrive(room)
    room.grid.show_fourth("cells/count")
    page = room.grid.stages["cells"].count
    assert "Decompose while training" in room.fourth.header.caption
    room.workspace.set_display("cells", type(room.workspace.display("cells"))(live=True))
    codes = np.zeros((len(room.workspace.project.training.codes), 2), np.float32)
    for second, seed in ((1.0, 3), (2.0, 4), (0.5, 5)):
        room.live(seconds=second, codes=codes, decoder=random_relu_map((2, 9, 7, 3), seed))
    assert page.seconds == [0.5]  # an earlier time begins another training
    assert room.fourth.header.caption == f"{page.counts[-1]} cells"
    assert len(page.chart.panels[0].curves[0].values) == 1


# -- in space ----------------------------------------------------------------------------------------------------------


def test_the_surface_wears_the_encoders_pieces_and_the_reconstruction_the_cells_images(room):
    project = arrive(room)
    surface, back = room.surface.canvas, room.reconstruction.canvas
    shape, colors = surface.plotter.polygons["facets"]
    assert len(shape.offsets) - 1 == len(colors) == project.cells.encoder.n_pieces
    assert "figure" in surface.plotter.hidden
    np.testing.assert_allclose(np.linalg.norm(shape.normals, axis=1), 1.0, atol=1e-5)
    assert "cells of the encoder" in room.surface.header.caption
    shape, colors = back.plotter.polygons["facets"]
    assert len(colors) == project.cells.decoder.n_cells
    assert shape.normals is None
    frame, autoencoder = room.grid.stages["training"].presenter.snapshot.figure.frame, project.training.autoencoder
    images = project.cells.decoder.images * autoencoder.scale + autoencoder.centre
    np.testing.assert_allclose(frame.restore(shape.points.astype(float)), images, atol=1e-5 * frame.scale)
    assert room.reconstruction.header.caption == "exact, one face a cell"


def test_other_colours_keep_the_shape_and_others_take_the_cells_off(room):
    arrive(room)
    plotter = room.surface.canvas.plotter
    shape, first = plotter.polygons["facets"]
    room.grid.set_color_by("surface", "area_factor")
    room.settle()
    assert plotter.polygons["facets"][0] is shape
    assert (plotter.polygons["facets"][1] != first).any()
    assert room.surface.canvas.overlay.legend.caption.startswith("log₂ area")
    room.grid.set_color_by("surface", "none")
    room.grid.set_color_by("reconstruction", "error")
    room.settle()
    for view in (room.surface, room.reconstruction):
        assert "facets" not in view.canvas.plotter.polygons
        assert "figure" not in view.canvas.plotter.hidden
    assert room.reconstruction.canvas.overlay.legend.caption.startswith("Error")


def test_without_the_encoder_the_disk_is_laid_on_the_surface(room):
    project = flat_project()
    room.show(project)
    room.workspace.replace(with_cells(project, ("decoder",)))
    room.settle()
    assert "figure" in room.surface.canvas.plotter.textured
    assert "facets" not in room.surface.canvas.plotter.polygons
    assert room.surface.header.caption == "cells of the decoder, through the chart"


def test_a_unit_alone_is_a_line_through_the_disk_and_over_the_surface(room):
    project = arrive(room)
    encoder = project.cells.encoder
    room.workspace.set_display("cells", type(room.workspace.display("cells"))(unit=1))
    room.settle()
    lines = room.surface.canvas.plotter.lines["lines"]
    assert len(lines.ends) == (encoder.edge_unit == 1).sum() > 0
    assert lines.opacity == 1.0


def test_flipped_pieces_stand_out_and_are_counted(room):
    project = with_cells()
    turned = np.array(project.cells.encoder.orientation)
    turned[:4] *= -1
    encoder = replace(project.cells.encoder, orientation=turned)
    room.show(project.updated(cells=None))
    room.workspace.replace(project.updated(cells=replace(project.cells, encoder=encoder)))
    room.settle()
    colors = room.surface.canvas.plotter.polygons["facets"][1]
    magenta = np.array(rgb(room.theme.palette.flipped), np.uint8)
    assert (colors[:4] == magenta).all()
    assert not (colors[4:] == magenta).all(axis=1).any()
    rings = room.surface.canvas._marks.rings
    assert 1 <= len(rings) <= 4
    room.grid.view_along("top")
    room.surface.canvas.drawing._come_to_rest()
    room.settle()
    assert not room.surface.canvas._sight.hidden(rings).any()
    assert room.surface.canvas._sight.hidden(rings - np.array([0, 0, 0.5])).all()
    assert not room.surface.canvas.grab().isNull()
    assert room.reconstruction.canvas._marks.rings is None
    for view in (room.surface, room.latent):
        assert [chip.text for chip in view.canvas.overlay.chips] == ["4 flipped pieces"]
    room.workspace.set_display("cells", type(room.workspace.display("cells"))(highlight_flipped=False))
    room.settle()
    assert not (room.surface.canvas.plotter.polygons["facets"][1][:4] == magenta).all()
    assert room.surface.canvas._marks.rings is None
    assert room.surface.canvas.overlay.chips == ()


def test_slow_facets_give_way_to_the_figure_while_it_moves(room):
    arrive(room)
    canvas = room.surface.canvas
    canvas.plotter.milliseconds = 500.0
    canvas.drawing.redraw()
    canvas.turn(0.1, 0.0)
    assert not canvas.drawing.shows_facets
    assert "facets" in canvas.plotter.hidden
    assert "figure" not in canvas.plotter.hidden
    canvas.drawing._come_to_rest()
    assert canvas.drawing.shows_facets
    assert "figure" in canvas.plotter.hidden


def test_a_picked_cell_stands_out_on_surface_and_reconstruction(room):
    project = arrive(room)
    room.grid.view_along("top")
    room.selection.pick(Pick(40, "surface"))
    room.settle()
    facts = room.grid.stages["cells"].facts(room.grid.stages["cells"].marked)
    back, surface = room.reconstruction.canvas._marks.outline, room.surface.canvas._marks.outline
    frame = room.grid.stages["training"].presenter.snapshot.figure.frame
    corners = project.cells.decoder.polygon(facts.cell)
    images = project.training.autoencoder.decode_network(corners)
    np.testing.assert_allclose(frame.restore(back.polygons[0].astype(float)), images, atol=1e-5 * frame.scale)
    middle = np.mean([polygon.mean(0) for polygon in surface.polygons], axis=0)
    vertex = project.source.surface.vertices[40]
    assert np.linalg.norm(frame.restore(middle[None].astype(float))[0] - vertex) < 0.5
    assert not room.surface.canvas.grab().isNull()
    assert not room.grid.picture("reconstruction", 2).isNull()
    room.selection.pick(None)
    assert room.surface.canvas._marks.outline is None
    assert room.reconstruction.canvas._marks.outline is None
