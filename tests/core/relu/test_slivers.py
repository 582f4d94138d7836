"""Cells below the resolution of float64 are merged, and the rest stays a complex."""

import numpy as np
import pytest

from core.relu.decomposition import decompose
from core.relu.relu_map import ReluMap
from core.relu.slivers import is_sound, merge_slivers
from core.relu.subdivision import Subdivided
from tests.core.relu.networks import SQUARE

CORNERS = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.5, 0.5]]


def complex_of(polygons, points, n_fixed=4):
    """Make a complex of polygons; each edge gets the number of its entry as unit."""
    edges, cells = [], []
    for k, polygon in enumerate(polygons):
        for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            if (b, a) in edges:
                cells[edges.index((b, a))][1] = k
            else:
                edges.append((a, b))
                cells.append([k, -1])
    n = len(polygons)
    return Subdivided(
        np.array(points, float),
        np.concatenate([[0], np.cumsum([len(p) for p in polygons])]),
        np.array([v for p in polygons for v in p], np.int32),
        np.array(edges, np.int32),
        np.array(cells, np.int32),
        np.arange(len(edges), dtype=np.int32),
        np.arange(n, dtype=np.uint64),
        np.zeros(n, np.int32),
        np.zeros((n, 0, 3)),
    )


def merged(found):
    return merge_slivers(found, lambda vertices, _: found.points[vertices], 4)


def check(result):
    assert len(result.points) - len(result.edges) + len(result.owner) == 1
    for k in range(len(result.owner)):
        cycle = result.corners[result.offsets[k] : result.offsets[k + 1]]
        assert is_sound(result.points[cycle])
        beside = result.edges[(result.edge_cells == k).any(1)]
        sides = {frozenset((int(a), int(b))) for a, b in zip(cycle, np.roll(cycle, -1), strict=True)}
        assert sides == {frozenset(map(int, edge)) for edge in beside}


def test_sound_cells_are_left_alone():
    found = complex_of([[0, 1, 2], [0, 2, 3]], CORNERS[:4])
    result, count = merged(found)
    assert result is found
    assert count == 0


def test_a_flat_cell_goes_to_the_neighbour_at_its_longest_side():
    result, count = merged(complex_of([[0, 2, 3], [0, 4, 2], [0, 1, 4], [1, 2, 4]], CORNERS))
    assert count == 1
    assert result.pattern_hash.tolist() == [0, 2, 3]
    assert np.diff(result.offsets).tolist() == [4, 3, 3]
    check(result)


def test_a_vertex_that_only_two_edges_meet_at_then_goes():
    result, count = merged(complex_of([[0, 2, 3], [0, 4, 2], [0, 1, 2, 4]], CORNERS))
    assert count == 1
    assert len(result.points) == 4
    assert np.diff(result.offsets).tolist() == [3, 3]
    check(result)


def test_vertices_at_one_place_become_one():
    points = [*CORNERS, [0.5, 0.5]]
    result, count = merged(complex_of([[0, 5, 4, 3], [0, 1, 5], [1, 2, 4, 5], [2, 3, 4]], points))
    assert count == 0
    assert len(result.points) == 5
    check(result)


def test_a_cell_turned_inside_out_is_found():
    points = [*CORNERS[:4], [0.5, 0.5 + 1e-16]]
    points[4] = [0.5 - 1e-17, 0.5 + 2e-16]
    result, count = merged(complex_of([[0, 2, 3], [0, 4, 2], [0, 1, 2, 4]], points))
    assert count == 1
    check(result)


@pytest.mark.parametrize("gap", [1e-9, 1e-12, 1e-13, 3e-14, 1e-14, 1e-15, 1e-16])
@pytest.mark.parametrize("tilt", [0.0, 1e-13, 1e-15])
def test_lines_that_nearly_coincide_leave_a_sound_complex(gap, tilt):
    first = np.array([[0.6, 0.8], [0.6 + tilt, 0.8], [0.6, 0.8 + tilt], [0.8, -0.6], [0.8, -0.6], [1.0, 0.1]])
    bias = np.array([0.1, 0.1 + gap, 0.1 - gap, 0.05, 0.05 + gap, 0.03])
    network = ReluMap(
        [first, np.ones((4, 6)) * [[1.0], [0.5], [-1.0], [2.0]], np.ones((3, 4))], [bias, np.full(4, -0.3), np.zeros(3)]
    )
    cells = decompose(network, SQUARE)
    assert cells.euler_characteristic == 1
    assert abs(cells.area_error) < 1e-12
    assert all(is_sound(cells.polygon(k)) for k in range(cells.n_cells))
    assert len(np.unique(cells.pattern_hash)) == cells.n_cells
