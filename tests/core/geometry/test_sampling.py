"""Random points of triangles, slivers among them."""

import numpy as np
import pytest

from core.geometry.sampling import sample_by_area


@pytest.mark.parametrize("height", [1e-8, 1e-9, 1e-12])
@pytest.mark.parametrize("dimension", [2, 3])
def test_slivers_have_an_area(height, dimension):
    sliver = np.array([[[0, 0, 0], [1, 0, 0], [0.5, height, 0]]])[:, :, :dimension]
    samples = sample_by_area(sliver, 100, np.random.default_rng(0))
    assert (samples.faces == 0).all()
    # Turned by 30 degrees, where no coordinate of the height vanishes against another exactly.
    turn = np.eye(dimension)
    turn[:2, :2] = [[np.sqrt(0.75), -0.5], [0.5, np.sqrt(0.75)]]
    if height > 1e-10:
        sample_by_area(sliver @ turn.T, 100, np.random.default_rng(0))


def test_points_are_drawn_by_area():
    corners = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0.0]], [[0, 0, 1], [3, 0, 1], [0, 1, 1.0]]])
    for scale in (1.0, 1e-100, 1e100):
        faces = sample_by_area(corners * scale, 40_000, np.random.default_rng(0)).faces
        assert faces.mean() == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("corners", [np.zeros((2, 3, 3)), np.array([[[0, 0], [1, 1], [2, 2.0]]]), np.zeros((0, 3, 2))])
def test_triangles_without_area_are_refused(corners):
    with pytest.raises(ValueError, match="no area"):
        sample_by_area(corners, 10, np.random.default_rng(0))
