"""What is derived from cells: areas, patterns, maps, stretches, pieces, picking."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.relu.affine_pieces import affine_pieces
from core.relu.cell_patterns import pattern_hashes
from core.relu.cell_raster import cell_raster
from core.relu.decomposition import decompose, disk_polygon
from core.relu.relu_map import ReluMap
from tests.core.relu.networks import SQUARE, random_network


@pytest.fixture(scope="module")
def cells():
    return decompose(random_network((2, 20, 20, 20, 3), 5), disk_polygon())


def points_in_disk(n, seed=0):
    rng = np.random.default_rng(seed)
    angle, radius = 2 * np.pi * rng.random(n), 0.999 * np.sqrt(rng.random(n))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 14), min_size=1, max_size=4), st.integers(0, 10**6))
def test_laws_of_a_complex(widths, seed):
    network = random_network((2, *widths, 3), seed)
    cells = decompose(network, SQUARE)
    assert cells.euler_characteristic == 1
    assert abs(cells.area_error) < 1e-12
    assert cells.areas.min() > 0
    assert len(np.unique(cells.pattern_hash)) == cells.n_cells
    uses = np.bincount(cells.edge_cells[cells.edge_cells >= 0], minlength=cells.n_cells)
    assert (uses == cells.sizes).all()
    assert (cells.is_interior == (cells.edge_unit >= 0)).all()


def test_interior_points_have_the_pattern_that_the_hash_says(cells):
    everyone = np.arange(cells.n_cells)
    patterns = cells.activation_pattern(everyone)
    assert (patterns == cells.network.activation_pattern(cells.interior_points)).all()
    assert (pattern_hashes(patterns) == cells.pattern_hash).all()


def test_maps_are_those_of_the_network(cells):
    matrices, offsets = cells.affine_map(np.arange(cells.n_cells))
    points = cells.centroids
    images = np.einsum("kij,kj->ki", matrices, points) + offsets
    assert images == pytest.approx(cells.network(points), abs=1e-12)
    assert matrices == pytest.approx(cells.network.jacobian(cells.interior_points), abs=1e-11)


def test_maps_are_the_same_when_they_are_not_kept(cells):
    bare = decompose(cells.network, cells.domain, with_maps=False)
    assert bare.maps is None
    some = np.arange(0, bare.n_cells, 7)
    for kept, made in zip(cells.affine_map(some), bare.affine_map(some), strict=True):
        assert made == pytest.approx(kept, abs=1e-11)
    assert bare.images == pytest.approx(cells.images, abs=1e-11)


def test_singular_values_are_those_of_numpy(cells):
    matrices, _ = cells.affine_map(np.arange(cells.n_cells))
    expected = np.linalg.svd(matrices, compute_uv=False)
    assert cells.singular_values == pytest.approx(expected, abs=1e-12)
    assert cells.area_factor == pytest.approx(expected.prod(1), abs=1e-12)
    assert ((cells.conformality >= 0) & (cells.conformality <= 1 + 1e-12)).all()


def test_wide_images_are_measured_as_they_are():
    network = random_network((2, 9, 8, 40), 3)
    kept, bare = decompose(network, SQUARE), decompose(network, SQUARE, with_maps=False)
    expected = np.linalg.svd(kept.affine_map(np.arange(kept.n_cells))[0], compute_uv=False)
    for cells in (kept, bare):
        assert cells.singular_values == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert bare.turned_map(np.arange(3))[0].shape == (3, 9, 2)
    assert (affine_pieces(bare) == affine_pieces(kept)).all()


def test_the_area_factor_is_that_of_the_image(cells):
    k = int(cells.areas.argmax())
    a, b, c = cells.images[cells.corners[cells.offsets[k] : cells.offsets[k] + 3]]
    p, q, r = cells.polygon(k)[:3]
    ratio = np.linalg.norm(np.cross(b - a, c - a)) / np.linalg.det([q - p, r - p])
    assert ratio == pytest.approx(cells.area_factor[k], rel=1e-9)


def test_edges_differ_in_their_unit_alone(cells):
    inner = np.flatnonzero(cells.is_interior)
    left, right = (cells.activation_pattern(cells.edge_cells[inner, side]) for side in (0, 1))
    rows = np.arange(len(inner))
    assert ((left != right).sum(1) == 1).all()
    assert left[rows, cells.edge_unit[inner]].all()
    assert set(cells.edge_layer[inner].tolist()) == {0, 1, 2}
    assert (cells.edge_layer[inner] == cells.edge_unit[inner] // 20).all()


def test_a_point_is_picked_in_the_cell_that_contains_it(cells):
    points = points_in_disk(2000)
    found = cells.cell_at(points)
    assert (found >= 0).all()
    for point, k in zip(points[:200], found[:200], strict=True):
        corners = cells.polygon(k)
        side = np.roll(corners, -1, 0) - corners
        off = point - corners
        assert (side[:, 0] * off[:, 1] - side[:, 1] * off[:, 0] > -1e-12).all()


def test_points_on_edges_and_vertices_are_picked_in_a_cell_beside(cells):
    middle = cells.vertices[cells.edges].mean(1)
    found = cells.cell_at(middle)
    assert (found[:, None] == cells.edge_cells).any(1).all()
    assert (cells.cell_at(cells.vertices) >= 0).all()


def test_a_point_outside_is_picked_in_none(cells):
    assert cells.cell_at(np.array([[1.5, 0.0], [0.0, -1.01]])).tolist() == [-1, -1]


def test_the_raster_shows_the_cells_that_picking_finds(cells):
    n = 60
    raster = cell_raster(cells, np.array([-1.1, -1.1]), np.array([1.1, 1.1]), n, n)
    centres = -1.1 + (np.arange(n) + 0.5) / n * 2.2
    x, y = np.meshgrid(centres, centres[::-1])
    assert (raster.ravel() == cells.cell_at(np.column_stack([x.ravel(), y.ravel()]))).mean() > 0.999


def test_cells_with_equal_maps_are_one_piece():
    # The second unit of the first layer is read by nobody.
    network = ReluMap([np.eye(2), np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])], [np.zeros(2), np.zeros(3)])
    cells = decompose(network, SQUARE)
    assert cells.n_cells == 4
    piece = affine_pieces(cells)
    assert piece.max() + 1 == 2
    right = cells.interior_points[:, 0] > 0
    assert len(set(piece[right])) == len(set(piece[~right])) == 1


def test_a_generic_network_has_as_many_pieces_as_cells():
    cells = decompose(random_network((2, 10, 3), 2), SQUARE)
    assert affine_pieces(cells).max() + 1 == cells.n_cells


def test_the_hash_is_the_same_in_every_run_and_view(cells):
    part = decompose(cells.network, SQUARE / 4)
    assert np.isin(part.pattern_hash, cells.pattern_hash).all()


def test_a_complex_travels_to_another_process(cells):
    again = pickle.loads(pickle.dumps(cells))
    assert (again.corners == cells.corners).all()
    assert not again.vertices.flags.writeable
