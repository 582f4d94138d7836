"""Generated families are what their names say."""

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.generators.families import FAMILIES, generated


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_the_shape_that_was_asked_for(family):
    table = generated(family, 30, 64, seed=3)
    assert table.values.shape == (30, 64)
    np.testing.assert_array_equal(table.values, generated(family, 30, 64, seed=3).values)
    assert np.abs(table.values - generated(family, 30, 64, seed=4).values).max() > 0


def test_spheres_are_round_and_images_are_between_black_and_white():
    np.testing.assert_allclose(np.linalg.norm(generated("sphere3", 50, 12).values, axis=1), 1.0)
    for family in ("rotating", "shifting"):
        table = generated(family, 50, 100)
        assert table.image_shape == (10, 10)
        assert table.values.min() >= 0
        assert table.values.max() <= 1
        assert table.values.max(1).min() > 0.5


def test_the_roll_is_a_sheet_of_even_density():
    table = generated("swiss_roll", 4000)
    radius = np.hypot(table.values[:, 0], table.values[:, 2])
    assert np.bincount(table.labels).std() < 100
    assert radius.min() > 4.7
    assert radius.max() < 14.2


def test_noise_is_added_in_all_directions():
    apart = generated("circle", 2000, 10, 0.1).values - generated("circle", 2000, 10).values
    np.testing.assert_allclose(apart.std(0), 0.1, rtol=0.1)


@pytest.mark.parametrize(
    ("family", "rows", "columns"), [("roll", 9, 9), ("sphere", 9, 2), ("shifting", 9, 65), ("noise", 1, 9)]
)
def test_what_cannot_be_made_is_refused(family, rows, columns):
    with pytest.raises(BudaiError):
        generated(family, rows, columns)
