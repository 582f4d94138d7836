"""Quantities have colours, ranges and legends."""

import numpy as np
import pytest

from app.scene.color_maps import (
    QUANTITIES,
    color_table,
    legend,
    mapped,
    normal_colors,
    quantity_named,
    rounded_up,
    value_range,
)


@pytest.mark.parametrize("quantity", [q for q in QUANTITIES.values() if q.color_map], ids=lambda q: q.key)
def test_every_quantity_with_a_map_finds_it(quantity):
    assert color_table(quantity.color_map).shape == (256, 3)


def test_what_lies_outside_takes_the_colour_of_the_end():
    colors = mapped(np.array([-9.0, -2.0, 0.0, 2.0, 9.0, np.inf, -np.inf]), (-2.0, 2.0), "crameri:vik")
    np.testing.assert_array_equal(colors[[0, 6]], colors[[1, 1]])
    np.testing.assert_array_equal(colors[[4, 5]], colors[[3, 3]])
    assert (colors[2] > 200).all()  # zero is near white


def test_conformal_faces_are_light():
    quantity = QUANTITIES["conformality"]
    light, dark = mapped(np.array([1.0, 4.0]), (1.0, 4.0), quantity.color_map).sum(1)
    assert light > dark


@pytest.mark.parametrize(("value", "expected"), [(0.013, 0.02), (0.2, 0.2), (2.1, 5.0), (7.0, 10.0), (1e-7, 1e-7)])
def test_ranges_are_rounded_up_to_one_two_five(value, expected):
    assert rounded_up(value) == pytest.approx(expected)


def test_the_range_of_the_error_follows_the_data_without_flicker():
    error, values = QUANTITIES["error"], np.linspace(0.0, 1.5, 1000)
    assert value_range(error, values) == (0.0, 2.0)
    assert value_range(error, 0.6 * values, (0.0, 2.0)) == (0.0, 2.0)
    assert value_range(error, 0.1 * values, (0.0, 2.0)) == (0.0, 0.2)
    assert value_range(error, 3.0 * values, (0.0, 2.0)) == (0.0, 5.0)
    assert value_range(error, np.zeros(3)) == (0.0, 1.0)


def test_ticks_say_where_values_are_clamped():
    area = QUANTITIES["area_distortion"]
    inside = legend(area, (-2.0, 2.0), np.array([-1.0, 1.0]))
    outside = legend(area, (-2.0, 2.0), np.array([-3.0, np.inf]))
    assert inside.ticks == ("+2", "0", "−2")
    assert outside.ticks == ("≥ +2", "0", "≤ −2")
    assert legend(QUANTITIES["normal"], (0.0, 1.0), np.zeros(1)) is None


def test_scalars_of_the_file_are_quantities_and_others_are_not():
    assert quantity_named("scalar:heat").title == "heat"
    with pytest.raises(KeyError):
        quantity_named("heat")


def test_normals_become_colours_as_designed():
    np.testing.assert_allclose(normal_colors(np.array([[1.0, -1.0, 0.0]]))[0] / 255, (0.95, 0.25, 0.6), atol=0.005)
