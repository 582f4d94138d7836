"""Patterns of some layers alone, against patterns that are evaluated."""

import numpy as np
import pytest

from core.base.progress import finish
from core.relu.cell_patterns import pattern_hashes
from core.relu.decomposition import decompose, disk_polygon
from core.relu.layer_patterns import layer_hashes
from core.relu.relu_map import ReluMap
from core.relu.surface_decomposition import surface_decomposition
from tests.core.make import bumpy_disk, random_relu_map


def expected(cells, layers):
    widths = cells.network.widths[1:-1]
    layer = np.repeat(np.arange(len(widths)), widths)
    return pattern_hashes(cells.activation_pattern(np.arange(cells.n_polygons)) & np.isin(layer, layers))


@pytest.mark.parametrize("layers", [(0,), (1,), (2,), (0, 2), (0, 1, 2), ()])
def test_hashes_are_those_of_the_evaluated_patterns(layers):
    cells = decompose(random_relu_map((2, 12, 10, 9, 3)), disk_polygon())
    np.testing.assert_array_equal(layer_hashes(cells, layers), expected(cells, layers))


def test_all_layers_give_the_hashes_of_the_cells():
    cells = decompose(random_relu_map((2, 20, 20, 3)), disk_polygon())
    np.testing.assert_array_equal(layer_hashes(cells, (0, 1)), cells.pattern_hash)


def test_pieces_of_a_surface_have_them_too():
    surface, network = bumpy_disk(4), random_relu_map((3, 10, 8, 2))
    pieces = finish(surface_decomposition(surface, network, np.zeros(3), 1.0))
    np.testing.assert_array_equal(layer_hashes(pieces, (1,)), expected(pieces, (1,)))


def test_one_cell_and_no_unit():
    cells = decompose(ReluMap([np.eye(2)], [np.zeros(2)]), disk_polygon())
    assert layer_hashes(cells, (0,)).tolist() == [0]
