"""Networks with lines through corners, common points, common lines, and none at all, against rational arithmetic."""

from itertools import pairwise

import numpy as np
import pytest

from core.relu.decomposition import decompose
from core.relu.relu_map import ReluMap
from tests.core.relu.exact_cells import area, exact_cells

SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def quantized(rng, shape, step=8):
    return rng.integers(-step, step + 1, shape) / step


def zero_biases(rng):
    return [quantized(rng, s, 64) for s in ((7, 2), (6, 7), (5, 6), (3, 5))], [np.zeros(n) for n in (7, 6, 5, 3)]


def duplicated_units(rng):
    first, second = quantized(rng, (4, 2), 64), quantized(rng, (5, 12), 64)
    # Three copies of the layer: equal, doubled, and turned around.
    weights = [np.concatenate([first, 2 * first, -first]), np.concatenate([second, second]), quantized(rng, (3, 10))]
    bias = quantized(rng, 4, 64) / 2
    return weights, [np.concatenate([bias, 2 * bias, -bias]), np.tile(quantized(rng, 5, 64) / 2, 2), np.zeros(3)]


def lattice_lines(rng):
    weights = [rng.integers(-1, 2, s).astype(float) for s in ((8, 2), (6, 8), (4, 6), (3, 4))]
    return weights, [rng.integers(-1, 2, n) / 2 for n in (8, 6, 4, 3)]


def zero_rows(rng):
    weights, biases = lattice_lines(rng)
    weights[0][2:4], biases[0][2:3], biases[0][3:4] = 0.0, 0.0, 0.5
    weights[1][1:3], biases[1][1:3] = 0.0, 0.0
    return weights, biases


def one_unit(rng):
    return [quantized(rng, (1, 2)), np.ones((3, 1))], [np.zeros(1), np.zeros(3)]


def ten_layers(rng):
    widths = [2] + [3] * 10 + [3]
    weights = [quantized(rng, (b, a)) * 1.5 for a, b in pairwise(widths)]
    return weights, [quantized(rng, b) / 4 for b in widths[1:]]


def through_the_corners(rng):
    # Lines through corners of the square and the middle of its sides, and one along a side.
    rows = np.array([[1.0, 1.0, 0.0], [1.0, -1.0, 0.0], [1.0, 0.0, -1.0], [2.0, 1.0, -1.0], [1.0, 2.0, 1.0], [1, 0, 0]])
    return [rows[:, :2], quantized(rng, (5, 6)), quantized(rng, (3, 5))], [rows[:, 2], np.zeros(5), np.zeros(3)]


CASES = [zero_biases, duplicated_units, lattice_lines, zero_rows, one_unit, ten_layers, through_the_corners]


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize("seed", range(4))
def test_cells_are_those_of_rational_arithmetic(make, seed):
    network = ReluMap(*make(np.random.default_rng(seed)))
    expected = exact_cells(network, SQUARE)
    cells = decompose(network, SQUARE)

    assert cells.n_cells == len(expected)
    assert cells.areas.min() > 0
    assert abs(cells.area_error) < 1e-12
    assert cells.euler_characteristic == 1
    patterns = cells.activation_pattern(np.arange(cells.n_cells))
    exact_areas = {pattern: float(area(corners)) for pattern, corners in expected}
    found_areas = {tuple(p.tolist()): a for p, a in zip(patterns, cells.areas, strict=True)}
    assert found_areas.keys() == exact_areas.keys()
    assert all(found_areas[p] == pytest.approx(a, abs=1e-12) for p, a in exact_areas.items())


@pytest.mark.parametrize("make", CASES)
def test_corners_are_those_of_rational_arithmetic(make):
    network = ReluMap(*make(np.random.default_rng(7)))
    points = {p for _, corners in exact_cells(network, SQUARE) for p in corners}
    vertices = decompose(network, SQUARE).vertices
    exact = np.array(sorted((float(x), float(y)) for x, y in points))
    assert len(vertices) == len(exact)
    distance = np.abs(vertices[:, None] - exact[None]).max(2)
    assert distance.min(1).max() < 1e-13
    assert distance.min(0).max() < 1e-13
