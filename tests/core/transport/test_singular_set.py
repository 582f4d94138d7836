"""The singular set: two half disks torn apart, and targets without a tear."""

import numpy as np
import pytest

from core.base.progress import finish
from core.geometry.convex_domain import uniform_points
from core.transport.power_diagram import PowerDiagram
from core.transport.semidiscrete import solve
from core.transport.singular_set import singular_set
from tests.core.transport.make_sites import clustered_sites


def solved(sites: np.ndarray) -> PowerDiagram:
    return finish(solve(sites, np.ones(len(sites)))).diagram


@pytest.fixture(scope="module")
def torn() -> PowerDiagram:
    """Two half disks, 0.6 apart: the exact map is x + 0.3 sign(x1) e1, then turned."""
    points = uniform_points(5000, np.random.default_rng(0))
    points[:, 0] += 0.3 * np.sign(points[:, 0])
    return solved(points @ np.array([[0.8, 0.6], [-0.6, 0.8]]))


def test_the_tear_is_a_diameter(torn: PowerDiagram) -> None:
    tear = singular_set(torn)
    assert tear.length == pytest.approx(2.0, abs=5e-3)
    assert np.median(torn.edge_jumps[tear.edges]) == pytest.approx(0.6, abs=0.04)
    assert tear.jump_energy == pytest.approx(1.2, abs=0.1)
    middle = torn.segments[tear.edges].mean(1)
    assert np.abs(middle @ (0.8, 0.6)).max() < 0.05  # the direction along which the halves were moved


def test_a_threshold_picks_edges_by_their_jump(torn: PowerDiagram) -> None:
    assert singular_set(torn, 0.3).length == pytest.approx(2.0, abs=5e-3)
    assert len(singular_set(torn, 10.0).edges) == 0
    assert len(singular_set(torn, 0.0).edges) == len(torn.edges)


def test_cells_beside_the_tear_are_marked(torn: PowerDiagram) -> None:
    marked = singular_set(torn).beside(torn)
    assert 50 < marked.sum() < 400
    assert np.abs(torn.centroids[marked] @ (0.8, 0.6)).max() < 0.1


def test_no_tear_in_one_piece() -> None:
    assert len(singular_set(solved(uniform_points(3000, np.random.default_rng(1)))).edges) == 0
    assert singular_set(solved(clustered_sites(3000, 1))).length < 0.02
