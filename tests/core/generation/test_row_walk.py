"""Straight walks between codes, and directions."""

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.cells.decoder_image import decoder_image
from core.charts.autoencoder import Autoencoder
from core.generation.directions import cell_directions, class_direction, ends_along, layer_directions
from core.generation.geodesic import geodesic
from core.generation.row_walk import row_walk, segment_breaks, walk_along
from core.generation.short_way import short_way
from tests.core.make import random_relu_map


@pytest.fixture(scope="module")
def networks() -> Autoencoder:
    return Autoencoder(random_relu_map((6, 8, 3), 1), random_relu_map((3, 10, 10, 6), 2), np.zeros(6), 2.0)


ENDS = np.array([-0.6, 0.2, 0.1]), np.array([0.5, -0.3, 0.4])


def test_a_network_is_affine_between_two_breaks_and_bends_at_each(networks):
    breaks = segment_breaks(networks.decoder, *ENDS)
    assert (breaks[0], breaks[-1]) == (0.0, 1.0)
    assert len(breaks) > 4
    at = np.sort(np.concatenate([breaks, (breaks[1:] + breaks[:-1]) / 2]))
    images = networks.decode(ENDS[0] + at[:, None] * (ENDS[1] - ENDS[0]))
    np.testing.assert_allclose(images[1::2], (images[:-2:2] + images[2::2]) / 2, atol=1e-12)
    patterns = networks.decoder.activation_pattern(ENDS[0] + at[1::2, None] * (ENDS[1] - ENDS[0]))
    assert (patterns[1:] != patterns[:-1]).any(1).all()


def test_the_length_is_that_of_many_small_steps(networks):
    walk = row_walk(networks, *ENDS, 7)
    at = np.linspace(0.0, 1.0, 200_001)[:, None]
    steps = np.diff(networks.decode((1.0 - at) * ENDS[0] + at * ENDS[1]), axis=0)
    assert walk.length == pytest.approx(np.linalg.norm(steps, axis=1).sum(), rel=1e-5)
    assert walk.chord < walk.length
    np.testing.assert_allclose(walk.codes[[0, -1]], ENDS)
    parts = [row_walk(networks, a, b, 2).length for a, b in zip(walk.codes[:-1], walk.codes[1:], strict=True)]
    np.testing.assert_allclose(parts, walk.length / 6, rtol=1e-9)


def test_a_walk_from_a_code_to_itself_stays(networks):
    walk = row_walk(networks, ENDS[0], ENDS[0], 3)
    assert (walk.length, walk.n_pieces) == (0.0, 1)
    np.testing.assert_allclose(walk.codes, np.tile(ENDS[0], (3, 1)))


def test_a_way_of_several_legs_is_as_long_as_they_are(networks):
    middle = np.array([0.1, 0.5, -0.2])
    whole = walk_along(networks, np.stack([ENDS[0], middle, ENDS[1]]), 9)
    first, second = row_walk(networks, ENDS[0], middle, 2), row_walk(networks, middle, ENDS[1], 2)
    assert whole.length == pytest.approx(first.length + second.length)
    assert whole.n_pieces == first.n_pieces + second.n_pieces
    np.testing.assert_allclose(whole.codes[[0, -1]], ENDS)


def test_a_short_way_is_as_short_as_the_exact_geodesic_of_the_plane():
    flat = Autoencoder(random_relu_map((3, 8, 2), 1), random_relu_map((2, 12, 12, 3), 4), np.zeros(3), 2.0)
    start, stop = np.array([-0.7, 0.3]), np.array([0.6, -0.5])
    straight, found = row_walk(flat, start, stop, 5), short_way(flat, start, stop, 5)
    exact = finish(geodesic(finish(decoder_image(flat)), start, stop))
    assert exact.converged
    assert exact.path.length < 0.99 * straight.length
    assert exact.path.length - 1e-9 <= found.length < 1.02 * exact.path.length


def test_a_short_way_keeps_to_the_ball_and_is_never_longer(networks):
    straight, found = row_walk(networks, *ENDS, 5), short_way(networks, *ENDS, 5)
    assert found.length <= straight.length
    assert np.linalg.norm(found.codes, axis=1).max() <= 1.0 + 1e-12
    np.testing.assert_allclose(found.codes[[0, -1]], ENDS)
    assert short_way(networks, ENDS[0], ENDS[0], 3).length == 0.0


def test_no_way_moves_the_image_faster_than_the_first_direction(networks):
    found = cell_directions(networks, ENDS[0])
    step = 1e-7
    moved = networks.decode(ENDS[0] + step * found.vectors) - networks.decode(ENDS[0][None])
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1) / step, found.values, rtol=1e-5)
    assert (np.diff(found.values) <= 0.0).all()
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(3), atol=1e-12)
    first, weights = layer_directions(networks), networks.decoder.weights[0]
    np.testing.assert_allclose(weights.T @ weights @ first.vectors[0], first.values[0] ** 2 * first.vectors[0])


def test_the_direction_between_two_classes_parts_them():
    rng = np.random.default_rng(0)
    codes, labels = rng.normal(size=(90, 3)) * 0.05, np.repeat([2, 5, 7], 30)
    codes[30:60, 1] += 0.5
    way = class_direction(codes, labels, 2, 5)
    assert way[1] > 0.95
    np.testing.assert_allclose(class_direction(codes, labels, 5, 2), -way, atol=1e-6)
    with pytest.raises(BudaiError, match="no row is of class 4"):
        class_direction(codes, labels, 2, 4)
    with pytest.raises(BudaiError, match="named twice"):
        class_direction(codes, labels, 2, 2)


def test_a_segment_along_a_direction_stays_in_the_ball():
    codes = np.random.default_rng(1).normal(size=(100, 2)) * 0.8
    way = np.array([0.6, 0.8])
    low, high = ends_along(codes, np.array([0.3, 0.1]), way)
    assert np.linalg.norm([low, high], axis=1) == pytest.approx([1.0, 1.0])
    low, high = ends_along(codes * 0.1, np.array([0.3, 0.1]), way)
    assert np.linalg.norm(high - low) == pytest.approx(4.0 * (codes * 0.1 @ way).std())
