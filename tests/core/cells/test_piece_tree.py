import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cells.piece_tree import piece_tree
from tests.core.denoising.brute_force import brute_force


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_it_finds_a_nearest_triangle_whatever_the_pieces(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 200))
    corners = rng.normal(size=(n, 1, 3)) + rng.normal(size=(n, 3, 3)) * 10.0 ** rng.uniform(-4, 0.5, (n, 1, 1))
    tree = piece_tree(corners, rng.integers(0, max(1, n // 3), n))
    points = rng.normal(size=(40, 3)) * rng.choice([0.1, 1.0, 30.0])
    found = tree.nearest(points)
    alone = np.array([brute_force(p[None], corners[[k]])[0] for p, k in zip(points, found, strict=True)])
    np.testing.assert_allclose(alone, brute_force(points, corners), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(tree.corners, corners[tree.order])
    assert sorted(tree.order.tolist()) == list(range(n))


def test_pieces_stay_together_and_lie_in_their_boxes() -> None:
    rng = np.random.default_rng(0)
    corners, piece = rng.normal(size=(300, 3, 3)), np.repeat(rng.permutation(100), 3)
    tree = piece_tree(corners, piece)
    for k in range(len(tree.starts) - 1):
        assert len(np.unique(piece[tree.order[tree.starts[k] : tree.starts[k + 1]]])) == 1
    leaves = np.flatnonzero(tree.children[:, 0] < 0)
    assert tree.children[leaves, 1].sum() == 100
    for node in leaves:
        first = -1 - tree.children[node, 0]
        inside = tree.corners[tree.starts[first] : tree.starts[first + tree.children[node, 1]]]
        assert (inside >= tree.boxes[node, :3]).all()
        assert (inside <= tree.boxes[node, 3:]).all()


def test_many_pieces_in_one_place_and_in_a_row() -> None:
    flat = np.zeros((500, 3, 3))
    assert piece_tree(flat, np.arange(500)).nearest(np.ones((2, 3))).shape == (2,)
    # Sizes that grow beyond all measure make a tree as high as it has pieces.
    row = np.zeros((60, 3, 3))
    row[:, 1, 0] = row[:, 2, 1] = 4.0 ** np.arange(60)
    tree = piece_tree(row + row[:, 1:2], np.arange(60))
    assert tree.height > 10
    assert tree.nearest(np.zeros((1, 3)))[0] == 0


@pytest.mark.parametrize("wrong", [np.zeros((0, 3, 3)), np.full((1, 3, 3), np.nan)])
def test_nothing_and_no_number_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="at least one triangle"):
        piece_tree(wrong, np.zeros(len(wrong), np.int64))


def test_triangles_whose_corners_coincide_are_points_or_sides() -> None:
    a, b = np.array([0.2, 0.3, 0.1]), np.array([0.9, 0.4, 0.5])
    point = np.array([[0.5, 0.5, 0.5]])
    for corners in ([a, b, b], [b, a, b], [b, b, a], [a, a, a]):
        far = np.array(corners)[None] + 10.0
        tree = piece_tree(np.concatenate([far, np.array(corners)[None]]), np.arange(2))
        assert tree.nearest(point).tolist() == [1]
