from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.base.errors import BudaiError
from core.base.progress import finish
from core.cells.decoder_pieces import DecoderPieces, decoder_pieces
from core.charts.autoencoder import Autoencoder
from core.charts.detail_layer import DetailLayer
from core.io.writers.pieces import write_reconstruction_pieces
from core.relu.decomposition import decompose, disk_polygon
from core.relu.relu_map import ReluMap
from tests.core.make import projection, random_relu_map

SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def plane() -> ReluMap:
    """(u, v) -> (u, v, 0) without a kink: the hidden units are active everywhere."""
    return ReluMap([np.eye(2), np.array([[1.0, 0], [0, 1], [0, 0]])], [np.full(2, 9.0), np.array([-9.0, -9.0, 0.0])])


def layer(n: int, spacing: float, origin: tuple[float, float], size: float = 0.3, seed: int = 0) -> DetailLayer:
    values = np.random.default_rng(seed).normal(size=(n, n, 3)) * size
    return DetailLayer(np.array(origin, float), spacing, values.astype(np.float32).astype(np.float64))


def pieces_of(decoder: ReluMap, detail: DetailLayer, domain: np.ndarray) -> DecoderPieces:
    autoencoder = Autoencoder(projection(), decoder, np.array([0.5, -2.0, 1.0]), 3.0, detail)
    return finish(decoder_pieces(autoencoder, decompose(decoder, domain)))


def polygon_area(domain: np.ndarray) -> float:
    x, y = domain.T
    return 0.5 * float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())


def is_one_disk(pieces: DecoderPieces, domain: np.ndarray) -> None:
    """Assert that the pieces cover the domain once, edge to edge."""
    assert pieces.euler_characteristic == 1
    assert (pieces.areas > 0).all()
    assert pieces.areas.sum() == pytest.approx(polygon_area(domain), rel=1e-12)
    following = np.arange(1, len(pieces.corners) + 1)
    following[pieces.offsets[1:] - 1] = pieces.offsets[:-1]
    sides = np.stack([pieces.corners, pieces.corners[following]], 1)
    _, uses = np.unique(np.sort(sides, 1), axis=0, return_counts=True)
    assert uses.max() <= 2
    assert len(uses) == len(pieces.edges)
    assert len(np.unique(sides, axis=0)) == len(sides)  # neighbours walk a common side in opposite directions
    outer = (pieces.edge_pieces < 0).any(1)
    assert (uses == 1).sum() == outer.sum()
    ends = pieces.vertices[pieces.edges[outer]]
    around = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum()
    assert around == pytest.approx(np.linalg.norm(np.roll(domain, -1, 0) - domain, axis=1).sum(), rel=1e-12)


def is_affine(pieces: DecoderPieces) -> None:
    """Assert that the whole decoder is affine on every piece, with the derivative that is told."""
    decode = pieces.autoencoder.decode
    np.testing.assert_allclose(pieces.images, decode(pieces.vertices), rtol=0, atol=1e-11)
    middle = np.add.reduceat(pieces.images[pieces.corners], pieces.offsets[:-1]) / pieces.sizes[:, None]
    np.testing.assert_allclose(decode(pieces.interior_points), middle, rtol=0, atol=1e-11)
    piece = np.repeat(np.arange(pieces.n_pieces), pieces.sizes)
    step = pieces.vertices[pieces.corners] - pieces.interior_points[piece]
    predicted = middle[piece] + np.einsum("nij,nj->ni", pieces.jacobians[piece], step)
    np.testing.assert_allclose(pieces.images[pieces.corners], predicted, rtol=0, atol=1e-10)


def test_without_kinks_the_pieces_are_the_triangles_of_the_lattice() -> None:
    pieces = pieces_of(plane(), layer(9, 0.25, (-1.0, -1.0)), SQUARE)
    assert pieces.n_pieces == 2 * 8 * 8
    assert len(pieces.vertices) == 81
    assert (pieces.sizes == 3).all()
    np.testing.assert_allclose(pieces.areas, 0.25**2 / 2)
    assert len(np.unique(pieces.triangle, axis=0)) == pieces.n_pieces
    is_one_disk(pieces, SQUARE)
    is_affine(pieces)


def test_pieces_refine_the_cells_of_the_network() -> None:
    decoder = random_relu_map((2, 16, 12, 3), 1)
    pieces = pieces_of(decoder, layer(15, 0.15, (-1.03, -0.98)), disk_polygon())
    is_one_disk(pieces, disk_polygon())
    is_affine(pieces)
    np.testing.assert_allclose(
        np.bincount(pieces.cell, weights=pieces.areas, minlength=pieces.cells.n_cells), pieces.cells.areas, atol=1e-13
    )
    # Two pieces with the same cell and triangle would be one: the intersection of convex sets is convex.
    assert len(np.unique(np.column_stack([pieces.cell, pieces.triangle]), axis=0)) == pieces.n_pieces


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_pieces_cover_the_disk_for_any_network_and_lattice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 14))
    detail = layer(n, float(rng.uniform(0.05, 0.5)), tuple(rng.uniform(-1.2, 0.2, 2)), seed=seed)
    pieces = pieces_of(random_relu_map((2, 9, 7, 3), seed), detail, disk_polygon(40))
    is_one_disk(pieces, disk_polygon(40))
    is_affine(pieces)


def test_a_lattice_that_passes_through_the_vertices_of_cells() -> None:
    # Units that vanish along lines of the lattice, at its nodes, and along a line through many nodes.
    first = np.array([[1.0, 0], [0, 1], [1, -1], [1, 1]])
    decoder = ReluMap([first, np.random.default_rng(0).normal(size=(3, 4))], [np.zeros(4), np.zeros(3)])
    pieces = pieces_of(decoder, layer(9, 0.25, (-1.0, -1.0)), SQUARE)
    is_one_disk(pieces, SQUARE)
    is_affine(pieces)
    assert pieces.n_pieces == 2 * 64 + 8 * 2  # the other diagonal halves the two triangles of 8 squares


def test_rank_orientation_and_area_of_a_tent() -> None:
    # One node lifted out of the plane: the area is that of the six triangles around it.
    values = np.zeros((3, 3, 3))
    values[1, 1] = [0.0, 0.0, 0.5]
    pieces = pieces_of(plane(), DetailLayer(np.array([-0.5, -0.5]), 0.5, values), SQUARE)
    # 1 + min(0, q1, q2) - max(0, q1, q2) has slope 1 in four triangles, and the square root of 2 in the other two.
    lifted = 0.5**2 / 2 * (4 * np.sqrt(2) + 2 * np.sqrt(3))
    assert pieces.image_area == pytest.approx(9.0 * (lifted + 4.0 - 6 * 0.125))
    assert (pieces.rank == 2).all()
    assert (pieces.orientation == 1).all()


def test_pieces_that_are_turned_over_or_flat_are_told() -> None:
    values = np.zeros((3, 3, 3))
    values[1, 1] = [0.75, 0.0, 0.0]  # the node at 0 goes to 0.75, beyond its neighbour at 0.5
    pieces = pieces_of(plane(), DetailLayer(np.array([-0.5, -0.5]), 0.5, values), SQUARE)
    assert (pieces.orientation == -1).sum() == 2
    assert (pieces.rank == 2).all()
    values[1, 1] = [0.5, 0.0, 0.0]
    flat = pieces_of(plane(), DetailLayer(np.array([-0.5, -0.5]), 0.5, values), SQUARE)
    assert (flat.rank == 1).sum() == 2
    assert (flat.orientation == 0).sum() == 2


def test_they_are_written_as_polygons_with_codes(tmp_path: Path) -> None:
    pieces = pieces_of(random_relu_map((2, 8, 3), 1), layer(7, 0.3, (-0.9, -0.9)), disk_polygon(30))
    write_reconstruction_pieces(pieces, tmp_path / "reconstruction_pieces.ply")
    header, _, body = (tmp_path / "reconstruction_pieces.ply").read_bytes().partition(b"end_header\n")
    assert b"property double s\nproperty double t\nelement face %d" % pieces.n_pieces in header
    table = np.frombuffer(body, "<f8", 5 * len(pieces.vertices)).reshape(-1, 5)
    np.testing.assert_array_equal(table[:, :3], pieces.images)
    np.testing.assert_allclose(2 * table[:, 3:] - 1, pieces.vertices, atol=1e-15)
    first = np.frombuffer(body, "<u4", 1 + pieces.sizes[0], 40 * len(pieces.vertices))
    assert first.tolist() == [pieces.sizes[0], *pieces.corners[: pieces.sizes[0]]]


def test_what_does_not_fit_is_refused() -> None:
    decoder = random_relu_map((2, 8, 3), 1)
    cells = decompose(decoder, SQUARE)
    plain = Autoencoder(projection(), decoder, np.zeros(3), 1.0)
    with pytest.raises(ValueError, match="no detail layer"):
        finish(decoder_pieces(plain, cells))
    with pytest.raises(ValueError, match="not the cells"):
        finish(decoder_pieces(plain.with_detail(layer(3, 0.5, (0, 0))), decompose(plane(), SQUARE)))
    with pytest.raises(BudaiError, match=r"at least [\d,]+ cells"):
        finish(decoder_pieces(plain.with_detail(layer(30, 0.05, (-0.7, -0.7))), cells, max_pieces=100))
