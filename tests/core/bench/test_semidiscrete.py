"""Exact distances of points to a density: closed forms, chance, and bounds that meet."""

import numpy as np
import pytest

from core.bench.gaussian_cells import gaussian_cells
from core.bench.semidiscrete_distance import distance_to_gaussians
from core.transport.power_diagram import power_diagram

CORNERS = np.array([[-0.4, -0.3], [0.5, -0.2], [0.1, 0.45]])
SHARES = np.array([0.5, 0.3, 0.2])


def test_one_point_has_the_mean_and_the_variance():
    found = distance_to_gaussians(np.array([[1.0, 2.0]]), CORNERS, 0.05, SHARES)
    exact = np.sqrt(SHARES @ ((CORNERS - [1.0, 2.0]) ** 2).sum(1) + 2.0 * 0.05**2)
    assert found.lower == pytest.approx(exact, rel=1e-12)
    assert found.upper == pytest.approx(exact, rel=1e-12)


def test_two_points_halve_a_gaussian():
    for apart in (1e-3, 0.1, 2.0):
        points = np.array([[-apart, 0.0], [apart, 0.0]])
        found = distance_to_gaussians(points, np.zeros((1, 2)), 0.3, np.ones(1))
        exact = np.sqrt(2.0 * 0.3**2 - 4.0 * apart * 0.3 / np.sqrt(2.0 * np.pi) + apart**2)  # E |x| = s sqrt(2 / pi)
        assert found.lower == pytest.approx(exact, rel=1e-7)
        assert found.upper == pytest.approx(exact, rel=1e-6)


def test_masses_and_costs_are_those_of_many_draws():
    rng = np.random.default_rng(0)
    sites, weights = rng.uniform(-0.6, 0.6, (12, 2)), rng.normal(size=12) * 0.02
    diagram = power_diagram(sites, weights)
    cells = gaussian_cells(diagram, CORNERS, 0.06, SHARES)
    assert cells.masses.sum() == pytest.approx(1.0, abs=1e-14)
    n = 1_000_000
    drawn = CORNERS[rng.choice(3, n, p=SHARES)] + 0.06 * rng.normal(size=(n, 2))
    squares = ((drawn[:, None] - sites) ** 2).sum(2)
    cell = (squares - weights).argmin(1)
    np.testing.assert_allclose(cells.masses, np.bincount(cell, minlength=12) / n, atol=5.0 / np.sqrt(n))
    costs = np.bincount(cell, squares[np.arange(n), cell], 12) / n
    np.testing.assert_allclose(cells.costs, costs, atol=2.0 / np.sqrt(n))


def test_masses_change_with_weights_as_the_edges_tell():
    rng = np.random.default_rng(1)
    sites, weights = rng.uniform(-0.6, 0.6, (8, 2)), np.zeros(8)
    diagram = power_diagram(sites, weights)
    cells = gaussian_cells(diagram, CORNERS, 0.05, SHARES)
    (i, j), n = diagram.edges.T, 8
    flow = np.bincount(i, cells.on_edges / 2.0 / diagram.edge_jumps, n)
    flow += np.bincount(j, cells.on_edges / 2.0 / diagram.edge_jumps, n)
    for k in range(n):
        more, less = (
            gaussian_cells(power_diagram(sites, weights + s * 1e-6 * (np.arange(n) == k)), CORNERS, 0.05, SHARES)
            for s in (1.0, -1.0)
        )
        assert (more.masses[k] - less.masses[k]) / 2e-6 == pytest.approx(flow[k], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("middle", [(0.0, 0.0), (0.25, 0.0)])
def test_a_middle_on_an_edge_or_corner_is_halved_between_cells(middle):
    sites = np.array([[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]])
    cells = gaussian_cells(power_diagram(sites, np.zeros(4)), np.array([middle]), 0.05, np.ones(1))
    exact = [0.25] * 4 if middle == (0.0, 0.0) else [0.5, 0.0, 0.0, 0.5]
    np.testing.assert_allclose(cells.masses, exact, atol=1e-6)


def test_bounds_meet_where_the_density_has_gaps():
    rng = np.random.default_rng(2)
    angle = np.arange(8) * np.pi / 4.0
    middles, shares = np.column_stack([np.cos(angle), np.sin(angle)]), np.full(8, 0.125)
    points = middles[rng.integers(8, size=120)] + 0.02 * rng.normal(size=(120, 2))
    found = distance_to_gaussians(points, middles, 0.02, shares)
    assert 0.0 < found.lower <= found.upper <= found.lower * (1.0 + 1e-5)
    from ot.lp import emd2

    drawn = middles[rng.integers(8, size=3000)] + 0.02 * rng.normal(size=(3000, 2))
    cost = ((drawn[:, None] - points) ** 2).sum(2)
    sampled = emd2(np.full(3000, 1 / 3000), np.full(120, 1 / 120), cost, numItermax=1_000_000)
    assert np.sqrt(sampled) == pytest.approx(found.lower, rel=0.15)
