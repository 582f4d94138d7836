"""Locating points: brute force agrees, whatever the sites."""

import numpy as np
import pytest

from core.geometry.convex_domain import uniform_points
from core.transport.location import cell_locator
from core.transport.power_diagram import power_diagram
from tests.core.transport.make_sites import clustered_sites


@pytest.mark.parametrize("kind", ["clustered", "hidden", "line", "one", "far"])
def test_located_cells_have_the_least_power_distance(kind: str) -> None:
    rng = np.random.default_rng(0)
    sites, weights = clustered_sites(800, 1), np.zeros(800)
    if kind == "hidden":
        weights = 0.05 * rng.normal(size=800)
    if kind == "line":
        sites[:, 1] = 0.25
    if kind == "one":
        sites, weights = sites[:1], weights[:1]
    if kind == "far":
        sites = 4.0 * sites + 3.0
    points = uniform_points(5000, rng)
    cells = cell_locator(power_diagram(sites, weights))(points)
    power = ((points[:, None] - sites) ** 2).sum(2) - weights
    assert (power[np.arange(5000), cells] - power.min(1)).max() < 1e-12
    assert len(np.unique(cells)) > 100 or kind not in ("clustered",)
