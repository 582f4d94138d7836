"""Cells of a convex polygon: known answers and laws."""

import itertools

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.relu.decomposition import clip_rectangle, decompose, disk_polygon, polygon_area
from core.relu.relu_map import ReluMap

SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def random_network(widths, seed):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(b, a)) * np.sqrt(2 / a) for a, b in itertools.pairwise(widths)]
    return ReluMap(weights, [0.3 * rng.normal(size=b) for b in widths[1:]])


def test_a_network_without_hidden_layer_has_one_cell():
    cells = decompose(ReluMap([np.ones((3, 2))], [np.zeros(3)]), SQUARE)
    assert cells.n_cells == 1
    assert cells.edge_unit.tolist() == [-1] * 4


def test_lines_cut_a_square_into_one_cell_more_than_lines_and_crossings():
    rng = np.random.default_rng(3)
    normals, shifts = rng.normal(size=(12, 2)), 0.3 * rng.normal(size=12)
    values = SQUARE @ normals.T + shifts
    meeting = (values.min(0) < 0) & (values.max(0) > 0)
    pairs = [(i, j) for i, j in itertools.combinations(np.flatnonzero(meeting), 2)]
    crossings = np.array([np.linalg.solve(normals[[i, j]], -shifts[[i, j]]) for i, j in pairs])
    expected = 1 + meeting.sum() + (np.abs(crossings) < 1).all(1).sum()
    assert decompose(ReluMap([normals, np.ones((1, 12))], [shifts, np.zeros(1)]), SQUARE).n_cells == expected


@pytest.mark.parametrize("widths", [(2, 1, 1), (2, 16, 2), (2, 12, 12, 3), (2, *[8] * 10, 3)])
def test_euler_characteristic_and_distinct_patterns(widths):
    cells = decompose(random_network(widths, 1), disk_polygon(64))
    assert len(cells.vertices) - len(cells.edges) + cells.n_cells == 1
    assert len(np.unique(cells.pattern_hash)) == cells.n_cells


def test_too_many_cells_are_refused_with_their_number():
    with pytest.raises(BudaiError, match="the free memory holds 500"):
        decompose(random_network((2, 64, 64, 3), 0), SQUARE, max_cells=500)


def test_a_view_is_clipped_to_the_domain():
    domain = disk_polygon()
    part = clip_rectangle(np.array([0.0, 0.0]), np.array([2.0, 2.0]), domain)
    assert polygon_area(part) == pytest.approx(polygon_area(domain) / 4, rel=1e-12)


def test_a_view_outside_the_disk_is_an_error_that_says_so():
    with pytest.raises(BudaiError, match="shows nothing of the disk"):
        clip_rectangle(np.array([2.0, 2.0]), np.array([3.0, 3.0]), disk_polygon())
