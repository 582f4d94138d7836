"""Cells on a surface: tiling, gluing, codes, orientation, composition."""

import numpy as np
import pytest

from core.base.errors import BudaiError, TopologyError
from core.base.progress import finish
from core.data.surface import Surface
from core.relu.decomposition import decompose
from core.relu.relu_map import ReluMap
from core.relu.surface_decomposition import compose, surface_decomposition
from tests.core.relu.networks import random_network, rolling_sheet

CENTRE, SCALE = np.array([0.2, -0.1, 0.05]), 1.3


@pytest.fixture(scope="module")
def pieces():
    return finish(surface_decomposition(rolling_sheet(), random_network((3, 24, 16, 2), 3), CENTRE, SCALE))


def check_complex(pieces):
    surface = pieces.surface
    assert abs(pieces.area_error) < 1e-12
    per_face = np.bincount(pieces.face, weights=pieces.areas, minlength=len(surface.faces))
    assert per_face == pytest.approx(surface.face_areas, rel=1e-9)
    euler = len(surface.vertices) - len(surface.edges) + len(surface.faces)
    assert pieces.euler_characteristic == euler
    uses = np.bincount(pieces.edge_cells[pieces.edge_cells >= 0], minlength=pieces.n_pieces)
    assert (uses == pieces.sizes).all()
    patterns = pieces.network.activation_pattern(pieces.interior_points)
    assert (patterns == pieces.activation_pattern(np.arange(pieces.n_pieces))).all()


def test_pieces_tile_the_surface_without_gaps(pieces):
    check_complex(pieces)
    assert pieces.n_pieces > len(pieces.surface.faces)


def test_codes_are_those_of_the_encoder(pieces):
    assert pieces.codes == pytest.approx(pieces.encoder((pieces.vertices - CENTRE) / SCALE), abs=1e-12)


def test_pieces_of_one_cell_hang_together_and_have_one_pattern(pieces):
    first = np.zeros(pieces.n_cells, np.uint64)
    first[pieces.cell] = pieces.pattern_hash
    assert (first[pieces.cell] == pieces.pattern_hash).all()
    assert len(np.unique(pieces.pattern_hash)) <= pieces.n_cells < pieces.n_pieces


def test_a_linear_encoder_leaves_the_triangles_and_makes_one_cell():
    encoder = ReluMap([np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])], [np.zeros(2)])
    pieces = finish(surface_decomposition(rolling_sheet(), encoder, np.zeros(3), 1.0))
    assert pieces.n_pieces == len(pieces.surface.faces)
    assert pieces.n_cells == 1
    assert (pieces.orientation == 1).all()
    assert len(pieces.flipped) == 0


def test_a_folding_encoder_flips_exactly_the_half_behind_the_fold():
    # relu(x) + relu(-x) = |x|: the half x < 0 is turned over.
    first = np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, -1.0, 0.0]])
    encoder = ReluMap([first, np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]])], [np.zeros(4), np.zeros(2)])
    sheet = rolling_sheet(12, height=0.0, shift=(0.1, 0.0, 0.0))
    pieces = finish(surface_decomposition(sheet, encoder, np.zeros(3), 1.0))
    assert (pieces.orientation == np.sign(pieces.interior_points[:, 0])).all()
    assert pieces.flipped_area == pytest.approx(0.9 * 2.0, rel=1e-12)


def test_an_edge_of_the_triangulation_on_a_zero_set_gets_its_unit():
    # The plane x = 0 holds edges of an even sheet.
    encoder = ReluMap([np.array([[1.0, 0.0, 0.0]]), np.ones((2, 1))], [np.zeros(1), np.zeros(2)])
    pieces = finish(surface_decomposition(rolling_sheet(5, height=0.0), encoder, np.zeros(3), 1.0))
    assert pieces.n_pieces == len(pieces.surface.faces)
    assert pieces.n_cells == 2
    middle = np.abs(pieces.vertices[pieces.edges][:, :, 0]).max(1) == 0
    assert middle.sum() == 4
    assert (pieces.edge_unit == np.where(middle, 0, -1)).all()


def test_composition_refines_the_encoder_and_equals_the_two_networks(pieces):
    decoder = random_network((2, 10, 3), 8)
    fine = finish(surface_decomposition(pieces.surface, pieces.encoder, CENTRE, SCALE, decoder))
    check_complex(fine)
    assert fine.n_pieces > pieces.n_pieces
    images = np.einsum("kij,kj->ki", fine.maps[:, :, :-1], fine.interior_points) + fine.maps[:, :, -1]
    assert images == pytest.approx(decoder(pieces.encoder(fine.interior_points)), abs=1e-11)
    assert fine.codes == pytest.approx(fine.encoder((fine.vertices - CENTRE) / SCALE), abs=1e-12)
    # The units of the encoder come first, so every cut of the encoder is still there.
    units = pieces.encoder.n_hidden_units
    length = [
        np.linalg.norm(np.diff(p.vertices[p.edges[(p.edge_unit >= 0) & (p.edge_unit < units)]], axis=1), axis=2).sum()
        for p in (pieces, fine)
    ]
    assert length[0] == pytest.approx(length[1], rel=1e-12)


def test_compose_is_one_network_after_another():
    first, second = random_network((3, 8, 2), 0), random_network((2, 7, 5, 3), 1)
    points = np.random.default_rng(0).normal(size=(50, 3))
    assert compose(first, second)(points) == pytest.approx(second(first(points)), abs=1e-12)


def test_singular_values_are_those_along_the_surface(pieces):
    k = int(pieces.areas.argmax())
    image = pieces.codes[pieces.corners[pieces.offsets[k] : pieces.offsets[k + 1]]]
    corners = pieces.polygon(k)
    cross = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    ratio = abs(np.linalg.det([image[1] - image[0], image[2] - image[0]])) / np.linalg.norm(cross)
    assert pieces.area_factor[k] == pytest.approx(ratio * SCALE**2, rel=1e-9)


def test_a_surface_far_from_the_origin_keeps_its_cells():
    encoder = random_network((3, 12, 10, 2), 4)
    near = finish(surface_decomposition(rolling_sheet(8), encoder, np.zeros(3), 1.0))
    shift = np.array([4096.0, -8192.0, 2048.0])
    far = finish(surface_decomposition(rolling_sheet(8, shift=shift), encoder, shift, 1.0))
    assert (far.n_pieces, far.n_cells) == (near.n_pieces, near.n_cells)
    assert far.areas.min() > 0


def test_the_pieces_of_a_surface_moved_far_away_are_those_of_the_unmoved_one():
    sheet, encoder = rolling_sheet(8), random_network((3, 12, 10, 2), 4)
    steps = Surface(np.round(sheet.vertices * 2.0**10) / 2.0**10, sheet.faces)  # coordinates that are there at 1e12 too
    shift = np.array([1e12, -1e12, 5e11])
    far_away = Surface(steps.vertices + shift, steps.faces)
    assert (far_away.vertices - shift == steps.vertices).all()
    near = finish(surface_decomposition(steps, encoder, np.zeros(3), 1.3, random_network((2, 8, 3), 5)))
    far = finish(surface_decomposition(far_away, encoder, shift, 1.3, random_network((2, 8, 3), 5)))
    for name in ("vertices", "inputs", "codes", "offsets", "corners", "edges", "edge_cells", "edge_unit", "areas"):
        np.testing.assert_array_equal(getattr(far, name), getattr(near, name), err_msg=name)
    for name in ("pattern_hash", "maps", "face", "cell", "orientation", "flipped", "singular_values"):
        np.testing.assert_array_equal(getattr(far, name), getattr(near, name), err_msg=name)
    assert far.n_pieces > len(steps.faces)
    np.testing.assert_allclose(far.positions - shift, near.positions, rtol=0, atol=1.3e-4)


def test_coordinates_that_resolve_little_give_about_the_pieces_of_finer_ones():
    sheet, encoder = rolling_sheet(8), random_network((3, 12, 10, 2), 4)
    near = finish(surface_decomposition(sheet, encoder, np.zeros(3), 1.0))
    for offset in (1e8, 1e10, 1e11, 1e12):
        shift = np.full(3, offset)
        moved = Surface(sheet.vertices + shift, sheet.faces)
        far = finish(surface_decomposition(moved, encoder, shift, 1.0))
        step = np.spacing(offset)
        assert far.areas.min() > 0
        assert abs(far.area_error) < 1e-12 + (step if offset == 1e8 else 0.0)  # a file holds those of 1e8
        assert abs(far.areas.sum() / near.areas.sum() - 1.0) < 4 * step
        assert abs(far.n_pieces - near.n_pieces) <= 1 + 100 * step * near.n_pieces


def test_a_plane_surface_has_the_cells_of_the_plane():
    network = random_network((2, 9, 7, 2), 6)
    lifted = ReluMap([np.column_stack([network.weights[0], np.zeros(9)]), *network.weights[1:]], network.biases)
    pieces = finish(surface_decomposition(rolling_sheet(6, height=0.0), lifted, np.zeros(3), 1.0))
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    assert pieces.n_cells == decompose(network, square).n_cells


def test_an_edge_of_three_triangles_is_refused():
    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1]])
    fan = Surface(points, np.array([[0, 1, 2], [1, 0, 3], [0, 1, 4]]))
    with pytest.raises(TopologyError, match="1 edges of the surface have more than two triangles"):
        finish(surface_decomposition(fan, random_network((3, 4, 2), 0), np.zeros(3), 1.0))


def test_too_many_pieces_are_refused():
    with pytest.raises(BudaiError, match="the free memory holds 300"):
        finish(surface_decomposition(rolling_sheet(), random_network((3, 64, 2), 0), np.zeros(3), 1.0, max_pieces=300))
