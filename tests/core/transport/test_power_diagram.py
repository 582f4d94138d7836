"""Cells of the exact disk: known answers, another way of computing them, laws."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.geometry.convex_domain import segment_area, segment_offset, uniform_points
from core.transport.power_diagram import power_diagram
from tests.core.transport.make_sites import clipped_area, clustered_sites


def test_one_site_owns_the_disk() -> None:
    diagram = power_diagram(np.array([[0.3, -2.0]]), np.zeros(1))
    assert diagram.areas[0] == pytest.approx(np.pi, abs=1e-15)
    assert diagram.centroids[0] == pytest.approx([0, 0], abs=1e-15)
    assert diagram.polar_moments[0] == pytest.approx(np.pi / 2)
    assert diagram.transport_cost == pytest.approx(np.pi / 2 + np.pi * 4.09)


def test_two_sites_share_it_in_halves() -> None:
    diagram = power_diagram(np.array([[-0.5, 0.0], [0.5, 0.0]]), np.zeros(2))
    assert diagram.areas == pytest.approx([np.pi / 2] * 2, abs=1e-15)
    assert diagram.centroids == pytest.approx(np.array([[-4 / (3 * np.pi), 0], [4 / (3 * np.pi), 0]]), abs=1e-15)
    assert diagram.edge_lengths == pytest.approx([2.0])
    assert diagram.edge_jumps == pytest.approx([1.0])


def test_a_weight_moves_the_line() -> None:
    diagram = power_diagram(np.array([[0.0, -0.5], [0.0, 0.5]]), np.array([0.4, 0.0]))
    assert diagram.areas[0] == pytest.approx(float(segment_area(np.array([0.2]))[0]), abs=1e-15)


def test_segment_offset_inverts_segment_area() -> None:
    offset = np.concatenate([np.linspace(-1, 1, 41), [-1 + 1e-9, 1 - 1e-9]])
    assert segment_area(segment_offset(segment_area(offset))) == pytest.approx(segment_area(offset), abs=1e-15)


@pytest.mark.parametrize("n", [3, 40, 400])
def test_areas_are_those_of_clipped_polygons(n: int) -> None:
    rng = np.random.default_rng(n)
    sites, weights = rng.uniform(-1.2, 1.2, (n, 2)), 0.3 / n * rng.normal(size=n)
    diagram = power_diagram(sites, weights)
    some = rng.permutation(n)[:12]
    expected = [clipped_area(int(i), sites, weights) for i in some]
    assert diagram.areas[some] == pytest.approx(expected, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 60), st.sampled_from(["disk", "far", "line", "nearly a line"]), st.floats(0, 2), st.integers(0, 99)
)
@example(3, "nearly a line", 0.0, 1)
@example(4, "nearly a line", 0.0, 6)
def test_areas_sum_to_pi_and_edges_are_inside(n: int, kind: str, spread: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sites, weights = uniform_points(n, rng), spread / n * rng.normal(size=n)
    if kind == "far":
        sites = 5.0 * sites + (3.0, 0.0)
    if kind == "line":
        sites[:, 1] = 0.5
    if kind == "nearly a line":
        sites[:, 1] = 0.3 + sites[:, 0] / 3.0
    diagram = power_diagram(sites, weights)
    assert diagram.areas.sum() == pytest.approx(np.pi, abs=1e-12)
    assert diagram.areas.min() > -1e-13
    assert diagram.moments.sum(0) == pytest.approx([0, 0], abs=1e-12)
    assert diagram.polar_moments.sum() == pytest.approx(np.pi / 2, abs=1e-12)
    assert (np.linalg.norm(diagram.segments, axis=2) <= 1 + 1e-12).all()
    first, second = diagram.edges.T
    for ends in np.moveaxis(diagram.segments, 1, 0):
        power = [((ends - sites[k]) ** 2).sum(1) - weights[k] for k in (first, second)]
        assert power[0] == pytest.approx(power[1], abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 5, 500])
def test_outlines_are_polygons_of_the_cells(n: int) -> None:
    sites = clustered_sites(n, 3)
    diagram = power_diagram(sites, np.zeros(n))
    points, offsets = diagram.outlines(arc_step=1e-3)
    for i in range(n):
        x, y = points[offsets[i] : offsets[i + 1]].T
        assert 0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() == pytest.approx(diagram.areas[i], abs=1e-6)


def test_areas_do_not_change_with_order_or_rotation() -> None:
    sites, rng = clustered_sites(300, 5), np.random.default_rng(1)
    weights, order = 1e-4 * rng.normal(size=300), rng.permutation(300)
    areas = power_diagram(sites, weights).areas
    turned = sites @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    assert power_diagram(sites[order], weights[order]).areas == pytest.approx(areas[order], abs=1e-15)
    assert power_diagram(turned, weights + 7.0).areas == pytest.approx(areas, abs=1e-12)


def test_no_site_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one site"):
        power_diagram(np.empty((0, 2)), np.empty(0))
