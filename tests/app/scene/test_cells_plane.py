"""Pictures of cells: the right cell at each pixel, colours that stay, edges of what is chosen, any zoom."""

from dataclasses import replace

import numpy as np
import pytest

from app.scene.disk import Window
from app.scene.figure import Figure
from app.scene.palette import DARK, LIGHT
from app.scene.snapshot import Snapshot, rgb
from app.stages.cells.display import CellsDisplay
from app.stages.cells.scene.colors import CELL_KEYS, QUANTITIES, CellPlane, cell_coloring, hash_colors
from app.stages.cells.scene.flipped import flipped_pieces
from app.stages.cells.scene.plane import CellsLook, cells_in_view, cells_picture, shown_edges
from core.base.progress import finish
from core.relu.decomposition import decompose, disk_polygon
from core.relu.surface_decomposition import surface_decomposition
from tests.core.make import bumpy_disk, projection, random_relu_map

WHOLE = Window(120, 100, 0.0, 0.0, 45.0)


@pytest.fixture(scope="module")
def plane():
    return CellPlane(decompose(random_relu_map((2, 14, 12, 3), 3), disk_polygon()))


@pytest.fixture(scope="module")
def snapshot():
    surface = bumpy_disk(4)
    return Snapshot(Figure(surface), 0.9 * surface.vertices[:, :2])


def look(key="cell", palette=LIGHT, **display):
    return CellsLook(key, CellsDisplay(**display), palette)


def test_each_pixel_shows_the_cell_under_it(plane, snapshot):
    picture = cells_picture(plane, snapshot, look(), WHOLE)
    rows, columns = np.mgrid[3:100:7, 2:120:7]
    codes = np.array([WHOLE.code(x + 0.25, y + 0.25) for x, y in zip(columns.ravel(), rows.ravel(), strict=True)])
    np.testing.assert_array_equal(picture.ids[rows, columns].ravel(), plane.cells.cell_at(codes))
    assert picture.n_in_view == len(set(picture.ids.ravel().tolist()) - {-1})


@pytest.mark.parametrize("key", CELL_KEYS)
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_quantity_gives_colours_and_those_with_a_map_a_colour_bar(plane, snapshot, key, palette):
    picture = cells_picture(plane, snapshot, look(key, palette), WHOLE)
    assert len(np.unique(picture.pixels)) > 10
    assert (picture.legend is not None) == bool(QUANTITIES[key].color_map)


def test_deep_in_the_zoom_the_part_in_view_is_decomposed_and_keeps_its_colours(plane):
    window = Window(60, 50, 0.31, -0.2, 400.0)
    part = cells_in_view(plane, window)
    assert part is not plane.cells
    assert part.n_cells < plane.cells.n_cells
    whole = cell_coloring(plane.cells, "cell", CellsDisplay(), LIGHT, plane).colors
    near = cell_coloring(part, "cell", CellsDisplay(), LIGHT, plane).colors
    np.testing.assert_array_equal(near, whole[plane.cells.cell_at(part.interior_points)])
    for key in ("area_factor", "log_density"):
        whole = cell_coloring(plane.cells, key, CellsDisplay(), LIGHT, plane).colors.astype(int)
        near = cell_coloring(part, key, CellsDisplay(), LIGHT, plane).colors.astype(int)
        assert np.abs(near - whole[plane.cells.cell_at(part.interior_points)]).max() <= 3


@pytest.mark.parametrize("scale", [1e6, 1e9, 1e12])
def test_there_is_something_to_see_at_any_zoom(plane, snapshot, scale):
    edge = plane.cells.vertices[plane.cells.edges[np.flatnonzero(plane.cells.is_interior)[5]]].mean(0)
    picture = cells_picture(plane, snapshot, look(), Window(60, 50, float(edge[0]), float(edge[1]), scale))
    assert picture.n_in_view == 2


def test_beside_the_disk_there_is_nothing(plane, snapshot):
    for window in (Window(60, 50, 5.0, 0.0, 45.0), Window(60, 50, 0.99, 0.99, 1e4)):
        picture = cells_picture(plane, snapshot, look(), window)
        assert picture.n_in_view == 0
        assert not picture.pixels.any()
        assert picture.vertex_at(10, 10) is None


def test_pieces_share_a_colour_and_lose_the_edges_between_them(snapshot):
    network = random_relu_map((2, 14, 12, 3), 3)
    dead = replace_last(network)
    plane = CellPlane(decompose(dead, disk_polygon()))
    assert plane.pieces.max() + 1 < plane.cells.n_cells
    colors = cell_coloring(plane.cells, "cell", CellsDisplay(show="pieces"), LIGHT, plane).colors
    for piece in range(plane.pieces.max() + 1):
        assert len(np.unique(colors[plane.pieces == piece], axis=0)) == 1
    large = Window(120, 100, 0.0, 0.0, 45.0)
    cells = cells_picture(plane, snapshot, look("area_factor"), large).pixels
    pieces = cells_picture(plane, snapshot, look("area_factor", show="pieces"), large).pixels
    assert (cells != pieces).any()


def replace_last(network):
    """The same network without what its last hidden layer gives: its lines are there, its cells are not pieces."""
    weights = [*network.weights[:-1], np.zeros_like(network.weights[-1])]
    weights[-1][:, :3] = network.weights[-1][:, :3]
    return type(network)(weights, network.biases)


def test_only_the_edges_of_shown_layers_or_of_one_unit_are_drawn(plane, snapshot):
    cells = plane.cells
    layers = [layer for layer, _ in shown_edges(cells, CellsDisplay())]
    assert layers == [1, 0]
    (found,) = shown_edges(cells, CellsDisplay(hidden_layers=(1,)))
    assert found[0] == 0
    assert (cells.edge_layer[found[1]] == 0).all()
    ((layer, edges),) = shown_edges(cells, CellsDisplay(unit=16))
    assert layer == 1
    assert (cells.edge_unit[edges] == 16).all()
    none = cells_picture(plane, snapshot, look(hidden_layers=(0, 1)), WHOLE).pixels
    some = cells_picture(plane, snapshot, look(hidden_layers=(1,)), WHOLE).pixels
    zero = np.abs(cells.network.weights[0][2] @ np.array([WHOLE.code(x, 50.5) for x in range(120)]).T)
    assert (none != some).any()
    assert len(zero) == 120


def test_layer_wise_patterns_are_those_of_the_shown_layers(plane):
    first = cell_coloring(plane.cells, "layer_pattern", CellsDisplay(hidden_layers=(1,)), LIGHT, plane).colors
    assert len(np.unique(first, axis=0)) < plane.cells.n_cells / 2
    across = plane.cells.edge_cells[plane.cells.is_interior & (plane.cells.edge_layer == 1)]
    np.testing.assert_array_equal(first[across[:, 0]], first[across[:, 1]])


def test_flipped_pieces_of_the_encoder_are_drawn_over_the_cells(plane, snapshot):
    surface = bumpy_disk(4)
    pieces = finish(surface_decomposition(surface, projection(), np.zeros(3), 1.0))
    turned = np.array(pieces.orientation)
    turned[:3] *= -1
    pieces = flipped_pieces(replace(pieces, orientation=turned))
    plain = cells_picture(plane, snapshot, look(), WHOLE, 1.0, pieces)
    assert plain.n_flipped == 3
    magenta = sum(part << shift for part, shift in zip(rgb(LIGHT.flipped), (16, 8, 0), strict=True))
    assert ((plain.pixels & 0xFFFFFF) == magenta).any()
    hidden = cells_picture(plane, snapshot, look(highlight_flipped=False), WHOLE, 1.0, pieces)
    assert not ((hidden.pixels & 0xFFFFFF) == magenta).any()
    small = cells_picture(plane, snapshot, look(), replace(WHOLE, scale=3.0), 1.0, pieces)
    assert len(small.rings) == len(pieces.points) <= 3
    assert flipped_pieces(finish(surface_decomposition(surface, projection(), np.zeros(3), 1.0))) is None


def test_flipped_pieces_that_hang_together_are_one_group():
    surface = bumpy_disk(4)
    pieces = finish(surface_decomposition(surface, projection(), np.zeros(3), 1.0))
    beside = pieces.edge_cells[pieces.is_interior][0]
    far = int(np.argmax(np.linalg.norm(pieces.centroids - pieces.centroids[beside[0]], axis=1)))
    turned = np.array(pieces.orientation)
    turned[[*beside, far]] *= -1
    found = flipped_pieces(replace(pieces, orientation=turned))
    assert found.n == 3
    assert len(found.points) == 2
    np.testing.assert_allclose(np.sort(found.low[:, 0])[0], found.codes[found.corners][:, 0].min())


def test_colours_depend_on_the_hash_alone():
    hashes = np.random.default_rng(0).integers(0, 2**63, 50, dtype=np.uint64)
    np.testing.assert_array_equal(hash_colors(hashes, False)[::-1], hash_colors(hashes[::-1].copy(), False))
    assert hash_colors(hashes, False).mean() > hash_colors(hashes, True).mean() + 50


def test_the_nearest_vertex_is_told_at_any_zoom(plane, snapshot):
    code = snapshot.codes[17]
    picture = cells_picture(plane, snapshot, look(), Window(60, 50, code[0] + 1e-7, code[1], 1e6))
    assert picture.vertex_at(30, 25) == 17
