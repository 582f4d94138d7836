"""Principal coordinates: distances in the widest directions, whatever the dimension."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.geometry.principal import principal_coordinates


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 40), st.integers(3, 12), st.integers(0, 99))
def test_points_of_a_plane_keep_their_distances(n: int, ambient: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    flat = rng.normal(size=(n, 2)) * [3.0, 1.0]
    frame = np.linalg.qr(rng.normal(size=(ambient, ambient)))[0][:2]
    found = principal_coordinates(flat @ frame + rng.normal(size=ambient), 3)
    apart = np.linalg.norm(flat[:, None] - flat[None], axis=2)
    np.testing.assert_allclose(np.linalg.norm(found[:, None] - found[None], axis=2), apart, atol=1e-9)
    assert np.abs(found[:, 2]).max() < 1e-9
    assert found[:, 0].var() >= found[:, 1].var() - 1e-12


def test_few_coordinates_are_filled_with_zeros() -> None:
    assert principal_coordinates(np.array([[1.0], [3.0]]), 3).tolist() == [[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    assert principal_coordinates(np.ones((4, 2)), 3).tolist() == [[0.0] * 3] * 4
    assert principal_coordinates(np.empty((0, 5)), 3).shape == (0, 3)
